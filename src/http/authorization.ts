import { MAX_AUTHORIZATION, MAX_PARAMETERS } from './limits.ts';

/** What an `Authorization: Digest …` says. Texts are as sent: the response is a hash over them. */
export interface DigestCredentials {
  /** with quoted pairs resolved (`\"` is `"`) */
  readonly username: string;
  /** as it stands between the quotes: some clients do not escape */
  readonly usernameAsSent: string;
  readonly nonce: string;
  readonly uri: string;
  /** lower case */
  readonly response: string;
  /** upper case; `MD5` where there is none (RFC 7616 §3.4) */
  readonly algorithm: string;
  /** absent: a digest as RFC 2069 has it */
  readonly qop?: string;
  readonly nc?: string;
  readonly cnonce?: string;
}

export type ParsedCredentials =
  | { readonly ok: true; readonly credentials: DigestCredentials }
  /** `position`: characters from the value's start */
  | { readonly ok: false; readonly problem: string; readonly position: number };

interface Value {
  readonly plain: string;
  readonly asSent: string;
}

class Malformed extends Error {
  readonly position: number;
  constructor(problem: string, position: number) {
    super(problem);
    this.position = position;
  }
}

const SCHEME = /^\s*digest(?=\s|$)/i;
/** a parameter as nearly all are: quoted without quoted pairs, or bare, and nothing around its `=` */
const USUAL = /([!#$%&'*+.^_`|~0-9a-z-]+)=(?:"([^"\\]*)"|([^\s,"]+))(?=[\s,]|$)/iy;
const NAME = /[!#$%&'*+.^_`|~0-9a-z-]+/iy;
const BETWEEN = /[\s,]*/y;
const EQUALS = /\s*=\s*/y;
/** up to the closing quote, quoted pairs included */
const QUOTED = /"((?:[^"\\]|\\.)*)"/sy;
/** what clients leave unquoted: `nc=42`, a nonce that ends with `==`, a path */
const BARE = /[^\s,"]*/y;

/**
 * Reads the value of an `Authorization` header: any parameter quoted or not, in any order, with or
 * without space after commas; the vendor's sample (protocol §1) is one. Total, and linear in time.
 */
export function parseCredentials(text: string): ParsedCredentials {
  try {
    return { ok: true, credentials: select(parameters(text), text.length) };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return { ok: false, problem: error.message, position: error.position };
  }
}

function parameters(text: string): Map<string, Value> {
  if (text.length > MAX_AUTHORIZATION) throw new Malformed('too long', MAX_AUTHORIZATION);
  const scheme = SCHEME.exec(text);
  if (scheme === null) throw new Malformed('not Digest', 0);
  const found = new Map<string, Value>();
  let at = scheme[0].length;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at += match[0].length;
    return match;
  };
  for (;;) {
    take(BETWEEN);
    if (at === text.length) return found;
    const start = at;
    const usual = take(USUAL);
    const name = (usual?.[1] ?? take(NAME)?.[0])?.toLowerCase();
    if (name === undefined) throw new Malformed('no parameter name', start);
    if (usual === null && take(EQUALS) === null) throw new Malformed(`no "=" after ${name}`, at);
    if (found.has(name)) throw new Malformed(`${name} twice`, start);
    if (found.size === MAX_PARAMETERS) throw new Malformed('too many parameters', start);
    const quoted = usual === null && text[at] === '"';
    const other = () => (quoted ? take(QUOTED)?.[1] : take(BARE)?.[0]);
    const asSent = usual === null ? other() : (usual[2] ?? usual[3]);
    if (asSent === undefined) throw new Malformed(`${name} has no closing quote`, at);
    found.set(name, { asSent, plain: quoted ? asSent.replace(/\\(.)/gs, '$1') : asSent });
  }
}

function select(found: ReadonlyMap<string, Value>, end: number): DigestCredentials {
  const need = (name: string): Value => {
    const value = found.get(name);
    if (value === undefined) throw new Malformed(`no ${name}`, end);
    return value;
  };
  const username = need('username');
  const qop = found.get('qop')?.asSent;
  return {
    username: username.plain,
    usernameAsSent: username.asSent,
    nonce: need('nonce').asSent,
    uri: need('uri').asSent,
    response: need('response').asSent.toLowerCase(),
    algorithm: (found.get('algorithm')?.asSent || 'MD5').toUpperCase(),
    // RFC 7616 §3.4: with qop there must be nc and cnonce.
    ...(qop === undefined ? {} : { qop, nc: need('nc').asSent, cnonce: need('cnonce').asSent }),
  };
}
