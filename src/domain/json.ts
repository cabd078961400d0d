import type { Json } from '../decode/report.ts';

/** An object whose `undefined` fields are not there at all. */
export type Defined<T> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

/** Leaves out what is `undefined`. */
export function defined<T extends object>(object: T): Defined<T> {
  const kept: Record<string, unknown> = {};
  for (const key in object) {
    const value = object[key];
    if (value !== undefined) kept[key] = value;
  }
  return kept as Defined<T>;
}

/** `map[key]` where it is the map's own: keys come from outside, and may be `constructor`. */
export function own<T>(map: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(map, key) ? map[key] : undefined;
}

/**
 * A decoded value as JSON: 64-bit integers as decimal text, pictures and bytes by their length, a wall
 * clock as `YYYY-MM-DD hh:mm:ss.mmm`.
 */
export function toJson(value: unknown): Json {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return null;
  if (Array.isArray(value)) return value.map(toJson);
  if ('bytes' in value && value.bytes instanceof Uint8Array) {
    return {
      bytes: value.bytes.length,
      ...('format' in value ? { format: String(value.format) } : {}),
    };
  }
  if ('ms' in value && typeof value.ms === 'number') return wallText(value.ms);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toJson(inner)]));
}

function wallText(ms: number): string {
  return isoOf(ms).replace('T', ' ').replace('Z', '');
}

/** How many instants' texts are remembered: a push names its own few again and again. */
const INSTANTS = 512;
const instants = new Float64Array(INSTANTS).fill(Number.NaN);
const texts: string[] = new Array(INSTANTS).fill('');

/** An instant as ISO 8601 in UTC. One that no calendar holds becomes its number. */
export function isoOf(ms: number): string {
  const place = Math.abs(Math.trunc(ms)) % INSTANTS;
  const known = texts[place];
  if (known !== undefined && instants[place] === ms) return known;
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return String(ms);
  const text = date.toISOString();
  instants[place] = ms;
  texts[place] = text;
  return text;
}
