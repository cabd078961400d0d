import type { JsonObject } from '../decode/report.ts';
import type { AlarmChange, Change, EventChange, PictureChange } from '../domain/change.ts';
import { readingId } from '../domain/ids.ts';
import { own } from '../domain/json.ts';
import type { Message } from '../domain/message.ts';
import type { DeviceRecord } from '../domain/record.ts';
import { Shape } from '../domain/shape.ts';
import { bridgeDevice, noticeTypes } from './bridge.ts';
import type { Context } from './context.ts';
import { readingState } from './payloads/reading.ts';
import { alarmState, deviceState, numbersInForce } from './payloads/state.ts';
import { eventLive, eventWhole, notice, pictureAttributes } from './payloads/turn.ts';

/** The messages of one change, by when they may go out. Each list is in its order of publishing. */
export interface Outgoing {
  /** goes out as it is, late or not: retained state, pictures, reports, notices */
  readonly always: readonly Message[];
  /** is for now alone: never sent late, queued or replayed */
  readonly live: readonly Message[];
  /** `<device>/history`, told whether the event was late */
  readonly history?: History;
  /** who listens here need not be told by `history`: an end, which the alarm's state says */
  readonly knownAt?: string;
}

/** An event's line in the history, made when it is asked for. */
export interface History {
  readonly topic: string;
  readonly message: (delayed: boolean) => Message;
}

type Makers = {
  readonly [K in Change['change']]: (
    change: Extract<Change, { readonly change: K }>,
    record: DeviceRecord,
    context: Context,
    now: number,
  ) => readonly Message[] | Outgoing;
};

const makers: Makers = {
  picture: pictureMessages,
  event: eventMessages,
  alarm: alarmMessages,
  reading: ({ channel, reading, index, seen }, record, context) => {
    const { readings = {} } = own(record.channels, channel) ?? {};
    const known = seen ?? own(readings, readingId(reading, index));
    const payload = known && readingState(record, known, context);
    if (known === undefined || payload === undefined) return [];
    return [retained(context.topics.reading(record.id, channel, known), payload)];
  },
  area: ({ channel, data }, record, { topics }) => [
    { ...passing(topics.area(record.id, channel), data), qos: 0 },
  ],
  report: (change, record, { topics, settings }) => {
    if (change.known && !settings.publish.reports) return [];
    return [passing(topics.report(record.id, change.method), change.body())];
  },
  availability: (_change, record, context) => [availabilityOf(record, context)],
  device: (_change, record, context) => deviceMessages(record, context),
  notice: (change, _record, { topics }, now) => [
    passing(topics.bridgeEvent, notice(change, noticeTypes, now)),
  ],
};

/**
 * The messages of a change. To be called when it is made: states are taken from the record.
 *
 * @param now ms since 1970 UTC
 */
export function messagesOf(
  change: Change,
  record: DeviceRecord,
  context: Context,
  now: number,
): Outgoing {
  // a table by kind, each of its own change: one pair of a type that TypeScript cannot pair up
  const make = makers[change.change] as (
    change: Change,
    record: DeviceRecord,
    context: Context,
    now: number,
  ) => readonly Message[] | Outgoing;
  const made = make(change, record, context, now);
  return 'always' in made ? made : { always: made, live: [] };
}

/**
 * Everything of a device that is retained as JSON, from its record alone: for the start and for a
 * broker that lost it. Pictures are not in it. To be followed by `availabilityOf`: what is old is
 * brought up to date before the device counts as there.
 */
export function retainedOf(record: DeviceRecord, context: Context): readonly Message[] {
  const { topics } = context;
  const states = Object.entries(record.channels).flatMap(([channel, { alarms }]) =>
    Object.values(alarms).map((alarm) =>
      retained(topics.alarm(record.id, channel, alarm), alarmState(channel, alarm)),
    ),
  );
  return [...deviceMessages(record, context), ...states, ...readingsOf(record, context)];
}

/** The readings of a device as they are now: no live turn waits behind them, as it does for an alarm. */
export function readingsOf(record: DeviceRecord, context: Context): readonly Message[] {
  return Object.entries(record.channels).flatMap(([channel, { readings }]) =>
    Object.values(readings).flatMap((reading) => {
      const payload = readingState(record, reading, context);
      const topic = context.topics.reading(record.id, channel, reading);
      return payload ? [retained(topic, payload)] : [];
    }),
  );
}

