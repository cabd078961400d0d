import {
  type LayerName,
  type TagName,
  type TagRow,
  type TagType,
  type TagTypeOf,
  tagNumber,
  tagRow,
} from '../spec/tags.ts';
import { gbk } from './gbk.ts';

type Point = readonly [x: number, y: number];

/** What a tag of each type is made from: quantities in their unit, before scaling. */
export interface TagValue {
  unsigned: number | bigint;
  id: number | bigint;
  signed: number | bigint;
  flag: boolean | number;
  target: number;
  /** ms of wall clock */
  wall_time: number;
  text: string;
  bytes: Buffer;
  picture: Buffer;
  size: readonly [width: number, height: number];
  rect: readonly [x: number, y: number, w: number, h: number];
  points: readonly Point[];
  /** percent */
  percents: readonly number[];
  area_rules: readonly (readonly Point[])[];
  area_objects: readonly (readonly [id: number, x: number, y: number, w: number, h: number])[];
}

/** One second-layer TLV by its tag's name, or any number with the bytes of its value. */
export type TlvItem =
  | { [N in TagName]: readonly [tag: N, value: TagValue[TagTypeOf<N>]] }[TagName]
  | readonly [tag: number, value: Buffer];

/** One first-layer TLV; `layer` may be any four letters. */
export interface TlvRecord {
  readonly layer: LayerName | (string & {});
  readonly items: readonly TlvItem[];
}

/** How an encoder departs from the document. */
export interface TlvStyle {
  /** bytes of every integer narrower than that: the vendor's own encoder writes flags with 4 (protocol §3) */
  readonly atLeast?: 1 | 2 | 4 | 8;
  readonly gbk?: boolean;
  /** NULs after each text */
  readonly padding?: number;
}

/** The body of a TLV report (protocol §3). */
export function encodeTlv(records: readonly TlvRecord[], style: TlvStyle = {}): Buffer {
  return Buffer.concat(
    records.map(({ layer, items }) =>
      frame(
        Buffer.from(layer, 'latin1'),
        Buffer.concat(items.map((item) => encodeItem(item, style))),
      ),
    ),
  );
}

function frame(type: Buffer, value: Buffer): Buffer {
  return Buffer.concat([type, u32(value.length), value]);
}

function encodeItem([tag, value]: TlvItem, style: TlvStyle): Buffer {
  if (typeof tag === 'number') return frame(u32(tag), value as Buffer);
  const number = tagNumber(tag);
  const row = tagRow(number);
  if (row === undefined) throw new RangeError(`no row for tag ${tag}`);
  const encode: Encoder = encoders[row.type] as Encoder;
  return frame(u32(number), encode(value, row, style));
}

type Encoder = (value: unknown, row: TagRow, style: TlvStyle) => Buffer;

const encoders: {
  readonly [T in TagType]: (value: TagValue[T], row: TagRow, style: TlvStyle) => Buffer;
} = {
  unsigned: integer,
  id: integer,
  signed: integer,
  target: integer,
  wall_time: integer,
  flag: (value, row, style) => integer(Number(value), row, style),
  text: (value, _row, { gbk: old, padding = 0 }) =>
    Buffer.concat([old === true ? gbk(value) : Buffer.from(value), Buffer.alloc(padding)]),
  bytes: (value) => value,
  picture: (value) => value,
  size: (value) => u16s(value),
  rect: (value) => u16s(value),
  points: (value) => u16s(value.flat()),
  percents: (value) => u16s(value.map((percent) => Math.round(percent * 100))),
  area_rules: (areas) =>
    Buffer.concat([
      Buffer.from([areas.length]),
      ...areas.flatMap((points) => [Buffer.from([points.length]), u16s(points.flat())]),
    ]),
  area_objects: (objects) => u16s(objects.flat()),
};

/** Big-endian, two's complement where it is negative. */
function integer(value: number | bigint, row: TagRow, style: TlvStyle): Buffer {
  const width = Math.max(row.width ?? 4, style.atLeast ?? 1);
  const sent =
    typeof value === 'bigint'
      ? value * BigInt(row.scale ?? 1)
      : BigInt(Math.round(value * (row.scale ?? 1)));
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, sent));
  return bytes.subarray(8 - width);
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u16s(values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, at) => {
    bytes.writeUInt16BE(value, at * 2);
  });
  return bytes;
}
