import { createHash } from 'node:crypto';

/**
 * The client's half of Digest (RFC 7616 §3.4), written apart from the bridge's own so that the two
 * can disagree.
 */

/** What a `WWW-Authenticate: Digest …` asks for. */
export interface Challenge {
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: Algorithm;
  /** the server offers `qop=auth` */
  readonly qop: boolean;
  readonly opaque: string | undefined;
  readonly stale: boolean;
}

export type Algorithm = 'MD5' | 'SHA-256';

const HASHES: Readonly<Record<Algorithm, string>> = { MD5: 'md5', 'SHA-256': 'sha256' };

/** How a camera's header departs from the RFC's; nothing set is the vendor's own sample (protocol §1). */
export interface HeaderStyle {
  /** `plain` decimal as the sample's `nc=42`, `hex8` as the RFC, `quoted` hex8 in quotes */
  readonly nc?: 'plain' | 'hex8' | 'quoted';
  /** `algorithm="MD5"` as the sample, or as the RFC has it */
  readonly algorithm?: 'quoted' | 'bare' | 'omitted';
  /** answers as RFC 2069 did */
  readonly noQop?: boolean;
  /** `qop="auth"`, as some clients write it */
  readonly quotedQop?: boolean;
}

/** Everything an answer to a challenge is made of. */
export interface AnswerParts {
  readonly challenge: Challenge;
  readonly username: string;
  readonly password: string;
  readonly method: string;
  /** path and query as sent */
  readonly uri: string;
  /** how many requests this nonce served, this one included */
  readonly count: number;
  readonly cnonce: string;
  readonly style: HeaderStyle;
}

const PARAMETER = /([a-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/gi;

/**
 * Reads challenges and takes the first whose algorithm the camera knows, in the camera's order.
 *
 * @param headers each `WWW-Authenticate` header's value
 * @param algorithms what the camera can do, best liked first
 */
export function readChallenge(
  headers: readonly string[],
  algorithms: readonly Algorithm[] = ['MD5', 'SHA-256'],
): Challenge | undefined {
  const offered = headers
    .flatMap((header) => header.split(/(?:^|,)\s*(?=Digest\s)/i))
    .filter((part) => /^\s*Digest\s/i.test(part))
    .map(readOne);
  for (const algorithm of algorithms) {
    const found = offered.find((challenge) => challenge?.algorithm === algorithm);
    if (found !== undefined) return found;
  }
  return undefined;
}

function readOne(text: string): Challenge | undefined {
  const values = new Map<string, string>();
  for (const [, key = '', inQuotes, bare] of text
    .replace(/^\s*Digest\s+/i, '')
    .matchAll(PARAMETER)) {
    values.set(key.toLowerCase(), inQuotes?.replace(/\\(.)/g, '$1') ?? bare ?? '');
  }
  const realm = values.get('realm');
  const nonce = values.get('nonce');
  const algorithm = readAlgorithm(values.get('algorithm'));
  if (realm === undefined || nonce === undefined || algorithm === undefined) return undefined;
  return {
    realm,
    nonce,
    algorithm,
    qop: (values.get('qop') ?? '').split(',').some((word) => word.trim() === 'auth'),
    opaque: values.get('opaque'),
    stale: values.get('stale')?.toLowerCase() === 'true',
  };
}

/** RFC 7616 §3.3: no algorithm means MD5. */
function readAlgorithm(value: string | undefined): Algorithm | undefined {
  const upper = (value ?? 'MD5').toUpperCase();
  return upper === 'MD5' || upper === 'SHA-256' ? upper : undefined;
}

/** The `nc` exactly as it stands in the header, quotes aside: the hash is over this text. */
function countText(count: number, style: HeaderStyle): string {
  return (style.nc ?? 'plain') === 'plain' ? String(count) : count.toString(16).padStart(8, '0');
}

/** The value of `Authorization` that answers a challenge. */
export function authorization(parts: AnswerParts): string {
  const { challenge, username, method, uri, cnonce, style } = parts;
  const hash = (text: string) =>
    createHash(HASHES[challenge.algorithm]).update(text, 'utf8').digest('hex');
  const secret = hash(`${username}:${challenge.realm}:${parts.password}`);
  const target = hash(`${method}:${uri}`);
  const nc = countText(parts.count, style);
  const withQop = challenge.qop && style.noQop !== true;
  const middle = withQop ? `${challenge.nonce}:${nc}:${cnonce}:auth` : challenge.nonce;
  const response = hash(`${secret}:${middle}:${target}`);
  const fields = [
    `username=${quoted(username)}`,
    `realm=${quoted(challenge.realm)}`,
    `nonce="${challenge.nonce}"`,
    `uri="${uri}"`,
    `response="${response}"`,
    ...algorithmField(challenge.algorithm, style),
    ...(withQop ? qopFields(nc, cnonce, style) : []),
    ...(challenge.opaque === undefined ? [] : [`opaque="${challenge.opaque}"`]),
  ];
  return `Digest ${fields.join(',')}`;
}

/** RFC 9110 §5.6.4: the hash is over the text without the backslashes. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

function algorithmField(algorithm: Algorithm, style: HeaderStyle): string[] {
  switch (style.algorithm ?? 'quoted') {
    case 'quoted':
      return [`algorithm="${algorithm}"`];
    case 'bare':
      return [`algorithm=${algorithm}`];
    case 'omitted':
      return [];
  }
}

function qopFields(nc: string, cnonce: string, style: HeaderStyle): string[] {
  return [
    style.quotedQop === true ? 'qop="auth"' : 'qop=auth',
    style.nc === 'quoted' ? `nc="${nc}"` : `nc=${nc}`,
    `cnonce="${cnonce}"`,
  ];
}
