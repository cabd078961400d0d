import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SimulatedCamera } from '../../src/simulator/camera.ts';
import { jpeg } from '../../src/simulator/jpeg.ts';
import type { TlvRecord } from '../../src/simulator/tlv.ts';
import { missing } from './support/bench.ts';
import type { Entity, RegisteredDevice } from './support/homeassistant.ts';
import { House } from './support/house.ts';

const celsius = { unit: '°C', scale: 0.1, device_class: 'temperature', precision: 1 };

const settings = {
  homeassistant: { language: 'en' },
  alarms: { goat_on_roof: { hold: 2 } },
  devices: {
    PLANT1: {
      name: 'Boiler house',
      area: 'Cellar',
      alarms: { disk_full: { name: 'Recorder is full', device_class: 'safety' } },
      modbus: {
        0: { name: 'Supply', ...celsius },
        1: { name: 'Outside', ...celsius, offset: -40, signed: true },
        2: { name: 'Door', on: 1, device_class: 'door' },
      },
    },
  },
};

type Items = TlvRecord['items'];
const meta = (target: number, ...items: Items): TlvRecord => ({
  layer: 'META',
  items: [['TARGET', target], ['CHANNELID', 0], ...items],
});

/** Things that have a number and a name, which somebody changes on the camera (protocol §2, §3). */
async function report(camera: SimulatedCamera, called: string): Promise<void> {
  await camera.temperature([{ id: 4, name: `${called} spot`, temperature: 55, threshold: 80 }], 0);
  await camera.tlv([
    meta(5, ['CUSTOMER_COUNT_IN', 12], ['CUSTOMER_COUNT_OUT', 10], ['CUSTOMER_COUNT_KEEP', 2]),
    meta(7, ['REGION_ID', 3], ['REGION_NAME', `${called} region`], ['REGIONAL_HUMAN_COUNT', 4]),
    meta(
      10,
      ['EXTERNAL_SENSOR_ID', 1],
      ['EXTERNAL_SENSOR_NAME', `${called} sensor`],
      ['EXTERNAL_SENSOR_VALUE', 21.5],
      ['EXTERNAL_SENSOR_UNIT', '℃'],
    ),
    meta(15, ['OCR_REGION_NUM', 1], ['OCR_REGION_NAME', `${called} dial`], ['OCR_TEXT', '2.4']),
    meta(3, ['VEHICLE_INFO', true], ['VEHICLE_TYPE', 1], ['VEHICLE_PLATE_NO', '京J66666']),
  ]);
  const extension = { parking_id: 0, parking_name: `${called} space`, plate_no: '京J66666' };
  await camera.happen('dual_parking_occupied', 'start', { extension });
  await camera.happen('dual_parking_occupied', 'stop', { extension });
}

/** What is named so, by the entity ids of the things that `report` reports. */
const renamed = {
  'sensor.plant1_0_temperature_4': 'spot',
  'sensor.plant1_0_hotarea_3_people': 'region people',
  'sensor.plant1_0_sensor_1': 'sensor',
  'sensor.plant1_0_text_0': 'dial',
  'sensor.plant1_0_parking_0_plate_no': 'space plate',
};

