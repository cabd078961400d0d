import type { ChannelKey, ImageKind } from '../domain/event.ts';
import type { AlarmRecord, ReadingRecord } from '../domain/record.ts';
import { escapeId, escapeKey, unescapeId, unescapeKey } from './escape.ts';

/** One row of the MQTT contract. */
export interface TopicRow {
  /** below the base topic; `<…>` stands for what changes, `[…]` for what some have */
  readonly path: string;
  readonly retained: boolean;
  readonly qos: 0 | 1;
  /** `in`: others publish to it */
  readonly direction: 'out' | 'in';
  readonly doc: string;
}

const retained = { retained: true, qos: 1, direction: 'out' } as const;
const passing = { retained: false, qos: 1, direction: 'out' } as const;
const command = { retained: false, qos: 1, direction: 'in' } as const;

/**
 * Every topic of the bridge. `<channel>` is the number for video, `in<n>` for an external input,
 * `device` for the device itself and for reports that name no channel.
 */
export const topicRows = {
  bridge_state: {
    ...retained,
    path: 'bridge/state',
    doc: '`online` or `offline`; the last will too',
  },
  bridge_info: {
    ...retained,
    path: 'bridge/info',
    doc: 'JSON: version, settings without secrets, counts',
  },
  bridge_device: {
    ...retained,
    path: 'bridge/device/<device>',
    doc: 'JSON: what a device is and what it has reported so far',
  },
  bridge_event: {
    ...passing,
    path: 'bridge/event',
    doc: 'JSON: a device seen first, refused or gone, an unknown thing met; `message` says what to do',
  },
  bridge_request: {
    ...command,
    path: 'bridge/request/<command>',
    doc: 'JSON: a command; a `transaction` in it is echoed in the response',
  },
  bridge_response: { ...passing, path: 'bridge/response/<command>', doc: 'JSON: its outcome' },
  availability: { ...retained, path: '<device>/availability', doc: '`online` or `offline`' },
  state: {
    ...retained,
    path: '<device>/state',
    doc: 'JSON: last seen, name, heartbeat, clock offset, counters',
  },
  settings: {
    ...retained,
    path: '<device>/settings',
    doc: 'JSON: the numbers in force that `set` changes',
  },
  alarm: {
    ...retained,
    path: '<device>/<channel>/alarm/<alarm>[/<source>]',
    doc: 'JSON, state and attributes in one: `{"state": "ON"|"OFF", "id", "since", "until", "reason", "data"}`; `data` is what the camera sent',
  },
  reading: {
    ...retained,
    path: '<device>/<channel>/<kind>[/<index>]',
    doc: 'JSON: current values of that kind',
  },
  modbus: {
    ...retained,
    path: '<device>/modbus',
    doc: 'JSON: `registers` by number, each with `value` (scaled), `raw`, `limit` (`below`, `above` or null)',
  },
  image: {
    ...retained,
    path: '<device>/<channel>/image/<image>',
    doc: 'the bytes of the newest picture of that kind',
  },
  image_attributes: {
    ...retained,
    path: '<device>/<channel>/image/<image>/attributes',
    doc: 'JSON: when it was taken, and the turn that it belongs to',
  },
  area: {
    ...passing,
    qos: 0,
    path: '<device>/<channel>/area',
    doc: 'JSON: frames of detection and rules, at most `publish.areas` a second',
  },
  event: {
    ...passing,
    path: '<device>/<channel>/event',
    doc: 'JSON `{event_type, id, channel, time, data}` of what begins or happens now; neither of what is late nor of an end, which `history` has',
  },
  history: {
    ...passing,
    path: '<device>/history',
    doc: 'JSON of every event once, in order; `delayed` is true where it was late',
  },
  report: {
    ...passing,
    path: '<device>/report/<method>',
    doc: 'JSON: a whole report, pictures by their length; of known ones with `publish.reports` only',
  },
  set: {
    ...command,
    path: '<device>/set/<setting>',
    doc: 'a number: `heartbeat_interval`, `hold/<channel>/<alarm>`, `maximum/<channel>/<alarm>`, in seconds',
  },
} as const satisfies Readonly<Record<string, TopicRow>>;

