import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SimulatedCamera } from '../../src/simulator/camera.ts';
import { jpeg } from '../../src/simulator/jpeg.ts';
import { wallText } from '../../src/simulator/wall.ts';
import { began, happenedAgain, received, telling, turnSeen } from './support/automations.ts';
import { missing } from './support/bench.ts';
import { House } from './support/house.ts';

const settings = {
  homeassistant: { device_triggers: true },
  alarms: { motion_detection: { hold: 2 }, people_detection: { hold: 2 } },
  devices: {
    PURPOSE1: { area: 'Yard' },
    BELL1: { area: 'Yard', alarms: { alarm_input: { doorbell: true } } },
    EXPECTED1: {
      expect: ['motion_detection @0', 'firesmoke_alarm @0', 'modbus 0-1', 'temperature 0 @0'],
    },
  },
};

const motion = 'motion_detection';
const motionOf = (id: string) => `binary_sensor.${id.toLowerCase()}_0_${motion}`;
const personOf = (id: string) => `binary_sensor.${id.toLowerCase()}_0_people_detection`;
const eventOf = (id: string) => `event.${id.toLowerCase()}_0_event`;
const pictureOf = (id: string) => `image.${id.toLowerCase()}_0_alarm_picture`;
const small = (seed: number) => jpeg({ seed, width: 64, height: 36 });

