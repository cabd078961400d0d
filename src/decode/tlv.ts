import { layers, type TagRow, tagName, tagRow } from '../spec/tags.ts';
import { Cursor, Malformed, plural, type Span, viewOf, withoutNuls } from './bytes.ts';
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

/** One T, L, V of either layer, and where V is; it is shorter than `length` where the bytes end before. */
interface Frame extends Span {
  /** of its T in the whole body */
  readonly offset: number;
  readonly type: number;
  /** as L says */
  readonly length: number;
}

/** What is shared by the reading of one body. */
interface Reading {
  readonly faults: Fault[];
  readonly budget: Budget;
  items: number;
  /** the first that is not empty */
  deviceId: string | undefined;
}

/** Where a record stands, in words; made where there is a fault to tell. */
type Path = () => string;

/**
 * Decodes the body of a `tlv_report` (protocol §3): one or more records, each a run of tags. Values are
 * views of `body`. What cannot be read is a fault, and everything before and after it is kept; what no
 * row knows is kept under its letters or its tag's number.
 * @param method what the answer's `method` will say
 * @throws UnreadableReport where not one value could be read
 */
export function decodeTlv(method: string, body: Buffer): DecodedTlv {
  const { members, text } = tlvLimits;
  const reading: Reading = { faults: [], budget: { members, text }, items: 0, deviceId: undefined };
  const records = readRecords(body, reading);
  if (!records.some(isReadable)) {
    if (reading.faults.length === 0) addFault(reading, 'body @0', 'nothing in it');
    throw new UnreadableReport(reading.faults);
  }
  const { faults, deviceId } = reading;
  return {
    kind: 'tlv',
    report: 'tlv_report',
    method,
    ...(deviceId === undefined ? {} : { deviceId }),
    faults,
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
    if (records.length === tlvLimits.records) {
      addFault(reading, `body @${offset}`, `more than ${tlvLimits.records} records`);
      break;
    }
    const frame = nextFrame(body, cursor, 0);
    const layer = frame && layerOf(frame, records.length > 0);
    if (frame === undefined || layer === undefined) {
      addFault(
        reading,
        `body @${offset}`,
        `no record begins in the last ${plural(body.length - offset, 'byte')}`,
      );
      break;
    }
    const { length } = records;
    const path = () => `${layer}[${length}]`;
    if (isCut(frame)) addFault(reading, `${path()} @${offset}`, cutShort(frame));
    const items = readItems(frame, path, reading);
    records.push({ layer, offset, length: frame.length, items });
  }
  return records;
}

function readItems(record: Frame, path: Path, reading: Reading): readonly TlvItem[] {
  const items: TlvItem[] = [];
  const run = viewOf(record);
  const start = record.offset + HEADER;
  const cursor = new Cursor(run);
  // NULs at the end of a whole record are padding, at the end of a cut one half a tag
  const filled = isCut(record) ? run.length : withoutNuls(run);
  while (cursor.offset < filled) {
    const offset = start + cursor.offset;
    if (reading.items === tlvLimits.items) {
      addFault(reading, `${path()} @${offset}`, `more than ${tlvLimits.items} tags in a body`);
      break;
    }
    reading.items++;
    const { left } = cursor;
    const frame = nextFrame(run, cursor, start);
    const isWhole = frame !== undefined && !isCut(frame);
    const extension = isWhole ? undefined : readExtension(run.subarray(-left), reading);
    if (extension !== undefined) {
      items.push({ tag: 0, name: BARE_EXTENSION, offset, length: left, value: extension });
      break;
    }
    if (frame === undefined) {
      addFault(
        reading,
        `${path()} @${offset}`,
        `no tag begins in the last ${plural(left, 'byte')}`,
      );
      break;
    }
    items.push(readItem(frame, path, reading));
  }
  return items;
}

function readItem(frame: Frame, path: Path, reading: Reading): TlvItem {
  const { type: tag, offset, length } = frame;
  const row = tagRow(tag);
  const name = row?.name ?? tagName(tag);
  try {
    if (isCut(frame)) throw new Malformed(cutShort(frame));
    if (row !== undefined) return itemOf(row, frame, reading);
    const bytes = viewOf(frame);
    const value = readExtension(bytes, reading) ?? { bytes };
    return { tag, name, offset, length, value };
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    addFault(reading, `${path()}/${name} @${offset}`, error.message);
    return { tag, name, offset, length, value: undefined };
  }
}

/** Written out: a spread of what is read of each tag would take longer than the reading. */
function itemOf(row: TagRow, frame: Frame, reading: Reading): TlvItem {
  const { type: tag, offset, length } = frame;
  const { name } = row;
  const { value, key, unit } = readValue(row, frame, reading.budget);
  if (name === 'DEVICEID' && typeof value === 'string' && value !== '') reading.deviceId ??= value;
  if (key !== undefined) return { tag, name, offset, length, value, key };
  if (unit !== undefined) return { tag, name, offset, length, value, unit };
  return { tag, name, offset, length, value };
}

/** What costs more to try than the body may still cost is left as bytes. */
function readExtension(bytes: Buffer, { budget }: Reading): JsonObject | undefined {
  if (!looksLikeJson(bytes) || bytes.length > budget.text) return undefined;
  budget.text -= bytes.length;
  return plainJson(bytes);
}

/**
 * The next T, L, V; `undefined` where not even T and L are left.
 * @param bytes the cursor's
 * @param base where in the whole body they begin
 */
function nextFrame(bytes: Buffer, cursor: Cursor, base: number): Frame | undefined {
  if (cursor.left < HEADER) return undefined;
  const offset = base + cursor.offset;
  const type = cursor.u32();
  const length = cursor.u32();
  const start = cursor.offset;
  cursor.skip(Math.min(length, cursor.left));
  return { offset, type, length, bytes, start, end: cursor.offset };
}

function lengthOf({ start, end }: Span): number {
  return end - start;
}

function isCut(frame: Frame): boolean {
  return lengthOf(frame) < frame.length;
}

function cutShort(frame: Frame): string {
  return `says ${plural(frame.length, 'byte')}, ${lengthOf(frame)} are there`;
}

/** By their letters as a T. */
const layerNames: ReadonlyMap<number, string> = new Map(
  Object.keys(layers).map((layer) => [Buffer.from(layer, 'latin1').readUInt32BE(), layer]),
);

/**
 * The four letters of a record; `undefined` where it is none. Letters that no row knows are believed
 * only where the length fits or a record came before: a page of text has four letters at its beginning
 * too.
 */
function layerOf(frame: Frame, inRecords: boolean): string | undefined {
  const known = layerNames.get(frame.type);
  if (known !== undefined) return known;
  const letters = Buffer.alloc(4);
  letters.writeUInt32BE(frame.type);
  const layer = letters.toString('latin1');
  const credible = inRecords || !isCut(frame);
  return credible && /^[A-Za-z][A-Za-z0-9_]{3}$/.test(layer) ? layer : undefined;
}

function isReadable(record: TlvRecord): boolean {
  return (
    !Object.hasOwn(layers, record.layer) || record.items.some((item) => item.value !== undefined)
  );
}

function addFault(reading: Reading, where: string, problem: string): void {
  const { faults } = reading;
  if (faults.length < tlvLimits.faults) faults.push({ where, problem });
  else if (faults.length === tlvLimits.faults) {
    faults.push({ where, problem: 'and more from here on, left out' });
  }
}
