import type { Json, JsonObject } from '../decode/report.ts';
import { enumKey } from '../spec/enums.ts';
import { kinds, type ReadingField, type ReadingKind } from '../spec/kinds.ts';

/** The kinds that extension data feeds (protocol §2 "Extension data"). */
const FED = ['face', 'plate', 'parking'] as const satisfies readonly ReadingKind[];

interface Fed {
  readonly field: string;
  readonly row: ReadingField;
}

/** By the key in the extension. */
const fieldsOf = new Map<ReadingKind, ReadonlyMap<string, Fed>>(
  FED.map((kind) => [kind, extensionFields(kinds[kind].fields)]),
);

/** No key of an extension means two things, so one table reads them all. */
const everyField: ReadonlyMap<string, Fed> = new Map(
  [...fieldsOf.values()].flatMap((fields) => [...fields]),
);

function extensionFields(fields: Readonly<Record<string, ReadingField>>): ReadonlyMap<string, Fed> {
  return new Map(
    Object.entries(fields).flatMap(([field, row]) =>
      row.extension === undefined ? [] : [[row.extension, { field, row }] as const],
    ),
  );
}

/** The values of a kind of reading that an extension brings, by the fields of the kind's row. */
export function extensionValues(kind: ReadingKind, extension: JsonObject): JsonObject {
  const values: Record<string, Json> = {};
  for (const [key, { field, row }] of fieldsOf.get(kind) ?? []) {
    const value = Object.hasOwn(extension, key) ? readField(row, extension[key]) : undefined;
    if (value !== undefined) values[field] = value;
  }
  return values;
}

/** An extension as it was sent, but its enumerations in words: `plate_color: "blue"`. */
export function inWords(extension: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(extension).map(([key, value]) => {
      const fed = everyField.get(key);
      return [key, (fed && readField(fed.row, value)) ?? value];
    }),
  );
}

/** `undefined` where it is not what the field is made of. */
function readField(row: ReadingField, value: Json | undefined): Json | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    return undefined;
  }
  if (row.platform === 'binary_sensor') return flags.get(String(value));
  if (row.enumeration === undefined) return value;
  return value === '' ? undefined : enumKey(row.enumeration, String(value));
}

const flags: ReadonlyMap<string, boolean> = new Map([
  ['1', true],
  ['0', false],
  ['true', true],
  ['false', false],
]);