describe.skipIf(missing() !== undefined)('entities that a person would have made by hand', () => {
  let house: House;
  let plant: SimulatedCamera;
  let entities: readonly Entity[];
  let devices: readonly RegisteredDevice[];

  const find = (entityId: string) => entities.find(({ entity_id }) => entity_id === entityId);
  const deviceCalled = (name: string) => devices.find((device) => device.name === name);
  const ids = () => entities.map(({ unique_id, entity_id }) => `${unique_id} ${entity_id}`).sort();

  /** Takes a new look, once an entity is called so. */
  async function look(entityId: string, name: string): Promise<void> {
    const snapshot = await house.hass.until(
      () => house.hass.snapshot(),
      (all) => all.entities.some((one) => one.entity_id === entityId && one.original_name === name),
    );
    ({ entities, devices } = snapshot);
  }

  beforeAll(async () => {
    house = await House.share(settings);
    plant = house.camera('PLANT1', { zone: 0 });
    await plant.heartbeat();
    await plant.modbus({ 0: 612, 1: 65_511, 2: 1, 7: 4711 });
    await report(plant, 'Old');
    await plant.happen('disk_full', 'start');
    await plant.happen('goat_on_roof', 'pulse', { label: 'goat_on_roof' });
    await plant.happen('sheep_detection', 'pulse', { label: '绵羊' });
    await plant.happen('motion_detection', 'pulse', {
      picture: jpeg({ width: 64, height: 36 }),
    });
    const yard = house.camera('YARD1', { name: '后院摄像机', generation: 'old', zone: 0 });
    await yard.alarm('motion_detection', 'pulse');
    await house.hass.has('sensor.plant1_0_parking_0_plate_no', '京J66666');
    await house.hass.has('binary_sensor.yard1_1_motion_detection', 'on');
    await look('event.plant1_0_event', 'Event');
  });

  afterAll(async () => {
    await house?.leave();
  });

  test('a short name of each, which does not repeat the device', () => {
    expect(entities.length).toBeGreaterThan(50);
    for (const { entity_id, original_name, device_id, attributes } of entities) {
      const device = devices.find(({ id }) => id === device_id);
      expect(original_name, entity_id).toMatch(/^\S.{0,47}$/);
      expect(original_name?.toLowerCase().startsWith(String(device?.name).toLowerCase())).toBe(
        false,
      );
      if (attributes.friendly_name === undefined) continue;
      expect(attributes.friendly_name, entity_id).toBe(`${device?.name} ${original_name}`);
    }
    expect(
      new Set(entities.map((one) => `${one.device_id} ${platform(one)} ${one.original_name}`)).size,
    ).toBe(entities.length);
  });

  test('a device class, or an icon where no class gives one', () => {
    for (const { entity_id, attributes, state } of entities) {
      if (state === null || entity_id.startsWith('image.')) continue;
      expect(attributes.device_class ?? attributes.icon, entity_id).toBeTypeOf('string');
    }
  });

  test('units, state classes and precision of numbers', async () => {
    for (const { entity_id, attributes, state } of entities) {
      if (!entity_id.startsWith('sensor.') || state === null || !/^-?\d+(\.\d+)?$/.test(state))
        continue;
      if (entity_id.includes('_text_') || entity_id.endsWith('_version')) continue;
      // what is set and not measured has a unit alone
      expect(attributes.state_class ?? attributes.unit_of_measurement, entity_id).toBeTypeOf(
        'string',
      );
    }
    expect(find('sensor.plant1_0_temperature_4')?.attributes).toMatchObject({
      device_class: 'temperature',
      unit_of_measurement: '°C',
      state_class: 'measurement',
    });
    expect(await precisionOf('sensor.plant1_0_temperature_4')).toBe(1);
    expect(await precisionOf('sensor.plant1_modbus_0')).toBe(1);
  });

  test('what is noise is off by default, what is about the device has a category, alarms have none', () => {
    const off = entities.filter(({ disabled_by }) => disabled_by === 'integration');
    const offIds = off.map(({ entity_id }) => entity_id);
    expect(offIds).toContain('sensor.plant1_pushes');
    expect(offIds).toContain('number.plant1_0_motion_detection_hold');
    expect(offIds).toContain('button.plant1_remove');
    expect(offIds.filter((id) => /^(binary_sensor|event|image)\./.test(id))).toEqual([]);
    const category = (id: string) => find(id)?.entity_category;
    expect(category('binary_sensor.plant1_connected')).toBe('diagnostic');
    expect(category('sensor.plant1_last_seen')).toBe('diagnostic');
    expect(category('number.plant1_heartbeat_interval')).toBe('config');
    for (const { entity_id, entity_category } of entities) {
      const isAlarm =
        /^(binary_sensor\.\w+_(detection|alarm|occupied_0|full)|event\.(plant|yard)|image\.)/;
      if (isAlarm.test(entity_id)) expect(entity_category, entity_id).toBeNull();
    }
  });

  test('a device has manufacturer, model by generation, serial number, area and the bridge above it', () => {
    const bridge = deviceCalled('jvs2mqtt');
    expect(bridge).toMatchObject({ manufacturer: 'jvs2mqtt', model: 'Bridge' });
    expect(bridge?.sw_version).toMatch(/^\d/);
    expect(deviceCalled('Boiler house')).toMatchObject({
      manufacturer: 'Jovision',
      model: 'HTTP push, JES',
      serial_number: 'PLANT1',
      via_device_id: bridge?.id,
      area_id: 'cellar',
    });
    expect(deviceCalled('后院摄像机')).toMatchObject({
      model: 'HTTP push, old architecture',
      serial_number: 'YARD1',
      area_id: null,
    });
  });

  test('a lone camera is one device, whichever channels it names', async () => {
    // 0 in an event, 1 in a list of temperatures (protocol §2)
    const lone = house.camera('LONE1', { zone: 0 });
    await lone.event('motion_detection', 'pulse');
    await lone.temperature([{ id: 0, name: 'Stove', temperature: 20, threshold: 80 }], 1);
    await look('sensor.lone1_1_temperature_0', 'Stove (channel 1)');
    const its = entities.filter(({ entity_id }) => entity_id.includes('lone1'));
    expect(its.map(({ entity_id }) => entity_id)).toContain(
      'binary_sensor.lone1_0_motion_detection',
    );
    expect(new Set(its.map(({ device_id }) => device_id))).toEqual(
      new Set([deviceCalled('LONE1')?.id]),
    );
  });

  test('entity ids are readable whatever script the camera is named in', () => {
    for (const { entity_id } of entities) {
      expect(entity_id).toMatch(/^[a-z_]+\.(plant1|yard1|lone1|jvs2mqtt)(_[a-z0-9]+)+$/);
    }
  });

  test('a register: value, unit, scale, offset, sign; one mapped so is a binary sensor too', async () => {
    await house.hass.has('sensor.plant1_modbus_0', '61.2');
    await house.hass.has('sensor.plant1_modbus_1', '-42.5');
    await house.hass.has('binary_sensor.plant1_modbus_2', 'on');
    await house.hass.has('sensor.plant1_modbus_7', '4711');
    const state = await house.hass.state('sensor.plant1_modbus_1');
    expect(state?.attributes).toMatchObject({
      friendly_name: 'Boiler house Outside',
      unit_of_measurement: '°C',
      device_class: 'temperature',
      state_class: 'measurement',
    });
    expect(find('binary_sensor.plant1_modbus_2')?.attributes.device_class).toBe('door');
    expect(find('sensor.plant1_modbus_7')?.original_name).toBe('Register 7');
  });

  test('the limits of a register are a problem, which says the side and goes off', async () => {
    const limit = (register: number) => `binary_sensor.plant1_modbus_${register}_limit`;
    await house.hass.has(limit(0), 'off');
    expect(find(limit(0))?.attributes.device_class).toBe('problem');
    await plant.modbus({ 0: 812, 7: 4 }, { 0: 1, 7: 0 });
    expect((await house.hass.has(limit(0), 'on'))?.attributes.limit).toBe('above');
    expect((await house.hass.has(limit(7), 'on'))?.attributes.limit).toBe('below');
    await plant.modbus({ 0: 700, 7: 4 }, { 7: 0 });
    await house.hass.has(limit(0), 'off');
    await house.hass.has(limit(7), 'on');
    await plant.modbus({ 0: 700, 7: 4711 }, {});
    expect((await house.hass.has(limit(7), 'off'))?.attributes.limit).toBeNull();
  });

  test('an alarm type that no table knows works, under a decent name', async () => {
    const goat = 'binary_sensor.plant1_0_goat_on_roof';
    expect(find(goat)?.original_name).toBe('Goat on roof');
    expect(find('binary_sensor.plant1_0_sheep_detection')?.original_name).toBe('绵羊');
    const types = () => house.hass.state('event.plant1_0_event');
    expect((await types())?.attributes.event_types).toContain('goat_on_roof');
    const heard = await house.hass.listen();
    await house.hass.has(goat, 'off', 60);
    await plant.happen('goat_on_roof', 'start');
    await heard.state(goat, 'on');
    await plant.happen('goat_on_roof', 'stop');
    await heard.ended(goat);
    heard.close();
    const fired = heard.changes('event.plant1_0_event').map((one) => one.new_state?.attributes);
    expect(fired.map((attributes) => attributes?.event_type)).toEqual(['goat_on_roof']);
  });

  test('spots, regions, sensors, dials and spaces keep their identity when they are renamed', async () => {
    const before = ids();
    for (const [id, name] of Object.entries(renamed)) {
      expect(find(id)?.original_name, id).toBe(`Old ${name}`);
    }
    await report(plant, 'New');
    await look('sensor.plant1_0_parking_0_plate_no', 'New space plate');
    for (const [id, name] of Object.entries(renamed)) {
      expect(find(id)?.original_name, id).toBe(`New ${name}`);
    }
    expect(ids()).toEqual(before);
  });

  describe('in Chinese by setting', () => {
    let before: readonly string[];
    let typesBefore: unknown;

    beforeAll(async () => {
      before = ids();
      typesBefore = find('event.plant1_0_event')?.attributes.event_types;
      await house.restartBridge('SIGTERM', { ...settings, homeassistant: { language: 'zh' } });
      await look('binary_sensor.yard1_1_motion_detection', '移动侦测');
      await look('binary_sensor.plant1_0_motion_detection', '移动侦测');
    });

    test('names change, ids and event types never', () => {
      const names = {
        'image.plant1_0_alarm_picture': '报警图片',
        'sensor.plant1_modbus_7': '寄存器7',
        'sensor.plant1_last_seen': '最近上报',
        'sensor.plant1_0_people_entered': '客流进店人数',
        'binary_sensor.jvs2mqtt_connected': '在线',
      };
      for (const [id, name] of Object.entries(names)) {
        expect(find(id)?.original_name, id).toBe(name);
      }
      expect(ids()).toEqual(before);
      expect(find('event.plant1_0_event')?.attributes.event_types).toEqual(typesBefore);
    });

    test('units that are words change', async () => {
      await house.hass.until(
        () => house.hass.state('sensor.plant1_0_people_entered'),
        (one) => one?.attributes.unit_of_measurement === '人',
      );
    });

    test('the values of an enumeration change at once, their key does not', async () => {
      const state = await house.hass.until(
        () => house.hass.state('sensor.plant1_0_vehicle_type'),
        (one) => one?.state === '小轿车',
      );
      const { options, key } = state?.attributes ?? {};
      expect(options).toContain(state?.state);
      expect(key).toBe('car');
    });

    test("the user's own YAML beats both languages", () => {
      expect(deviceCalled('Boiler house')).toBeDefined();
      expect(find('sensor.plant1_modbus_0')?.original_name).toBe('Supply');
      const full = find('binary_sensor.plant1_0_disk_full');
      expect(full?.original_name).toBe('Recorder is full');
      expect(full?.attributes.device_class).toBe('safety');
    });
  });

  test("without entity_ids they are Home Assistant's own, made of its names", async () => {
    await house.restartBridge('SIGTERM', {
      ...settings,
      homeassistant: { language: 'zh', entity_ids: false },
    });
    const heard = await house.hass.listen();
    await house.camera('SHED1', { name: 'Shed' }).happen('motion_detection', 'pulse');
    await heard.state('binary_sensor.shed_yi_dong_zhen_ce', 'on');
    heard.close();
  });

  test('Home Assistant has nothing to complain about', async () => {
    expect(await house.hass.log()).toEqual([]);
  });

  /** Digits behind the point that its pages show. */
  async function precisionOf(entity_id: string): Promise<unknown> {
    const entry = await house.hass.call('config/entity_registry/get', { entity_id });
    const { options } = entry as { readonly options: Readonly<Record<string, object>> };
    return Object.entries(options.sensor ?? {}).find(([key]) =>
      key.endsWith('display_precision'),
    )?.[1];
  }
});

function platform({ entity_id }: Entity): string {
  return entity_id.slice(0, entity_id.indexOf('.'));
}
