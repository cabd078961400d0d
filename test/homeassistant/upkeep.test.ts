import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RetainedTree } from '../support/retained.ts';
import { misbehave } from '../support/strange-camera.ts';
import { missing } from './support/bench.ts';
import { House } from './support/house.ts';
import type { RegisteredDevice } from './support/live.ts';

const why = missing();
if (why !== undefined && process.env.CI) throw new Error(why);
if (why !== undefined) console.warn(`skipped: ${why}`);

/** `homeassistant.max_entities` */
const MOST = 100;

describe.skipIf(why !== undefined)('upkeep in Home Assistant', () => {
  let house: House;
  let tree: RetainedTree;

  beforeAll(async () => {
    house = await House.build({
      homeassistant: { max_entities: MOST },
      alarms: { motion_detection: { maximum: 0 } },
      devices: { FLOOD1: { channels: 'together' } },
    });
    tree = await house.watch();
  });
  afterAll(async () => {
    await tree?.close();
    await house?.leave();
  });

  const motionOf = (id: string) => `binary_sensor.${id.toLowerCase()}_0_motion_detection`;
  const of = (id: string) => tree.topics.filter((topic) => topic.includes(id));

  async function alarmed(id: string): Promise<void> {
    const camera = house.camera(id);
    await camera.heartbeat();
    await camera.event('motion_detection', 'start');
    await house.hass.has(motionOf(id), 'on');
    camera.stop();
  }

  async function deviceOf(id: string): Promise<RegisteredDevice | undefined> {
    const devices = await house.hass.devices();
    return devices.find(({ identifiers }) => identifiers.some(([, one]) => one.endsWith(id)));
  }

  const gone = (id: string) =>
    house.hass.until(
      async () => ({ device: await deviceOf(id) }),
      ({ device }) => device === undefined,
    );

  const press = (entity_id: string) => house.hass.api('services/button/press', { entity_id });

  describe('controls', () => {
    test('the log level is a choice of the bridge, in force at once', async () => {
      const level = 'select.jvs2mqtt_log_level';
      await house.hass.has(level, 'info');
      await house.hass.api('services/select/select_option', { entity_id: level, option: 'error' });
      await house.hass.has(level, 'error', 4);
      const info = () => JSON.parse(tree.now.get('jvs2mqtt/bridge/info') ?? '{}');
      await tree.recorder.waitFor(() => info().log_level === 'error');
      await house.hass.api('services/select/select_option', { entity_id: level, option: 'info' });
      await house.hass.has(level, 'info', 4);
    });

    test('the bridge shows version, devices, refused pushes and late events', async () => {
      for (const key of ['version', 'devices', 'refused', 'late', 'lost']) {
        const state = await house.hass.state(`sensor.jvs2mqtt_${key}`);
        expect(state?.state, key).toMatch(/^\d/);
      }
    });

    test('a heartbeat interval that is set is told to the camera with its next answer', async () => {
      await alarmed('CONTROL1');
      const entity_id = 'number.control1_heartbeat_interval';
      await house.hass.has(entity_id, '60');
      await house.hass.api('services/number/set_value', { entity_id, value: 25 });
      await house.hass.has(entity_id, '25');
      expect(await house.camera('CONTROL1').heartbeat()).toMatchObject({ keepinterval: 25 });
    });

    test('a button ends all alarms of a device', async () => {
      await house.hass.has(motionOf('CONTROL1'), 'on');
      await press('button.control1_end_alarms');
      await house.hass.has(motionOf('CONTROL1'), 'off');
    });

    test('a button, off by default, removes a device; nothing of it stays', async () => {
      const entity_id = 'button.control1_remove';
      await house.hass.call('config/entity_registry/update', { entity_id, disabled_by: null });
      // Home Assistant loads MQTT anew 30 s after an entity was enabled
      await house.hass.has(entity_id, 'unknown', 90);
      expect(of('CONTROL1').length).toBeGreaterThan(5);
      await press(entity_id);
      await gone('CONTROL1');
      await tree.until(() => of('CONTROL1').length === 0, 'cleared');
    });
  });

  test('a device that the user deletes leaves nothing behind, and is back with its next push', async () => {
    await alarmed('DELETED1');
    const device = await deviceOf('DELETED1');
    await house.hass.call('config/device_registry/remove', { device_id: device?.id });
    await gone('DELETED1');
    await tree.until(() => of('DELETED1').length === 0, 'cleared');
    await alarmed('DELETED1');
    expect(await deviceOf('DELETED1')).toBeDefined();
  });

  describe('a camera gone wrong', () => {
    test('gets no more entities than are allowed, and harms no other', async () => {
      await alarmed('CALM1');
      const heard = await house.hass.listen();
      await misbehave(house.target, { id: 'FLOOD1', types: 1_000, names: 40, parallel: 4 });
      const calm = house.camera('CALM1');
      await calm.event('motion_detection', 'stop');
      await heard.state(motionOf('CALM1'), 'off', 10);
      await calm.event('motion_detection', 'start');
      await heard.state(motionOf('CALM1'), 'on', 10);
      calm.stop();
      heard.close();
      const count = async () =>
        (await house.hass.entities()).filter(({ unique_id }) => unique_id.includes('FLOOD1'))
          .length;
      const most = await house.hass.until(count, (entities) => entities > MOST / 2);
      expect(most).toBeLessThanOrEqual(MOST);
      const calmStates = (await house.hass.entities()).filter(({ unique_id }) =>
        unique_id.includes('CALM1'),
      );
      for (const { entity_id } of calmStates) {
        expect((await house.hass.state(entity_id))?.state, entity_id).not.toBe('unavailable');
      }
    });

    test('is told of once', async () => {
      const events = await house.hass.until(
        () => house.hass.state('event.jvs2mqtt_notice'),
        (state) => state !== undefined && state.state !== 'unknown',
      );
      expect(events?.attributes.event_types).toContain('limit');
    });
  });

  test('Home Assistant has nothing to complain about', async () => {
    // it empties the discovery topic once for each entity of a device that its user deletes
    const own = /No device components to cleanup for jvs2mqtt_DELETED1/;
    expect((await house.hass.log()).filter((line) => !own.test(line))).toEqual([]);
  });
});