export type TopicName = keyof typeof topicRows;

/** Where a number is set: as `DeviceRecord.numbers` has it. */
export interface SetTarget {
  readonly deviceId: string;
  readonly number: string;
}

/** The base topic that needs no mention in ids. */
export const defaultBase = 'jvs2mqtt';

/** Every topic below one base topic. */
export type Topics = ReturnType<typeof topicsOf>;

/** @param base the setting `mqtt.base_topic` */
export function topicsOf(base: string) {
  const of = (device: string, ...rest: string[]) => [base, escapeId(device), ...rest].join('/');
  const at = (device: string, channel: ChannelKey, ...rest: string[]) =>
    of(device, escapeKey(channel), ...rest);
  return {
    base,
    bridgeState: `${base}/bridge/state`,
    bridgeInfo: `${base}/bridge/info`,
    bridgeEvent: `${base}/bridge/event`,
    bridgeDevice: (device: string) => `${base}/bridge/device/${escapeId(device)}`,
    bridgeRequest: (name: string) => `${base}/bridge/request/${name}`,
    bridgeResponse: (name: string) => `${base}/bridge/response/${name}`,
    /** a filter of all that is of a device, but for `bridge/device/<device>` */
    below: (device: string) => of(device, '#'),
    /** a filter of all its alarms */
    alarms: (device: string) => of(device, '+', 'alarm', '#'),
    availability: (device: string) => of(device, 'availability'),
    state: (device: string) => of(device, 'state'),
    settings: (device: string) => of(device, 'settings'),
    alarm: (device: string, channel: ChannelKey, alarm: Pick<AlarmRecord, 'alarm' | 'source'>) =>
      at(device, channel, 'alarm', ...escapedAlarm(alarm)),
    reading: (
      device: string,
      channel: ChannelKey,
      { kind, index }: Pick<ReadingRecord, 'kind' | 'index'>,
    ) => {
      // registers are the device's own: their report names no channel (protocol §2 "modbus")
      if (kind === 'modbus' && channel === 'device') return of(device, 'modbus');
      return at(device, channel, kind, ...(index === undefined ? [] : [escapeKey(index)]));
    },
    image: (device: string, channel: ChannelKey, image: ImageKind) =>
      at(device, channel, 'image', image),
    imageAttributes: (device: string, channel: ChannelKey, image: ImageKind) =>
      at(device, channel, 'image', image, 'attributes'),
    area: (device: string, channel: ChannelKey) => at(device, channel, 'area'),
    event: (device: string, channel: ChannelKey) => at(device, channel, 'event'),
    history: (device: string) => of(device, 'history'),
    report: (device: string, method: string) => of(device, 'report', escapeKey(method)),
    /** @param number as `DeviceRecord.numbers` has it */
    set: (device: string, number: string) => of(device, 'set', ...number.split('/').map(escapeKey)),
    /** what the bridge subscribes to */
    commands: [`${base}/+/set/#`, `${base}/bridge/request/#`] as readonly string[],
    /** the command of a topic below `bridge/request` */
    readRequest: (topic: string): string | undefined =>
      topic.startsWith(`${base}/bridge/request/`)
        ? topic.slice(base.length + '/bridge/request/'.length)
        : undefined,
    /** what a topic below `<device>/set` sets; `undefined` for any other topic */
    readSet: (topic: string): SetTarget | undefined =>
      topic.startsWith(`${base}/`) ? readSet(topic.slice(base.length + 1)) : undefined,
  };
}

function escapedAlarm({ alarm, source }: Pick<AlarmRecord, 'alarm' | 'source'>): string[] {
  return source === undefined ? [escapeKey(alarm)] : [escapeKey(alarm), escapeKey(source)];
}

function readSet(path: string): SetTarget | undefined {
  const [device = '', set, ...rest] = path.split('/');
  const deviceId = unescapeId(device);
  const parts = rest.map(unescapeKey);
  const known = parts.every((part) => part !== undefined);
  if (set !== 'set' || deviceId === undefined || parts.length === 0 || !known) return undefined;
  return { deviceId, number: parts.join('/') };
}
