import type { Json } from '../../decode/report.ts';

/** How many bytes of something unknown are shown. */
const HEAD_BYTES = 32;

/** Text as it may go to a terminal: nothing in it moves the cursor or turns the line around. */
export function readable(text: string): string {
  return text.replaceAll(
    /[\p{Cc}\u2028-\u202e\u2066-\u2069]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** `1 byte`, `6,123 bytes`. */
export function byteCount(bytes: number): string {
  return `${bytes.toLocaleString('en')} byte${bytes === 1 ? '' : 's'}`;
}

/** The first bytes, in pairs of hex digits. */
export function hexHead(bytes: Buffer): string {
  const head = bytes.subarray(0, HEAD_BYTES).toString('hex');
  return `${head.replaceAll(/(..)(?=.)/g, '$1 ')}${bytes.length > HEAD_BYTES ? ' …' : ''}`;
}

/** A wall clock as cameras print theirs; it has no time zone. */
function wallText(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return String(ms);
  return date
    .toISOString()
    .replace('T', ' ')
    .replace('Z', '')
    .replace(/\.000$/, '');
}

/** A decoded value as JSON that is fit to be seen: pictures by size, bytes by size and head. */
export function toShownJson(value: unknown): Json {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return (value ?? null) as Json;
  if (Array.isArray(value)) return value.map(toShownJson);
  if ('bytes' in value && Buffer.isBuffer(value.bytes)) {
    const bytes = value.bytes.length;
    if ('format' in value) return { format: String(value.format), bytes };
    return { bytes, head: value.bytes.subarray(0, HEAD_BYTES).toString('hex') };
  }
  if ('ms' in value && typeof value.ms === 'number') return wallText(value.ms);
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, toShownJson(it)]));
}

/** A decoded value on one line. */
export function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'bytes' in value) {
    const { bytes } = value;
    if (Buffer.isBuffer(bytes)) {
      if ('format' in value)
        return `${String(value.format).toUpperCase()} of ${byteCount(bytes.length)}`;
      return bytes.length === 0 ? 'nothing' : hexHead(bytes);
    }
  }
  const json = toShownJson(value);
  const isTime = typeof value === 'object' && typeof json === 'string';
  return readable(isTime ? json : JSON.stringify(json));
}
