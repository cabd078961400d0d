import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missing } from './support/bench.ts';
import type { State } from './support/heard.ts';
import { House } from './support/house.ts';

const why = missing();
if (why !== undefined && process.env.CI) throw new Error(why);
if (why !== undefined) console.warn(`skipped: ${why}`);

/** `mqtt.restart_grace` where nothing is set, ms */
const GRACE = 10_000;
/** a broker's own granularity, Home Assistant's, and that of a busy machine */
const MARGIN = 3_000;

const ID = 'PRESENT1';
const motion = 'binary_sensor.present1_0_motion_detection';
const connected = 'binary_sensor.jvs2mqtt_connected';

describe.skipIf(why !== undefined)('availability in Home Assistant', () => {
  let house: House;

  beforeAll(async () => {
    house = await House.build({ alarms: { motion_detection: { maximum: 0 } } });
    const camera = house.camera(ID);
    await camera.heartbeat();
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
    const states = heard.changes(motion).map(({ new_state }) => new_state?.state);
    expect(states).toEqual(['unavailable', 'on']);
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
    const states = heard.changes(motion).map(({ new_state }) => new_state?.state);
    expect(states).toEqual(['unavailable', 'on']);
    heard.close();
  });

  test('Home Assistant has nothing to complain about', async () => {
    expect(await house.hass.log()).toEqual([]);
  });
});
