import { readFileSync } from 'node:fs';
import type { TlvValue } from '../../src/decode/report.ts';
import { type TagName, type TagRow, type TagType, tagNumber, tagRow } from '../../src/spec/tags.ts';

/** One T, L, V; the letters of a first-layer T or the number of a tag. */
export function frame(type: string | number, value: Buffer, length = value.length): Buffer {
  const header = Buffer.alloc(8);
  if (typeof type === 'string') header.write(type, 'latin1');
  else header.writeUInt32BE(type);
  header.writeUInt32BE(length, 4);
  return Buffer.concat([header, value]);
}

/** A first-layer record of encoded tags. */
export function record(layer: string, ...items: readonly Buffer[]): Buffer {
  return frame(layer, Buffer.concat(items));
}

/** A tag with its value as a row of `spec/tags.ts` says; `width` overrules an integer's. */
export function item(name: TagName, value: TlvValue, width?: number): Buffer {
  const tag = tagNumber(name);
  return frame(tag, encodeValue(tag, value, width));
}

/** V of a tag. */
export function encodeValue(tag: number, value: TlvValue, width?: number): Buffer {
  const row = tagRow(tag);
  if (row === undefined) throw new Error(`no row for ${tag}`);
  return encoders[row.type](value, width ?? row.width ?? 0, row);
}

/** Bytes of a fixture: hex with spaces, line breaks and `#` comments. */
export function hexFixture(name: string): Buffer {
  const file = new URL(`../fixtures/tlv/${name}.hex`, import.meta.url);
  const hex = readFileSync(file, 'utf8').replaceAll(/#.*/g, '').replaceAll(/\s/g, '');
  return Buffer.from(hex, 'hex');
}

/** Big-endian, two's complement where negative. */
export function integer(value: bigint, width: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt.asUintN(64, value));
  return bytes.subarray(8 - width);
}

type Encoder = (value: TlvValue, width: number, row: TagRow) => Buffer;

const scaled: Encoder = (value, width, row) =>
  integer(BigInt(Math.round(Number(value) * (row.scale ?? 1))), width);
const whole: Encoder = (value, width) => integer(BigInt(value as string | number | boolean), width);
const view: Encoder = (value) => (value as { bytes: Buffer }).bytes;
const shorts = (...values: readonly number[]) =>
  Buffer.concat(values.map((value) => integer(BigInt(value), 2)));

interface Point {
  readonly x: number;
  readonly y: number;
}
type Box = Point & { readonly w: number; readonly h: number };

const encoders: Readonly<Record<TagType, Encoder>> = {
  unsigned: scaled,
  signed: scaled,
  id: whole,
  flag: whole,
  target: whole,
  wall_time: (value, width) => integer(BigInt((value as { ms: number }).ms), width),
  text: (value) => Buffer.from(value as string),
  bytes: view,
  picture: view,
  size: (value) => {
    const { width, height } = value as { width: number; height: number };
    return shorts(width, height);
  },
  rect: (value) => {
    const { x, y, w, h } = value as Box;
    return shorts(x, y, w, h);
  },
  points: (value) => Buffer.concat((value as readonly Point[]).map(({ x, y }) => shorts(x, y))),
  percents: (value) =>
    shorts(...(value as readonly number[]).map((percent) => Math.round(percent * 100))),
  area_rules: (value) => {
    const areas = value as readonly (readonly Point[])[];
    const bodies = areas.map((points) =>
      Buffer.concat([Buffer.of(points.length), ...points.map(({ x, y }) => shorts(x, y))]),
    );
    return Buffer.concat([Buffer.of(areas.length), ...bodies]);
  },
  area_objects: (value) =>
    Buffer.concat(
      (value as readonly (Box & { id: number })[]).map(({ id, x, y, w, h }) =>
        shorts(id, x, y, w, h),
      ),
    ),
};
