import type { FormatName } from './formats.ts';
import type { KeyFormatName } from './keys.ts';
import { pictureKinds } from './pictures.ts';

/**
 * Every setting once: default, what is allowed, and what it means. Types, environment names
 * (`JVS2MQTT_` and the path in upper case), checks, `config/default.yaml` and the reference table
 * all derive from this.
 */

/** The formats of settings that hold several values; `config/check.ts` reads them. */
export type CollectionName =
  | 'map'
  | 'list'
  | 'texts'
  | 'networks'
  | 'picture_kinds'
  | 'expiry_by_kind'
  | 'area_by_channel';

/** One setting. `format` names a check in `config/formats.ts`, or lists the allowed values. */
export interface Setting<T = unknown> {
  readonly doc: string;
  readonly format: FormatName | CollectionName | readonly (string | number | boolean)[];
  readonly default: T;
  /** never shown, logged or published */
  readonly sensitive?: true;
  /** the schema of each value where the setting is a map or a list */
  readonly of?: SettingTree;
  /** what the keys are where the setting is a map */
  readonly keys?: KeyFormatName;
  /** an entry of a list or map must have it */
  readonly required?: true;
  /** shown in the documentation for what it would look like */
  readonly example?: unknown;
}
export type SettingTree = { readonly [name: string]: Setting | SettingTree };

/** The plain object that a schema describes. A list of choices keeps its words, all else its kind. */
export type ValuesOf<S> = {
  readonly [K in keyof S]: S[K] extends { readonly format: infer F; readonly default: infer D }
    ? F extends readonly unknown[]
      ? D
      : Widened<D>
    : ValuesOf<S[K]>;
};

/** What a default is an example of: `8780` of numbers. */
type Widened<D> = D extends boolean
  ? boolean
  : D extends number
    ? number
    : D extends string
      ? string
      : D;

/** A default of `undefined` with the type that a value would have: not set, something else decides. */
function unset<T>(): T | undefined {
  return undefined;
}

export const alarmSchema = {
  name: {
    doc: 'Name shown in Home Assistant.',
    format: 'text',
    default: unset<string>(),
    example: 'Movement at the gate',
  },
  device_class: {
    doc: 'Device class of the binary sensor in Home Assistant; `none` for none.',
    format: 'binary_sensor_class',
    default: unset<string>(),
    example: 'motion',
  },
  hold: {
    doc: 'Seconds that a pulse keeps the alarm on.',
    format: 'seconds',
    default: unset<number>(),
    example: 30,
  },
  maximum: {
    doc: 'Seconds after which an alarm whose end never came is taken for over; 0 for never.',
    format: 'seconds',
    default: unset<number>(),
    example: 300,
  },
  doorbell: {
    doc: 'It is a doorbell, for instance one wired to an alarm input: makes a doorbell event too.',
    format: 'boolean',
    default: unset<boolean>(),
    example: true,
  },
  ignore: { doc: 'Publish nothing of this alarm.', format: 'boolean', default: false },
} as const satisfies SettingTree;

export const registerSchema = {
  name: {
    doc: 'Name shown in Home Assistant.',
    format: 'text',
    default: unset<string>(),
    example: 'Cold store',
  },
  unit: {
    doc: 'Unit of measurement, after scaling.',
    format: 'text',
    default: unset<string>(),
    example: '°C',
  },
  scale: { doc: 'The register is multiplied by this.', format: 'number', default: 1, example: 0.1 },
  offset: { doc: 'Added after scaling.', format: 'number', default: 0 },
  signed: { doc: 'The register is a signed 16-bit number.', format: 'boolean', default: false },
  precision: {
    doc: 'Digits after the decimal point.',
    format: 'digits',
    default: unset<number>(),
    example: 1,
  },
  device_class: {
    doc: 'Device class in Home Assistant: of a binary sensor where `on` is set; `none` for none. It is left out where Home Assistant does not take it with `unit`.',
    format: 'register_class',
    default: unset<string>(),
    example: 'temperature',
  },
  state_class: {
    doc: 'State class in Home Assistant.',
    format: ['measurement', 'total', 'total_increasing', 'none'],
    default: 'measurement' as 'measurement' | 'total' | 'total_increasing' | 'none',
  },
  on: {
    doc: 'The raw value that means on: makes a binary sensor too.',
    format: 'number',
    default: unset<number>(),
    example: 1,
  },
  off: {
    doc: 'The raw value that means off; without it everything but `on` does.',
    format: 'number',
    default: unset<number>(),
    example: 0,
  },
} as const satisfies SettingTree;

