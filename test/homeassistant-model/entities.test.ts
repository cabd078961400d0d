import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Settings } from '../../src/config/schema.ts';
import type { JsonObject } from '../../src/decode/report.ts';
import type { DeviceRecord } from '../../src/domain/record.ts';
import { contextOf } from '../../src/homeassistant/context.ts';
import { entitiesOf } from '../../src/homeassistant/entities.ts';
import { retainedOf } from '../../src/homeassistant/messages.ts';
import { type AlarmRow, alarmRows } from '../../src/spec/alarms.ts';
import { type EnumName, enumOptions } from '../../src/spec/enums.ts';
import { kindRows, type ReadingField, type ReadingKind } from '../../src/spec/kinds.ts';
import {
  alarmsOf,
  everything,
  fullReading,
  modbus,
  now,
  readingsOf,
  record,
  register,
  settingsWith,
} from './records.ts';

/** Configs by key. */
function configs(
  of: DeviceRecord,
  settings: Settings = settingsWith(),
): Record<string, JsonObject> {
  return Object.fromEntries(entitiesOf(of, settings).map(({ key, config }) => [key, config]));
}

const oneMotion = record({
  0: {
    alarms: alarmsOf({ alarm: 'motion_detection', state: 'OFF' }),
    events: ['motion_detection'],
  },
});

describe('every entity', () => {
  const entities = entitiesOf(everything(), settingsWith());

  it('has what Home Assistant wants of it', () => {
    for (const { key, platform, config } of entities) {
      expect(config, key).toMatchObject({ p: platform, qos: 1, unique_id: `jvs2mqtt_CAM1_${key}` });
      expect(String(config.name), key).toMatch(/\S/);
      expect(String(config.default_entity_id), key).toMatch(
        /^[a-z_]+\.(?!.*__)(?!_)[a-z0-9_]+(?<!_)$/,
      );
      expect(String(config.default_entity_id).split('.')[0], key).toBe(platform);
    }
  });

  it('is alone with its unique id and its key, which has the platform in it', () => {
    const ids = entities.map(({ config }) => config.unique_id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { key, platform } of entities)
      expect(key.startsWith(`${platform}_`), key).toBe(true);
  });

  it('does not repeat the name of its device', () => {
    for (const { config } of entities) expect(String(config.name)).not.toContain('Gate');
  });

  it('reads a topic that its device publishes', () => {
    const context = contextOf(settingsWith());
    const published = new Set(retainedOf(everything(), context).map(({ topic }) => topic));
    published.add('jvs2mqtt/CAM1/availability');
    for (const { key, platform, config } of entities) {
      if (platform === 'event' || platform === 'image' || platform === 'button') continue;
      expect(published, key).toContain(config.state_topic);
    }
  });

  it('has no category where it is something to automate on', () => {
    const categories = entities
      .filter(({ key }) => key.startsWith('binary_sensor_0_') || key.startsWith('event_'))
      .map(({ config }) => config.entity_category);
    expect(new Set(categories)).toEqual(new Set([undefined]));
  });

  it('says nothing to Home Assistant that its older versions would refuse', () => {
    for (const { platform, config } of entities) {
      if (platform === 'sensor') expect(config.entity_category).not.toBe('config');
      expect(config).not.toHaveProperty('object_id');
    }
  });
});

