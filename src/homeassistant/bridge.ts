import { isSetting } from '../config/paths.ts';
import { type Settings, type SettingTree, schema } from '../config/schema.ts';
import type { Json, JsonObject } from '../decode/report.ts';
import { defined, isoOf } from '../domain/json.ts';
import type { DeviceRecord } from '../domain/record.ts';
import type { Name } from '../spec/name.ts';
import { type Context, deviceSettings } from './context.ts';

/** A count of the bridge's own: a key of `stats` in `bridge/info` and a sensor of its device. */
export interface StatRow {
  readonly name: Name;
  readonly icon: string;
  /** of measurement */
  readonly unit?: string;
  readonly deviceClass?: string;
  /** it only grows until the bridge starts anew */
  readonly counter: boolean;
  /** off by default in Home Assistant */
  readonly hidden?: true;
  /** key of `bridge/info` with the things that are counted: an attribute `devices` */
  readonly list?: string;
}

export const bridgeStats = {
  pending: {
    name: { en: 'Devices to approve', zh: '待批准的设备' },
    icon: 'mdi:account-question',
    counter: false,
    list: 'pending',
  },
  devices: { name: { en: 'Devices', zh: '设备数' }, icon: 'mdi:cctv', counter: false },
  pushes: { name: { en: 'Pushes', zh: '上报数' }, icon: 'mdi:upload', counter: true, hidden: true },
  refused: {
    name: { en: 'Refused pushes', zh: '拒绝的上报' },
    icon: 'mdi:shield-alert',
    counter: true,
  },
  lost: {
    name: { en: 'Possibly lost reports', zh: '可能丢失的上报' },
    icon: 'mdi:help-network',
    counter: true,
  },
  late: { name: { en: 'Late events', zh: '迟到的事件' }, icon: 'mdi:clock-alert', counter: true },
  too_large: {
    name: { en: 'Messages too large', zh: '过大的消息' },
    icon: 'mdi:file-alert',
    counter: true,
    hidden: true,
  },
  faults: {
    name: { en: 'Unreadable parts', zh: '无法解析的内容' },
    icon: 'mdi:file-question',
    counter: true,
    hidden: true,
  },
  unknown: {
    name: { en: 'Unknown things met', zh: '未知内容' },
    icon: 'mdi:help-circle',
    counter: true,
    hidden: true,
  },
  queue: {
    name: { en: 'Messages in the outbox', zh: '待发消息数' },
    icon: 'mdi:tray-full',
    counter: false,
  },
  queue_age: {
    name: { en: 'Age of the outbox', zh: '最早待发消息的时长' },
    icon: 'mdi:timer-sand',
    counter: false,
    unit: 's',
    deviceClass: 'duration',
    hidden: true,
  },
  dropped: {
    name: { en: 'Messages given up', zh: '放弃的消息' },
    icon: 'mdi:tray-remove',
    counter: true,
  },
  duplicates: {
    name: { en: 'Messages sent again', zh: '重发的消息' },
    icon: 'mdi:content-duplicate',
    counter: true,
    hidden: true,
  },
  reconnects: {
    name: { en: 'Reconnects to the broker', zh: '重连次数' },
    icon: 'mdi:lan-pending',
    counter: true,
    hidden: true,
  },
} as const satisfies Readonly<Record<string, StatRow>>;

export type BridgeStats = { readonly [K in keyof typeof bridgeStats]: number };

/** What the bridge tells of on `bridge/event`, and when; anything else has `event_type` `other`. */
export const notices = {
  device_new: 'a device pushed for the first time',
  device_gone: 'a device has missed its heartbeats, or was silent for `silent_after`',
  device_back: 'a device that was gone pushed again',
  device_removed: 'a device was removed',
  device_pending: 'a device waits for approval: nothing of it is published',
  device_approved: 'a device was approved',
  wrong_credentials: 'a device tried three times with a wrong user name or password',
  no_credentials: 'a device never answers when it is asked for a password',
  bad_authorization: 'a device authenticates by something that is no Digest',
  wrong_uri: 'a Digest was made for another path than arrived: a proxy rewrites it',
  no_qop: 'a Digest without `qop`, and `auth.allow_no_qop` is off',
  repeated_nc: 'a device uses its nonce count again',
  guessing: 'somebody tries one password after the other',
  identity: 'header, body, account and address of a push do not belong together',
  too_many_connections: 'an address or a device opens too many connections',
  timeout: 'a request did not come to its end',
  headers_too_large: 'a request has too many or too large headers',
  bad_request: 'a request that is not understood as HTTP, or names no path',
  unreadable: 'nothing of a body could be read',
  fault: 'parts of a report could not be read',
  unknown: 'a report, tag, field, value or alarm type that no table has, once each',
  limit: 'a device reports more different things than the bridge keeps',
  expect_unknown: 'words of `expect` that nobody understands',
  too_large: 'a body, or a message for the broker, is larger than is taken',
  other: 'anything else',
} as const satisfies Readonly<Record<string, string>>;