export const userSchema = {
  username: {
    doc: 'User name.',
    format: 'header_text',
    default: '',
    required: true,
    example: 'garage',
  },
  password: {
    doc: 'Password.',
    format: 'text',
    default: '',
    sensitive: true,
    required: true,
    example: 'change me',
  },
} as const satisfies SettingTree;

export const deviceSchema = {
  name: {
    doc: "Name shown in Home Assistant, instead of the camera's own.",
    format: 'text',
    default: unset<string>(),
    example: 'Front door',
  },
  area: {
    doc: 'Area suggested to Home Assistant when it first meets the device.',
    format: 'text',
    default: unset<string>(),
    example: 'Garden',
  },
  areas: {
    doc: 'Areas suggested for the channels of an NVR, by channel; without one it is `area`.',
    format: 'area_by_channel',
    default: {} as Readonly<Record<string, string>>,
    example: { 0: 'Yard', 1: 'Hall' },
  },
  time_zone: {
    doc: "The time zone of the camera's clock (IANA name); without it, it is inferred from the heartbeats.",
    format: 'time_zone',
    default: unset<string>(),
    example: 'Asia/Shanghai',
  },
  auth: {
    doc: 'How this camera authenticates. `none` lets it in without a password, from `address` alone.',
    format: ['digest', 'none'],
    default: 'digest' as 'digest' | 'none',
  },
  address: {
    doc: 'The address it must push from; needed with `auth: none`.',
    format: 'address',
    default: unset<string>(),
    example: '192.168.1.20',
  },
  username: {
    doc: "The camera's own account, where it authenticates with that.",
    format: 'header_text',
    default: unset<string>(),
    example: 'admin',
  },
  password: {
    doc: 'Its password.',
    format: 'text',
    default: unset<string>(),
    sensitive: true,
    example: 'change me',
  },
  allow_repeated_nc: {
    doc: 'Accept a Digest nonce count again. Only for firmware that never counts; a captured request can then be replayed while its nonce lives.',
    format: 'boolean',
    default: false,
  },
  heartbeat_interval: {
    doc: 'Seconds between heartbeats, told to the camera.',
    format: 'interval',
    default: unset<number>(),
    example: 30,
  },
  silent_after: {
    doc: 'Seconds without a push after which a camera that sends no heartbeats counts as offline; without it, never.',
    format: 'interval',
    default: unset<number>(),
    example: 86_400,
  },
  channels: {
    doc: 'Channels as devices of their own in Home Assistant: `separate` for an NVR, `together` for one camera; `auto` decides by what was seen.',
    format: ['auto', 'separate', 'together'],
    default: 'auto' as 'auto' | 'separate' | 'together',
  },
  people_counts: {
    doc: 'Whether people counts are totals that only grow until they start over, or counts of one interval.',
    format: ['total', 'interval'],
    default: 'total' as 'total' | 'interval',
  },
  pictures: {
    doc: 'The kinds of picture that are published of it, instead of `publish.pictures`.',
    format: 'picture_kinds',
    default: unset<readonly string[]>(),
    example: ['alarm', 'snapshot'],
  },
  face_attributes: {
    doc: 'Instead of `publish.face_attributes`.',
    format: 'boolean',
    default: unset<boolean>(),
    example: false,
  },
  plates: {
    doc: 'Instead of `publish.plates`.',
    format: 'boolean',
    default: unset<boolean>(),
    example: false,
  },
  expire_after: {
    doc: 'Seconds without news after which a kind of reading becomes unavailable, by kind.',
    format: 'expiry_by_kind',
    default: {} as Readonly<Record<string, number>>,
    example: { temperature: 600 },
  },
  expect: {
    doc: 'What the device will report, so that entities exist before the first report: alarm types, kinds of reading, `modbus 0-9`, `temperature 0-3`, `snapshot`; `@1` at the end names the channel.',
    format: 'texts',
    default: [] as readonly string[],
    example: ['motion_detection', 'firesmoke_alarm', 'modbus 0-9'],
  },
  alarms: {
    doc: 'Alarm settings for this device alone, by alarm type.',
    format: 'map',
    keys: 'alarm_type',
    default: {} as Readonly<Record<string, AlarmSettings>>,
    of: alarmSchema,
  },
  modbus: {
    doc: 'What each modbus register is, by its number.',
    format: 'map',
    keys: 'register',
    default: {} as Readonly<Record<string, RegisterSettings>>,
    of: registerSchema,
  },
} as const satisfies SettingTree;

