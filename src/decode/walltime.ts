import type { WallTime } from './report.ts';

/** `YYYY-MM-DD hh:mm:ss` (protocol §1 "Times"), with a `T`, slashes, single digits and a fraction too. */
const WALL_TIME =
  /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:\s+|T)(\d{1,2}):(\d{1,2}):(\d{1,2})(?:[.,](\d{1,9}))?$/i;

/**
 * Reads the wall clock of a camera. A time with a zone behind it is none: the protocol knows no zones,
 * and which clock such a camera means cannot be told.
 * @returns `undefined` where it is not a time, or one that no clock shows (30 February, 24:00:00)
 */
export function parseWallTime(text: string): WallTime | undefined {
  const match = WALL_TIME.exec(text.trim());
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map(Number);
  const ms = Math.floor(Number(`0.${match[7] ?? '0'}`) * 1000);
  const date = new Date(Date.UTC(year, month - 1, day, hour, minute, second, ms));
  const isReal =
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second;
  return isReal ? { ms: date.getTime() } : undefined;
}
