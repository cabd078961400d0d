import type { ChannelKey } from './event.ts';
import { own } from './json.ts';
import { limits } from './limits.ts';
import type { AlarmRecord, ChannelRecord, DeviceRecord } from './record.ts';

/** The channel's record, made where it is new; `undefined` where the device has too many. */
export function channelRecord(record: DeviceRecord, key: ChannelKey): ChannelRecord | undefined {
  const known = own(record.channels, key);
  if (known !== undefined) return known;
  if (Object.keys(record.channels).length >= limits.channels) return undefined;
  const made: ChannelRecord = { seenIn: [], alarms: {}, events: [], readings: {}, images: {} };
  record.channels[key] = made;
  return made;
}

/** Whether a map may have that key: it has it already, or there is room. */
export function hasRoom(map: object, key: string, limit: number): boolean {
  return Object.hasOwn(map, key) || Object.keys(map).length < limit;
}

/** Adds to a list of distinct texts; `false` where it is not in it and there is no room. */
export function remember(list: string[], text: string, limit: number): boolean {
  if (list.includes(text)) return true;
  if (list.length >= limit) return false;
  list.push(text);
  return true;
}

/** An alarm, its channel and its `alarmId()`. */
export interface PlacedAlarm {
  readonly channel: ChannelKey;
  readonly id: string;
  readonly alarm: AlarmRecord;
}

/** Every alarm of a device, with where it stands. */
export function everyAlarm(record: DeviceRecord): readonly PlacedAlarm[] {
  const all: PlacedAlarm[] = [];
  for (const [channel, { alarms }] of Object.entries(record.channels)) {
    for (const id in alarms) {
      const alarm = alarms[id];
      if (alarm !== undefined) all.push({ channel, id, alarm });
    }
  }
  return all;
}
