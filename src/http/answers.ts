/** How the vendor's protocol says no (protocol §1 "Answers"): negative codes, ours to choose. */
export interface ProblemRow {
  readonly code: number;
  /** HTTP status */
  readonly status: number;
  /** the `errormsg` where nothing more exact is known */
  readonly text: string;
}

/** Codes are the negated HTTP status where only one problem has it. */
export const problems = {
  bad_request: { code: -400, status: 400, text: 'not HTTP as this server understands it' },
  unauthorized: { code: -401, status: 401, text: 'user name and password needed' },
  identity: { code: -403, status: 403, text: 'not allowed to speak for this device' },
  not_approved: { code: -423, status: 403, text: 'the device is not approved yet' },
  timeout: { code: -408, status: 408, text: 'the request took too long' },
  too_large: { code: -413, status: 413, text: 'larger than is taken' },
  unreadable: { code: -422, status: 400, text: 'nothing of the body could be read' },
  aborted: { code: -499, status: 400, text: 'the body was cut short' },
  headers_too_large: { code: -431, status: 431, text: 'headers larger than are taken' },
  too_many_connections: { code: -429, status: 503, text: 'too many connections' },
  internal: { code: -500, status: 500, text: 'a fault of the bridge, see its log' },
  broker_unavailable: { code: -503, status: 503, text: 'the broker cannot be reached' },
} as const satisfies Readonly<Record<string, ProblemRow>>;

export type ProblemName = keyof typeof problems;

export const JSON_TYPE = 'application/json;charset=utf-8';

/**
 * The body of a good answer.
 *
 * @param keepinterval seconds until the next heartbeat
 */
export function success(method: string, keepinterval?: number): string {
  return JSON.stringify({
    method,
    ...(keepinterval === undefined ? {} : { keepinterval }),
    error: { errorcode: 0, errormsg: '' },
  });
}

/** The body of an answer that refuses. */
export function failure(method: string, problem: ProblemName, message?: string): string {
  const { code, text } = problems[problem];
  return JSON.stringify({ method, error: { errorcode: code, errormsg: message || text } });
}
