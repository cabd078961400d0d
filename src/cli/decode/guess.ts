import { route } from '../../http/route.ts';
import { type ReportName, type ReportRow, reports } from '../../spec/reports.ts';
import { layers } from '../../spec/tags.ts';

/** Which decoder a body is for; `report` is absent where no row fits. */
export interface Match {
  readonly report?: ReportName;
  readonly method: string;
}

const rows = Object.entries<ReportRow>(reports).map(([name, row]) => ({
  name: name as ReportName,
  row,
  /** the last segments of its fields' pointers, as they stand in JSON */
  keys: Object.values(row.fields).map(({ at }) => `"${at.slice(at.lastIndexOf('/') + 1)}"`),
}));

/** What a JSON body's text is looked through for; pictures come last in every report. */
const HEAD = 65_536;

/** The match of what the user named: a row of `spec/reports.ts`, a method or a path. */
export function matchOf(named: string): Match {
  const row = rows.find((candidate) => candidate.name === named);
  return row === undefined ? route(named) : { report: row.name, method: row.row.method };
}

/** The match of a body that came without its path, by its content alone. */
export function guess(body: Buffer): Match {
  const letters = body.toString('latin1', 0, Math.min(4, body.length));
  if (Object.hasOwn(layers, letters) || isRecord(body)) return matchOf('tlv_report');
  const head = body.toString('latin1', 0, Math.min(HEAD, body.length));
  const method = /"method"\s*:\s*"([^"]{1,64})"/.exec(head)?.[1];
  const named = rows.find(({ row }) => row.body === 'json' && row.method === method);
  if (named !== undefined) return matchOf(named.name);
  const [best] = rows
    .filter(({ row }) => row.body === 'json')
    .map(({ name, keys }) => ({ name, share: shareOf(keys, head) }))
    .sort((a, b) => b.share - a.share);
  // a method that no row has is a report that no row has, whatever its fields
  if (best !== undefined && best.share > 0.5 && !method) return matchOf(best.name);
  return { method: method ?? 'unknown' };
}

function shareOf(keys: readonly string[], text: string): number {
  return keys.filter((key) => text.includes(key)).length / keys.length;
}

/** Whether letters that no row knows are followed by a length that fits. */
function isRecord(body: Buffer): boolean {
  return (
    body.length >= 8 &&
    /^[A-Za-z]\w{3}$/.test(body.toString('latin1', 0, 4)) &&
    8 + body.readUInt32BE(4) <= body.length
  );
}
