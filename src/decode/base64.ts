/** Characters decoded at a time, a multiple of four: no string of a whole picture is ever made. */
export const BASE64_CHUNK = 65_536;

const PADDING = 0x3d;

/** `data:image/jpeg;base64,` with any type, its slash escaped or not (protocol §2) */
const DATA_PREFIX = /^\s*data:[^,"]{0,128};base64,/i;
const DATA_PREFIX_LENGTH = 160;

/**
 * Decodes base64 (RFC 4648 §4), with or without a `data:` prefix, line breaks and its final padding.
 * Node's own decoder passes over whatever is not base64, so the length of what came out is held against
 * the length of what went in.
 * @param source the characters; those of a JSON string literal, without its quotes, where `escaped`
 * @returns `undefined` where it is not base64; no bytes where there is nothing
 */
export function decodeBase64(source: Buffer, escaped: boolean): Buffer | undefined {
  const content = source.subarray(dataPrefix(source));
  return decodePlain(content) ?? decodeWithBreaks(content, escaped);
}

/** How long the `data:` prefix is that base64 begins with; 0 where there is none. */
export function dataPrefix(source: Buffer): number {
  return DATA_PREFIX.exec(source.toString('latin1', 0, DATA_PREFIX_LENGTH))?.[0].length ?? 0;
}

/** Whether there is something of the alphabet of RFC 4648 §5, which Node takes too, and no camera does. */
export function isUrlAlphabet(source: Buffer): boolean {
  return source.includes('-') || source.includes('_');
}

/** The fast way: base64 and nothing else. */
export function decodePlain(source: Buffer): Buffer | undefined {
  let end = source.length;
  while (end > 0 && source.length - end < 2 && source[end - 1] === PADDING) end--;
  const isPadded = end < source.length;
  if (end % 4 === 1 || (isPadded && source.length % 4 !== 0)) return undefined;
  if (isUrlAlphabet(source)) return undefined;
  const bytes = Buffer.allocUnsafe(Math.floor((end * 3) / 4));
  let written = 0;
  for (let at = 0; at < end; at += BASE64_CHUNK) {
    written += bytes.write(
      source.toString('latin1', at, Math.min(at + BASE64_CHUNK, end)),
      written,
      'base64',
    );
  }
  return written === bytes.length ? bytes : undefined;
}

/** Every run of blanks is looked at once: a pattern that looks for the break in it takes the square of its length. */
const BLANKS = /[ \t\r\n]+/g;

/** A line break and the blanks around it go. Other blanks are none of base64's: they are between words. */
function withoutBreaks(text: string): string {
  return text.replace(BLANKS, (run) => (/[\r\n]/.test(run) ? '' : run));
}

/** The slow way: line breaks, and the escapes of JSON (`\/`, `\n`). */
function decodeWithBreaks(source: Buffer, escaped: boolean): Buffer | undefined {
  const text = source.toString('latin1');
  const unescaped = escaped && text.includes('\\') ? unescapeJson(text) : text;
  const packed = unescaped === undefined ? undefined : withoutBreaks(unescaped.trim());
  if (packed === undefined || packed.length === source.length) return undefined;
  return decodePlain(Buffer.from(packed, 'latin1'));
}

/** What a JSON string literal says; raw line breaks in it are taken out first, for JSON forbids them. */
export function unescapeJson(literal: string): string | undefined {
  try {
    return JSON.parse(`"${literal.replace(/[\r\n\t]/g, '')}"`) as string;
  } catch {
    return undefined;
  }
}