describe('an alarm', () => {
  const rows = (Object.entries(alarmRows) as [string, AlarmRow][]).filter(
    ([, row]) => row.role === 'alarm',
  );

  it.each(rows)('of each row is a binary sensor: %s', (alarm, row) => {
    const of = record({ 0: { alarms: alarmsOf({ alarm, state: 'OFF' }) } });
    const config = configs(of)[`binary_sensor_0_${alarm}`];
    expect(config).toMatchObject({
      name: row.name.en,
      state_topic: `jvs2mqtt/CAM1/0/alarm/${alarm}`,
      json_attributes_topic: `jvs2mqtt/CAM1/0/alarm/${alarm}`,
      value_template: '{{ value_json.state }}',
    });
    expect(config?.device_class).toBe(row.deviceClass);
    expect('icon' in (config ?? {})).toBe(row.deviceClass === undefined);
  });

  it('that only happens is none', () => {
    const of = record({ 0: { alarms: alarmsOf({ alarm: 'power_off', state: 'OFF' }) } });
    expect(Object.keys(configs(of)).filter((key) => key.includes('power_off'))).toEqual([]);
  });

  it('of no row has the name that the camera gives it, else its type', () => {
    const of = record({
      0: {
        alarms: alarmsOf(
          { alarm: 'smoke.in/lift', state: 'OFF', label: ' Smoke\u0007 in lift ' },
          { alarm: 'ship_seen', state: 'OFF' },
          { alarm: 'drone_seen', state: 'OFF', label: 'drone_seen' },
        ),
      },
    });
    const made = configs(of);
    expect(made['binary_sensor_0_smoke~2Ein~2Flift']).toMatchObject({
      name: 'Smoke in lift',
      state_topic: 'jvs2mqtt/CAM1/0/alarm/smoke~2Ein~2Flift',
    });
    expect(made.binary_sensor_0_ship_seen?.name).toBe('Ship seen');
    expect(made.binary_sensor_0_drone_seen?.name).toBe('Drone seen');
  });

  it('is called and classed as the settings say, the device before all', () => {
    const alarm = {
      name: undefined,
      device_class: undefined,
      hold: undefined,
      maximum: undefined,
      doorbell: undefined,
      ignore: false,
    };
    const settings = {
      ...settingsWith({ alarms: { motion_detection: { ...alarm, name: 'Yard' } } }),
      alarms: { motion_detection: { ...alarm, name: 'Any', device_class: 'none' } },
    };
    const config = configs(oneMotion, settings).binary_sensor_0_motion_detection;
    expect(config?.name).toBe('Yard');
    expect(config).not.toHaveProperty('device_class');
    expect(config).toHaveProperty('icon');
  });

  it('that is a doorbell by setting has a doorbell event too, in whatever language', () => {
    const of = record({ in0: { events: ['alarm_input', 'motion_detection'] } });
    const alarm = {
      name: 'Front door bell',
      device_class: undefined,
      hold: undefined,
      maximum: undefined,
      doorbell: true,
      ignore: false,
    };
    const made = configs(of, settingsWith({ alarms: { alarm_input: alarm } }));
    expect(made['event_in0_doorbell.alarm_input']).toMatchObject({
      name: 'Front door bell (input 0)',
      device_class: 'doorbell',
      event_types: ['ring'],
      state_topic: 'jvs2mqtt/CAM1/in0/event',
    });
    expect(Object.keys(made).filter((key) => key.includes('doorbell'))).toHaveLength(1);
  });

  it('of a source is one for each, by the name of its space', () => {
    const occupied = (source: string) =>
      ({ alarm: 'dual_parking_occupied', source, state: 'OFF' }) as const;
    const of = record({
      0: {
        alarms: alarmsOf(occupied('0'), occupied('1')),
        readings: readingsOf(fullReading('parking', '1', 'B-12')),
      },
    });
    const made = configs(of);
    expect(made['binary_sensor_0_dual_parking_occupied.0']?.name).toBe(
      'Parking space occupied (left)',
    );
    expect(made['binary_sensor_0_dual_parking_occupied.1']?.name).toBe(
      'Parking space occupied (B-12)',
    );
  });

  it('and what is read of its space call it the same', () => {
    const of = record({
      0: {
        alarms: alarmsOf({ alarm: 'dual_parking_occupied', source: '0', state: 'OFF' }),
        readings: readingsOf(fullReading('parking', '0'), fullReading('parking', '7')),
      },
    });
    const names = (settings?: Settings) => {
      const made = configs(of, settings);
      return [
        made['binary_sensor_0_dual_parking_occupied.0']?.name,
        made['sensor_0_parking.0.plate_no']?.name,
        made['sensor_0_parking.7.plate_no']?.name,
      ];
    };
    expect(names()).toEqual([
      'Parking space occupied (left)',
      'Parking space (left) plate',
      'Parking space 7 plate',
    ]);
    expect(names(settingsWith({}, { language: 'zh' }))).toEqual([
      '双车位占位（左）',
      '车位（左）车牌号',
      '车位7车牌号',
    ]);
  });

  it('has its times as numbers, off by default; one that lasts has no hold time', () => {
    const of = record({
      0: {
        alarms: alarmsOf(
          { alarm: 'motion_detection', state: 'OFF' },
          { alarm: 'dual_parking_occupied', source: '0', state: 'OFF' },
        ),
      },
    });
    const made = configs(of);
    expect(made['number_0_hold.motion_detection']).toMatchObject({
      command_topic: 'jvs2mqtt/CAM1/set/hold/0/motion_detection',
      state_topic: 'jvs2mqtt/CAM1/settings',
      entity_category: 'config',
      enabled_by_default: false,
    });
    expect(made).toHaveProperty(['number_0_maximum.dual_parking_occupied']);
    expect(made).not.toHaveProperty(['number_0_hold.dual_parking_occupied']);
  });
});

