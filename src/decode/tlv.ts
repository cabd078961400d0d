import { layers, tagName, tagRow } from '../spec/tags.ts';
import { Cursor, Malformed, plural, withoutNuls } from './bytes.ts';
import { looksLikeJson, plainJson } from './plain-json.ts';
import {
  type DecodedTlv,
  type Fault,
  type JsonObject,
  type TlvItem,
  type TlvRecord,
  UnreadableReport,
} from './report.ts';
import { type Budget, readValue } from './values.ts';

/** What one body may hold. Real ones have a few records of a few dozen tags. */
export const tlvLimits = {
  records: 1_024,
  /** of all records together */
  items: 4_096,
  faults: 100,
  /** points, percents and objects of all lists together */
  members: 16_384,
  /** bytes of all texts and extensions together */
  text: 262_144,
} as const;

/** T and L, four bytes each (protocol §3). */
const HEADER = 8;

/** The name of a JSON extension that stands behind the last tag without a T and L of its own. */
const BARE_EXTENSION = 'EXTENSION';

/** One T, L, V of either layer. */
interface Frame {
  readonly offset: number;
  readonly type: number;
  /** as L says */
  readonly length: number;
  /** a view of V; shorter than `length` where the bytes end before */
  readonly value: Buffer;
}

/** What is shared by the reading of one body. */
interface Reading {
  readonly faults: Fault[];
  readonly budget: Budget;
  items: number;
}

/**
 * Decodes the body of a `tlv_report` (protocol §3): one or more records, each a run of tags. Values are
 * views of `body`. What cannot be read is a fault, and everything before and after it is kept; what no
 * row knows is kept under its letters or its tag's number.
 * @param method what the answer's `method` will say
 * @throws UnreadableReport where not one value could be read
 */
export function decodeTlv(method: string, body: Buffer): DecodedTlv {
  const { members, text } = tlvLimits;
  const reading: Reading = { faults: [], budget: { members, text }, items: 0 };
  const records = readRecords(body, reading);
  if (!records.some(isReadable)) {
    if (reading.faults.length === 0) addFault(reading, 'body @0', 'nothing in it');
    throw new UnreadableReport(reading.faults);
  }
  const deviceId = records.flatMap((record) => record.items).find(hasDeviceId)?.value;
  return {
    kind: 'tlv',
    report: 'tlv_report',
    method,
    ...(typeof deviceId === 'string' ? { deviceId } : {}),
    faults: reading.faults,
    repaired: false,
    records,
  };
}

function readRecords(body: Buffer, reading: Reading): readonly TlvRecord[] {
  const records: TlvRecord[] = [];
  // NULs behind the last record are padding
  const cursor = new Cursor(body);
  const filled = withoutNuls(body);
  while (cursor.offset < filled) {
    const offset = cursor.offset;
    const path = `body @${offset}`;
    if (records.length === tlvLimits.records) {
      addFault(reading, path, `more than ${tlvLimits.records} records`);
      break;
    }
    const frame = nextFrame(cursor);
    const layer = frame && layerOf(frame, records.length > 0);
    if (frame === undefined || layer === undefined) {
      addFault(
        reading,
        path,
        `no record begins in the last ${plural(body.length - offset, 'byte')}`,
      );
      break;
    }
    const place = `${layer}[${records.length}]`;
    if (isCut(frame)) addFault(reading, `${place} @${offset}`, cutShort(frame));
    const items = readItems(frame, place, reading);
    records.push({ layer, offset, length: frame.length, items });
  }
  return records;
}

function readItems(record: Frame, place: string, reading: Reading): readonly TlvItem[] {
  const items: TlvItem[] = [];
  const run = record.value;
  const start = record.offset + HEADER;
  const cursor = new Cursor(run);
  // NULs at the end of a whole record are padding, at the end of a cut one half a tag
  const filled = isCut(record) ? run.length : withoutNuls(run);
  while (cursor.offset < filled) {
    const offset = start + cursor.offset;
    if (reading.items === tlvLimits.items) {
      addFault(reading, `${place} @${offset}`, `more than ${tlvLimits.items} tags in a body`);
      break;
    }
    reading.items++;
    const { left } = cursor;
    const frame = nextFrame(cursor);
    const isWhole = frame !== undefined && !isCut(frame);
    const extension = isWhole ? undefined : readExtension(run.subarray(-left), reading);
    if (extension !== undefined) {
      items.push({ tag: 0, name: BARE_EXTENSION, offset, length: left, value: extension });
      break;
    }
    if (frame === undefined) {
      addFault(reading, `${place} @${offset}`, `no tag begins in the last ${plural(left, 'byte')}`);
      break;
    }
    items.push(readItem({ ...frame, offset }, place, reading));
  }
  return items;
}

function readItem(frame: Frame, place: string, reading: Reading): TlvItem {
  const { type: tag, offset, length } = frame;
  const name = tagName(tag);
  const item = { tag, name, offset, length };
  try {
    if (isCut(frame)) throw new Malformed(cutShort(frame));
    const row = tagRow(tag);
    if (row !== undefined) return { ...item, ...readValue(row, frame.value, reading.budget) };
    return { ...item, value: readExtension(frame.value, reading) ?? { bytes: frame.value } };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    addFault(reading, `${place}/${name} @${offset}`, error.message);
    return { ...item, value: undefined };
  }
}

/** What costs more to try than the body may still cost is left as bytes. */
function readExtension(bytes: Buffer, { budget }: Reading): JsonObject | undefined {
  if (!looksLikeJson(bytes) || bytes.length > budget.text) return undefined;
  budget.text -= bytes.length;
  return plainJson(bytes);
}

/** The next T, L, V; `undefined` where not even T and L are left. */
function nextFrame(cursor: Cursor): Frame | undefined {
  if (cursor.left < HEADER) return undefined;
  const offset = cursor.offset;
  const type = cursor.u32();
  const length = cursor.u32();
  return { offset, type, length, value: cursor.take(Math.min(length, cursor.left)) };
}

function isCut(frame: Frame): boolean {
  return frame.value.length < frame.length;
}

function cutShort(frame: Frame): string {
  return `says ${plural(frame.length, 'byte')}, ${frame.value.length} are there`;
}

/**
 * The four letters of a record; `undefined` where it is none. Letters that no row knows are believed
 * only where the length fits or a record came before: a page of text has four letters at its beginning
 * too.
 */
function layerOf(frame: Frame, inRecords: boolean): string | undefined {
  const letters = Buffer.alloc(4);
  letters.writeUInt32BE(frame.type);
  const layer = letters.toString('latin1');
  if (Object.hasOwn(layers, layer)) return layer;
  const credible = inRecords || !isCut(frame);
  return credible && /^[A-Za-z][A-Za-z0-9_]{3}$/.test(layer) ? layer : undefined;
}

function isReadable(record: TlvRecord): boolean {
  return (
    !Object.hasOwn(layers, record.layer) || record.items.some((item) => item.value !== undefined)
  );
}

function hasDeviceId(item: TlvItem): boolean {
  return item.name === 'DEVICEID' && typeof item.value === 'string' && item.value !== '';
}

function addFault(reading: Reading, where: string, problem: string): void {
  const { faults } = reading;
  if (faults.length < tlvLimits.faults) faults.push({ where, problem });
  else if (faults.length === tlvLimits.faults) {
    faults.push({ where, problem: 'and more from here on, left out' });
  }
}
