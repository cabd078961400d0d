/** Minutes east of UTC, an IANA name, or the host's own. */
export type Zone = number | string;

/** The zone of the machine that the bridge runs on; a container's is UTC. */
export const hostZone = 'host';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const QUARTER = 15 * MINUTE;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Zones are named by the settings alone, so there are few. */
const offsetsByZone = new Map<string, Map<number, number>>();
/** A push asks for a few quarters around its own time. */
const REMEMBERED = 256;

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
  // `Date` knows it too, and Intl takes 8 MB as soon as it is used
  if (zone === hostZone) return 0 - new Date(instant).getTimezoneOffset() * MINUTE;
  // asking Intl costs more than all else of a small push
  const quarter = Math.floor(instant / QUARTER);
  const offsets = offsetsOf(zone);
  const known = offsets.get(quarter);
  if (known !== undefined) return known;
  const offset = askedOffset(zone, instant);
  if (offsets.size >= REMEMBERED) offsets.clear();
  offsets.set(quarter, offset);
  return offset;
}

/** By quarters of an hour: within one no clock of this century changes. */
function offsetsOf(zone: string): Map<number, number> {
  const known = offsetsByZone.get(zone);
  if (known !== undefined) return known;
  const made = new Map<number, number>();
  offsetsByZone.set(zone, made);
  return made;
}

function askedOffset(zone: string, instant: number): number {
  const parts = formatOf(zone).formatToParts(instant);
  const text = parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
  const match = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(text);
  if (match === null) return 0;
  const [, sign, hours, minutes, seconds] = match;
  const size = (Number(hours) * 60 + Number(minutes)) * MINUTE + Number(seconds ?? 0) * 1000;
  return sign === '-' ? -size : size;
}

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
  // in nearly every hour of the year
  if (before === after) return wall - before;
  const fitting = [before, after]
    .filter((offset) => offsetAt(zone, wall - offset) === offset)
    .map((offset) => wall - offset);
  const [first = wall - before, second = first] = fitting;
  return Math.abs(second - near) < Math.abs(first - near) ? second : first;
}
