import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RetainedTree } from '../support/retained.ts';
import { missing } from './support/bench.ts';
import { House } from './support/house.ts';

/** seconds that a pulse holds, at first and as the user sets it */
const HOLD = 3;
const LONGER = 6;
/** of a busy machine, ms */
const MARGIN = 2_500;

const id = 'CONTROL1';
const motion = 'binary_sensor.control1_0_motion_detection';
const hold = 'number.control1_0_motion_detection_hold';
const maximum = 'number.control1_0_motion_detection_maximum';
const remove = 'button.control1_remove';

describe.skipIf(missing() !== undefined)('what can be set in Home Assistant', () => {
  let house: House;
  let tree: RetainedTree;

  const of = (device: string) => tree.topics.filter((topic) => topic.includes(device));

  beforeAll(async () => {
    house = await House.share({
      alarms: { motion_detection: { hold: HOLD } },
      devices: { [id]: { expect: ['motion_detection @0'] } },
    });
    tree = await house.watch();
    await house.camera(id).heartbeat();
    await house.hass.has(motion, 'off');
    for (const entity_id of [hold, maximum, remove]) {
      await house.hass.call('config/entity_registry/update', { entity_id, disabled_by: null });
    }
    // Home Assistant loads MQTT anew 30 s after an entity was enabled, by its own rule
    await house.hass.has(hold, String(HOLD), 90);
    // it does nothing with an entity that is not there yet
    await house.hass.has(maximum, '300');
    await house.hass.has(remove, 'unknown');
  });

  afterAll(async () => {
    await tree?.close();
    await house?.leave();
  });

  test('the log level of the bridge, in force at once', async () => {
    const level = 'select.jvs2mqtt_log_level';
    await house.hass.has(level, 'info');
    await house.hass.act('select.select_option', level, { option: 'error' });
    await house.hass.has(level, 'error', 4);
    const info = () => JSON.parse(tree.now.get('jvs2mqtt/bridge/info') ?? '{}');
    await tree.recorder.waitFor(() => info().log_level === 'error');
    await house.hass.act('select.select_option', level, { option: 'info' });
    await house.hass.has(level, 'info', 4);
  });

  test("the bridge's own device: connected, version, devices, refused, late, waiting", async () => {
    await house.hass.has('binary_sensor.jvs2mqtt_connected', 'on');
    for (const key of ['version', 'devices', 'refused', 'late', 'lost', 'queue', 'dropped']) {
      const state = await house.hass.state(`sensor.jvs2mqtt_${key}`);
      expect(state?.state, key).toMatch(/^\d/);
    }
  });

  test('a push that is refused is counted there, and told by the notice', async () => {
    const stranger = house.camera('STRANGER1', { password: 'wrong' });
    for (let tries = 0; tries < 3; tries++) await stranger.heartbeat();
    const counted = await house.hass.until(
      () => house.hass.state('sensor.jvs2mqtt_refused'),
      (state) => Number(state?.state) >= 3,
    );
    expect(Number(counted?.state)).toBeGreaterThanOrEqual(3);
    const notice = await house.hass.state('event.jvs2mqtt_notice');
    expect(notice?.attributes).toMatchObject({ event_type: 'wrong_credentials' });
  });

  test('a heartbeat interval, told to the camera with its next answer', async () => {
    const entity = 'number.control1_heartbeat_interval';
    await house.hass.has(entity, '60');
    await house.hass.act('number.set_value', entity, { value: 25 });
    await house.hass.has(entity, '25');
    expect(await house.camera(id).heartbeat()).toMatchObject({ keepinterval: 25 });
  });

  test('hold and maximum of an alarm, which survive a restart of the bridge', async () => {
    const sent = async (entity: string, value: number, which: string) => {
      await house.hass.act('number.set_value', entity, { value });
      const topic = `jvs2mqtt/${id}/set/${which}/0/motion_detection`;
      await tree.recorder.waitFor((one) => one.topic === topic && one.text === String(value));
    };
    await sent(hold, LONGER, 'hold');
    await sent(maximum, 2, 'maximum');
    await house.hass.has(hold, String(LONGER));
    await house.hass.has(maximum, '2');
    await house.restartBridge('SIGKILL');
    await house.hass.has(hold, String(LONGER));
    await house.hass.has(maximum, '2');
    const heard = await house.hass.listen();
    const camera = house.camera(id);
    await camera.happen('motion_detection', 'pulse');
    const on = await heard.state(motion, 'on');
    const off = await heard.state(motion, 'off');
    const lasted =
      Date.parse(String(off.new_state?.last_changed)) -
      Date.parse(String(on.new_state?.last_changed));
    // Home Assistant may have heard of the beginning later than of the end
    expect(lasted).toBeGreaterThan(LONGER * 1000 - 1000);
    expect(lasted).toBeLessThan(LONGER * 1000 + MARGIN);
    heard.close();
    const start = await house.hass.listen();
    await camera.happen('motion_detection', 'start');
    await start.state(motion, 'on');
    const over = await start.state(motion, 'off');
    start.close();
    expect(over.new_state?.attributes.reason).toBe('maximum_over');
  });

  test('a button ends all alarms of a device, and of no other', async () => {
    const other = 'binary_sensor.control2_0_disk_full';
    await house.camera(id).happen('disk_full', 'start');
    await house.camera('CONTROL2').happen('disk_full', 'start');
    await house.hass.has('binary_sensor.control1_0_disk_full', 'on');
    await house.hass.has(other, 'on');
    await house.hass.act('button.press', 'button.control1_end_alarms');
    await house.hass.has('binary_sensor.control1_0_disk_full', 'off');
    expect((await house.hass.state(other))?.state).toBe('on');
  });

  test('a button, off by default, removes a device; nothing of it stays', async () => {
    expect(of(id).length).toBeGreaterThan(5);
    await house.hass.act('button.press', remove);
    await house.hass.until(
      () => house.hass.devices(),
      (devices) => devices.every(({ name }) => name !== id),
    );
    await tree.until(() => of(id).length === 0, 'cleared');
  });

  test('Home Assistant has nothing to complain about', async () => {
    // MQTT was loaded anew: Home Assistant warns of device triggers that another file had and took away
    const own = /Unable to remove unknown dispatcher .*MqttDeviceTrigger/;
    expect((await house.hass.log()).filter((line) => !own.test(line))).toEqual([]);
  });
});
