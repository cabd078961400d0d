import type { Json, JsonObject } from '../decode/report.ts';

/**
 * Home Assistant's recorder warns at every change of an entity whose attributes are more than 16,384
 * bytes; the rest is for what Home Assistant adds itself.
 */
export const attributeBytes = 12_000;

/** What an attribute that was cut keeps at least, in characters. */
const SHORTEST = 255;
/** How many names of things left out are listed, and how much of each. */
const NAMES = 20;
const NAME_LENGTH = 64;

/** Bytes of a value as JSON in UTF-8. */
export function jsonBytes(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** An object that fits, and what of it had to be cut or left out. */
export interface Fitted {
  readonly object: JsonObject;
  readonly omitted: readonly string[];
}

/**
 * The object in at most `bytes` bytes of JSON: the largest text is cut first, anything else that is
 * too large is left out.
 */
export function fitted(object: JsonObject, bytes: number): Fitted {
  if (jsonBytes(object) <= bytes) return { object, omitted: [] };
  const sizes = Object.entries(object).map(([key, value]) => ({
    key,
    value,
    size: jsonBytes(value) + jsonBytes(key) + 2,
  }));
  let excess = sizes.reduce((sum, { size }) => sum + size, 0) - bytes;
  const result = new Map(Object.entries(object));
  const omitted: string[] = [];
  for (const { key, value, size } of sizes.sort((one, other) => other.size - one.size)) {
    if (excess <= 0) break;
    omitted.push(key);
    const short = typeof value === 'string' ? shortened(value, size - excess) : undefined;
    if (short === undefined) result.delete(key);
    else result.set(key, short);
    excess -= size - (short === undefined ? 0 : jsonBytes(short) + jsonBytes(key) + 2);
  }
  return { object: Object.fromEntries(result), omitted: named(omitted) };
}

/** A text in at most `bytes` bytes of JSON; `undefined` where too little would be left of it. */
export function shortened(text: string, bytes: number): string | undefined {
  if (jsonBytes(text) <= bytes) return text;
  let length = Math.min(text.length, bytes);
  while (length >= SHORTEST) {
    const short = `${text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '')}…`;
    if (jsonBytes(short) <= bytes) return short;
    length = Math.floor(length * 0.7);
  }
  return undefined;
}

function named(keys: readonly string[]): readonly string[] {
  const names = keys.slice(0, NAMES).map((key) => key.slice(0, NAME_LENGTH));
  return keys.length > NAMES ? [...names, `and ${keys.length - NAMES} more`] : names;
}

/** `data` and what was left out of it, as the keys of a payload that Home Assistant takes for attributes. */
export function dataKeys(data: JsonObject | undefined, bytes = attributeBytes): JsonObject {
  if (data === undefined) return {};
  const { object, omitted } = fitted(data, bytes);
  return { data: object, ...(omitted.length > 0 ? { omitted } : {}) };
}

/** A JSON object where it is one. */
export function objectOf(value: Json | undefined): JsonObject | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as JsonObject) : undefined;
}

/** A number that Home Assistant takes; `null` for anything else. */
export function finite(value: Json | undefined): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
