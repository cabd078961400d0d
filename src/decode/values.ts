import { enumKey, unknownKey } from '../spec/enums.ts';
import type { TagRow, TagType } from '../spec/tags.ts';
import { targets } from '../spec/targets.ts';
import {
  Cursor,
  Malformed,
  plural,
  type Span,
  signed,
  unsigned,
  viewOf,
  withoutNuls,
} from './bytes.ts';
import { decodeText } from './charset.ts';
import { checkPicture } from './image.ts';
import type { Picture, WallTime } from './report.ts';

/** What each type of `spec/tags.ts` becomes. */
export interface TagValues {
  /** scaled by its row; past 2^53 the nearest double */
  unsigned: number;
  /** decimal digits */
  id: string;
  signed: number;
  /** a number where it is neither 0 nor 1 */
  flag: boolean | number;
  target: number;
  wall_time: WallTime;
  text: string;
  bytes: { readonly bytes: Buffer };
  /** bytes where there are none: an empty picture is no fault */
  picture: Picture | { readonly bytes: Buffer };
  size: { readonly width: number; readonly height: number };
  rect: Box;
  points: readonly Point[];
  percents: readonly number[];
  area_rules: readonly (readonly Point[])[];
  area_objects: readonly (Box & { readonly id: number })[];
}

interface Point {
  readonly x: number;
  readonly y: number;
}

interface Box extends Point {
  readonly w: number;
  readonly h: number;
}

/** How much one body may still cost: a small body must not become a large heap. */
export interface Budget {
  /** members of lists: points, percents, objects */
  members: number;
  /** bytes of text and of JSON */
  text: number;
}

/** A value, its key where the row has an enumeration, and its unit. */
export interface Reading {
  readonly value: TagValues[TagType];
  readonly key?: string;
  readonly unit?: string;
}

/** Years begin here: wall clocks below it are seconds (protocol §3, PTS). 1973 in ms, 5138 in s. */
const FIRST_MILLISECONDS = 10 ** 11;
/** the last instant that a Date can hold (ECMA-262 §21.4.1.1) */
const LAST_MILLISECONDS = 8_640_000_000_000_000;

/**
 * Reads the value of a tag by its row.
 * @throws Malformed with what is wrong, where it cannot be read
 */
export function readValue(row: TagRow, span: Span, budget: Budget): Reading {
  const value = readers[row.type](span, budget, row);
  if (row.type === 'target') return { value, key: targetKey(unsigned(span)) };
  if (row.type === 'flag' && typeof value === 'number') return { value, key: unknownKey(value) };
  if (row.above !== undefined && Number(value) > row.above.limit) {
    return { value, unit: row.above.unit };
  }
  if (row.enumeration !== undefined)
    return { value, key: enumKey(row.enumeration, unsigned(span)) };
  return row.unit === undefined ? { value } : { value, unit: row.unit };
}

type Readers = {
  readonly [T in TagType]: (span: Span, budget: Budget, row: TagRow) => TagValues[T];
};

const readers: Readers = {
  unsigned: (span, _budget, row) => scaled(unsigned(span), row),
  id: (span) => unsigned(span).toString(),
  signed: (span, _budget, row) => scaled(signed(span), row),
  flag: (span) => {
    const value = Number(unsigned(span));
    return value === 0 || value === 1 ? value === 1 : value;
  },
  target: (span) => Number(unsigned(span)),
  wall_time: wallTime,
  text,
  bytes: (span) => ({ bytes: viewOf(span) }),
  picture,
  size: (span) => {
    const cursor = exactly(span, 4);
    return { width: cursor.u16(), height: cursor.u16() };
  },
  rect: (span) => box(exactly(span, 8)),
  points: (span, budget) => members(span, 4, budget, point),
  percents: (span, budget) => members(span, 2, budget, (cursor) => cursor.u16() / 100),
  area_rules: areaRules,
  area_objects: (span, budget) =>
    members(span, 10, budget, (cursor) => ({ id: cursor.u16(), ...box(cursor) })),
};

function scaled(value: number | bigint, row: TagRow): number {
  return Number(value) / (row.scale ?? 1);
}

const targetKeys: ReadonlyMap<number, string> = new Map(
  Object.entries(targets).map(([number, row]) => [Number(number), row.key]),
);

function targetKey(value: number | bigint): string {
  return targetKeys.get(Number(value)) ?? unknownKey(value);
}

function wallTime(span: Span): WallTime {
  // exact up to the last one and beyond
  const value = Number(unsigned(span));
  const ms = value < FIRST_MILLISECONDS ? value * 1000 : value;
  if (ms > LAST_MILLISECONDS) throw new Malformed('a time past all calendars');
  return { ms };
}

/** Fixed-size text fields are filled up with NULs, or with whatever was behind the first one. */
function text(span: Span, budget: Budget): string {
  const bytes = viewOf(span);
  const nul = bytes.indexOf(0);
  const content = nul < 0 ? bytes : bytes.subarray(0, nul);
  spend(budget, 'text', content.length);
  return decodeText(content).text;
}

function picture(span: Span): TagValues['picture'] {
  const bytes = viewOf(span);
  if (bytes.length === 0) return { bytes };
  const checked = checkPicture(bytes);
  if ('problem' in checked) throw new Malformed(checked.problem);
  return checked;
}

function exactly(span: Span, length: number): Cursor {
  const bytes = viewOf(span);
  if (bytes.length !== length) {
    throw new Malformed(`${plural(length, 'byte')} were expected, not ${bytes.length}`);
  }
  return new Cursor(bytes);
}

function point(cursor: Cursor): Point {
  return { x: cursor.u16(), y: cursor.u16() };
}

function box(cursor: Cursor): Box {
  return { x: cursor.u16(), y: cursor.u16(), w: cursor.u16(), h: cursor.u16() };
}

function members<T>(
  span: Span,
  size: number,
  budget: Budget,
  read: (cursor: Cursor) => T,
): readonly T[] {
  const bytes = viewOf(span);
  if (bytes.length % size !== 0) {
    throw new Malformed(`a multiple of ${size} bytes was expected, not ${bytes.length}`);
  }
  spend(budget, 'members', bytes.length / size);
  const cursor = new Cursor(bytes);
  return Array.from({ length: bytes.length / size }, () => read(cursor));
}

function areaRules(span: Span, budget: Budget): TagValues['area_rules'] {
  const cursor = new Cursor(viewOf(span));
  const areas = Array.from({ length: cursor.u8() }, () => {
    const count = cursor.u8();
    spend(budget, 'members', 1 + count);
    return Array.from({ length: count }, () => point(cursor));
  });
  const behind = withoutNuls(cursor.rest());
  if (behind > 0) throw new Malformed(`${plural(behind, 'byte')} behind the last area`);
  return areas;
}

const tooMuch: Readonly<Record<keyof Budget, string>> = {
  members: 'more points and objects than the limit for a body',
  text: 'more text than the limit for a body',
};

function spend(budget: Budget, what: keyof Budget, count: number): void {
  if (count > budget[what]) throw new Malformed(tooMuch[what]);
  budget[what] -= count;
}
