import { isAscii } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import { decodeBase64, unescapeJson } from './base64.ts';

/** From this length on a string is kept out of the JSON parser: no name or message is so long. */
export const LONG_TEXT = 1_024;

/** So many bytes of base64 take {@link LONG_TEXT} characters: fewer are no picture, but may be a word. */
const BINARY_BYTES = (LONG_TEXT * 3) / 4;

/** What is looked at to tell base64 from `xxxxx…`. */
const MIXED_BYTES = 192;

/** Where to look for what a string begins with, past line breaks and blanks. */
const LOOK_AHEAD = 16;

/** Nobody can send what takes a string's place: it is another in each process. */
const PLACEHOLDER = `long-text:${randomUUID()}:`;

/** A long string that was decoded while it came. */
export interface DecodedText {
  /** bytes as sent */
  readonly length: number;
  readonly bytes: Buffer;
  /** the characters as they were sent */
  readonly makeSource: () => Buffer;
}

/**
 * A long string of a JSON body, most likely the base64 of a picture. It stays bytes: its text is made
 * only where somebody asks for it.
 */
export class LongText {
  /** the body ended within it */
  readonly cut: boolean;
  /** how many bytes it has as sent */
  readonly length: number;
  readonly #text: string | undefined;
  readonly #makeSource: () => Buffer;
  /** plain base64 and nothing else */
  readonly #isDecoded: boolean;
  #bytes: Buffer | undefined | 'not yet' = 'not yet';

  /** @param source the characters of a JSON string literal without its quotes, or a string's own */
  constructor(source: Buffer | string | DecodedText, cut = false) {
    this.cut = cut;
    this.#text = typeof source === 'string' ? source : undefined;
    this.#isDecoded = typeof source === 'object' && 'makeSource' in source;
    if (typeof source === 'object' && 'makeSource' in source) {
      this.length = source.length;
      this.#makeSource = source.makeSource;
      this.#bytes = source.bytes;
      return;
    }
    const characters = typeof source === 'string' ? Buffer.from(source) : source;
    this.length = characters.length;
    this.#makeSource = () => characters;
  }

  get #source(): Buffer {
    return this.#makeSource();
  }

  /** what it is the base64 of; `undefined` where it is not base64 */
  get bytes(): Buffer | undefined {
    if (this.#bytes === 'not yet') {
      this.#bytes = decodeBase64(this.#source, this.#text === undefined);
    }
    return this.#bytes;
  }

  /** what it is the base64 of, where it is long and mixed enough to be no word of its own */
  get binary(): Buffer | undefined {
    const { bytes } = this;
    if (bytes === undefined || bytes.length < BINARY_BYTES) return undefined;
    const head = bytes.toString('base64', 0, MIXED_BYTES);
    return /[a-z]/.test(head) && /[A-Z]/.test(head) && /[0-9+/]/.test(head) ? bytes : undefined;
  }

  /** as `JSON.parse` would have given it; as it was sent where that would have failed */
  get text(): string {
    if (this.#text !== undefined) return this.#text;
    const literal = this.#source.toString('latin1');
    return unescapeJson(literal) ?? literal;
  }

  /** whether JSON would have refused it: line breaks as they are */
  get mended(): boolean {
    if (this.#text !== undefined || this.#isDecoded) return false;
    const source = this.#source;
    return source.includes('\n') || source.includes('\r');
  }
}

/** A JSON body without its long strings; {@link putBack} knows which string stands for which of them. */
export interface TakenOut {
  readonly skeleton: Buffer;
  readonly texts: readonly LongText[];
}

/**
 * Takes the long strings out of a JSON body, whole or broken, hopping from quote to quote.
 *
 * Whether a gap between two quotes is inside a string is told by its first character, not by counting
 * quotes, which a GBK character that ends with a backslash would upset: outside a string only `:`, `,`
 * and brackets follow a quote (RFC 8259 §2). Strings with an escaped quote in them, keys, and text in
 * other scripts stay where they are.
 * @param mostQuotes how many quotes to look at
 * @param before how many were taken out of what comes before these bytes
 * @returns `undefined` where there are more
 */
export function takeOut(body: Buffer, mostQuotes: number, before = 0): TakenOut | undefined {
  if (body.length < LONG_TEXT) return { skeleton: body, texts: [] };
  const texts: LongText[] = [];
  const pieces: Buffer[] = [];
  let kept = 0;
  let quotes = 0;
  for (let open = body.indexOf('"'); open >= 0; ) {
    if (++quotes > mostQuotes) return undefined;
    const found = body.indexOf('"', open + 1);
    const close = found < 0 ? body.length : found;
    if (isLongString(body, open, close)) {
      pieces.push(body.subarray(kept, open), standIn(before + texts.length));
      texts.push(new LongText(body.subarray(open + 1, close), found < 0));
      kept = Math.min(close + 1, body.length);
      open = found < 0 ? -1 : body.indexOf('"', kept);
    } else {
      open = found;
    }
  }
  if (texts.length === 0) return { skeleton: body, texts };
  return { skeleton: Buffer.concat([...pieces, body.subarray(kept)]), texts };
}

/** The long string that a parsed string stands for; `undefined` where it stands for itself. */
export function putBack(text: string, texts: readonly LongText[]): LongText | undefined {
  if (texts.length > 0 && text.startsWith(PLACEHOLDER)) {
    return texts[Number(text.slice(PLACEHOLDER.length))];
  }
  return text.length >= LONG_TEXT ? new LongText(text) : undefined;
}

/** What takes a long string's place, with its quotes. */
export function standIn(index: number): Buffer {
  return Buffer.from(JSON.stringify(PLACEHOLDER + index));
}

const BACKSLASH = 0x5c;
const COLON = 0x3a;

/** Whether the bytes between two quotes are a long string's, which is all ASCII and no key. */
function isLongString(body: Buffer, open: number, close: number): boolean {
  if (close - open <= LONG_TEXT || !mayBegin(body, open)) return false;
  if (body[close - 1] === BACKSLASH) return false;
  return isAscii(body.subarray(open + 1, close)) && !isFollowedByColon(body, close + 1);
}

/** Whether a long string may begin at this quote. */
export function mayBegin(body: Buffer, open: number): boolean {
  if (open > 0 && body[open - 1] === BACKSLASH) return false;
  const start = body.toString('latin1', open + 1, open + 1 + LOOK_AHEAD).trimStart();
  return /^[A-Za-z0-9+/\\]/.test(start);
}

/** Whether what ended before `from` is a key. */
export function isFollowedByColon(body: Buffer, from: number): boolean {
  const next = body.toString('latin1', from, from + LOOK_AHEAD).trimStart();
  return next.charCodeAt(0) === COLON;
}