/** The event types of the bridge's own entity. */
export const noticeTypes: readonly string[] = Object.keys(notices);

/** How much can be logged, in the order of the settings' schema. */
export const logLevels: readonly string[] = schema.log.level.format;

/** A device that waits for approval. */
export interface PendingShown {
  readonly id: string;
  readonly address: string;
  /** ms since 1970 UTC */
  readonly firstSeen: number;
  readonly pushes: number;
}

/** `bridge/info`. Devices are not in it: it must not grow with the estate. */
export function bridgeInfo(
  settings: Settings,
  about: {
    readonly version: string;
    readonly startedAt: number;
    readonly stats: BridgeStats;
    /** how much is logged now; by the settings where it is not said */
    readonly logLevel?: string;
    /** devices that wait for approval; few */
    readonly pending?: readonly PendingShown[];
  },
): JsonObject {
  const { devices: _each, ...general } = schema;
  return {
    version: about.version,
    started: isoOf(about.startedAt),
    log_level: about.logLevel ?? settings.log.level,
    stats: { ...about.stats },
    pending: (about.pending ?? []).map(({ id, address, firstSeen, pushes }) => ({
      device: id,
      address,
      first_seen: isoOf(firstSeen),
      pushes,
    })),
    settings: shown(general, settings),
  };
}

/** `bridge/device/<device>`: changes when something new was reported, not with every push. */
export function bridgeDevice(record: DeviceRecord, { settings }: Context): JsonObject {
  const own = deviceSettings(settings, record.id);
  const channels = Object.entries(record.channels).map(([key, channel]): [string, Json] => [
    key,
    {
      alarms: Object.keys(channel.alarms),
      events: channel.events,
      readings: Object.fromEntries(
        Object.entries(channel.readings).map(([id, reading]): [string, Json] => [
          id,
          defined({ label: reading.label, fields: reading.fields }) as JsonObject,
        ]),
      ),
      images: Object.keys(channel.images),
      seen_in: channel.seenIn,
    },
  ]);
  return defined({
    id: record.id,
    name: record.name,
    generation: record.generation,
    address: record.address,
    first_seen: isoOf(record.firstSeen),
    channels: Object.fromEntries(channels),
    unknown: record.unknown,
    settings: own && shown(schema.devices.of, own),
  }) as JsonObject;
}

/** Settings without what their schema calls sensitive; what is not set is left out. */
function shown(tree: SettingTree, values: object): JsonObject {
  const byName: Readonly<Record<string, unknown>> = { ...values };
  const entries = Object.entries(tree).flatMap(([name, node]): [string, Json][] => {
    const value = byName[name];
    if (value === undefined || value === null) return [];
    if (!isSetting(node)) return [[name, shown(node, Object(value))]];
    if (node.sensitive) return [];
    return [[name, node.of === undefined ? plain(value) : each(node.of, value)]];
  });
  return Object.fromEntries(entries);
}

/** The entries of a map or a list. */
function each(of: SettingTree, value: unknown): Json {
  if (Array.isArray(value)) return value.map((entry) => shown(of, Object(entry)));
  const entries = Object.entries(Object(value) as object);
  return Object.fromEntries(entries.map(([key, entry]) => [key, shown(of, Object(entry))]));
}

/** A setting's value as JSON; an address with a user and password in it without them. */
function plain(value: unknown): Json {
  if (typeof value === 'string') return value.replace(/\/\/[^/@]*@/, '//');
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, plain(inner)]));
}
