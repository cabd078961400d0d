import {
  type FieldRow,
  type FieldType,
  type ReportName,
  type ReportRow,
  reports,
} from '../spec/reports.ts';
import { describePicture, readFields } from './fields.ts';
import { parseJson } from './json.ts';
import { LongText } from './long-text.ts';
import type { Findings } from './place.ts';
import { type Received, whole } from './received.ts';
import {
  type DecodedJson,
  type DecodedReport,
  type DecodedUnknown,
  type JsonObject,
  type JsonReportName,
  UnreadableReport,
} from './report.ts';
import { decodeTlv } from './tlv.ts';
import {
  type Describe,
  isObject,
  keysOf,
  objectToJson,
  type Shape,
  type Tree,
  type TreeObject,
  toJson,
  valueAt,
} from './tree.ts';

/** Which report a path stands for, and what its answer's `method` says. */
export interface ReportMatch {
  /** absent where no row knows the path */
  readonly report?: ReportName | undefined;
  readonly method: string;
}

/**
 * What a body says, by the row of its report in `spec/reports.ts`. What cannot be read is a fault, and
 * the rest goes on.
 * @param body as it came; values may be views of it
 * @throws UnreadableReport where nothing of a known report could be read; never anything else
 */
export function decodeReport(match: ReportMatch, body: Buffer | Received): DecodedReport {
  const { report, method } = match;
  const received = Buffer.isBuffer(body) ? whole(body) : body;
  if (report === undefined) return decodeUnknown(method, received);
  if (report === 'tlv_report') return decodeTlv(method, received.bytes);
  return decodeJson(report, method, received);
}

function decodeJson(report: JsonReportName, method: string, body: Received): DecodedJson {
  const row: ReportRow = reports[report];
  if (row.mayBeEmpty && isBlank(body)) {
    return assemble(report, method, row, {}, { faults: [], repaired: false });
  }
  const parsed = parseJson(body);
  if ('problem' in parsed) throw unreadable(parsed.problem);
  const { tree, faults, repaired } = parsed;
  if (!isObject(tree)) throw unreadable('JSON, but not an object');
  return assemble(report, method, row, tree, { faults: [...faults], repaired });
}

function assemble(
  report: JsonReportName,
  method: string,
  row: ReportRow,
  tree: TreeObject,
  findings: Findings,
): DecodedJson {
  const fields = readFields(row.fields, tree, findings);
  const { faults } = findings;
  if (Object.keys(fields).length === 0 && !row.mayBeEmpty) {
    throw new UnreadableReport([...faults, { where: 'body', problem: `no field of ${report}` }]);
  }
  const deviceId = fields.device_id;
  const json = objectToJson(tree, shapes.get(report));
  return {
    kind: 'json',
    report,
    method,
    ...(typeof deviceId === 'string' ? { deviceId } : {}),
    faults,
    repaired: findings.repaired,
    // each value was made by the reader of its row's type
    fields,
    json,
  } as DecodedJson;
}

function isBlank(body: Received): boolean {
  return body.length < 64 && /^[\s\0]*$/.test(body.bytes.toString('latin1'));
}

function unreadable(problem: string): UnreadableReport {
  return new UnreadableReport([{ where: 'body', problem }]);
}

/** Pictures are shown by their length however short they are; extension data stays as it was sent. */
const describers: Partial<Record<FieldType, Describe>> = {
  picture: describePicture,
  extension: (value) => (value instanceof LongText ? value.text : undefined),
};

function shapeOf({ fields }: ReportRow): Shape {
  const shape: Record<string, Shape> = {};
  for (const { at, type } of Object.values<FieldRow>(fields)) {
    const describe = describers[type];
    // two levels are the deepest that a row goes
    const [first = '', second] = keysOf(at);
    if (describe === undefined) continue;
    shape[first] =
      second === undefined ? describe : { ...(shape[first] ?? {}), [second]: describe };
  }
  return shape;
}

const shapes = new Map(Object.entries(reports).map(([name, row]) => [name, shapeOf(row)]));

/** Where firmware has been seen to say who it is of (protocol §2 "id field"), in this order. */
const usualIds = ['device_id', 'deviceId', 'deviceID', 'deviceNo', 'device_no', 'devId'].flatMap(
  (key) => [['param', key], [key]],
);

/** What is shown of a body that is not JSON. */
const HEAD_BYTES = 64;

/** A report that no row knows is kept whole (rule: the unknown is a citizen). */
function decodeUnknown(method: string, body: Received): DecodedUnknown {
  const base = { kind: 'unknown', report: undefined, method } as const;
  const parsed = parseJson(body);
  if ('problem' in parsed || typeof parsed.tree !== 'object' || parsed.tree === null) {
    return { ...base, faults: [], repaired: false, json: describeBytes(body.bytes) };
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
  for (const keys of usualIds) {
    const value = valueAt(tree, keys);
    if (typeof value !== 'string' && typeof value !== 'number') continue;
    const text = String(value).replaceAll('\0', '').trim();
    if (text !== '') return text;
  }
  return undefined;
}
