import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { began, telling } from './support/automations.ts';
import { missing } from './support/bench.ts';
import type { Heard, State } from './support/heard.ts';
import { House } from './support/house.ts';

/** `mqtt.restart_grace` where nothing is set, ms */
const GRACE = 10_000;
/** a broker's own granularity, Home Assistant's, and that of a busy machine */
const MARGIN = 3_000;
/** s: the interval that is told, one missed heartbeat, and the bridge's own grace of 10 s */
const MISSED = 12;

const settings = {
  alarms: { motion_detection: { maximum: 0 } },
  heartbeat: { missed: 1 },
  devices: {
    BEATS1: { heartbeat_interval: 2 },
    SILENT1: { silent_after: 5 },
    EXPIRES1: { expire_after: { modbus: 4 } },
  },
};

const motionOf = (id: string) => `binary_sensor.${id.toLowerCase()}_0_motion_detection`;
const motion = motionOf('PRESENT1');
const connected = 'binary_sensor.jvs2mqtt_connected';

describe.skipIf(missing() !== undefined)('availability in Home Assistant', () => {
  let house: House;

  beforeAll(async () => {
    house = await House.share(settings);
    const camera = house.camera('PRESENT1');
    await camera.event('motion_detection', 'start');
    await camera.modbus({ 0: 7 });
    await house.hass.has(motion, 'on');
    await house.hass.has('sensor.present1_modbus_0', '7');
    await house.hass.has(connected, 'on');
  });
  afterAll(() => house?.leave());

  /** What the history of Home Assistant's own database shows of all our entities since then. */
  async function history(since: Date): Promise<readonly string[]> {
    const entities = (await house.hass.entities()).map(({ entity_id }) => entity_id);
    const query = `filter_entity_id=${entities.join(',')}&no_attributes&significant_changes_only=0`;
    const path = `history/period/${since.toISOString()}?${query}`;
    const series = (await house.hass.api(path)) as readonly (readonly State[])[];
    // the first of each is what it was at the beginning
    return series.flatMap((states) => {
      const id = states[0]?.entity_id;
      return states.slice(1).map(({ state }) => `${id} ${state}`);
    });
  }

  const statesOf = (heard: Heard, entity: string) =>
    heard.changes(entity).map(({ new_state }) => new_state?.state);

  describe('of the bridge', () => {
    test('a restart of the bridge shows nothing at all', async () => {
      // what the pushes before changed is told at most every 5 s
      await delay(6_000);
      const since = new Date();
      const heard = await house.hass.listen();
      await house.restartBridge('SIGTERM');
      await delay(GRACE + MARGIN);
      const ours = new Set((await house.hass.entities()).map(({ entity_id }) => entity_id));
      const changes = heard.changes().filter(({ entity_id }) => ours.has(entity_id));
      heard.close();
      expect(changes.map((change) => `${change.entity_id} ${change.new_state?.state}`)).toEqual([]);
      expect(await history(since)).toEqual([]);
      await house.hass.has(motion, 'on');
    });

    test('kill -9 shows at once; the next start brings all of it back as it was', async () => {
      const heard = await house.hass.listen();
      await house.stopBridge('SIGKILL');
      await heard.state(motion, 'unavailable', 5);
      await heard.state(connected, 'off', 5);
      await house.startBridge();
      await heard.state(motion, 'on');
      await heard.state(connected, 'on');
      expect(statesOf(heard, motion)).toEqual(['unavailable', 'on']);
      heard.close();
    });

    test('a stop without a return shows after the grace, and not before', async () => {
      const heard = await house.hass.listen();
      await house.stopBridge('SIGTERM');
      await delay(GRACE - MARGIN);
      expect(heard.changes(motion)).toEqual([]);
      await heard.state(motion, 'unavailable', (2 * MARGIN + GRACE) / 1000);
      await heard.state(connected, 'off');
      await house.startBridge();
      await heard.state(motion, 'on');
      await delay(MARGIN);
      expect(statesOf(heard, motion)).toEqual(['unavailable', 'on']);
      heard.close();
    });

    test('by MQTT 3.1.1, which knows no delay, a stop shows at once', async () => {
      const old = { ...settings, mqtt: { version: '3.1.1' } };
      await house.restartBridge('SIGTERM', old);
      await house.hass.has(motion, 'on');
      const heard = await house.hass.listen();
      await house.stopBridge('SIGTERM');
      await heard.state(motion, 'unavailable', 3);
      await house.restartBridge('SIGTERM', settings);
      await heard.state(motion, 'on');
      heard.close();
    });
  });

  describe('of a camera', () => {
    test('is off once heartbeats are missed, never for one that sends none; on at its next push', async () => {
      const beats = house.camera('BEATS1');
      expect(await beats.heartbeat()).toMatchObject({ keepinterval: 2 });
      const heard = await house.hass.listen();
      const pushedAt = Date.now();
      await beats.event('motion_detection', 'start');
      await house.camera('SILENT1').event('motion_detection', 'start');
      await house.camera('EXPIRES1').modbus({ 0: 5 });
      await heard.state(motionOf('BEATS1'), 'on');
      await heard.state(motionOf('SILENT1'), 'on');
      // one that counts as silent after a time, by setting
      await house.hass.has(motionOf('SILENT1'), 'unavailable', MISSED);
      await house.hass.has(motionOf('BEATS1'), 'unavailable', MISSED + MARGIN / 1000);
      // not before its grace is over
      expect(Date.now() - pushedAt).toBeGreaterThan((MISSED - 2) * 1000);
      await house.hass.has('binary_sensor.beats1_connected', 'off');
      // what happens to be pushed brings it back, with its alarm as it was
      await beats.modbus({ 0: 1 });
      await house.hass.has(motionOf('BEATS1'), 'on');
      await house.hass.has('binary_sensor.beats1_connected', 'on');
      heard.close();
      // it was quiet all that time, and longer
      expect((await house.hass.state(motion))?.state).toBe('on');
      expect((await house.hass.state('binary_sensor.present1_connected'))?.state).toBe('on');
    });

    test('that comes back with an alarm: its old state, then off → on, once', async () => {
      const silent = house.camera('SILENT1');
      await silent.event('motion_detection', 'stop');
      await house.hass.has(motionOf('SILENT1'), 'off');
      await house.hass.has(motionOf('SILENT1'), 'unavailable', MISSED);
      await house.hass.automate([telling('silent_began', [began(motionOf('SILENT1'))])]);
      const heard = await house.hass.listen();
      await silent.event('motion_detection', 'start');
      await heard.waitFor((one) => one.fired('silent_began')[0], 'the automation');
      expect(statesOf(heard, motionOf('SILENT1'))).toEqual(['off', 'on']);
      heard.close();
    });

    test('a reading expires where that is set, and no other does', async () => {
      await house.hass.has('sensor.expires1_modbus_0', 'unavailable');
      expect((await house.hass.state('sensor.present1_modbus_0'))?.state).toBe('7');
      await house.camera('EXPIRES1').modbus({ 0: 6 });
      await house.hass.has('sensor.expires1_modbus_0', '6');
    });
  });

  test('Home Assistant has nothing to complain about', async () => {
    expect(await house.hass.log()).toEqual([]);
  });
});
