import { ended, expired } from './alarm.ts';
import { availabilityDeadline } from './availability.ts';
import type { AlarmChange, Change } from './change.ts';
import { everyAlarm } from './channels.ts';
import { own } from './json.ts';
import { deviceGone } from './notices.ts';
import type { Policy } from './policy.ts';
import type { AlarmReason, AlarmRecord, DeviceRecord } from './record.ts';

/**
 * What time alone changes: alarms whose hold or maximum is over, a camera whose heartbeats are missed.
 * Changes the record. Called at `nextDeadline()`, or later: what is overdue ends as of when it was due.
 *
 * @param now ms since 1970 UTC
 */
export function tick(record: DeviceRecord, now: number, policy: Policy): Change[] {
  forgetRecent(record, now, policy.repeatWindow);
  const over = expireAlarms(record, now);
  const deadline = availabilityDeadline(record, policy);
  if (deadline === undefined || deadline > now) return over;
  record.online = false;
  return [...over, deviceGone(record, now), { change: 'availability', online: false }];
}

/** When `tick()` has something to do next, ms since 1970 UTC; `undefined`: not by time alone. */
export function nextDeadline(record: DeviceRecord, policy: Policy): number | undefined {
  const ends = everyAlarm(record).flatMap(({ alarm }) => alarm.until ?? []);
  const deadline = availabilityDeadline(record, policy);
  const all = deadline === undefined ? ends : [...ends, deadline];
  return all.length === 0 ? undefined : all.reduce((one, other) => Math.min(one, other));
}

/** Ends every alarm of the device now: the user's own command. */
export function eliminateAll(record: DeviceRecord, now: number): Change[] {
  return endAlarms(
    record,
    () => true,
    () => now,
    'eliminated',
  );
}

/** Ends what is due, as of when it was due. */
export function expireAlarms(record: DeviceRecord, now: number): Change[] {
  return replaceAlarms(record, (alarm) => expired(alarm, now));
}

/** Ends every alarm that is ON and is to end. */
export function endAlarms(
  record: DeviceRecord,
  isMeant: (alarm: AlarmRecord) => boolean,
  at: () => number,
  reason: AlarmReason,
): AlarmChange[] {
  return replaceAlarms(record, (alarm) =>
    isMeant(alarm) ? ended(alarm, at(), reason) : undefined,
  );
}

function replaceAlarms(
  record: DeviceRecord,
  next: (alarm: AlarmRecord) => AlarmRecord | undefined,
): AlarmChange[] {
  return everyAlarm(record).flatMap(({ channel, id, alarm }): AlarmChange[] => {
    const replaced = next(alarm);
    const place = own(record.channels, channel);
    if (replaced === undefined || place === undefined) return [];
    place.alarms[id] = replaced;
    return [{ change: 'alarm', channel, alarm: id, state: replaced.state, live: false }];
  });
}

/** Fingerprints older than the window can match no repeat any more. */
export function forgetRecent(record: DeviceRecord, now: number, window: number): void {
  // in the order of receipt, but for a few at most: the first that is young ends it
  for (const [fingerprint, at] of record.recent) {
    if (now - at <= window) break;
    record.recent.delete(fingerprint);
  }
}
