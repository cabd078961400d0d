import { decodeText } from './charset.ts';
import type { JsonObject } from './report.ts';

/** What a JSON extension of a TLV may be: real ones have a path or two. */
export const plainJsonLimits = { bytes: 65_536, depth: 32 } as const;

const OPENING_BRACE = 0x7b;

/**
 * The JSON object that bytes are the text of; `undefined` where they are not, are too long or nest too
 * deep. Never throws.
 */
export function plainJson(bytes: Buffer): JsonObject | undefined {
  if (bytes[0] !== OPENING_BRACE || bytes.length > plainJsonLimits.bytes) return undefined;
  const { text } = decodeText(bytes);
  if (depthOf(text) > plainJsonLimits.depth) return undefined;
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return undefined;
  }
}

/** How deep objects and arrays nest; brackets inside strings do not count. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (inString) {
      if (character === '\\') at++;
      else inString = character !== '"';
    } else if (character === '"') inString = true;
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth);
    else if (character === '}' || character === ']') depth--;
  }
  return deepest;
}
