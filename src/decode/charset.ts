import { isUtf8 } from 'node:buffer';

export type Encoding = 'utf-8' | 'gb18030';

/**
 * Text of a camera: UTF-8 as its Content-Type says, else GBK as old firmware sends (protocol §2),
 * read by its superset gb18030. A byte order mark and NUL padding (protocol §3) are taken off.
 *
 * Cameras cut names at a number of bytes, so text that is UTF-8 but for a few broken characters stays
 * UTF-8, with U+FFFD in their place: read as GBK, every other character of it would be wrong too.
 * Never throws.
 */
export function decodeText(bytes: Uint8Array): { text: string; encoding: Encoding } {
  const buffer = withoutPadding(bytes);
  if (isUtf8(buffer)) return { text: withoutMark(buffer.toString('utf8')), encoding: 'utf-8' };
  const loose = buffer.toString('utf8');
  if (mostlyWhole(loose)) return { text: withoutMark(loose), encoding: 'utf-8' };
  return { text: withoutMark(gb18030Decoder().decode(buffer)), encoding: 'gb18030' };
}

/**
 * Whether this runtime can read GBK: a Node built with `small-icu` cannot (nodejs.org "Internationalization").
 * To be asked once at the start; without it {@link decodeText} reads such text as damaged UTF-8.
 */
export function hasFullIcu(): boolean {
  try {
    return new TextDecoder('gb18030').decode(Uint8Array.of(0xd6, 0xd0)) === '中';
  } catch {
    return false;
  }
}

function withoutPadding(bytes: Uint8Array): Buffer {
  let start = 0;
  let end = bytes.length;
  while (start < end && bytes[start] === 0) start++;
  while (end > start && bytes[end - 1] === 0) end--;
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
}

function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

/**
 * Whether more characters of three bytes and up were read than were broken. Chinese in UTF-8 takes three
 * bytes; a pair of GBK hardly ever looks like them.
 */
function mostlyWhole(text: string): boolean {
  let whole = 0;
  let broken = 0;
  // by number: a match for each of a million characters takes fifty times as long
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 0xfffd) broken++;
    else if (unit >= 0x800) whole++;
  }
  return whole > broken;
}

let decoder: { decode(bytes: Uint8Array): string } | undefined;

/** Made at the first need: its constructor throws where the runtime lacks the table. */
function gb18030Decoder(): { decode(bytes: Uint8Array): string } {
  decoder ??= hasFullIcu()
    ? new TextDecoder('gb18030')
    : { decode: (bytes) => Buffer.from(bytes).toString('utf8') };
  return decoder;
}
