import { jsonOf } from '../decode/items.ts';
import type { DecodedJson, JsonObject, JsonReportName, TlvItem } from '../decode/report.ts';
import { escapeSegment } from '../decode/tree.ts';
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

/** The key that names the report itself: of every body, of no row. */
const ENVELOPE: ReadonlySet<string> = new Set(['/method', '/mid']);

interface Places {
  readonly known: ReadonlySet<string>;
  /** what leads to them */
  readonly above: ReadonlySet<string>;
}

const places = new Map<JsonReportName, Places>();

function placesOf(report: JsonReportName): Places {
  const made = places.get(report);
  if (made !== undefined) return made;
  const fields: Readonly<Record<string, FieldRow>> = reports[report].fields;
  const known = new Set(Object.values(fields).map((field) => field.at));
  const above = new Set<string>();
  for (const at of known) {
    for (let end = at.lastIndexOf('/'); end > 0; end = at.lastIndexOf('/', end - 1)) {
      above.add(at.slice(0, end));
    }
  }
  places.set(report, { known, above });
  return { known, above };
}

/** Fields of a JSON body that its report's row does not know, by their JSON pointer. */
export function unknownFields(report: DecodedJson, place: Place): readonly UnknownEvent[] {
  const { known, above } = placesOf(report.report);
  const found: UnknownEvent[] = [];
  const look = (object: JsonObject, path: string) => {
    for (const [key, value] of Object.entries(object)) {
      const at = `${path}/${/[~/]/.test(key) ? escapeSegment(key) : key}`;
      if (known.has(at) || ENVELOPE.has(at) || found.length === MOST_FIELDS) continue;
      if (above.has(at) && isObject(value)) look(value, at);
      else {
        const name = `${report.method} ${at}`;
        found.push({ ...place, kind: 'unknown', what: 'field', name, data: { value } });
      }
    }
  };
  look(report.json, '');
  return found;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