describe('the event entity of a channel', () => {
  it('has the types met and is of motion where all of them are', () => {
    expect(configs(oneMotion).event_0_event).toMatchObject({
      event_types: ['motion_detection'],
      device_class: 'motion',
      state_topic: 'jvs2mqtt/CAM1/0/event',
    });
    const mixed = record({ 0: { events: ['motion_detection', 'disk_full', 'strange'] } });
    expect(configs(mixed).event_0_event).not.toHaveProperty('device_class');
    expect(configs(record({ 0: {} }))).not.toHaveProperty('event_0_event');
  });
});

describe('a reading', () => {
  const fields = (Object.keys(kindRows) as ReadingKind[]).flatMap((kind) =>
    Object.entries(kindRows[kind].fields).map(
      ([field, row]): [ReadingKind, string, ReadingField] => [kind, field, row],
    ),
  );

  it.each(fields)('of each field of each kind is an entity: %s %s', (kind, field, row) => {
    const index = kindRows[kind].indexed ? '3' : undefined;
    const of = record({ 0: { readings: readingsOf(fullReading(kind, index)) } });
    const path = [kind, ...(index === undefined ? [] : [index])];
    const config = configs(of)[`${row.platform}_0_${[...path, field].join('.')}`];
    expect(config).toMatchObject({ state_topic: `jvs2mqtt/CAM1/0/${path.join('/')}` });
    expect(config?.device_class).toBe(row.deviceClass);
    expect(config?.unit_of_measurement).toBe(typeof row.unit === 'object' ? row.unit.en : row.unit);
    expect(config?.enabled_by_default).toBe(row.hidden ? false : undefined);
    expect(String(config?.value_template)).toContain(`'${field}'`);
    expect('options' in (config ?? {})).toBe(row.enumeration !== undefined);
  });

  it('that was never seen is none', () => {
    const of = record({
      0: { readings: readingsOf({ kind: 'face', fields: ['seen_at'], values: {}, at: now }) },
    });
    expect(Object.keys(configs(of)).filter((key) => key.includes('face'))).toEqual([
      'sensor_0_face.seen_at',
    ]);
  });

  it('of an enumeration offers every label, and a label for every key', () => {
    const enumerations = fields.flatMap(([kind, field, { enumeration }]) =>
      enumeration === undefined ? [] : [[kind, field, enumeration] as const],
    );
    for (const [kind, field, enumeration] of enumerations) check(kind, field, enumeration);
    expect(enumerations.length).toBeGreaterThan(10);
    function check(kind: ReadingKind, field: string, enumeration: EnumName) {
      const index = kindRows[kind].indexed ? '0' : undefined;
      const of = record({ 0: { readings: readingsOf(fullReading(kind, index)) } });
      const key = `sensor_0_${[kind, ...(index ?? '')].join('.')}.${field}`;
      const config = configs(of, settingsWith({}, { language: 'zh' }))[key];
      const labels = enumOptions(enumeration).map(({ name }) => name.zh);
      expect(new Set(config?.options as string[])).toEqual(new Set(labels));
      for (const option of enumOptions(enumeration)) {
        // a state of `None` is what Home Assistant takes for none at all
        expect(Object.values(option.name)).not.toContain('None');
        expect(String(config?.value_template)).toContain(`'${option.key}': `);
      }
    }
  });

  it('that the camera names is called so; its key stays', () => {
    const named = (label: string) =>
      configs(record({ 0: { readings: readingsOf(fullReading('temperature', '0', label)) } }));
    expect(named('Boiler')['sensor_0_temperature.0.temperature']?.name).toBe('Boiler');
    expect(named('Boiler')['sensor_0_temperature.0.threshold']?.name).toBe(
      'Boiler alarm threshold',
    );
    expect(Object.keys(named('Kiln'))).toEqual(Object.keys(named('Boiler')));
  });

  it('keeps a short name that the camera gives it, or the user', () => {
    const rectangle = fullReading('temperature', '0', 'A');
    const space = fullReading('parking', '1', 'L');
    const made = configs(
      record({
        0: { readings: readingsOf(rectangle, space) },
        device: { readings: readingsOf(modbus({ 0: 1 })) },
      }),
      settingsWith({ modbus: { 0: register({ name: 'O' }) } }),
    );
    expect(made['sensor_0_temperature.0.threshold']?.name).toBe('A alarm threshold');
    expect(made['sensor_0_parking.1.seen_at']?.name).toBe('L last seen');
    expect(made['binary_sensor_device_modbus.0.limit']?.name).toBe('O out of range');
  });

  it('does not say twice what it is', () => {
    const of = record({ 0: { readings: readingsOf(fullReading('queue'), fullReading('plate')) } });
    expect(configs(of)['sensor_0_queue.length']?.name).toBe('Queue length');
    const zh = configs(of, settingsWith({}, { language: 'zh' }));
    expect(zh['sensor_0_plate.plate_no']?.name).toBe('车牌号');
  });

  it('of people counts totals or what came within an interval', () => {
    const of = record({ 0: { readings: readingsOf(fullReading('people')) } });
    const states = (settings: Settings) =>
      ['entered', 'inside'].map(
        (field) => configs(of, settings)[`sensor_0_people.${field}`]?.state_class,
      );
    expect(states(settingsWith())).toEqual(['total_increasing', 'measurement']);
    expect(states(settingsWith({ people_counts: 'interval' }))).toEqual([
      'measurement',
      'measurement',
    ]);
  });

  it('expires where the settings say so', () => {
    const of = record({ 0: { readings: readingsOf(fullReading('queue'), fullReading('people')) } });
    const made = configs(of, settingsWith({ expire_after: { queue: 90 } }));
    expect(made['sensor_0_queue.length']?.expire_after).toBe(90);
    expect(made['sensor_0_people.inside']).not.toHaveProperty('expire_after');
  });

  it.each([
    ['℃', '°C', 'temperature'],
    ['°C', '°C', 'temperature'],
    ['%RH', '%', 'humidity'],
    ['％', '%', undefined],
    ['Lux', 'lx', 'illuminance'],
    ['ppm', 'ppm', undefined],
    ['MV', 'MV', undefined],
    ['mV', 'mV', 'voltage'],
    ['pH', undefined, 'ph'],
    ['头', '头', undefined],
    [' \u0000 ', undefined, undefined],
  ])('of an external sensor in %j has unit %j and class %j', (unit, expected, deviceClass) => {
    const reading = fullReading('sensor', '0');
    reading.values = { ...reading.values, unit };
    const config = configs(record({ 0: { readings: readingsOf(reading) } }))[
      'sensor_0_sensor.0.value'
    ];
    expect(config?.unit_of_measurement).toBe(expected);
    expect(config?.device_class).toBe(deviceClass);
  });
});

