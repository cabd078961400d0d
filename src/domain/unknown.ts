import { unknownParts } from '../decode/extension.ts';
import { jsonOf } from '../decode/items.ts';
import type { DecodedJson, JsonObject, JsonReportName, TlvItem } from '../decode/report.ts';
import { escapeSegment, keysOf } from '../decode/tree.ts';
import { enumOption, UNKNOWN, unknownKey } from '../spec/enums.ts';
import { type FieldRow, reports } from '../spec/reports.ts';
import { tagNumber } from '../spec/tags.ts';
import type { Place, UnknownEvent } from './event.ts';
import { toJson } from './json.ts';

/** How many bytes of an unknown tag are shown. */
const HEAD = 32;
/** How many unknown fields of one body or one extension are named. */
const MOST_FIELDS = 20;

/** Tags that no row knows, values that their tag's enumeration does not know, and what is in extensions. */
export function unknownItems(items: readonly TlvItem[], place: Place): readonly UnknownEvent[] {
  const found: UnknownEvent[] = [];
  for (const item of items) {
    const json = jsonOf(item);
    const event = json === undefined ? unknownItem(item, place) : undefined;
    if (event !== undefined) found.push(event);
    if (json !== undefined) found.push(...unknownInExtension(json, item.name, place));
  }
  return found;
}

function unknownItem(item: TlvItem, place: Place): UnknownEvent | undefined {
  const { name, value, key, length } = item;
  // bytes are what a tag of no row has, a key what a value of an enumeration has
  if (key === undefined && typeof value !== 'object') return undefined;
  if (tagNumber(name) === undefined) {
    const data = { length, head: headOf(value) };
    return { ...place, kind: 'unknown', what: 'tag', name, data };
  }
  // the target has a notice of its own
  if (key === undefined || !isUnknownKey(key, value) || name === 'TARGET') return undefined;
  const data = { tag: name, value: toJson(value) };
  return { ...place, kind: 'unknown', what: 'value', name: `${name} ${key}`, data };
}

function isUnknownKey(key: string, value: TlvItem['value']): boolean {
  return key.startsWith(UNKNOWN) && key === unknownKey(String(value));
}

function headOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || !('bytes' in value)) return '';
  return Buffer.isBuffer(value.bytes) ? value.bytes.subarray(0, HEAD).toString('hex') : '';
}

/** The keys that name the report itself: of every body, of no row. */
const ENVELOPE = ['/method', '/mid'];

/** What is known at a key: a field, or an object with fields within. */
interface Known {
  isField: boolean;
  readonly within: Map<string, Known>;
}

const roots = new Map<JsonReportName, Known>();

function rootOf(report: JsonReportName): Known {
  const made = roots.get(report);
  if (made !== undefined) return made;
  const fields: Readonly<Record<string, FieldRow>> = reports[report].fields;
  const root: Known = { isField: false, within: new Map() };
  for (const at of [...ENVELOPE, ...Object.values(fields).map((field) => field.at)]) {
    let known = root;
    for (const key of keysOf(at)) {
      const next = known.within.get(key) ?? { isField: false, within: new Map() };
      known.within.set(key, next);
      known = next;
    }
    known.isField = true;
  }
  roots.set(report, root);
  return root;
}

/** What of a JSON body its report's row does not know: fields, values, and what is in its extension. */
export function unknownInJson(report: DecodedJson, place: Place): readonly UnknownEvent[] {
  const rows: Readonly<Record<string, FieldRow>> = reports[report.report].fields;
  const { method } = report;
  const extension = 'extension' in report.fields ? report.fields.extension : undefined;
  return [
    ...unknownFields(report, place),
    ...unknownValues(report, rows, place),
    ...(extension === undefined
      ? []
      : unknownInExtension(extension, `${method} ${rows.extension?.at ?? ''}`, place)),
  ];
}

/** Values of enumerations. */
function unknownValues(
  { fields, method }: DecodedJson,
  rows: Readonly<Record<string, FieldRow>>,
  place: Place,
): readonly UnknownEvent[] {
  return Object.entries(fields).flatMap(([field, read]): UnknownEvent[] => {
    const row = rows[field];
    const value = row && unknownValue(row, read);
    if (row === undefined || value === undefined) return [];
    const name = `${method} ${row.at} ${unknownKey(value)}`;
    return [{ ...place, kind: 'unknown', what: 'value', name, data: { value } }];
  });
}

/** A status is a word by now, or what it was behind `unknown`. */
function unknownValue({ enumeration }: FieldRow, read: unknown): number | string | undefined {
  if (enumeration === undefined) return undefined;
  if (typeof read === 'number') {
    return enumOption(enumeration, read) === undefined ? read : undefined;
  }
  return isObject(read) && typeof read.unknown === 'string' ? read.unknown : undefined;
}

/** Keys and values of extension data (protocol §2), by where it stands. */
function unknownInExtension(json: JsonObject, at: string, place: Place): readonly UnknownEvent[] {
  return unknownParts(json)
    .slice(0, MOST_FIELDS)
    .map(({ key, value, word }): UnknownEvent => {
      const what = word === undefined ? 'key' : 'value';
      const name = `${at}/${escapeSegment(key)}${word === undefined ? '' : ` ${word}`}`;
      return { ...place, kind: 'unknown', what, name, data: { key, value } };
    });
}

/** Fields of a JSON body that its report's row does not know, by their JSON pointer. */
function unknownFields(report: DecodedJson, place: Place): readonly UnknownEvent[] {
  const found: UnknownEvent[] = [];
  const look = (object: JsonObject, { within }: Known, path: string) => {
    for (const key of Object.keys(object)) {
      const known = within.get(key);
      if (known?.isField || found.length === MOST_FIELDS) continue;
      // of what is known no pointer is made
      const at = `${path}/${escapeSegment(key)}`;
      const value = object[key] ?? null;
      if (known !== undefined && isObject(value)) look(value, known, at);
      else {
        const name = `${report.method} ${at}`;
        found.push({ ...place, kind: 'unknown', what: 'field', name, data: { value } });
      }
    }
  };
  look(report.json, rootOf(report.report), '');
  return found;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
