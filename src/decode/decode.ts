import { type FieldRow, type ReportName, type ReportRow, reports } from '../spec/reports.ts';
import { describePicture, readFields } from './fields.ts';
import { parseJson } from './json.ts';
import { LongText } from './long-text.ts';
import type { Findings } from './place.ts';
import {
  type DecodedJson,
  type DecodedReport,
  type DecodedUnknown,
  type Json,
  type JsonObject,
  type JsonReportName,
  UnreadableReport,
} from './report.ts';
import { decodeTlv } from './tlv.ts';
import { isObject, objectToJson, type Tree, toJson, valueAt } from './tree.ts';

/** Which report a path stands for, and what its answer's `method` says. */
export interface ReportMatch {
  /** absent where no row knows the path */
  readonly report?: ReportName;
  readonly method: string;
}

/**
 * What a body says, by the row of its report in `spec/reports.ts`. What cannot be read is a fault, and
 * the rest goes on.
 * @param body the whole body as it came; values may be views of it
 * @throws UnreadableReport where nothing of a known report could be read; never anything else
 */
export function decodeReport(match: ReportMatch, body: Buffer): DecodedReport {
  const { report, method } = match;
  if (report === undefined) return decodeUnknown(method, body);
  return report === 'tlv_report' ? decodeTlv(method, body) : decodeJson(report, method, body);
}

function decodeJson(report: JsonReportName, method: string, body: Buffer): DecodedJson {
  const row: ReportRow = reports[report];
  const parsed = parseJson(body);
  const tree = 'problem' in parsed ? undefined : parsed.tree;
  if (row.mayBeEmpty && isBlank(body)) return assemble(report, method, row, {}, newFindings());
  if ('problem' in parsed) throw unreadable(parsed.problem);
  if (!isObject(tree)) throw unreadable('JSON, but not an object');
  const findings: Findings = { faults: [...parsed.faults], repaired: parsed.repaired };
  return assemble(report, method, row, tree, findings);
}

function assemble(
  report: JsonReportName,
  method: string,
  row: ReportRow,
  tree: { [key: string]: Tree },
  findings: Findings,
): DecodedJson {
  const fields = readFields(row.fields, tree, findings);
  const { faults } = findings;
  if (Object.keys(fields).length === 0 && !row.mayBeEmpty) {
    throw new UnreadableReport([...faults, { where: 'body', problem: `no field of ${report}` }]);
  }
  const deviceId = fields.device_id;
  const json = objectToJson(tree, describer(row.fields));
  return {
    kind: 'json',
    report,
    method,
    ...(typeof deviceId === 'string' ? { deviceId } : {}),
    faults,
    repaired: findings.repaired,
    // each value was made by the reader of its row's type
    fields: fields as DecodedJson['fields'],
    json,
  } as DecodedJson;
}

function newFindings(): Findings {
  return { faults: [], repaired: false };
}

function isBlank(body: Buffer): boolean {
  return body.length < 64 && /^[\s\0]*$/.test(body.toString('latin1'));
}

function unreadable(problem: string): UnreadableReport {
  return new UnreadableReport([{ where: 'body', problem }]);
}

/** Pictures are shown by their length however short they are; extension data stays as it was sent. */
function describer(rows: Readonly<Record<string, FieldRow>>) {
  const types = new Map(Object.values(rows).map(({ at, type }) => [at, type]));
  return (value: string | LongText, pointer: string): Json | undefined => {
    const type = types.get(pointer);
    if (type === 'picture') return describePicture(value);
    if (type === 'extension' && value instanceof LongText) return value.text;
    return undefined;
  };
}

/** Where firmware has been seen to say who it is of (protocol §2 "id field"), in this order. */
const usualIds = ['device_id', 'deviceId', 'deviceID', 'deviceNo', 'device_no', 'devId'].flatMap(
  (key) => [`/param/${key}`, `/${key}`],
);

/** What is shown of a body that is not JSON. */
const HEAD_BYTES = 64;

/** A report that no row knows is kept whole (rule: the unknown is a citizen). */
function decodeUnknown(method: string, body: Buffer): DecodedUnknown {
  const base = { kind: 'unknown', report: undefined, method } as const;
  const parsed = parseJson(body);
  if ('problem' in parsed || typeof parsed.tree !== 'object' || parsed.tree === null) {
    return { ...base, faults: [], repaired: false, json: describeBytes(body) };
  }
  const { tree, faults, repaired } = parsed;
  const deviceId = findDeviceId(tree);
  return {
    ...base,
    ...(deviceId === undefined ? {} : { deviceId }),
    faults,
    repaired,
    json: isObject(tree) ? objectToJson(tree) : { body: toJson(tree) },
  };
}

function describeBytes(body: Buffer): JsonObject {
  return { bytes: body.length, head: body.toString('hex', 0, HEAD_BYTES) };
}

function findDeviceId(tree: Tree): string | undefined {
  for (const pointer of usualIds) {
    const value = valueAt(tree, pointer);
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    const text = String(value).replaceAll('\0', '').trim();
    if (text !== '') return text;
  }
  return undefined;
}
