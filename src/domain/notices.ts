import type { Fault } from '../decode/report.ts';
import type { NoticeChange } from './change.ts';
import { remember } from './channels.ts';
import type { Normalized, UnknownEvent } from './event.ts';
import { cut, limits } from './limits.ts';
import type { DeviceRecord } from './record.ts';

/** What to do about an unknown thing, by what it is. */
const advice: Readonly<Record<string, string>> = {
  report: 'It is published whole on report/<method>.',
  layer: 'The report is published whole on report/<method>.',
  target: 'The report is published whole on report/<method>.',
  tag: 'The report is published whole on report/<method>.',
  field: 'The report is published whole on report/<method>.',
  key: 'It is published as it is.',
  value: 'It is published as it is.',
  alarm: 'It works like any other; name, class and times can be set under alarms.<type>.',
};

/** What the setting bounds, not one of the limits. */
export const ENTITIES = 'entities';

const TELL = 'Please tell the project of it.';

/** A device was seen for the first time. */
export function newDevice(record: DeviceRecord): NoticeChange {
  return {
    change: 'notice',
    type: 'device_new',
    message: `A new device pushed: ${record.id}`,
    data: { device: record.id },
  };
}

/** Nothing was heard of a device for longer than was agreed. */
export function deviceGone({ id, lastSeen }: DeviceRecord, now: number): NoticeChange {
  return {
    change: 'notice',
    type: 'device_gone',
    message: `${id} is gone: nothing was heard of it for ${lasting(now - lastSeen)}. Look at its power and its network.`,
    data: { device: id, last_seen: new Date(lastSeen).toISOString() },
  };
}

/** A device that was gone pushed again. */
export function deviceBack({ id, lastSeen }: DeviceRecord, now: number): NoticeChange {
  return {
    change: 'notice',
    type: 'device_back',
    message: `${id} is back after ${lasting(now - lastSeen)}`,
    data: { device: id, last_seen: new Date(lastSeen).toISOString() },
  };
}

/** A time in words, in the largest unit of which there are two. */
function lasting(ms: number): string {
  const units = { days: 86_400_000, hours: 3_600_000, minutes: 60_000 } as const;
  const [unit, length] = Object.entries(units).find(([, one]) => ms >= 2 * one) ?? ['s', 1000];
  return `${Math.max(0, Math.round(ms / length))} ${unit}`;
}

/** Told once of each name; once more when there are too many to remember. */
export function unknownThing(
  record: DeviceRecord,
  thing: Pick<UnknownEvent, 'what' | 'name' | 'data'>,
): readonly NoticeChange[] {
  const { what } = thing;
  const name = cut(thing.name, limits.name);
  const key = `${what} ${name}`;
  if (record.unknown.includes(key)) return [];
  if (!remember(record.unknown, key, limits.unknownNames)) return tooMany(record, 'unknown names');
  return [
    {
      change: 'notice',
      type: 'unknown',
      message: `Unknown ${what} ${name} from ${record.id}. ${advice[what] ?? ''} ${TELL}`,
      data: { device: record.id, what, name, data: thing.data },
    },
  ];
}

/** Told once of each limit that a device has reached. */
export function tooMany(record: DeviceRecord, things: string): readonly NoticeChange[] {
  const key = `limit ${things}`;
  if (record.unknown.includes(key)) return [];
  // past the limit of names: this is what tells of it
  record.unknown.push(key);
  return [
    {
      change: 'notice',
      type: 'limit',
      message: `${record.id} sends more ${things} than the bridge keeps; further ones are left out. Look what the camera does, or remove the device to start over.${things === ENTITIES ? ' The setting homeassistant.max_entities says how many it may have.' : ''}`,
      data: { device: record.id, things },
    },
  ];
}

/** What of a report could not be read. */
export function unreadable(record: DeviceRecord, normalized: Normalized): readonly NoticeChange[] {
  const { faults, method } = normalized;
  const [first] = faults;
  if (first === undefined) return [];
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  return [
    {
      change: 'notice',
      type: 'fault',
      message: `Parts of ${method} from ${record.id} could not be read: ${first.where}: ${first.problem}${more}`,
      data: { device: record.id, method, faults: shownFaults(faults) },
    },
  ];
}

/** The first few faults as JSON. */
export function shownFaults(
  faults: readonly Fault[],
): readonly { readonly where: string; readonly problem: string }[] {
  return faults.slice(0, limits.faults).map(({ where, problem }) => ({ where, problem }));
}
