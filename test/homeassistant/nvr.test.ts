import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SimulatedCamera } from '../../src/simulator/camera.ts';
import { jpeg } from '../../src/simulator/jpeg.ts';
import { missing } from './support/bench.ts';
import type { RegisteredDevice, RegisteredEntity } from './support/homeassistant.ts';
import { House } from './support/house.ts';

const id = 'RECORDER1';
const motion = 'binary_sensor.recorder1_0_motion_detection';
const picture = 'image.recorder1_0_alarm_picture';

describe.skipIf(missing() !== undefined)('a recorder whose second channel shows up later', () => {
  let house: House;
  let camera: SimulatedCamera;
  let before: readonly RegisteredEntity[];
  let after: readonly RegisteredEntity[];
  let devices: readonly RegisteredDevice[];

  const called = (name: string) => devices.find((device) => device.name === name);
  /** Another recorder, whose channel 0 has just been let go of, to become a device of its own. */
  const inTheMiddleOfItsMove = async (name: string) => {
    const recorder = house.camera(name, { zone: 0 });
    const heard = await house.hass.listen();
    await recorder.happen('motion_detection', 'start');
    await heard.state(`binary_sensor.${name.toLowerCase()}_0_motion_detection`, 'on');
    heard.close();
    const had = await house.hass.entities();
    const discovery = await house.record(['homeassistant/device/+/config']);
    await recorder.happen('motion_detection', 'pulse', { channel: 1 });
    await discovery.waitFor(({ text }) => text.includes('migrate_discovery'));
    return { had, client: discovery.client };
  };
  const ofUniqueId = (uniqueId: string | undefined) =>
    after.find(({ unique_id }) => unique_id === uniqueId);

  beforeAll(async () => {
    house = await House.share({
      homeassistant: { device_triggers: true },
      devices: { [id]: { area: 'House', areas: { 1: 'Hall' } } },
    });
    const { hass } = house;
    camera = house.camera(id, { zone: 0 });
    const first = await hass.listen();
    await camera.happen('motion_detection', 'start', {
      picture: jpeg({ seed: 1, width: 64, height: 36 }),
    });
    await first.state(motion, 'on');
    first.close();
    // what a user does to them
    await hass.call('config/area_registry/create', { name: 'Garden' });
    await hass.call('config/entity_registry/update', {
      entity_id: motion,
      new_entity_id: 'binary_sensor.my_gate',
      name: 'My gate',
      area_id: 'garden',
    });
    await hass.call('config/entity_registry/update', { entity_id: picture, disabled_by: 'user' });
    before = await hass.entities();
    await hass.automate([
      {
        alias: 'second',
        triggers: [
          {
            trigger: 'state',
            entity_id: 'binary_sensor.recorder1_1_motion_detection',
            from: 'off',
            to: 'on',
          },
        ],
        actions: [{ event: 'second_began' }],
      },
      {
        alias: 'first',
        triggers: [{ trigger: 'state', entity_id: 'binary_sensor.my_gate', from: 'off', to: 'on' }],
        actions: [{ event: 'first_began' }],
      },
    ]);
    const heard = await hass.listen();
    await camera.happen('motion_detection', 'pulse', { channel: 1 });
    await heard.waitFor((one) => one.fired('second_began')[0], 'the first alarm of channel 1');
    await hass.until(
      () => hass.devices(),
      (all) => all.some(({ name }) => name === `${id} channel 0`),
    );
    expect(heard.fired('first_began')).toEqual([]);
    heard.close();
    devices = await hass.devices();
    after = await hass.entities();
  });

  afterAll(async () => {
    await house?.leave();
  });

  test('no entity changes its unique id or its entity id, and none is lost', () => {
    const idsOf = (entities: readonly RegisteredEntity[]) =>
      entities.map(({ unique_id, entity_id }) => `${unique_id} ${entity_id}`);
    expect(idsOf(after)).toEqual(expect.arrayContaining(idsOf(before)));
  });

  test('its channels are devices beneath it, what is its own stays with it', () => {
    const root = called(id);
    expect(called(`${id} channel 0`)?.via_device_id).toBe(root?.id);
    expect(called(`${id} channel 1`)?.via_device_id).toBe(root?.id);
    const owner = (entityId: string) =>
      after.find(({ entity_id }) => entity_id === entityId)?.device_id;
    expect(owner('binary_sensor.my_gate')).toBe(called(`${id} channel 0`)?.id);
    expect(owner('binary_sensor.recorder1_1_motion_detection')).toBe(called(`${id} channel 1`)?.id);
    expect(owner('sensor.recorder1_last_seen')).toBe(root?.id);
  });

  test('what the user set stays: entity id, name, area, disabled', () => {
    const uniqueId = (entityId: string) =>
      before.find(({ entity_id }) => entity_id === entityId)?.unique_id;
    expect(ofUniqueId(uniqueId('binary_sensor.my_gate'))).toMatchObject({
      entity_id: 'binary_sensor.my_gate',
      name: 'My gate',
      area_id: 'garden',
    });
    expect(ofUniqueId(uniqueId(picture))).toMatchObject({ disabled_by: 'user' });
  });

  test('a channel has its own area by setting, else that of the device', () => {
    expect(called(id)?.area_id).toBe('house');
    expect(called(`${id} channel 0`)?.area_id).toBe('house');
    expect(called(`${id} channel 1`)?.area_id).toBe('hall');
  });

  test("device triggers stay with the recorder's own device", async () => {
    const triggers = (await house.hass.call('device_automation/trigger/list', {
      device_id: called(id)?.id,
    })) as readonly Readonly<Record<string, unknown>>[];
    const ours = triggers.filter(({ domain }) => domain === 'mqtt');
    expect(ours.map(({ type, subtype }) => `${type} ${subtype}`).sort()).toEqual([
      'motion_detection channel_0',
      'motion_detection channel_1',
    ]);
  });

  test('and what was moved goes on working', async () => {
    const heard = await house.hass.listen();
    await house.hass.has('binary_sensor.my_gate', 'on');
    await camera.happen('motion_detection', 'stop');
    await heard.state('binary_sensor.my_gate', 'off');
    await camera.happen('motion_detection', 'start');
    await heard.waitFor((one) => one.fired('first_began')[0], 'the renamed sensor');
    heard.close();
  });

  test('one whose bridge dies in the middle of the move has all of it afterwards', async () => {
    const { hass } = house;
    const ofOther = (entities: readonly RegisteredEntity[]) =>
      entities
        .filter(({ entity_id }) => entity_id.includes('.recorder2_'))
        .map(({ entity_id, unique_id }) => `${unique_id} ${entity_id}`);
    const had = ofOther((await inTheMiddleOfItsMove('RECORDER2')).had);
    await house.restartBridge('SIGKILL');
    await hass.until(
      () => hass.snapshot(),
      ({ devices: all, entities }) =>
        all.some(({ name }) => name === 'RECORDER2 channel 0') &&
        entities
          .filter(({ entity_id }) => entity_id.includes('.recorder2_'))
          .every(({ attributes }) => attributes.restored !== true),
    );
    expect(ofOther(await hass.entities())).toEqual(expect.arrayContaining(had));
    expect(had.length).toBeGreaterThan(5);
    await hass.has('binary_sensor.recorder2_0_motion_detection', 'on');
  });

  test('Home Assistant has nothing to complain about', async () => {
    expect(await house.hass.log()).toEqual([]);
  });

  // behind the look into its log: where device triggers go, Home Assistant clears the topic itself, and warns of that
  test('one that is removed in the middle of the move is gone', async () => {
    const { hass } = house;
    const { client } = await inTheMiddleOfItsMove('RECORDER3');
    await client.publishAsync('jvs2mqtt/bridge/request/device/remove', '{"device":"RECORDER3"}', {
      qos: 1,
    });
    await hass.until(
      () => hass.entities(),
      (all) => !all.some(({ entity_id }) => entity_id.includes('.recorder3_')),
    );
  });
});