describe.skipIf(missing() !== undefined)('what an automation sees', () => {
  let house: House;

  beforeAll(async () => {
    house = await House.share(settings);
  });

  afterAll(async () => {
    await house?.leave();
  });

  /** Three ways in which people watch one alarm; made before its camera was ever heard of. */
  const watching = (id: string, picture?: string) => {
    const seen = turnSeen(`${id.toLowerCase()}_0`, motion);
    const save = {
      action: 'image.snapshot',
      target: { entity_id: pictureOf(id) },
      data: { filename: picture },
    };
    const first = picture === undefined ? [] : [save];
    return [
      telling(`${id}_state`, [began(motionOf(id))], { seen, first }),
      telling(`${id}_event`, [received(eventOf(id), motion)], { seen }),
      telling(`${id}_again`, [happenedAgain(eventOf(id))]),
    ];
  };

  let turns = 0;

  /** An alarm from start to stop, with all that automations made of it. */
  async function turn(camera: SimulatedCamera, picture?: Buffer) {
    const heard = await house.hass.listen();
    // within one second the same alarm could be the same bytes, and those are a repeat
    const extension = { turn: ++turns };
    await camera.event(motion, 'start', { extension, ...(picture && { picture }) });
    await heard.state(motionOf(camera.id), 'on');
    await camera.event(motion, 'stop', { extension });
    // behind all that the alarm set off; then what ran is all that will
    await heard.ended(motionOf(camera.id));
    await heard.waitFor((one) => one.fired(`${camera.id}_state`)[0], 'the automation');
    heard.close();
    const ran = (way: string) => heard.fired(`${camera.id}_${way}`);
    return { state: ran('state'), event: ran('event'), again: ran('again') };
  }

  describe('of a camera never seen before', () => {
    const id = 'FIRST1';
    const picture = jpeg({ subject: 'person', seed: 3, width: 320, height: 180 });

    test('the very first alarm: off → on once, its event, its picture, all of one id', async () => {
      const file = join(house.hass.dir, 'www', 'first.jpg');
      await house.hass.automate(watching(id, file));
      const ran = await turn(house.camera(id, { zone: 0 }), picture);
      // an event entity that never fired is `unknown`: a trigger that is deaf to that misses the first
      expect([ran.state.length, ran.event.length, ran.again.length]).toEqual([1, 1, 0]);
      const [byState] = ran.state;
      const turnId = byState?.sensor;
      expect(turnId).toMatch(/^\S+$/);
      expect(byState).toMatchObject({ event: turnId, image: turnId, event_type: motion });
      expect(byState?.data).toMatchObject({ turn: 1 });
      expect(ran.event[0]).toMatchObject({ event: turnId, image: turnId, event_type: motion });
      for (const run of [byState, ran.event[0]]) expect(run?.shown).toMatch(/^\d{4}-/);
      expect((await readFile(file)).equals(picture)).toBe(true);
    });

    test('the second one is noticed by every trigger', async () => {
      const ran = await turn(house.camera(id, { zone: 0 }));
      expect([ran.state.length, ran.event.length, ran.again.length]).toEqual([1, 1, 1]);
    });
  });

  test('one turn is picture, its attributes, event, state; with one id', async () => {
    const id = 'ORDER1';
    const camera = house.camera(id, { zone: 0 });
    const first = await house.hass.listen();
    await camera.happen('people_detection', 'pulse', { picture: small(2) });
    await first.ended(personOf(id));
    first.close();
    const listening = await house.hass.listen();
    await camera.happen('people_detection', 'pulse', { picture: small(3) });
    await listening.state(personOf(id), 'on');
    listening.close();
    const changes = listening
      .changes()
      .filter(({ entity_id }) => [personOf(id), eventOf(id), pictureOf(id)].includes(entity_id));
    expect(changes.map(({ entity_id }) => entity_id)).toEqual([
      pictureOf(id),
      pictureOf(id),
      eventOf(id),
      personOf(id),
    ]);
    const [bytes, attributes, event, state] = changes.map(({ new_state }) => new_state);
    expect(bytes?.state).toBe(attributes?.state);
    const turnId = state?.attributes.id;
    expect(turnId).toEqual(expect.stringMatching(/./));
    expect(event?.attributes.id).toBe(turnId);
    expect(attributes?.attributes.id).toBe(turnId);
    expect(bytes?.attributes.id).not.toBe(turnId);
  });

  test('what is late fires nothing and is in the history', async () => {
    const id = 'LATE1';
    const camera = house.camera(id);
    const first = await house.hass.listen();
    for (let beat = 0; beat < 3; beat++) await camera.heartbeat();
    await camera.happen('people_detection', 'pulse', { picture: small(4) });
    await first.ended(personOf(id));
    first.close();
    const listening = await house.hass.listen();
    const history = await house.record([`jvs2mqtt/${id}/history`]);
    const anHourAgo = wallText(camera.wall() - 3_600_000);
    await camera.happen('people_detection', 'pulse', { time: anHourAgo });
    const told = await history.waitFor(({ topic }) => topic.endsWith('/history'));
    expect(JSON.parse(told.text)).toMatchObject({ delayed: true, event_type: 'people_detection' });
    // what comes after it came after it
    await camera.happen(motion, 'pulse');
    await listening.state(motionOf(id), 'on');
    listening.close();
    expect(
      listening.changes(personOf(id)).filter(({ new_state }) => new_state?.state === 'on'),
    ).toEqual([]);
    const events = listening
      .changes(eventOf(id))
      .filter(({ old_state, new_state }) => old_state?.state !== new_state?.state)
      .map(({ new_state }) => new_state?.attributes.event_type);
    expect(new Set(events)).toEqual(new Set([motion]));
  });

  test('one that is expected can be automated on before the camera is there', async () => {
    const id = 'EXPECTED1';
    const ids = [
      motionOf(id),
      'binary_sensor.expected1_0_firesmoke_alarm',
      'event.expected1_0_event',
      'sensor.expected1_modbus_0',
      'sensor.expected1_modbus_1',
      'sensor.expected1_0_temperature_0',
    ];
    // nobody knows yet whether the camera lives: it would be wrong to say that nothing burns
    for (const entity of ids) await house.hass.has(entity, 'unavailable');
    await house.hass.automate(watching(id));
    const camera = house.camera(id, { zone: 0 });
    const ran = await turn(camera);
    expect([ran.state.length, ran.event.length, ran.again.length]).toEqual([1, 1, 0]);
    await house.hass.has('binary_sensor.expected1_0_firesmoke_alarm', 'off');
    await house.hass.has('sensor.expected1_modbus_0', 'unknown');
  });

  test("Home Assistant's own triggers by area fire for a camera never seen before", async () => {
    const id = 'PURPOSE1';
    await house.hass.call('config/area_registry/create', { name: 'Yard' });
    const target = { area_id: 'yard' };
    await house.hass.automate([
      telling('purpose_motion', [
        { trigger: 'motion.detected', target, options: { behavior: 'each', for: '00:00:00' } },
      ]),
      telling('purpose_event', [
        { trigger: 'event.received', target, options: { event_type: [motion] } },
      ]),
    ]);
    const listening = await house.hass.listen();
    const camera = house.camera(id, { zone: 0 });
    await camera.happen(motion, 'pulse');
    await listening.waitFor((one) => one.fired('purpose_motion')[0], 'motion.detected');
    await listening.waitFor((one) => one.fired('purpose_event')[0], 'event.received');
    listening.close();
    expect(listening.fired('purpose_motion')).toEqual([{ by: motionOf(id) }]);
    expect(listening.fired('purpose_event')).toEqual([{ by: eventOf(id) }]);
  });

  test('doorbell.rang by area fires for an alarm input that is a doorbell by setting', async () => {
    await house.hass.automate([
      telling('bell_rang', [{ trigger: 'doorbell.rang', target: { area_id: 'yard' } }]),
    ]);
    const listening = await house.hass.listen();
    const camera = house.camera('BELL1', { zone: 0 });
    await camera.happen('alarm_input', 'pulse', { channel: 0, channelType: 1 });
    const rang = await listening.waitFor((one) => one.fired('bell_rang')[0], 'doorbell.rang');
    expect(rang).toEqual({ by: 'event.bell1_in0_alarm_input_doorbell' });
    await camera.happen(motion, 'pulse', { channel: 0, channelType: 1 });
    await listening.state('binary_sensor.bell1_in0_motion_detection', 'on');
    listening.close();
    expect(listening.fired('bell_rang')).toHaveLength(1);
  });

  describe('device triggers', () => {
    const id = 'TRIGGER1';
    let deviceId: string | undefined;
    const listed = async () => {
      const all = await house.hass.call('device_automation/trigger/list', { device_id: deviceId });
      return (all as readonly Readonly<Record<string, unknown>>[]).filter(
        ({ domain }) => domain === 'mqtt',
      );
    };

    test('are listed of no language, and fire for live events alone', async () => {
      const camera = house.camera(id, { zone: 0 });
      const first = await house.hass.listen();
      await camera.happen('people_detection', 'pulse');
      await first.state(personOf(id), 'on');
      first.close();
      deviceId = (await house.hass.devices()).find(({ name }) => name === id)?.id;
      const trigger = { type: 'people_detection', subtype: 'channel_0' };
      expect(await listed()).toMatchObject([trigger]);
      await house.hass.automate([
        telling('device_trigger', [
          { trigger: 'device', domain: 'mqtt', device_id: deviceId, ...trigger },
        ]),
      ]);
      const listening = await house.hass.listen();
      // nothing retained: an automation that has just subscribed hears nothing old
      await camera.happen(motion, 'pulse');
      await listening.state(motionOf(id), 'on');
      expect(listening.fired('device_trigger')).toEqual([]);
      await camera.happen('people_detection', 'pulse');
      await listening.waitFor((one) => one.fired('device_trigger')[0], 'the device trigger');
      await delay(500);
      expect(listening.fired('device_trigger')).toHaveLength(1);
      listening.close();
    });

    test('are none by default: gone where the setting is taken back', async () => {
      const { homeassistant: _triggers, ...without } = settings;
      await house.hass.automate([]);
      await house.restartBridge('SIGTERM', without);
      await house.hass.until(listed, ({ length }) => length === 0);
    });
  });

  test('Home Assistant has nothing to complain about', async () => {
    expect(await house.hass.log()).toEqual([]);
  });
});
