import { alarmOf } from '../spec/alarms.ts';
import { kinds, type ReadingKind } from '../spec/kinds.ts';
import { quiet } from './alarm.ts';
import type { Change } from './change.ts';
import { DEVICE_CHANNEL, isVideo } from './channel.ts';
import { channelRecord, hasRoom, remember } from './channels.ts';
import type { ChannelKey, ImageKind } from './event.ts';
import { alarmId, readingId } from './ids.ts';
import { own } from './json.ts';
import { limits } from './limits.ts';
import { tooMany } from './notices.ts';
import { profiles } from './profiles.ts';
import type { ChannelRecord, DeviceRecord } from './record.ts';

/** Pictures that can be expected; `face`, `body`, … are readings, their pictures come with them. */
const images: ReadonlySet<string> = new Set<ImageKind>(['snapshot', 'alarm']);

/** In front of an alarm type that no row knows. */
const OWN_ALARM = 'alarm:';

/** Parking spaces are 0 left and 1 right (protocol §2), where nothing else is said. */
const SPACES = ['0', '1'];

/** The registers that the vendor's document shows (protocol §2 "modbus"). */
const REGISTERS = range(0, 9);

/** One word of the list, taken apart: `temperature 0-3 @1`. */
interface Wish {
  readonly text: string;
  readonly name: string;
  /** the numbers of `0-3`; absent where none are given */
  readonly indexes: readonly string[] | undefined;
  readonly channel: ChannelKey | undefined;
}

/**
 * Makes known beforehand what a device will report: alarms are `OFF`, readings have no values. What is
 * known already stays as it is. Words: alarm types, kinds of reading, `modbus 0-9`, `temperature 0-3`,
 * `snapshot`, `profile:house`, `alarm:` and a type that no row knows; `@1`, `@in0`, `@device` at the end name the channel.
 *
 * @param channel where nothing is said: by default the only video channel seen so far, else `0`
 * @returns what is new, and a notice naming the words that nobody understands
 */
export function expectThings(
  record: DeviceRecord,
  list: readonly string[],
  channel: ChannelKey = usualChannel(record),
): Change[] {
  const strange: string[] = [];
  const words = list.flatMap((text) => profileOf(text) ?? [text]);
  const made = words.flatMap((text) => {
    const wish = parse(text);
    const changes = wish && grant(record, wish, channel);
    if (changes === undefined) strange.push(text);
    return changes ?? [];
  });
  return [
    ...(strange.length > 0 ? [notUnderstood(record, strange)] : []),
    ...(made.length > 0 ? [{ change: 'device' as const }, ...made] : []),
  ];
}

/** The words of the list that `expectThings` would not understand: for checking settings. */
export function strangeWords(list: readonly string[]): readonly string[] {
  const words = list.flatMap((text) => profileOf(text) ?? [text]);
  return words.filter((text) => {
    const wish = parse(text);
    return wish === undefined || granterOf(wish) === undefined;
  });
}

function usualChannel(record: DeviceRecord): ChannelKey {
  const seen = Object.keys(record.channels).filter(isVideo);
  const [only] = seen;
  return seen.length === 1 && only !== undefined ? only : '0';
}

function profileOf(text: string): readonly string[] | undefined {
  const [, name, place] = /^\s*profile:\s*(\w+)\s*(@\S+)?\s*$/i.exec(text) ?? [];
  const profile = name === undefined ? undefined : own(profiles, name.toLowerCase());
  return place === undefined ? profile : profile?.map((word) => `${word} ${place}`);
}

function parse(text: string): Wish | undefined {
  const match =
    /^\s*(?<name>[^\s@]+)(?:\s+(?<from>\d{1,5})(?:\s*-\s*(?<to>\d{1,5}))?)?\s*(?:@\s*(?<channel>\d{1,5}|in\d{1,5}|device))?\s*$/i.exec(
      text,
    );
  const { name, from, to, channel } = match?.groups ?? {};
  if (name === undefined) return undefined;
  const indexes = from === undefined ? undefined : range(Number(from), Number(to ?? from));
  if (indexes?.length === 0) return undefined;
  return { text, name: name.toLowerCase(), indexes, channel: channel?.toLowerCase() };
}

function range(from: number, to: number): readonly string[] {
  const length = Math.min(Math.max(0, to - from + 1), limits.readingsPerChannel);
  return Array.from({ length }, (_, step) => String(from + step));
}

type Granter = (record: DeviceRecord, place: ChannelRecord, channel: ChannelKey) => Change[];