export const schema = {
  http: {
    host: {
      doc: 'Address to listen on; `::` is every address of both kinds.',
      format: 'host',
      default: '::',
    },
    port: { doc: 'Port that the cameras push to.', format: 'port', default: 8780 },
    max_body: {
      doc: 'Largest body taken; bytes, or with a unit (`16MB`, `16MiB`).',
      format: 'bytes',
      default: 16 * 1024 * 1024,
    },
    body_budget: {
      doc: 'Memory for the bodies that are received at the same time; past it, senders are held back. Bytes, or with a unit.',
      format: 'bytes',
      default: 16 * 1024 * 1024,
    },
    url: {
      doc: "The address shown for the camera's page, where the bridge cannot know it (behind a proxy or in a container).",
      format: 'http_url',
      default: '',
      example: 'http://192.168.1.10:8780',
    },
    max_connections: {
      doc: 'Most connections at once. Past it one that has not authenticated makes room.',
      format: 'count',
      default: 2048,
    },
    max_connections_per_address: {
      doc: 'Most connections of one address that have not authenticated yet, and most of one device that have; a trusted proxy is not counted.',
      format: 'count',
      default: 64,
    },
    trusted_proxies: {
      doc: 'Proxies whose X-Forwarded-For is believed: addresses, or networks like `10.0.0.0/8`. Nobody else is.',
      format: 'networks',
      default: [] as readonly string[],
      example: ['172.18.0.0/16'],
    },
    tls: {
      cert: {
        doc: 'File of the certificate, with its chain (PEM): the port then speaks HTTPS alone. It is read again when it changes.',
        format: 'file',
        default: '',
      },
      key: {
        doc: "File of the certificate's key (PEM).",
        format: 'file',
        default: '',
        sensitive: true,
      },
    },
  },
  auth: {
    mode: {
      doc: '`digest`, or `none` to let everybody in. With `none` anyone on the network can raise alarms.',
      format: ['digest', 'none'],
      default: 'digest' as 'digest' | 'none',
    },
    username: {
      doc: 'User name that cameras authenticate with.',
      format: 'header_text',
      default: 'jvs2mqtt',
    },
    password: {
      doc: 'Its password; made on the first start where it is empty.',
      format: 'text',
      default: '',
      sensitive: true,
    },
    users: {
      doc: 'More users that cameras can authenticate as.',
      format: 'list',
      default: [] as readonly UserSettings[],
      of: userSchema,
    },
    realm: { doc: 'Digest realm.', format: 'header_text', default: 'jvs2mqtt' },
    algorithm: {
      doc: 'Digest algorithm offered; `SHA-256` offers both, and some clients then fail.',
      format: ['MD5', 'SHA-256'],
      default: 'MD5' as 'MD5' | 'SHA-256',
    },
    nonce_life: { doc: 'Seconds that a Digest nonce lives.', format: 'interval', default: 3600 },
    allow_no_qop: {
      doc: 'Accept a Digest without `qop` (RFC 2069). It has no protection against replay.',
      format: 'boolean',
      default: false,
    },
    approval: {
      doc: 'Whether a device that was never seen is published at once (`auto`), after it was approved on `bridge/request/device/approve` (`ask`), or only where it is listed (`list`). `default` is `auto` with a password and `ask` with `auth.mode: none`. Devices under `devices` are approved.',
      format: ['default', 'auto', 'ask', 'list'],
      default: 'default' as 'default' | 'auto' | 'ask' | 'list',
    },
    devices: {
      doc: 'Ids of devices that are approved, besides those under `devices`.',
      format: 'texts',
      default: [] as readonly string[],
      example: ['12221S55G3X8'],
    },
    max_devices: {
      doc: 'Most devices that are published without being asked for; from then on a new one waits for approval. A camera that was taken over can invent more.',
      format: 'count',
      default: 10_000,
    },
    bind_address: {
      doc: 'Bind each device that has no account of its own to the address that it first pushed from. Only where addresses never change.',
      format: 'boolean',
      default: false,
    },
  },
  mqtt: {
    url: {
      doc: 'The broker: `mqtt://`, `mqtts://`, `ws://` or `wss://`. Empty: the bridge is the broker itself.',
      format: 'mqtt_url',
      default: '',
      example: 'mqtt://192.168.1.5:1883',
    },
    username: { doc: 'User name at the broker.', format: 'text', default: 'jvs2mqtt' },
    password: {
      doc: 'Its password; for the embedded broker made on the first start where it is empty.',
      format: 'text',
      default: '',
      sensitive: true,
    },
    client_id: {
      doc: 'MQTT client id; where it is not set and the base topic is another, that is added to it. At a stop and a start a second client joins for a moment, with `-farewell` behind it.',
      format: 'text',
      default: 'jvs2mqtt',
    },
    base_topic: { doc: 'First part of every topic.', format: 'topic', default: 'jvs2mqtt' },
    version: {
      doc: 'MQTT version; `auto` tries 5, then 3.1.1.',
      format: ['auto', '5', '3.1.1'],
      default: 'auto' as 'auto' | '5' | '3.1.1',
    },
    ca: {
      doc: "File of the authority that signed the broker's certificate (PEM, or the text itself).",
      format: 'file',
      default: '',
    },
    cert: { doc: 'File of the client certificate (PEM).', format: 'file', default: '' },
    key: {
      doc: "File of the client certificate's key (PEM).",
      format: 'file',
      default: '',
      sensitive: true,
    },
    verify: { doc: "Check the broker's certificate.", format: 'boolean', default: true },
    max_packet: {
      doc: 'Largest MQTT packet sent; bytes, or with a unit. What the broker itself says counts too.',
      format: 'bytes',
      default: 2_000_000,
    },
    ack_timeout: {
      doc: "Seconds that a camera's answer waits for the broker's acknowledgement.",
      format: 'seconds',
      default: 2,
    },
    keepalive: { doc: 'Seconds between pings to the broker.', format: 'interval', default: 30 },
    restart_grace: {
      doc: 'Seconds after a clean stop within which the bridge can come back without anybody seeing `offline`; 0 for none. Needs a broker that speaks MQTT 5, and not the embedded one.',
      format: 'seconds',
      default: 10,
    },
  },
  outbox: {
    max_bytes: {
      doc: 'Most that waits on disk for the broker; bytes, or with a unit. When it is full, the oldest pictures give way, then reports are refused.',
      format: 'bytes',
      default: 128 * 1024 * 1024,
    },
    max_age: {
      doc: 'Seconds after which what still waits on disk is given up.',
      format: 'interval',
      default: 604_800,
    },
  },
  broker: {
    host: { doc: 'Address that the embedded broker listens on.', format: 'host', default: '::' },
    port: { doc: 'Port of the embedded broker.', format: 'port', default: 1883 },
  },
  homeassistant: {
    enabled: { doc: 'Announce devices to Home Assistant.', format: 'boolean', default: true },
    prefix: { doc: 'Discovery prefix.', format: 'topic', default: 'homeassistant' },
    status_topic: {
      doc: "Topic of Home Assistant's birth message.",
      format: 'topic',
      default: 'homeassistant/status',
    },
    language: { doc: 'Language of names.', format: ['en', 'zh'], default: 'en' as 'en' | 'zh' },
    entity_ids: {
      doc: 'Suggest entity ids made of device id and key (`default_entity_id`).',
      format: 'boolean',
      default: true,
    },
    device_triggers: {
      doc: 'Announce a device trigger of each alarm too, for automations by device.',
      format: 'boolean',
      default: false,
    },
    subscribe_hold: {
      doc: 'Seconds that a live event waits after the discovery payload that announced it: Home Assistant hears nothing earlier. Where many are announced together, from the last of them and up to five times as long.',
      format: 'seconds',
      default: 1,
    },
    max_entities: {
      doc: 'About how many entities one camera may have, its channels included. What it invents beyond them is told once and gets none; its events go on under the type `other`.',
      format: 'count',
      default: 2000,
    },
    pace: { doc: 'Seconds between two discovery payloads.', format: 'seconds', default: 0.25 },
  },
  heartbeat: {
    interval: {
      doc: 'Seconds between heartbeats, told to each camera.',
      format: 'interval',
      default: 60,
    },
    missed: {
      doc: 'Missed heartbeats after which a camera is offline.',
      format: 'count',
      default: 3,
    },
  },
  events: {
    live_within: {
      doc: 'Seconds after which an event is late: it goes to the history alone.',
      format: 'seconds',
      default: 10,
    },
    late_after: {
      doc: "Seconds by the camera's corrected clock after which what it sends is late.",
      format: 'seconds',
      default: 60,
    },
    repeat_window: {
      doc: 'Seconds within which the same alarm, byte for byte, is a repeat.',
      format: 'seconds',
      default: 600,
    },
  },
  publish: {
    reports: {
      doc: 'Publish every report whole on `<device>/report/<method>`.',
      format: 'boolean',
      default: false,
    },
    areas: {
      doc: 'Most detection frames a second and channel; 0 for none.',
      format: 'rate',
      default: 5,
    },
    face_features: {
      doc: 'Publish biometric vectors and library ids of faces.',
      format: 'boolean',
      default: false,
    },
    face_attributes: {
      doc: 'Publish what the camera thinks of a face: name, age, gender, glasses and the like. Where it is off, whole reports (`publish.reports`) come without their content.',
      format: 'boolean',
      default: true,
    },
    plates: {
      doc: 'Publish the numbers of licence plates. Where it is off, whole reports (`publish.reports`) come without their content.',
      format: 'boolean',
      default: true,
    },
    pictures: {
      doc: 'The kinds of picture that are published; one that is not here is cleared at the broker.',
      format: 'picture_kinds',
      default: [...pictureKinds] as readonly string[],
    },
  },
  alarms: {
    doc: 'Settings by alarm type, for every device.',
    format: 'map',
    keys: 'alarm_type',
    default: {} as Readonly<Record<string, AlarmSettings>>,
    of: alarmSchema,
  },
  devices: {
    doc: 'Settings by device id.',
    format: 'map',
    keys: 'device_id',
    default: {} as Readonly<Record<string, DeviceSettings>>,
    of: deviceSchema,
  },
  data: {
    dir: {
      doc: 'Folder of everything that must survive a restart.',
      format: 'text',
      default: './data',
    },
  },
  log: {
    level: {
      doc: 'How much is logged.',
      format: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      default: 'info' as 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace' | 'silent',
    },
    format: {
      doc: '`text` for people, `json` for machines; `auto` is text on a terminal.',
      format: ['auto', 'text', 'json'],
      default: 'auto' as 'auto' | 'text' | 'json',
    },
  },
  shutdown: {
    grace: {
      doc: 'Seconds that a stop waits for what is in flight.',
      format: 'seconds',
      default: 5,
    },
  },
} as const satisfies SettingTree;

export type AlarmSettings = ValuesOf<typeof alarmSchema>;
export type RegisterSettings = ValuesOf<typeof registerSchema>;
export type UserSettings = ValuesOf<typeof userSchema>;
export type DeviceSettings = ValuesOf<typeof deviceSchema>;
/** All settings, checked and complete: every entry of a map has all its fields. */
export type Settings = ValuesOf<typeof schema>;
