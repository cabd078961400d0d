import type { Log } from '../bridge/notices.ts';
import { Throttle } from '../bridge/throttle.ts';

/** Writes a line into the log, but the same thing only a few times a minute, with how many were not. */
export type Say = (
  level: 'info' | 'warn',
  what: string,
  fields: Readonly<Record<string, unknown>>,
  message: string,
) => void;

/** @param now ms since 1970 UTC */
export function sparingly(log: Log, now: () => number): Say {
  const throttle = new Throttle({ most: 3, window: 60_000, keys: 100 });
  return (level, what, fields, message) => {
    const withheld = throttle.allow(what, now());
    if (withheld === undefined) return;
    log[level]({ ...fields, ...(withheld > 0 ? { withheld } : {}) }, message);
  };
}
