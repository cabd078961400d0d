import { decodeText } from './charset.ts';
import type { JsonObject } from './report.ts';
import { growTree, isObject, objectToJson } from './tree.ts';

/** The most bytes of a JSON extension of a TLV: real ones have a path or two. */
export const PLAIN_JSON_BYTES = 65_536;

const OPENING_BRACE = 0x7b;

/** Whether bytes begin as a JSON object does. */
export function looksLikeJson(bytes: Buffer): boolean {
  return bytes[0] === OPENING_BRACE;
}

/**
 * The JSON object that bytes are the text of; `undefined` where they are not, are too long, nest too
 * deep or have too many values (`treeLimits`). Nothing is repaired: the bytes may be anything. Never
 * throws.
 */
export function plainJson(bytes: Buffer): JsonObject | undefined {
  if (!looksLikeJson(bytes) || bytes.length > PLAIN_JSON_BYTES) return undefined;
  try {
    const tree = growTree(JSON.parse(decodeText(bytes).text), [], () => undefined);
    return isObject(tree) ? objectToJson(tree) : undefined;
  } catch {
    return undefined;
  }
}