/** `<device>/availability`. */
export function availabilityOf(record: DeviceRecord, { topics }: Context): Message {
  const payload = record.online ? 'online' : 'offline';
  return { topic: topics.availability(record.id), payload, retain: true, qos: 1 };
}

/** Every retained topic below the base topic that the device may have: cleared when it is removed. */
export function topicsOfDevice(record: DeviceRecord, { topics }: Context): readonly string[] {
  const { id } = record;
  return [
    topics.availability(id),
    topics.state(id),
    topics.settings(id),
    topics.bridgeDevice(id),
    ...Object.entries(record.channels).flatMap(([channel, { alarms, readings, images }]) => [
      ...Object.values(alarms).map((alarm) => topics.alarm(id, channel, alarm)),
      ...Object.values(readings).map((reading) => topics.reading(id, channel, reading)),
      ...imageKinds(images).flatMap((image) => [
        topics.image(id, channel, image),
        topics.imageAttributes(id, channel, image),
      ]),
    ]),
  ];
}

/** What takes a retained message away from the broker. */
export function cleared(topic: string): Message {
  return { topic, payload: '', retain: true, qos: 1 };
}

/** A JSON message that the broker keeps. */
export function retained(topic: string, payload: JsonObject): Message {
  return { topic, payload: JSON.stringify(payload), retain: true, qos: 1 };
}

/** A JSON message that it does not. */
export function passing(topic: string, payload: JsonObject): Message {
  return { topic, payload: JSON.stringify(payload), retain: false, qos: 1 };
}

function deviceMessages(record: DeviceRecord, context: Context): readonly Message[] {
  const { topics } = context;
  return [
    retained(topics.state(record.id), deviceState(record)),
    ...lastingMessages(record, context),
  ];
}

/** What changes with the record's shape alone, and is made anew only then. */
function lastingMessages(record: DeviceRecord, context: Context): readonly Message[] {
  const { topics } = context;
  const byRecord = lasting.get(context) ?? new WeakMap<DeviceRecord, Lasting>();
  lasting.set(context, byRecord);
  const known = byRecord.get(record);
  const shape = known?.shape ?? new Shape();
  if (!shape.follow(record) && known !== undefined) return known.messages;
  const messages = [
    retained(topics.settings(record.id), numbersInForce(record, context)),
    retained(topics.bridgeDevice(record.id), bridgeDevice(record, context)),
  ];
  byRecord.set(record, { shape, messages });
  return messages;
}

interface Lasting {
  readonly shape: Shape;
  readonly messages: readonly Message[];
}

const lasting = new WeakMap<Context, WeakMap<DeviceRecord, Lasting>>();

/** The bytes first: whoever sees the attributes change can have the picture. */
function pictureMessages(
  change: PictureChange,
  record: DeviceRecord,
  { topics }: Context,
): readonly Message[] {
  const { channel, image, picture } = change;
  const topic = topics.image(record.id, channel, image);
  return [
    { topic, payload: picture.bytes, retain: true, qos: 1 },
    retained(topics.imageAttributes(record.id, channel, image), pictureAttributes(change)),
  ];
}

function eventMessages(
  change: EventChange,
  record: DeviceRecord,
  { topics, settings }: Context,
): Outgoing {
  const whole = eventWhole(change);
  const live = passing(topics.event(record.id, change.channel), eventLive(whole));
  const topic = topics.history(record.id);
  const inTime = lazily(() => passing(topic, whole));
  const delayed = lazily(() => passing(topic, { ...whole, delayed: true }));
  const expiry = Math.max(1, Math.ceil(settings.events.live_within));
  return {
    always: [],
    live: change.late || change.ends ? [] : [{ ...live, expiry }],
    history: { topic, message: (late) => (late || change.late ? delayed() : inTime()) },
    ...(change.ends && !change.late ? { knownAt: live.topic } : {}),
  };
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

function alarmMessages(
  { channel, alarm: id, state }: AlarmChange,
  record: DeviceRecord,
  { topics }: Context,
): readonly Message[] {
  const alarm = own(own(record.channels, channel)?.alarms ?? {}, id);
  if (alarm === undefined) return [];
  // what it was before its very first turn, of which the record knows no more
  const before = state === 'OFF' && alarm.state === 'ON';
  const payload = before ? { state } : alarmState(channel, alarm);
  return [retained(topics.alarm(record.id, channel, alarm), payload)];
}

function imageKinds(images: object): readonly (keyof DeviceRecord['channels'][string]['images'])[] {
  return Object.keys(images) as (keyof DeviceRecord['channels'][string]['images'])[];
}
