import { hash, timingSafeEqual } from 'node:crypto';
import { isAscii } from './header-text.ts';

/** The server's half of HTTP Digest (RFC 7616 §3), without state and without `-sess`. */

export type Algorithm = 'MD5' | 'SHA-256';

const HASHES: Readonly<Record<Algorithm, string>> = { MD5: 'md5', 'SHA-256': 'sha256' };

/** What is offered by `auth.algorithm`, best first (RFC 7616 §3.7). */
export const OFFERS: Readonly<Record<Algorithm, readonly Algorithm[]>> = {
  MD5: ['MD5'],
  'SHA-256': ['SHA-256', 'MD5'],
};

/** The part of the response that knows the password: `H(username:realm:password)` in UTF-8. */
export function secretHash(
  algorithm: Algorithm,
  username: string,
  realm: string,
  password: string,
): string {
  return hash(HASHES[algorithm], Buffer.from(`${username}:${realm}:${password}`, 'utf8'));
}

/** `H(method:uri)`; `uri` exactly as the client sent it. */
export function targetHash(algorithm: Algorithm, method: string, uri: string): string {
  return hashAsSent(algorithm, `${method}:${uri}`);
}

/** What a response is made of; everything but the two hashes exactly as the client sent it. */
export interface ResponseParts {
  readonly secret: string;
  readonly target: string;
  readonly nonce: string;
  /** absent: RFC 2069, without replay protection */
  readonly qop?: { readonly qop: string; readonly nc: string; readonly cnonce: string };
}

/** RFC 7616 §3.4.1, lower-case hex. */
export function digestResponse(algorithm: Algorithm, parts: ResponseParts): string {
  const { secret, target, nonce, qop } = parts;
  const middle = qop === undefined ? nonce : `${nonce}:${qop.nc}:${qop.cnonce}:${qop.qop}`;
  return hashAsSent(algorithm, `${secret}:${middle}:${target}`);
}

/** Node hands header bytes on as Latin-1: hashing them as such hashes what was sent. */
function hashAsSent(algorithm: Algorithm, text: string): string {
  // a text is hashed in UTF-8
  return hash(HASHES[algorithm], isAscii(text) ? text : Buffer.from(text, 'latin1'));
}

/** Takes the same time wherever two texts of one length differ. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a, 'latin1');
  const right = Buffer.from(b, 'latin1');
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * The value of one `WWW-Authenticate`. `qop` is exactly `"auth"`: some clients take a list for one word.
 * No `opaque`: the vendor's cameras do not send it back.
 */
export function challenge(
  algorithm: Algorithm,
  realm: string,
  nonce: string,
  stale: boolean,
): string {
  const quoted = realm.replace(/["\\]/g, '\\$&');
  const parts = [`realm="${quoted}"`, 'qop="auth"', `nonce="${nonce}"`, `algorithm=${algorithm}`];
  return `Digest ${[...parts, ...(stale ? ['stale=true'] : [])].join(', ')}`;
}
