import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { SimulatedCamera } from '../../src/simulator/camera.ts';
import { wallText } from '../../src/simulator/wall.ts';
import { missing } from './support/bench.ts';
import type { Heard } from './support/heard.ts';
import { House } from './support/house.ts';

/** seconds */
const HOLD = 3;
const MAXIMUM = 4;
/** of a busy machine, ms */
const MARGIN = 2500;

const id = 'LIVES1';
const sensorOf = (alarm: string) => `binary_sensor.lives1_0_${alarm}`;
const motion = sensorOf('motion_detection');
const event = 'event.lives1_0_event';

describe.skipIf(missing() !== undefined)('an alarm in Home Assistant', () => {
  let house: House;
  let camera: SimulatedCamera;
  let heard: Heard;

  /** The states that a sensor came to, in order, but for what is away. */
  const states = (entityId: string) =>
    heard
      .changes(entityId)
      .filter(({ old_state, new_state }) => old_state?.state !== new_state?.state)
      .map(({ new_state }) => new_state?.state);

  const events = () => states(event).filter((state) => state !== 'unavailable');

  beforeAll(async () => {
    house = await House.share({
      alarms: {
        motion_detection: { hold: HOLD, maximum: MAXIMUM },
        people_detection: { hold: 60 },
      },
      devices: { [id]: { expect: ['motion_detection', 'people_detection', 'disk_full'] } },
    });
    camera = house.camera(id);
    for (let beat = 0; beat < 3; beat++) await camera.heartbeat();
    await house.hass.has(motion, 'off');
    await house.hass.automate([
      {
        alias: 'began',
        mode: 'queued',
        triggers: [{ trigger: 'state', entity_id: motion, from: 'off', to: 'on' }],
        actions: [{ event: 'began' }],
      },
    ]);
  });

  beforeEach(async () => {
    heard = await house.hass.listen();
  });

  afterEach(() => heard.close());

  afterAll(async () => {
    await house?.leave();
  });

  test('lasts from start to stop', async () => {
    await camera.happen('motion_detection', 'start');
    await heard.state(motion, 'on');
    await camera.happen('motion_detection', 'stop');
    const over = await heard.state(motion, 'off');
    expect(over.new_state?.attributes.reason).toBe('stop');
    expect(events()).toHaveLength(1);
  });

  test('as a pulse lasts its hold, which a further pulse extends', async () => {
    await camera.happen('motion_detection', 'pulse');
    const on = await heard.state(motion, 'on');
    // of another second: the same again would be a repeat
    await camera.happen('motion_detection', 'pulse', { time: wallText(camera.wall() + 1000) });
    await heard.waitFor(() => events()[1], 'the second event');
    const off = await heard.state(motion, 'off');
    expect(states(motion)).toEqual(['on', 'off']);
    expect(off.new_state?.attributes.reason).toBe('hold_over');
    const lasted =
      Date.parse(String(off.new_state?.last_changed)) -
      Date.parse(String(on.new_state?.last_changed));
    // Home Assistant may have heard of the beginning later than of the end
    expect(lasted).toBeGreaterThan(HOLD * 1000 - 500);
    expect(lasted).toBeLessThan(HOLD * 1000 + MARGIN);
  });

  test('whose stop never comes is over after its maximum', async () => {
    await camera.happen('motion_detection', 'start');
    await heard.state(motion, 'on');
    const off = await heard.state(motion, 'off');
    expect(off.new_state?.attributes.reason).toBe('maximum_over');
  });

  test('sent again byte for byte changes nothing', async () => {
    const [uuid, time] = ['turn-1', camera.time()];
    await camera.alarm('people_detection', 'pulse', { channel: 0, uuid, time });
    const person = sensorOf('people_detection');
    await heard.state(person, 'on');
    await camera.alarm('people_detection', 'pulse', { channel: 0, uuid, time });
    await camera.happen('disk_full', 'start');
    await heard.state(sensorOf('disk_full'), 'on');
    expect(states(person)).toEqual(['on']);
    // the person and the disk
    expect(events()).toHaveLength(2);
  });

  test('is ended with all others by alarm_elimination', async () => {
    await camera.happen('alarm_elimination', 'pulse');
    for (const alarm of ['people_detection', 'disk_full']) {
      const off = await heard.state(sensorOf(alarm), 'off');
      expect(off.new_state?.attributes.reason).toBe('eliminated');
    }
  });

  test('that began while the bridge was away fires once, one that is old never', async () => {
    await house.restartBridge('SIGKILL');
    camera = house.camera(id);
    const ago = (seconds: number) => ({ time: wallText(camera.wall() - seconds * 1000) });
    await camera.happen('motion_detection', 'pulse', ago(3600));
    await camera.happen('motion_detection', 'pulse', ago(HOLD - 1));
    await heard.waitFor((one) => one.fired('began')[0], 'off → on');
    await heard.ended(motion);
    expect(heard.fired('began')).toHaveLength(1);
    expect(events().filter((state) => state !== 'unknown').length).toBeGreaterThan(0);
  });

  test('Home Assistant has nothing to complain about', async () => {
    expect(await house.hass.log()).toEqual([]);
  });
});
