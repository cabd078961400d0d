/**
 * Ids and names from outside as parts of topics and unique ids: reversible, so that no two of them
 * ever become one, and free of everything that MQTT or Home Assistant reads as more than a letter.
 */

/** Ids that are a topic segment of the bridge's own. */
const reserved: ReadonlySet<string> = new Set(['bridge']);

/**
 * A device id as a topic segment and as part of a discovery object id, which takes `[a-zA-Z0-9_-]`
 * only. A CloudSEE id stays as it is; every other byte of the UTF-8 becomes `_` and two hex digits.
 */
export function escapeId(id: string): string {
  if (id === '') return '_';
  const escaped = /[^A-Za-z0-9-]/.test(id)
    ? escapedBy(id, /[A-Za-z0-9-]/, (byte) => `_${hex(byte)}`)
    : id;
  // no other id becomes `_62ridge`, for `b` passes unescaped
  return reserved.has(escaped) ? `_${hex(id.charCodeAt(0))}${escaped.slice(1)}` : escaped;
}

/** The device id that `escapeId` made this of; `undefined` where it made it of none. */
export function unescapeId(segment: string): string | undefined {
  const id = segment === '_' ? '' : unescapedFrom(segment, '_');
  return id !== undefined && escapeId(id) === segment ? id : undefined;
}

/** An alarm type, method or index as a topic segment and as part of a component's key. */
export function escapeKey(key: string): string {
  if (key === '') return '~';
  if (!/[^A-Za-z0-9_-]/.test(key)) return key;
  return escapedBy(key, /[A-Za-z0-9_-]/, (byte) => `~${hex(byte).toUpperCase()}`);
}

/** What `escapeKey` made this of; `undefined` where it made it of nothing. */
export function unescapeKey(segment: string): string | undefined {
  const key = segment === '~' ? '' : unescapedFrom(segment, '~');
  return key !== undefined && escapeKey(key) === segment ? key : undefined;
}

function escapedBy(text: string, passes: RegExp, byteText: (byte: number) => string): string {
  let escaped = '';
  for (const letter of text) {
    escaped += passes.test(letter) ? letter : bytesOf(letter).map(byteText).join('');
  }
  return escaped;
}

function unescapedFrom(segment: string, mark: string): string | undefined {
  const bytes: number[] = [];
  for (let at = 0; at < segment.length; at += 1) {
    if (segment[at] !== mark) bytes.push(segment.charCodeAt(at));
    else {
      const digits = segment.slice(at + 1, at + 3);
      if (!/^[0-9a-f]{2}$/i.test(digits)) return undefined;
      bytes.push(Number.parseInt(digits, 16));
      at += 2;
    }
  }
  return textOf(bytes);
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/** UTF-8 of one character; half a surrogate pair like any other, which `Buffer` would make U+FFFD. */
function bytesOf(letter: string): number[] {
  const code = letter.codePointAt(0) ?? 0;
  if (code < 0x80) return [code];
  const tail = (shift: number) => 0x80 | ((code >> shift) & 0x3f);
  if (code < 0x800) return [0xc0 | (code >> 6), tail(0)];
  if (code < 0x10000) return [0xe0 | (code >> 12), tail(6), tail(0)];
  return [0xf0 | (code >> 18), tail(12), tail(6), tail(0)];
}

function textOf(bytes: readonly number[]): string | undefined {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    const rest = bytes.slice(at + 1, at + length);
    const head = length === 1 ? first : first & (0x7f >> length);
    const code = rest.reduce((sum, byte) => (sum << 6) | (byte & 0x3f), head);
    if (code > 0x10ffff) return undefined;
    text += String.fromCodePoint(code);
    at += length;
  }
  return text;
}
