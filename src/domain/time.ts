/** Minutes east of UTC, or an IANA name. */
export type Zone = number | string;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(name: string): Intl.DateTimeFormat {
  const known = formats.get(name);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    timeZoneName: 'longOffset',
    year: 'numeric',
  });
  formats.set(name, made);
  return made;
}

/**
 * How far the zone's clocks are ahead of UTC at an instant, ms.
 *
 * @param instant ms since 1970 UTC
 * @throws RangeError for a name that is no time zone
 */
export function offsetAt(zone: Zone, instant: number): number {
  if (typeof zone === 'number') return zone * MINUTE;
  const parts = formatOf(zone).formatToParts(instant);
  const text = parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
  const match = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(text);
  if (match === null) return 0;
  const [, sign, hours, minutes, seconds] = match;
  const size = (Number(hours) * 60 + Number(minutes)) * MINUTE + Number(seconds ?? 0) * 1000;
  return sign === '-' ? -size : size;
}

/** The zone of the machine that the bridge runs on; a container's is UTC. */
export function hostZone(): string {
  const variable = process.env.TZ;
  if (host === undefined || host.variable !== variable) {
    host = { variable, zone: new Intl.DateTimeFormat().resolvedOptions().timeZone };
  }
  return host.zone;
}

/** Asking costs more than all else of a push; the answer changes with the variable alone. */
let host: { readonly variable: string | undefined; readonly zone: string } | undefined;

/**
 * The instant that a wall clock means. An hour that exists twice is the one nearer to `near`; one that
 * the clocks skip is shifted past the gap, as `Date` does it.
 *
 * @param wall ms since 1970 as if the wall clock were UTC
 * @param near ms since 1970 UTC, the time of receipt
 */
export function instantOf(wall: number, zone: Zone, near: number): number {
  // no zone changes twice within two days
  const before = offsetAt(zone, wall - DAY);
  const after = offsetAt(zone, wall + DAY);
  const fitting = [before, after]
    .filter((offset) => offsetAt(zone, wall - offset) === offset)
    .map((offset) => wall - offset);
  const [first = wall - before, second = first] = fitting;
  return Math.abs(second - near) < Math.abs(first - near) ? second : first;
}
