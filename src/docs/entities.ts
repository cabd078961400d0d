import { Checker } from '../config/check.ts';
import { createLayers } from '../config/convict.ts';
import { type Settings, schema } from '../config/schema.ts';
import { foundIn } from '../config/tree.ts';
import type { JsonObject } from '../decode/report.ts';
import { newRecord } from '../domain/device.ts';
import type { ImageKind } from '../domain/event.ts';
import { alarmId, readingId } from '../domain/ids.ts';
import type { AlarmRecord, DeviceRecord, ReadingRecord } from '../domain/record.ts';
import { contextOf } from '../homeassistant/context.ts';
import { bridgeComponents } from '../homeassistant/entities/bridge.ts';
import { imageNames } from '../homeassistant/entities/images.ts';
import { entitiesOf } from '../homeassistant/entities.ts';
import { type KindRow, kinds, type ReadingKind } from '../spec/kinds.ts';
import type { Language } from '../spec/name.ts';
import { code, table } from './markdown.ts';

/**
 * Tables of every entity that the bridge can create, made by the very code that announces them, of a
 * device that reported everything. What stands for something else is replaced in what is shown.
 */

const device = 'SAMPLE';
const channel = '770';
const index = '880';
const alarm = 'sample_alarm';
/** the one alarm that there is one of for each parking space */
const byPlace = 'dual_parking_occupied';

/** What people read instead, in ids, and in names. */
const stands: readonly (readonly [string, inId: string, inName: string])[] = [
  [channel, '<channel>', '…'],
  [index, '<n>', '<n>'],
  [byPlace, '<alarm>', '…'],
  [alarm, '<alarm>', '…'],
];

function settings(language: Language): Settings {
  const values = {
    homeassistant: { language, device_triggers: true },
    alarms: { [alarm]: { name: '…', doorbell: true }, [byPlace]: { name: '…' } },
    devices: { [device]: { modbus: { [index]: { on: 1 } } } },
  };
  const checker = new Checker({ name: 'documentation', kind: 'file' }, { cwd: '' });
  const layers = createLayers({});
  layers.load(checker.tree(schema, foundIn(values)));
  return layers.settings();
}

function sample(): DeviceRecord {
  const off = { state: 'OFF' } as const;
  const alarms: readonly AlarmRecord[] = [
    { alarm, ...off },
    { alarm: byPlace, source: index, ...off },
  ];
  const readings = Object.entries<KindRow>(kinds).map(([kind, row]): ReadingRecord => {
    const fields = kind === 'modbus' ? [index] : Object.keys(row.fields);
    const which = row.indexed ? { index } : {};
    return { kind: kind as ReadingKind, ...which, fields, values: {} };
  });
  const image = { format: 'jpeg', at: 0, bytes: 0 } as const;
  const images = Object.fromEntries(Object.keys(imageNames).map((key) => [key, image]));
  return {
    ...newRecord(device, 0),
    heartbeat: { at: 0, told: 60, offsets: [0], clock: 0 },
    channels: {
      [channel]: {
        seenIn: [],
        events: [alarm],
        alarms: Object.fromEntries(alarms.map((it) => [alarmId(it.alarm, it.source), it])),
        readings: Object.fromEntries(
          readings
            .filter(({ kind }) => kind !== 'modbus')
            .map((it) => [readingId(it.kind, it.index), it]),
        ),
        images: images as Partial<Record<ImageKind, typeof image>>,
      },
      device: {
        seenIn: [],
        events: [],
        alarms: {},
        readings: Object.fromEntries(
          readings.filter(({ kind }) => kind === 'modbus').map((it) => [it.kind, it]),
        ),
        images: {},
      },
    },
  };
}

/** One component, as it is announced in English and in Chinese. */
interface Shown {
  readonly key: string;
  readonly en: JsonObject;
  readonly zh: JsonObject;
}

function both(of: (language: Language) => readonly (readonly [string, JsonObject])[]): Shown[] {
  const chinese = new Map(of('zh'));
  return of('en').map(([key, en]) => ({ key, en, zh: chinese.get(key) ?? en }));
}

function ofDevices(): readonly Shown[] {
  return both((language) =>
    entitiesOf(sample(), settings(language)).map(({ key, config }) => [key, config]),
  );
}

function ofBridge(): readonly Shown[] {
  return both((language) => Object.entries(bridgeComponents(contextOf(settings(language)))));
}

/** Which table an entity is in, by what its key has behind the platform. */
const groups = {
  alarms:
    /^(binary_sensor|number|event|device_automation)_770_(sample_alarm|dual_|hold|max|event|doorbell)/,
  images: /^image_/,
  registers: /_device_modbus\./,
  device: /^\w+_device_(?!modbus)/,
} as const;

const head = ['entity', 'id', 'name', 'class', 'unit', 'statistics', 'digits', 'shown as', 'first'];

/** Of the devices' entities those of a group; readings are what is in none. */
export function entityTable(group: keyof typeof groups | 'readings'): string {
  const isIn = ({ key }: Shown) =>
    group === 'readings'
      ? !Object.values(groups).some((pattern) => pattern.test(key))
      : groups[group].test(key);
  return tableOf(ofDevices().filter(isIn));
}

/** The entities of the bridge's own device. */
export function bridgeTable(): string {
  return tableOf(ofBridge());
}

/** What stands for several is there once. */
function tableOf(shown: readonly Shown[]): string {
  const rows = new Map(shown.map(cells).map((row) => [row.join(), row]));
  return table(head, [...rows.values()]);
}

function cells({ key, en, zh }: Shown): readonly string[] {
  const text = (name: string) => (en[name] === undefined ? '' : String(en[name]));
  const isAlarm = groups.alarms.test(key) && en.p === 'binary_sensor';
  return [
    en.p === 'device_automation' ? 'device trigger' : text('p').replaceAll('_', ' '),
    code(replaced(idOf(en), 1)),
    en.p === 'device_automation' ? '' : nameOf(en, zh),
    isAlarm ? 'by type' : code(text('device_class')),
    key.includes('_sensor.') ? 'as sent' : text('unit_of_measurement'),
    code(text('state_class')),
    text('suggested_display_precision'),
    text('entity_category'),
    en.enabled_by_default === false ? 'off' : '',
  ];
}

/** The entity id without platform and device; of a device trigger what automations keep of it. */
function idOf(config: JsonObject): string {
  if (config.p === 'device_automation') return `${config.type}, ${config.subtype}`;
  return String(config.default_entity_id).replace(/^\w+\.(sample_|jvs2mqtt_)/, '');
}

function nameOf(en: JsonObject, zh: JsonObject): string {
  const [english, chinese] = [replaced(String(en.name), 2), replaced(String(zh.name), 2)];
  const escaped = english === chinese ? english : `${english} (${chinese})`;
  return escaped.replaceAll('<', '\\<');
}

function replaced(text: string, place: 1 | 2): string {
  return stands.reduce((now, row) => now.replaceAll(row[0], row[place]), text);
}
