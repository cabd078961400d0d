/** Reads a value as what it should be, or `undefined` where it is something else. */
export type Read<T> = (value: unknown) => T | undefined;

type Fields = Readonly<Record<string, Read<unknown>>>;
type Value<R> = R extends Read<infer T> ? T : never;
type Shape<Required extends Fields, Optional extends Fields> = {
  -readonly [K in keyof Required]: Value<Required[K]>;
} & { -readonly [K in keyof Optional]?: Value<Optional[K]> };

export const text: Read<string> = (value) => (typeof value === 'string' ? value : undefined);
export const flag: Read<boolean> = (value) => (typeof value === 'boolean' ? value : undefined);
export const number: Read<number> = (value) =>
  typeof value === 'number' && Number.isFinite(value) ? value : undefined;

/** One of a few words. */
export function word<const T extends string>(...words: readonly T[]): Read<T> {
  return (value) => words.find((known) => known === value);
}

/** What `read` gives, else `fallback()`. */
export function or<T>(read: Read<T>, fallback: () => T): Read<T> {
  return (value) => read(value) ?? fallback();
}

/** A list; what is wrong in it is left out. */
export function list<T>(read: Read<T>): Read<T[]> {
  return (value) => (Array.isArray(value) ? value.flatMap((item) => read(item) ?? []) : undefined);
}

/** An object whose keys are data; an entry that is wrong is left out. */
export function map<T>(read: Read<T>): Read<Record<string, T>> {
  return (value) => {
    if (!isObject(value)) return undefined;
    const entries = Object.entries(value).map(([key, item]) => [key, read(item)] as const);
    return Object.fromEntries(entries.filter(hasValue));
  };
}

/**
 * An object of known fields. One without a required field is none; an optional field that is wrong is
 * left out. Fields that are not known are kept: a later version may have written them.
 */
export function object<Required extends Fields, Optional extends Fields>(
  required: Required,
  optional: Optional,
): Read<Shape<Required, Optional>> {
  return (value) => {
    if (!isObject(value)) return undefined;
    const result: Record<string, unknown> = { ...value };
    for (const [key, read] of Object.entries({ ...required, ...optional })) {
      const item = Object.hasOwn(value, key) ? read(value[key]) : read(undefined);
      if (item !== undefined) result[key] = item;
      else if (Object.hasOwn(required, key)) return undefined;
      else delete result[key];
    }
    return result as Shape<Required, Optional>;
  };
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasValue<T>(entry: readonly [string, T | undefined]): entry is readonly [string, T] {
  return entry[1] !== undefined;
}
