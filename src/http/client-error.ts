import type { Socket } from 'node:net';
import { normalizeAddress } from './address.ts';
import { failure, type ProblemName, problems } from './answers.ts';
import { rawAnswer } from './raw.ts';
import type { Refusals } from './refusal.ts';

/** Node's codes of what its parser refuses before any handler sees it. */
const CODES: Readonly<Record<string, Extract<ProblemName, 'timeout' | 'headers_too_large'>>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 'timeout',
  HPE_HEADER_OVERFLOW: 'headers_too_large',
};

/** Answers what Node's parser refused, and closes: what follows on the connection has no meaning. */
export function answerParserError(
  error: NodeJS.ErrnoException,
  socket: Socket,
  refusals: Refusals,
): void {
  const code = error.code ?? '';
  // The peer is gone. What it left unfinished is told by the body's reader.
  const noTls = /^ERR_(SSL|TLS)_/.test(code);
  if (code === 'ECONNRESET' || code === 'EPIPE' || !(socket.writable || noTls)) {
    socket.destroy();
    return;
  }
  const problem = CODES[code] ?? 'bad_request';
  const row = problems[problem];
  // An end in the middle: of a body its reader tells, of a header there is nothing to tell.
  if (code !== 'HPE_INVALID_EOF_STATE') {
    refusals.report({
      type: problem,
      reason: row.text,
      address: normalizeAddress(socket.remoteAddress ?? ''),
      message: `${error.message} (${code})`,
    });
  }
  // no TLS was agreed on: there is nobody to hear an answer
  if (noTls) {
    socket.destroy();
    return;
  }
  socket.end(rawAnswer(row.status, failure('push', problem)), () => socket.destroy());
}
