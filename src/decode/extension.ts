import { enumKey, UNKNOWN, unknownKey } from '../spec/enums.ts';
import { type ExtensionRow, type ExtensionType, extensions } from '../spec/extensions.ts';
import { parseJson } from './json.ts';
import { LongText } from './long-text.ts';
import { addFault, kindOf, type Place } from './place.ts';
import type { Fault, Json, JsonObject } from './report.ts';
import { escapeSegment, isObject, objectToJson, type Tree } from './tree.ts';

/** Where text is kept that should have been JSON. */
const TEXT = 'text';

/**
 * The extension of an alarm as the device sent it: base64 of JSON, JSON in a text, or a plain object
 * (protocol §2). Text that is neither, such as the vendor's placeholder, is kept as `{ "text": … }`.
 */
export function parseExtension(value: Tree, place: Place): JsonObject | undefined {
  if (isObject(value)) return objectToJson(value);
  if (typeof value !== 'string' && !(value instanceof LongText)) {
    return addFault(place, `${kindOf(value)} instead of extension data`);
  }
  const long = value instanceof LongText ? value : new LongText(value);
  const text = long.text.replaceAll('\0', '').trim();
  if (text === '') return undefined;
  const json = /^[{[]/.test(text) ? Buffer.from(text) : long.bytes;
  const parsed = json === undefined ? undefined : parseJson(json);
  if (parsed === undefined || 'problem' in parsed || !isObject(parsed.tree)) {
    addFault(place, 'neither JSON nor base64 of JSON');
    return { [TEXT]: text };
  }
  for (const { problem } of parsed.faults) addFault(place, problem);
  if (parsed.repaired) place.findings.repaired = true;
  return objectToJson(parsed.tree);
}

/** What extension data says, by the names that go over the wire. */
export interface ReadExtension {
  readonly values: JsonObject;
  readonly faults: readonly Fault[];
}

/**
 * Reads extension data by the rows of `spec/extensions.ts`: enumerations as their stable keys, flags as
 * booleans, either as `Unknown (17)` where no row knows the value. Keys of no row stay as they were sent;
 * what is empty is left out.
 */
export function readExtension(json: JsonObject): ReadExtension {
  const unknown: [string, Json][] = [];
  const known: [string, Json][] = [];
  const faults: Fault[] = [];
  for (const [key, value] of Object.entries(json)) {
    if (!isKnown(key)) {
      unknown.push([key, value]);
      continue;
    }
    const row: ExtensionRow = extensions[key];
    const read = readByRow(row, value);
    if (read === '') continue;
    if (read !== undefined) known.push([row.key, read]);
    else faults.push({ where: `/${escapeSegment(key)}`, problem: `not ${expected[row.type]}` });
  }
  // a row's own name wins over an unknown key that is called the same
  return { values: Object.fromEntries([...unknown, ...known]), faults };
}

/** Something of extension data that no row knows: a key, or the value of a known one as `Unknown (17)`. */
export interface UnknownPart {
  readonly key: string;
  readonly value: Json;
  readonly word?: string;
}

/** What of extension data no row knows. */
export function unknownParts(json: JsonObject): readonly UnknownPart[] {
  return Object.entries(json).flatMap(([key, value]): UnknownPart[] => {
    if (!isKnown(key)) return key === TEXT ? [] : [{ key, value }];
    const row: ExtensionRow = extensions[key];
    const word = row.type === 'text' ? undefined : readByRow(row, value);
    return typeof word === 'string' && word.startsWith(UNKNOWN) ? [{ key, value, word }] : [];
  });
}

/** Empty where nothing was sent, `undefined` where it is not what the row says. */
function readByRow(row: ExtensionRow, value: Json): Json | undefined {
  const scalar = readScalar(value);
  return scalar === undefined || scalar === '' ? scalar : readers[row.type](scalar, row);
}

function isKnown(key: string): key is keyof typeof extensions {
  return Object.hasOwn(extensions, key);
}

/** A text or a number as trimmed text, a flag as 1 or 0; `undefined` of lists and objects. */
function readScalar(value: Json): string | undefined {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'object' ? undefined : String(value).trim();
}

const expected: Readonly<Record<ExtensionType, string>> = {
  text: 'a text',
  integer: 'a whole number',
  flag: '1 or 0',
  enumeration: 'a value of an enumeration',
};

const flags = new Map([
  ['1', true],
  ['0', false],
]);

const readers: {
  readonly [T in ExtensionType]: (text: string, row: ExtensionRow) => Json | undefined;
} = {
  text: (text) => text,
  integer: wholeNumber,
  flag: (text) => flags.get(text) ?? unknownKey(text),
  enumeration: (text, { enumeration }) =>
    enumeration && enumKey(enumeration, wholeNumber(text) ?? text.toLowerCase()),
};

function wholeNumber(text: string): number | undefined {
  return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined;
}
