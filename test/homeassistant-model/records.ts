import { defaultSettings } from '../../src/config/convict.ts';
import type { DeviceSettings, RegisterSettings, Settings } from '../../src/config/schema.ts';
import type { Json } from '../../src/decode/report.ts';
import { newRecord } from '../../src/domain/device.ts';
import { alarmId, readingId } from '../../src/domain/ids.ts';
import type {
  AlarmRecord,
  ChannelRecord,
  DeviceRecord,
  ReadingRecord,
} from '../../src/domain/record.ts';
import { type AlarmRow, alarmRows } from '../../src/spec/alarms.ts';
import { enumOptions } from '../../src/spec/enums.ts';
import { kindRows, type ReadingField, type ReadingKind } from '../../src/spec/kinds.ts';

export const now = Date.UTC(2026, 4, 6, 7, 8, 9);

export function settingsWith(
  device: Partial<DeviceSettings> = {},
  homeassistant: Partial<Settings['homeassistant']> = {},
  base = 'jvs2mqtt',
): Settings {
  const settings = defaultSettings();
  return {
    ...settings,
    mqtt: { ...settings.mqtt, base_topic: base },
    homeassistant: { ...settings.homeassistant, ...homeassistant },
    devices: { CAM1: { ...noDeviceSettings, ...device } },
  };
}

const noDeviceSettings: DeviceSettings = {
  name: undefined,
  area: undefined,
  areas: {},
  time_zone: undefined,
  auth: 'digest',
  address: undefined,
  username: undefined,
  password: undefined,
  allow_repeated_nc: false,
  pictures: undefined,
  face_attributes: undefined,
  plates: undefined,
  heartbeat_interval: undefined,
  silent_after: undefined,
  channels: 'auto',
  people_counts: 'total',
  expire_after: {},
  expect: [],
  alarms: {},
  modbus: {},
};

export function register(settings: Partial<RegisterSettings>): RegisterSettings {
  return {
    name: undefined,
    unit: undefined,
    scale: 1,
    offset: 0,
    signed: false,
    precision: undefined,
    device_class: undefined,
    state_class: 'measurement',
    on: undefined,
    off: undefined,
    ...settings,
  };
}

export function record(channels: Record<string, Partial<ChannelRecord>> = {}): DeviceRecord {
  const made = newRecord('CAM1', now - 60_000);
  made.lastSeen = now;
  made.online = true;
  made.name = 'Gate';
  made.generation = 'jes';
  for (const [key, channel] of Object.entries(channels)) {
    made.channels[key] = {
      seenIn: [],
      alarms: {},
      events: [],
      readings: {},
      images: {},
      ...channel,
    };
  }
  return made;
}

export function alarmsOf(...alarms: AlarmRecord[]): Record<string, AlarmRecord> {
  return Object.fromEntries(alarms.map((alarm) => [alarmId(alarm.alarm, alarm.source), alarm]));
}

export function readingsOf(...readings: ReadingRecord[]): Record<string, ReadingRecord> {
  return Object.fromEntries(readings.map((one) => [readingId(one.kind, one.index), one]));
}

/** A reading with every field that its kind has. */
export function fullReading(kind: ReadingKind, index?: string, label?: string): ReadingRecord {
  const { fields } = kindRows[kind];
  return {
    kind,
    ...(index === undefined ? {} : { index }),
    ...(label === undefined ? {} : { label }),
    fields: Object.keys(fields),
    values: Object.fromEntries(Object.entries(fields).map(([key, row]) => [key, sampleOf(row)])),
    at: now,
  };
}

function sampleOf(row: ReadingField): Json {
  if (row.platform === 'binary_sensor') return true;
  if (row.enumeration !== undefined) return enumOptions(row.enumeration)[0]?.key ?? null;
  if (row.deviceClass === 'timestamp') return new Date(now).toISOString();
  return row.unit === undefined && row.precision === undefined ? 'some text' : 1.5;
}

/** Everything that a camera can have: each alarm row, each kind, each picture, registers. */
export function everything(): DeviceRecord {
  const rows: [string, AlarmRow][] = Object.entries(alarmRows);
  const alarms = rows
    .filter(([, row]) => row.role === 'alarm')
    .flatMap(([alarm, row]): AlarmRecord[] =>
      row.source === undefined
        ? [{ alarm, state: 'OFF' }]
        : ['0', '1'].map((source) => ({ alarm, source, state: 'OFF' as const })),
    );
  const kinds = (Object.keys(kindRows) as ReadingKind[]).filter((kind) => kind !== 'modbus');
  const image = { format: 'jpeg', at: now, bytes: 1000 } as const;
  return {
    ...record({
      0: {
        alarms: alarmsOf(...alarms),
        events: rows.map(([alarm]) => alarm),
        readings: readingsOf(
          ...kinds.flatMap((kind) =>
            kindRows[kind].indexed
              ? [fullReading(kind, '0'), fullReading(kind, '1')]
              : [fullReading(kind)],
          ),
        ),
        images: {
          snapshot: image,
          alarm: image,
          face: image,
          body: image,
          vehicle: image,
          object: image,
          plate: image,
        },
      },
      device: { readings: readingsOf(modbus({ 0: 235, 1: 7 }, { 1: 'above' })) },
    }),
    heartbeat: { at: now, told: 60, offsets: [0], clock: 2400 },
  };
}

export function modbus(
  registers: Record<string, number>,
  limits?: Record<string, string>,
): ReadingRecord {
  return {
    kind: 'modbus',
    fields: Object.keys(registers),
    values: { registers, ...(limits === undefined ? {} : { limits }) },
    at: now,
  };
}
