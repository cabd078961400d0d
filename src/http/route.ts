import { type ReportName, reports } from '../spec/reports.ts';
import { BoundedMap } from './bounded.ts';
import { MAX_METHOD, MAX_PATH, MAX_ROUTES } from './limits.ts';

/** Where a request goes. */
export interface Route {
  /** one leading slash, none at the end or doubled, decoded, lower case, without query */
  readonly path: string;
  readonly report?: ReportName;
  /** the answer's `method`; never empty */
  readonly method: string;
}

/** What an answer's `method` says where the path has no segment at all. */
const NAMELESS = 'push';

const rows = Object.entries(reports).map(([name, row]) => ({
  name: name as ReportName,
  path: row.path,
  last: row.path.slice(row.path.lastIndexOf('/') + 1),
  method: row.method,
}));

/**
 * Finds the report by the end of the path, whatever base path the user typed into the camera, then
 * by the last segment alone (protocol §1). Total: every text has a route.
 *
 * @param target the request's target as received, with its query, absolute or not
 */
export function route(target: string): Route {
  const known = recent.get(target);
  if (known !== undefined) return known;
  const found = find(target);
  if (target.length <= MAX_PATH) recent.set(target, found);
  return found;
}

/** Cameras ask for the same few again and again. */
const recent = new BoundedMap<string, Route>(MAX_ROUTES);

function find(target: string): Route {
  const segments = decode(pathOf(target))
    .split('/')
    .filter((segment) => segment !== '');
  const path = `/${segments.join('/')}`.toLowerCase();
  const last = segments.at(-1) ?? '';
  const row =
    rows.find((row) => path.endsWith(row.path)) ??
    rows.find((row) => row.last === last.toLowerCase());
  if (row !== undefined) return { path, report: row.name, method: row.method };
  return { path, method: last.slice(0, MAX_METHOD) || NAMELESS };
}

/** A request target without scheme and host (RFC 9112 §3.2.2): what a client hashes as `uri`. */
export function originForm(target: string): string {
  if (target.startsWith('/')) return target;
  const rest = target.replace(/^https?:\/\/[^/?#]*/i, '');
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/** A target for people to read: a query may hold what was typed into a camera, a password too. */
export function shownTarget(target: string): string {
  const path = pathOf(target);
  const whole = path.length === originForm(target).length ? path : `${path}?…`;
  return whole.slice(0, MAX_PATH);
}

function pathOf(target: string): string {
  const origin = originForm(target);
  const end = origin.search(/[?#]/);
  return end === -1 ? origin : origin.slice(0, end);
}

/** Percent-decoding that leaves alone what is none. */
function decode(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