describe('a modbus register', () => {
  const of = record({ device: { readings: readingsOf(modbus({ 0: 1, 10: 5, 2: 3 })) } });

  it('is a plain number and a problem where nothing is said of it', () => {
    const made = configs(of);
    expect(made['sensor_device_modbus.0']).toMatchObject({
      name: 'Register 0',
      state_class: 'measurement',
      state_topic: 'jvs2mqtt/CAM1/modbus',
    });
    expect(made['binary_sensor_device_modbus.0.limit']).toMatchObject({ device_class: 'problem' });
    expect(made).not.toHaveProperty(['binary_sensor_device_modbus.0']);
  });

  it('is what the settings say', () => {
    const settings = settingsWith({
      modbus: {
        0: register({ name: 'Door', on: 1 }),
        2: register({ name: 'Cold store', unit: '°C', device_class: 'temperature', precision: 1 }),
        10: register({ unit: 'kWh', device_class: 'energy' }),
      },
    });
    const made = configs(of, settings);
    expect(made['binary_sensor_device_modbus.0']).toMatchObject({ name: 'Door' });
    expect(made['sensor_device_modbus.2']).toMatchObject({
      name: 'Cold store',
      unit_of_measurement: '°C',
      device_class: 'temperature',
      suggested_display_precision: 1,
    });
    expect(made['binary_sensor_device_modbus.2.limit']?.name).toBe('Cold store out of range');
    // Home Assistant takes no `measurement` of energy
    expect(made['sensor_device_modbus.10']?.state_class).toBe('total');
  });

  it('has no class without the unit that it needs', () => {
    const settings = settingsWith({ modbus: { 0: register({ device_class: 'temperature' }) } });
    expect(configs(of, settings)['sensor_device_modbus.0']).not.toHaveProperty('device_class');
  });

  const first = (settings: Parameters<typeof register>[0]) =>
    configs(of, settingsWith({ modbus: { 0: register(settings) } }))['sensor_device_modbus.0'];

  // with another pair Home Assistant refuses the component
  it.each([
    ['℃', 'temperature', '°C', 'temperature'],
    ['°C ', 'temperature', '°C', 'temperature'],
    ['摄氏度', 'temperature', '°C', 'temperature'],
    ['C', 'temperature', 'C', undefined],
    ['pH', 'ph', undefined, 'ph'],
    ['mol', 'ph', 'mol', undefined],
    ['RH%', 'humidity', '%', 'humidity'],
    ['%RH', 'moisture', '%', 'moisture'],
    ['kpa', 'atmospheric_pressure', 'kPa', 'atmospheric_pressure'],
    ['m3', 'water', 'm³', 'water'],
    ['m³', 'water', 'm³', 'water'],
    // Home Assistant takes both signs of this one, and of the next the newer alone
    ['\u00b5g/m³', 'pm25', '\u00b5g/m³', 'pm25'],
    ['\u00b5A', 'current', '\u03bcA', 'current'],
    ['VAr', 'reactive_power', 'VAr', 'reactive_power'],
    [undefined, 'power_factor', undefined, 'power_factor'],
    ['%', 'power_factor', '%', 'power_factor'],
    ['CNY', 'monetary', 'CNY', 'monetary'],
    ['℃', undefined, '℃', undefined],
    ['pH', undefined, 'pH', undefined],
  ])('in %j of the class %j has the unit %j and the class %j', (unit, device_class, sent, kept) => {
    const config = first({ unit, device_class });
    expect(config?.unit_of_measurement).toBe(sent);
    expect(config?.device_class).toBe(kept);
  });

  it.each([
    ['°', 'wind_direction', 'measurement', 'measurement_angle'],
    ['°', 'wind_direction', 'total', 'measurement_angle'],
    ['deg', 'wind_direction', 'measurement', 'measurement'],
    ['CNY', 'monetary', 'total_increasing', 'total'],
    ['kWh', 'energy', 'total_increasing', 'total_increasing'],
    ['°C', 'temperature', 'total', 'measurement'],
    ['s', 'duration', 'total_increasing', 'total_increasing'],
    ['°', 'wind_direction', 'none', undefined],
    ['kWh', 'energy', 'none', undefined],
    [undefined, undefined, 'total', 'total'],
  ] as const)(
    'in %j of the class %j and the state class %j is %j',
    (unit, device_class, state_class, sent) => {
      expect(first({ unit, device_class, state_class })?.state_class).toBe(sent);
    },
  );
});

