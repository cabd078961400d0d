import type {
  DecodedJson,
  DecodedReport,
  DecodedTlv,
  Fault,
  JsonObject,
  TlvItem,
} from '../../decode/report.ts';
import { type EnumName, enumKey, enums } from '../../spec/enums.ts';
import { type KindRow, kinds } from '../../spec/kinds.ts';
import { type ReportRow, reports } from '../../spec/reports.ts';
import { layers, tagNumber, tagRow } from '../../spec/tags.ts';
import { byteCount, hexHead, readable, shown } from './values.ts';

/** T and L of a TLV (protocol §3). */
const HEADER = 8;

/**
 * A decoded report for a person: one line a value, with where it stands and what it is called.
 * @param hex also the first bytes of each value of a TLV, but never of a picture
 */
export function reportLines(decoded: DecodedReport, body: Buffer, hex: boolean): readonly string[] {
  const name = decoded.report ?? `${readable(decoded.method)}, a report that no row knows`;
  return [
    `report    ${name}, ${byteCount(body.length)}`,
    `device    ${decoded.deviceId === undefined ? 'not named in it' : readable(decoded.deviceId)}`,
    ...(decoded.repaired ? ['repaired  it was not valid JSON as sent'] : []),
    '',
    ...contentLines(decoded, body, hex),
    ...faultLines(decoded.faults),
  ];
}

/** What could not be read, and where. */
export function faultLines(faults: readonly Fault[]): readonly string[] {
  if (faults.length === 0) return [];
  return ['', 'faults', ...faults.map(({ where, problem }) => readable(`  ${where}: ${problem}`))];
}

function contentLines(decoded: DecodedReport, body: Buffer, hex: boolean): readonly string[] {
  if (decoded.kind === 'tlv') return tlvLines(decoded, body, hex);
  if (decoded.kind === 'json') return [...fieldLines(decoded), '', ...jsonLines(decoded.json)];
  return jsonLines(decoded.json);
}

function tlvLines(decoded: DecodedTlv, body: Buffer, hex: boolean): readonly string[] {
  return decoded.records.flatMap(({ layer, offset, length, items }) => [
    tlvLine(offset, layer, length, layerText(layer)),
    ...items.map((item) => {
      const text = hex ? `${itemText(item)}${dump(item, body)}` : itemText(item);
      return `  ${tlvLine(item.offset, item.name, item.length, text)}`;
    }),
  ]);
}

function tlvLine(offset: number, name: string, length: number, text: string): string {
  const columns = [`@${offset}`.padEnd(8), name.padEnd(22), byteCount(length).padStart(13)];
  return `${columns.join(' ')}  ${text}`;
}

function layerText(layer: string): string {
  const row = Object.entries(layers).find(([letters]) => letters === layer)?.[1];
  return row?.doc.en ?? 'letters that no row knows';
}

function itemText(item: TlvItem): string {
  if (item.value === undefined) return 'unreadable: see the faults';
  const unit = item.unit === undefined ? '' : ` ${item.unit}`;
  const words = item.key === undefined ? '' : ` = ${item.key}`;
  const known = tagNumber(item.name) !== undefined || item.tag === 0;
  return `${shown(item.value)}${unit}${words}${known ? '' : ' (a tag that no row knows)'}`;
}

function dump(item: TlvItem, body: Buffer): string {
  const row = tagRow(item.tag);
  if (row === undefined || row.type === 'picture') return '';
  const start = item.offset + HEADER;
  return `  [${hexHead(body.subarray(start, start + item.length))}]`;
}

function fieldLines(decoded: DecodedJson): readonly string[] {
  const row: ReportRow = reports[decoded.report];
  return Object.entries(decoded.fields).flatMap(([name, value]) => {
    const field = row.fields[name];
    const line = `${(field?.at ?? '').padEnd(22)} ${name.padEnd(14)} `;
    if (field?.type === 'extension')
      return [line.trimEnd(), ...extensionLines(value as JsonObject)];
    return [`${line}${shown(value)}${wordsOf(fieldEnums.get(name), value)}`];
  });
}

/** The enumerations of extension data (protocol §2), by its keys. */
const extensionEnums: ReadonlyMap<string, EnumName> = new Map(
  Object.values<KindRow>(kinds)
    .flatMap(({ fields }) => Object.values(fields))
    .flatMap(({ extension, enumeration }) =>
      extension === undefined || enumeration === undefined ? [] : [[extension, enumeration]],
    ),
);

/** The enumerations of the fields of reports: those that have the field's name. */
const fieldEnums: ReadonlyMap<string, EnumName> = new Map(
  (Object.keys(enums) as EnumName[]).map((name) => [name, name]),
);

function extensionLines(extension: JsonObject): readonly string[] {
  return Object.entries(extension).map(
    ([key, value]) =>
      `  ${readable(key).padEnd(22)} ${shown(value)}${wordsOf(extensionEnums.get(key), value)}`,
  );
}

function wordsOf(enumeration: EnumName | undefined, value: unknown): string {
  if (enumeration === undefined) return '';
  if (typeof value !== 'number' && typeof value !== 'string') return '';
  return ` = ${readable(enumKey(enumeration, value))}`;
}

function jsonLines(json: JsonObject): readonly string[] {
  return JSON.stringify(json, undefined, 2).split('\n').map(readable);
}
