/** A body as somebody captured it, alone or in a whole HTTP request. */
export interface Captured {
  readonly body: Buffer;
  /** the request line's method and target; absent where there was a body alone */
  readonly request?: { readonly verb: string; readonly target: string };
  /** who the request says it is from, by `User-Identify` */
  readonly userIdentify?: string;
  /** what is wrong with the request's framing, in plain words */
  readonly problem?: string;
}

const START = /^(?:([A-Z]{3,10}) (\S+) HTTP\/1\.[01]|HTTP\/1\.[01] \d{3}[^\r\n]*)\r?\n/;
/** the end of headers, however the capture ended its lines */
const BLANK_LINE = /\r?\n\r?\n/;
/** as far as a request line or its headers are looked for */
const HEAD = 65_536;

/**
 * The pushes of a file: the file itself, or each request of a recorded HTTP connection. Answers between
 * them are skipped, and so are requests without a body (a camera that waits to be challenged).
 */
export function readCapture(file: Buffer): readonly Captured[] {
  const found: Captured[] = [];
  let rest = file;
  while (START.test(headOf(rest))) {
    const message = readMessage(rest);
    if (message.captured !== undefined) found.push(message.captured);
    rest = rest.subarray(message.length);
  }
  if (rest === file) return [{ body: file }];
  return found;
}

function headOf(bytes: Buffer): string {
  return bytes.toString('latin1', 0, Math.min(HEAD, bytes.length));
}

function readMessage(bytes: Buffer): { readonly captured?: Captured; readonly length: number } {
  const head = headOf(bytes);
  const blank = BLANK_LINE.exec(head);
  const start = blank === null ? head.length : blank.index + blank[0].length;
  const headers = readHeaders(head.slice(0, blank?.index));
  const { body, length, problem } = readBody(bytes.subarray(start), headers);
  const [, verb, target] = START.exec(head) ?? [];
  if (verb === undefined || target === undefined || body.length === 0) {
    return { length: start + length };
  }
  const userIdentify = headers.get('user-identify');
  const captured: Captured = {
    body,
    request: { verb, target },
    ...(userIdentify ? { userIdentify } : {}),
    ...(problem === undefined ? {} : { problem }),
  };
  return { captured, length: start + length };
}

function readHeaders(head: string): ReadonlyMap<string, string> {
  const lines = head.split(/\r?\n/).slice(1);
  return new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}

interface Body {
  readonly body: Buffer;
  /** bytes that it took */
  readonly length: number;
  readonly problem?: string;
}

function readBody(bytes: Buffer, headers: ReadonlyMap<string, string>): Body {
  if (headers.get('transfer-encoding')?.toLowerCase().endsWith('chunked')) return dechunk(bytes);
  const declared = headers.get('content-length');
  if (declared === undefined) {
    // no body, or a capture by hand that lost the header
    const length = START.test(headOf(bytes)) ? 0 : bytes.length;
    return { body: bytes.subarray(0, length), length };
  }
  const length = Number(declared);
  if (!/^\d+$/.test(declared) || length > bytes.length) {
    const problem = `Content-Length says ${declared}, ${bytes.length} bytes are there`;
    return { body: bytes, length: bytes.length, problem };
  }
  return { body: bytes.subarray(0, length), length };
}

/** RFC 9112 §7.1. */
function dechunk(bytes: Buffer): Body {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf('\n', at);
    const size = /^([0-9a-f]{1,7})(?:;.*)?\r?$/i.exec(
      bytes.toString('latin1', at, Math.max(at, end)),
    )?.[1];
    const length = Number.parseInt(size ?? '', 16);
    if (size === undefined || end + 1 + length > bytes.length) {
      if (size !== undefined) chunks.push(bytes.subarray(end + 1));
      return { body: Buffer.concat(chunks), length: bytes.length, problem: 'the chunks end early' };
    }
    chunks.push(bytes.subarray(end + 1, end + 1 + length));
    at = afterLine(bytes, end + 1 + length);
    if (length === 0) return { body: Buffer.concat(chunks), length: at };
  }
}

function afterLine(bytes: Buffer, at: number): number {
  const end = bytes.indexOf('\n', at);
  return end === -1 ? bytes.length : end + 1;
}
