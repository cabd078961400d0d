import { enumOption } from '../spec/enums.ts';
import { type FieldRow, type FieldType, rectangleFields } from '../spec/reports.ts';
import { parseExtension } from './extension.ts';
import { checkPicture } from './image.ts';
import { LongText } from './long-text.ts';
import { addFault, type Findings, kindOf, type Place } from './place.ts';
import type { AlarmStatus, FieldValue, Picture, Rectangle } from './report.ts';
import { escapeSegment, isObject, keysOf, type Tree, valueAt } from './tree.ts';
import { parseWallTime } from './walltime.ts';

type Reader<T extends FieldType> = (value: Tree, place: Place) => FieldValue[T] | undefined;

/** One reader per type: a value, or `undefined` where there is none or a fault says why. */
const readers: { readonly [T in FieldType]: Reader<T> } = {
  text: readText,
  integer: (value, place) => readInteger(value, place),
  number: (value, place) => readNumber(value, place),
  wall_time: readWallTime,
  picture: readPicture,
  extension: parseExtension,
  status: readStatus,
  registers: readRegisters,
  rectangles: readRectangles,
};

/** A row's fields made ready to be looked for. */
interface Plan {
  readonly name: string;
  readonly at: string;
  readonly keys: readonly string[];
  readonly type: FieldType;
}

type FieldRows = Readonly<Record<string, FieldRow>>;

const plans = new WeakMap<FieldRows, readonly Plan[]>();

function planOf(rows: FieldRows): readonly Plan[] {
  const known = plans.get(rows);
  if (known !== undefined) return known;
  const plan = Object.entries(rows).map(([name, { at, type }]) => ({
    name,
    at,
    keys: keysOf(at),
    type,
  }));
  plans.set(rows, plan);
  return plan;
}

/**
 * Reads what a report's row says of its body. Fields that are missing, null or empty are absent, those
 * of a wrong type are faults, and the rest goes on.
 */
export function readFields(
  rows: FieldRows,
  tree: Tree,
  findings: Findings,
  base = '',
): Record<string, FieldValue[FieldType]> {
  const fields: Record<string, FieldValue[FieldType]> = {};
  for (const { name, at, keys, type } of planOf(rows)) {
    const value = valueAt(tree, keys);
    if (value === undefined || value === null) continue;
    const place = { where: base + at, findings };
    const isCut = value instanceof LongText && value.cut;
    const read = isCut ? addFault(place, 'cut short') : readers[type](value, place);
    if (read !== undefined) fields[name] = read;
  }
  return fields;
}

/** The text of a string or number, without padding; `undefined` of anything else. */
function plainText(value: Tree): string | undefined {
  if (typeof value === 'number') return String(value);
  const text = value instanceof LongText ? value.text : value;
  if (typeof text !== 'string') return undefined;
  return (text.includes('\0') ? text.replaceAll('\0', '') : text).trim();
}

function readText(value: Tree, place: Place): string | undefined {
  const text = plainText(value);
  if (text === undefined) return addFault(place, `${kindOf(value)} instead of a text`);
  return text === '' ? undefined : text;
}

/** No two parts of it can take the same digits: else it takes the square of their number to say no. */
const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

function readNumber(value: Tree, place: Place, what = 'a number'): number | undefined {
  const text = plainText(value);
  if (text === '') return undefined;
  if (text === undefined) return addFault(place, `${kindOf(value)} instead of ${what}`);
  const isNumeric = typeof value === 'number' || NUMBER.test(text);
  const number = isNumeric ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : addFault(place, `a text that is not ${what}`);
}

function readInteger(value: Tree, place: Place): number | undefined {
  const number = readNumber(value, place, 'a whole number');
  if (number === undefined || Number.isSafeInteger(number)) return number;
  return addFault(place, 'a number that is not a whole number');
}

function readWallTime(value: Tree, place: Place): FieldValue['wall_time'] | undefined {
  const text = readText(value, place);
  if (text === undefined) return undefined;
  return parseWallTime(text) ?? addFault(place, 'not a time of the form YYYY-MM-DD hh:mm:ss');
}

const statuses: ReadonlySet<string> = new Set<AlarmStatus>(['start', 'stop', 'pulse']);

function isStatus(text: string): text is AlarmStatus {
  return statuses.has(text);
}

function readStatus(value: Tree, place: Place): FieldValue['status'] | undefined {
  const text = readText(value, place);
  if (text === undefined) return undefined;
  const key = enumOption('alarm_status', text)?.key ?? text.toLowerCase();
  return isStatus(key) ? key : { unknown: text };
}

/** What the vendor's sample has in the picture's place (protocol §2). */
const PICTURE_PLACEHOLDER = 'jpeg_base64';

/** The text of a picture's field; `undefined` where it is none, or stands for no picture. */
function pictureText(value: Tree): LongText | undefined {
  if (value instanceof LongText) return value;
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' || text === PICTURE_PLACEHOLDER ? undefined : new LongText(text);
}

function readPicture(value: Tree, place: Place): Picture | undefined {
  const text = pictureText(value);
  if (text === undefined) {
    return typeof value === 'string'
      ? undefined
      : addFault(place, `${kindOf(value)} instead of base64`);
  }
  if (text.bytes === undefined) return addFault(place, 'not base64');
  if (text.bytes.length === 0) return undefined;
  const picture = checkPicture(text.bytes);
  return 'problem' in picture ? addFault(place, picture.problem) : picture;
}

/** What is shown in the place of a picture: its bytes, be it a good one or not. */
export function describePicture(value: string | LongText): { bytes: number } | undefined {
  const text = pictureText(value);
  if (text === undefined) return undefined;
  const { bytes } = text;
  if (bytes !== undefined) return bytes.length > 0 ? { bytes: bytes.length } : undefined;
  return value instanceof LongText ? { bytes: value.length } : undefined;
}

/** `@0` to `@65535`: the number of a Modbus register has 16 bits. */
const REGISTER = /^@?(\d{1,5})$/;

function readRegisters(
  value: Tree,
  { where, findings }: Place,
): FieldValue['registers'] | undefined {
  if (!isObject(value)) {
    return addFault({ where, findings }, `${kindOf(value)} instead of an object of registers`);
  }
  const registers: Record<string, number> = {};
  for (const [key, content] of Object.entries(value)) {
    const place = { where: `${where}/${escapeSegment(key)}`, findings };
    const register = REGISTER.exec(key)?.[1];
    if (register === undefined) addFault(place, 'not a register of the form @0');
    const number = content === null ? undefined : readNumber(content, place);
    if (register !== undefined && number !== undefined) registers[Number(register)] = number;
  }
  return registers;
}

function readRectangles(value: Tree, { where, findings }: Place): Rectangle[] | undefined {
  if (!Array.isArray(value)) {
    return addFault({ where, findings }, `${kindOf(value)} instead of a list of rectangles`);
  }
  return value.flatMap((item, index) => {
    const place = { where: `${where}/${index}`, findings };
    if (isObject(item)) return [readFields(rectangleFields, item, findings, place.where)];
    addFault(place, `${kindOf(item)} instead of a rectangle`);
    return [];
  });
}
