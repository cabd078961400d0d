import { createHash } from 'node:crypto';

/** Digest headers as real clients write them, made without the code under test. */

export interface DigestInput {
  readonly username: string;
  readonly password: string;
  readonly realm: string;
  readonly nonce: string;
  readonly method: string;
  readonly uri: string;
  readonly nc: string;
  readonly cnonce: string;
  readonly algorithm: 'MD5' | 'SHA-256';
}

export type DigestForm = (input: DigestInput) => string;

const H = (algorithm: string, text: string) =>
  createHash(algorithm === 'MD5' ? 'md5' : 'sha256')
    .update(text)
    .digest('hex');

/** RFC 7616 §3.4.1, with `qop`, or as RFC 2069 without. */
export function responseOf(input: DigestInput, qop: string | undefined): string {
  const { algorithm, username, realm, password, method, uri, nonce, nc, cnonce } = input;
  const secret = H(algorithm, `${username}:${realm}:${password}`);
  const target = H(algorithm, `${method}:${uri}`);
  const middle = qop === undefined ? nonce : `${nonce}:${nc}:${cnonce}:${qop}`;
  return H(algorithm, `${secret}:${middle}:${target}`);
}

const form =
  (tail: (input: DigestInput) => string): DigestForm =>
  (input) =>
    `Digest username="${input.username}", realm="${input.realm}", nonce="${input.nonce}", uri="${input.uri}", response="${responseOf(input, 'auth')}"${tail(input)}`;

const curl = form((i) => `, cnonce="${i.cnonce}", nc=${i.nc}, qop=auth, algorithm=${i.algorithm}`);

export const forms = {
  curl,
  wget: form((i) => `, qop=auth, nc=${i.nc}, cnonce="${i.cnonce}", algorithm="${i.algorithm}"`),
  'Python urllib': form(
    (i) => `, algorithm="${i.algorithm}", qop=auth, nc=${i.nc}, cnonce="${i.cnonce}"`,
  ),
  'Python requests': form(
    (i) => `, algorithm="${i.algorithm}", qop="auth", nc=${i.nc}, cnonce="${i.cnonce}"`,
  ),
  httpx: form((i) => `, algorithm=${i.algorithm}, qop=auth, nc=${i.nc}, cnonce="${i.cnonce}"`),
  'digest-fetch': form(
    (i) => `,qop=auth,algorithm=${i.algorithm},opaque="x",nc=${i.nc},cnonce="${i.cnonce}"`,
  ),
  'npm urllib': form((i) => `, qop=auth, nc=${i.nc}, cnonce="${i.cnonce}"`),
  '@mhoc/axios-digest': form(
    (i) => `, qop="auth", algorithm="${i.algorithm}", nc="${i.nc}", cnonce="${i.cnonce}"`,
  ),
  /** the vendor's sample: no space after commas, quoted algorithm, bare decimal nc */
  camera: (i: DigestInput) =>
    `Digest username="${i.username}",realm="${i.realm}",nonce="${i.nonce}",uri="${i.uri}",response="${responseOf(i, 'auth')}",algorithm="${i.algorithm}",qop=auth,nc=${i.nc},cnonce="${i.cnonce}"`,
  'upper-case response': (i: DigestInput) =>
    curl(i).replace(/response="(\w+)"/, (_match, hex: string) => `response="${hex.toUpperCase()}"`),
} as const satisfies Readonly<Record<string, DigestForm>>;

/** RFC 2069: no qop, nc, cnonce. */
export const withoutQop: DigestForm = (i) =>
  `Digest username="${i.username}", realm="${i.realm}", nonce="${i.nonce}", uri="${i.uri}", response="${responseOf(i, undefined)}"`;

/** Realm, nonce, stale of one challenge. */
export function readChallenge(value: string): {
  realm: string;
  nonce: string;
  algorithm: string;
  stale: boolean;
} {
  const get = (name: string) => new RegExp(`${name}="?([^",]*)"?`).exec(value)?.[1] ?? '';
  return {
    realm: get('realm'),
    nonce: get('nonce'),
    algorithm: get('algorithm'),
    stale: get('stale') === 'true',
  };
}
