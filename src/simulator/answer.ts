import type { HttpAnswer } from './digest-client.ts';

/** What a server said to a push (protocol §1 "Answers"). */
export interface Answer {
  /** HTTP 200 and error code 0 */
  readonly ok: boolean;
  /** HTTP status */
  readonly status: number;
  /** the method answered */
  readonly method?: string;
  /** 0 success, negative an error */
  readonly errorcode?: number;
  readonly errormsg?: string;
  /** seconds until the next heartbeat */
  readonly keepinterval?: number;
  /** how many times the request was sent, challenged ones included */
  readonly sends: number;
  /** the body as it came */
  readonly text: string;
}

/** Reads an answer; a body that is none leaves its fields out. */
export function readAnswer({ status, body, sends }: HttpAnswer): Answer {
  const text = body.toString();
  const read = parse(text);
  const error = isRecord(read.error) ? read.error : {};
  const { method, keepinterval } = read;
  const { errorcode, errormsg } = error;
  return {
    ok: status === 200 && errorcode === 0,
    status,
    ...(typeof method === 'string' ? { method } : {}),
    ...(typeof errorcode === 'number' ? { errorcode } : {}),
    ...(typeof errormsg === 'string' ? { errormsg } : {}),
    ...(typeof keepinterval === 'number' ? { keepinterval } : {}),
    sends,
    text,
  };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