describe('the device itself', () => {
  it('has a heartbeat to set where it sends heartbeats', () => {
    expect(configs(record())).not.toHaveProperty('number_device_heartbeat_interval');
    expect(configs(everything()).number_device_heartbeat_interval).toMatchObject({
      command_topic: 'jvs2mqtt/CAM1/set/heartbeat_interval',
      state_topic: 'jvs2mqtt/CAM1/settings',
    });
  });

  it('can be seen and set while it is away', () => {
    const connected = configs(record())['binary_sensor_device_status.connected'];
    expect(connected).toMatchObject({
      device_class: 'connectivity',
      availability: [{ topic: 'jvs2mqtt/bridge/state' }],
    });
  });

  it('has buttons for what the bridge can do with it', () => {
    const { button_device_end_alarms: end, button_device_remove: remove } = configs(oneMotion);
    expect(end).toMatchObject({ command_topic: 'jvs2mqtt/bridge/request/alarms/clear' });
    expect(JSON.parse(String(remove?.payload_press))).toEqual({ device: 'CAM1' });
  });
});

describe('names', () => {
  it('change with the language, keys and ids do not', () => {
    const [en, zh] = (['en', 'zh'] as const).map((language) =>
      entitiesOf(everything(), settingsWith({}, { language })),
    );
    expect(zh?.map(({ key }) => key)).toEqual(en?.map(({ key }) => key));
    const strip = (list: typeof en) =>
      list?.map(
        ({ config: { name, options, value_template, unit_of_measurement, ...rest } }) => rest,
      );
    expect(strip(zh)).toEqual(strip(en));
    expect(zh?.find(({ key }) => key === 'binary_sensor_0_motion_detection')?.config.name).toBe(
      '移动侦测',
    );
  });

  it('are what units that are words change with too', () => {
    const units = (language: 'en' | 'zh') => {
      const made = configs(everything(), settingsWith({}, { language }));
      const keys = ['sensor_0_people.inside', 'sensor_0_face.age', 'sensor_0_hotarea.0.stay_rate'];
      return keys.map((key) => made[key]?.unit_of_measurement);
    };
    expect(units('en')).toEqual(['people', 'years', '%']);
    expect(units('zh')).toEqual(['人', '岁', '%']);
  });

  it('tell channels apart where several are in one device', () => {
    const channel = { alarms: alarmsOf({ alarm: 'motion_detection', state: 'OFF' }) };
    const made = configs(record({ 0: channel, 1: channel, in0: channel, device: channel }));
    expect(made.binary_sensor_0_motion_detection?.name).toBe('Motion (channel 0)');
    expect(made.binary_sensor_1_motion_detection?.name).toBe('Motion (channel 1)');
    expect(made.binary_sensor_in0_motion_detection?.name).toBe('Motion (input 0)');
    expect(configs(record({ 0: channel })).binary_sensor_0_motion_detection?.name).toBe('Motion');
  });

  it("tell the device's own from a channel's of the same name", () => {
    const image = { snapshot: { format: 'jpeg', at: 1, bytes: 1 } } as const;
    const made = configs(record({ 0: { images: image }, device: { images: image } }));
    expect(made.image_0_snapshot?.name).toBe('Snapshot');
    expect(made.image_device_snapshot?.name).toBe('Snapshot (device)');
  });

  it('suggest no entity ids where the setting is off', () => {
    const made = configs(oneMotion, settingsWith({}, { entity_ids: false }));
    expect(made.binary_sensor_0_motion_detection).not.toHaveProperty('default_entity_id');
  });
});

