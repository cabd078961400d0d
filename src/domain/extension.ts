import { readExtension } from '../decode/extension.ts';
import type { JsonObject } from '../decode/report.ts';
import { kinds, type ReadingField, type ReadingKind } from '../spec/kinds.ts';

/** Extension data (protocol §2) by the names that go over the wire, enumerations in words. */
export function inWords(extension: JsonObject): JsonObject {
  return readExtension(extension).values;
}

/** What of extension data in words is a value of a kind of reading, by the fields of the kind's row. */
export function fieldsFed(kind: ReadingKind, words: JsonObject): JsonObject {
  const fields: Readonly<Record<string, ReadingField>> = kinds[kind].fields;
  return Object.fromEntries(
    Object.entries(words).filter(
      ([key]) => Object.hasOwn(fields, key) && fields[key]?.extension !== undefined,
    ),
  );
}