function grant(record: DeviceRecord, wish: Wish, usual: ChannelKey): Change[] | undefined {
  const granter = granterOf(wish);
  if (granter === undefined) return undefined;
  const key = wish.name === 'modbus' ? DEVICE_CHANNEL : (wish.channel ?? usual);
  const place = channelRecord(record, key);
  return place === undefined ? [...tooMany(record, 'channels')] : granter(record, place, key);
}

function granterOf(wish: Wish): Granter | undefined {
  const { name, indexes } = wish;
  if (name === 'modbus') return (_record, place) => expectRegisters(place, indexes ?? REGISTERS);
  if (Object.hasOwn(kinds, name)) {
    const kind = name as ReadingKind;
    const isIndexed = kinds[kind].indexed;
    if (indexes !== undefined && !isIndexed) return undefined;
    const each = isIndexed ? (indexes ?? ['0']) : [undefined];
    return (record, place, channel) =>
      each.flatMap((index) => expectReading(record, place, channel, kind, index));
  }
  if (images.has(name)) {
    return (_record, place) => expectImage(place, name as ImageKind);
  }
  const free = name.startsWith(OWN_ALARM) ? name.slice(OWN_ALARM.length) : undefined;
  const row = alarmOf(free ?? name);
  const alarm = row?.key ?? free;
  if (!alarm) return undefined;
  const hasSource = row?.row.source !== undefined;
  if (indexes !== undefined && !hasSource) return undefined;
  const sources = hasSource ? (indexes ?? SPACES) : [undefined];
  return (record, place, channel) =>
    sources.flatMap((source) => expectAlarm(record, place, channel, alarm, source));
}

function expectAlarm(
  record: DeviceRecord,
  place: ChannelRecord,
  channel: ChannelKey,
  alarm: string,
  source: string | undefined,
): Change[] {
  const isNewEvent = !place.events.includes(alarm);
  remember(place.events, alarm, limits.eventTypesPerChannel);
  if (alarmOf(alarm)?.row.role === 'event') return isNewEvent ? [{ change: 'device' }] : [];
  const id = alarmId(alarm, source);
  if (own(place.alarms, id) !== undefined) return [];
  if (!hasRoom(place.alarms, id, limits.alarmsPerChannel)) return [...tooMany(record, 'alarms')];
  place.alarms[id] = { ...quiet(alarm, source, 'expected'), announced: true };
  return [{ change: 'alarm', channel, alarm: id, state: 'OFF', live: false }];
}

function expectReading(
  record: DeviceRecord,
  place: ChannelRecord,
  channel: ChannelKey,
  kind: ReadingKind,
  index: string | undefined,
): Change[] {
  const id = readingId(kind, index);
  const known = own(place.readings, id);
  if (known === undefined && !hasRoom(place.readings, id, limits.readingsPerChannel)) {
    return [...tooMany(record, 'readings')];
  }
  const fields = Object.keys(kinds[kind].fields);
  if (known !== undefined && fields.every((field) => known.fields.includes(field))) return [];
  const which = index === undefined ? {} : { index };
  const reading = known ?? { kind, ...which, fields: [], values: {} };
  for (const field of fields) remember(reading.fields, field, limits.fieldsPerReading);
  place.readings[id] = reading;
  return [{ change: 'reading', channel, reading: kind, ...which }];
}

function expectRegisters(place: ChannelRecord, registers: readonly string[]): Change[] {
  const id = readingId('modbus');
  const reading = own(place.readings, id) ?? { kind: 'modbus', fields: [], values: {} };
  const before = reading.fields.length;
  for (const register of registers) remember(reading.fields, register, limits.fieldsPerReading);
  if (reading.fields.length === before) return [];
  place.readings[id] = reading;
  return [{ change: 'reading', channel: DEVICE_CHANNEL, reading: 'modbus' }];
}

function expectImage(place: ChannelRecord, image: ImageKind): Change[] {
  if (place.images[image] !== undefined) return [];
  place.images[image] = { format: 'jpeg', at: 0, bytes: 0 };
  return [{ change: 'device' }];
}

function notUnderstood(record: DeviceRecord, words: readonly string[]): Change {
  return {
    change: 'notice',
    type: 'expect_unknown',
    message: `Nobody knows what to expect of ${record.id} by: ${words.join(', ')}. Words are alarm types, kinds of reading, ranges such as modbus 0-9, and ${Object.keys(
      profiles,
    )
      .map((name) => `profile:${name}`)
      .join(', ')}.`,
    data: { device: record.id, words },
  };
}
