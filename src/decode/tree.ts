import { LongText, putBack } from './long-text.ts';
import type { Json, JsonObject } from './report.ts';

/** A parsed JSON body whose long strings are still bytes. */
export type Tree = null | boolean | number | string | LongText | Tree[] | TreeObject;
export interface TreeObject {
  [key: string]: Tree;
}

export function isObject(tree: Tree | undefined): tree is TreeObject {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree) && !isLong(tree);
}

function isLong(tree: object): tree is LongText {
  return tree instanceof LongText;
}

const PROTO = '__proto__';

/** What a body may hold; real ones have a few dozen values, three deep. */
export const treeLimits = { depth: 32, values: 20_000 } as const;

/**
 * Makes a tree of what `JSON.parse` gave, in place: long strings are put back, and what no JSON can say
 * becomes null: `1e999` is Infinity to `JSON.parse`, and `__proto__` as a key would become a prototype
 * where somebody copies it.
 * @param mended told of every string that JSON would have refused
 * @throws RangeError past {@link treeLimits}
 */
export function growTree(parsed: unknown, texts: readonly LongText[], mended: () => void): Tree {
  let values = 0;
  const grow = (value: unknown, depth: number): Tree => {
    if (++values > treeLimits.values) throw new RangeError(`more than ${treeLimits.values} values`);
    if (typeof value === 'string') {
      const long = putBack(value, texts);
      if (long?.mended) mended();
      return long ?? value;
    }
    if (typeof value === 'number') return Number.isFinite(value) ? value : null;
    if (typeof value !== 'object' || value === null) return value as Tree;
    if (depth >= treeLimits.depth) throw new RangeError(`deeper than ${treeLimits.depth} levels`);
    if (Array.isArray(value)) return value.map((item) => grow(item, depth + 1));
    const object = value as TreeObject;
    // only where it is there: deleting makes an object slow
    if (Object.hasOwn(object, PROTO)) Reflect.deleteProperty(object, PROTO);
    for (const key of Object.keys(object)) object[key] = grow(object[key], depth + 1);
    return object;
  };
  return grow(parsed, 0);
}

/**
 * How single values go into the JSON that is shown, by where they stand: objects of keys as in the body,
 * and a function at the value. It may give `undefined`: as any other.
 */
export type Describe = (value: string | LongText) => Json | undefined;
export type Shape = Describe | ShapeObject;
export interface ShapeObject {
  readonly [key: string]: Shape;
}

/** The JSON of a tree, binary content by its length: `{ "bytes": n }`. */
export function toJson(tree: Tree, shape?: Shape): Json {
  const describe = typeof shape === 'function' ? shape : undefined;
  if (typeof tree === 'string') return describe?.(tree) ?? tree;
  if (typeof tree !== 'object' || tree === null) return tree;
  if (isLong(tree)) return longToJson(tree, describe);
  if (Array.isArray(tree)) return tree.map((item) => toJson(item));
  return objectToJson(tree, shape);
}

function longToJson(long: LongText, describe?: Describe): Json {
  if (long.cut) return { bytes: long.length };
  const described = describe?.(long);
  if (described !== undefined) return described;
  const { binary } = long;
  return binary === undefined ? long.text : { bytes: binary.length };
}

/** {@link toJson} of an object. */
export function objectToJson(tree: TreeObject, shape?: Shape): JsonObject {
  const shapes = typeof shape === 'object' ? shape : undefined;
  const json: Record<string, Json> = {};
  // growTree let no `__proto__` through
  for (const [key, value] of Object.entries(tree)) {
    json[key] = toJson(value, shapes && Object.hasOwn(shapes, key) ? shapes[key] : undefined);
  }
  return json;
}

/** One segment of a JSON pointer (RFC 6901 §3). */
export function escapeSegment(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The keys that a JSON pointer goes by (RFC 6901 §4). */
export function keysOf(pointer: string): readonly string[] {
  const segments = pointer.split('/').slice(1);
  return segments.map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What stands where keys lead; `undefined` where nothing does. */
export function valueAt(tree: Tree, keys: readonly string[]): Tree | undefined {
  let at: Tree | undefined = tree;
  for (const key of keys) {
    // Object.hasOwn: a pointer must not find `constructor`
    if (typeof at !== 'object' || at === null || isLong(at) || !Object.hasOwn(at, key)) {
      return undefined;
    }
    at = (at as TreeObject)[key];
  }
  return at;
}
