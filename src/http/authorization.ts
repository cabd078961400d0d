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
/** what RFC 7616 §3.4 names */
const KNOWN: ReadonlySet<string> = new Set([
  'username',
  'realm',
  'nonce',
  'uri',
  'response',
  'algorithm',
  'qop',
  'nc',
  'cnonce',
  'opaque',
]);
const QUOTE = 0x22;
/** a bare value that needs no second look */
const PLAIN = /^[0-9a-z]+$/i;
const NAME = /[!#$%&'*+.^_`|~0-9a-z-]+/iy;
const BETWEEN = /[\s,]*/y;
const EQUALS = /\s*=\s*/y;
/** up to the closing quote, quoted pairs included */
const QUOTED = /"(?:[^"\\]|\\.)*"/sy;
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
  for (let at = scheme[0].length; ; ) {
    at = after(BETWEEN, text, at);
    if (at === text.length) return found;
    const { name, value, end } = usualAt(text, at) ?? anyAt(text, at);
    if (found.has(name)) throw new Malformed(`${name} twice`, at);
    if (found.size === MAX_PARAMETERS) throw new Malformed('too many parameters', at);
    found.set(name, value);
    at = end;
  }
}

interface Parameter {
  readonly name: string;
  readonly value: Value;
  /** where the text goes on */
  readonly end: number;
}

/**
 * A parameter as nearly all are: known, quoted without quoted pairs or bare, and nothing around its `=`.
 * Found by its two ends: a pattern looks at each character, and makes a list of what it found.
 */
function usualAt(text: string, at: number): Parameter | undefined {
  const equals = text.indexOf('=', at);
  const name = equals < 0 ? '' : text.slice(at, equals);
  if (!KNOWN.has(name)) return undefined;
  const isQuoted = text.charCodeAt(equals + 1) === QUOTE;
  const first = isQuoted ? equals + 2 : equals + 1;
  const close = text.indexOf(isQuoted ? '"' : ',', first);
  if (isQuoted && close < 0) return undefined;
  const last = close < 0 ? text.length : close;
  const value = text.slice(first, last);
  const isPlain = isQuoted ? !value.includes('\\') : PLAIN.test(value);
  return isPlain
    ? { name, value: { plain: value, asSent: value }, end: isQuoted ? last + 1 : last }
    : undefined;
}

/** A parameter however it is written. */
function anyAt(text: string, start: number): Parameter {
  const nameEnd = after(NAME, text, start);
  if (nameEnd === start) throw new Malformed('no parameter name', start);
  const name = text.slice(start, nameEnd).toLowerCase();
  const first = after(EQUALS, text, nameEnd);
  if (first === nameEnd) throw new Malformed(`no "=" after ${name}`, nameEnd);
  const isQuoted = text.charCodeAt(first) === QUOTE;
  const end = after(isQuoted ? QUOTED : BARE, text, first);
  if (isQuoted && end === first) throw new Malformed(`${name} has no closing quote`, first);
  const asSent = isQuoted ? text.slice(first + 1, end - 1) : text.slice(first, end);
  return {
    name,
    value: { asSent, plain: isQuoted ? asSent.replace(/\\(.)/gs, '$1') : asSent },
    end,
  };
}

/** @returns where a sticky pattern's match ends; `at` where it does not match */
function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : at;
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
