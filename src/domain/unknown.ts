import { jsonOf } from '../decode/items.ts';
import type { DecodedJson, JsonObject, JsonReportName, TlvItem } from '../decode/report.ts';
import { escapeSegment, keysOf } from '../decode/tree.ts';
import { UNKNOWN, unknownKey } from '../spec/enums.ts';
import { type FieldRow, reports } from '../spec/reports.ts';
import { tagNumber } from '../spec/tags.ts';
import type { Place, UnknownEvent } from './event.ts';
import { toJson } from './json.ts';

/** How many bytes of an unknown tag are shown. */
const HEAD = 32;
/** How many unknown fields of one body are named. */
const MOST_FIELDS = 20;

/** Tags that no row knows, and values that their tag's enumeration does not know. */
export function unknownItems(items: readonly TlvItem[], place: Place): readonly UnknownEvent[] {
  const found: UnknownEvent[] = [];
  for (const item of items) {
    const event = unknownItem(item, place);
    if (event !== undefined) found.push(event);
  }
  return found;
}

function unknownItem(item: TlvItem, place: Place): UnknownEvent | undefined {
  const { name, value, key, length } = item;
  // bytes or JSON is what a tag of no row has, a key what a value of an enumeration has
  if (key === undefined && typeof value !== 'object') return undefined;
  if (tagNumber(name) === undefined) {
    if (jsonOf(item) !== undefined || value === undefined) return undefined;
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

/** Fields of a JSON body that its report's row does not know, by their JSON pointer. */
export function unknownFields(report: DecodedJson, place: Place): readonly UnknownEvent[] {
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