describe('whatever a camera invents', () => {
  const word = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom(
      'temperature.0.over_threshold',
      'temperature_0',
      'status.connected',
      'a/b',
      '{{ x }}',
      "'",
    ),
  );
  const channel = fc.record({
    alarms: fc.array(word, { maxLength: 4 }),
    labels: word,
    readings: fc.array(
      fc.tuple(fc.constantFrom<ReadingKind>('temperature', 'text', 'sensor'), word),
      { maxLength: 4 },
    ),
    registers: fc.array(word, { maxLength: 3 }),
  });

  it('gives entities of ids and keys of their own', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('0', '1', 'in0', 'device'), channel),
        (channels) => {
          const of = record(
            Object.fromEntries(
              Object.entries(channels).map(([key, { alarms, labels, readings, registers }]) => [
                key,
                {
                  alarms: alarmsOf(
                    ...alarms.map((alarm) => ({ alarm, label: labels, state: 'OFF' as const })),
                  ),
                  events: alarms,
                  readings: readingsOf(
                    ...readings.map(([kind, index]) => fullReading(kind, index, labels)),
                    { kind: 'modbus', fields: [...new Set(registers)], values: {} },
                  ),
                },
              ]),
            ),
          );
          const entities = entitiesOf(of, settingsWith());
          const keys = entities.map(({ key }) => key);
          expect(new Set(keys).size).toBe(keys.length);
          expect(new Set(entities.map(({ config }) => config.unique_id)).size).toBe(keys.length);
          for (const key of keys) expect(key).toMatch(/^[A-Za-z0-9_.~-]+$/);
          for (const { config } of entities) expect(String(config.name)).toMatch(/\S/);
        },
      ),
    );
  });
});
