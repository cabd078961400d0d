import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jpeg } from '../../src/simulator/jpeg.ts';
import { wallText } from '../../src/simulator/wall.ts';
import { missing } from './support/bench.ts';
import type { Heard } from './support/heard.ts';
import { House } from './support/house.ts';
import { wasAway } from './support/live.ts';

const why = missing();
if (why !== undefined && process.env.CI) throw new Error(why);
if (why !== undefined) console.warn(`skipped: ${why}`);

/** Seconds that a pulse holds. */
const HOLD = 25;

const settings = {
  homeassistant: { device_triggers: true },
  alarms: { motion_detection: { hold: HOLD }, people_detection: { hold: 2 } },
  devices: {
    PURPOSE1: { area: 'Yard' },
    BELL1: { area: 'Yard', alarms: { alarm_input: { doorbell: true } } },
  },
};

const motionOf = (id: string) => `binary_sensor.${id.toLowerCase()}_0_motion_detection`;
const eventOf = (id: string) => `event.${id.toLowerCase()}_0_event`;
const pictureOf = (id: string) => `image.${id.toLowerCase()}_0_alarm_picture`;

/** An automation that tells by an event of its own that it ran. */
function telling(name: string, ...triggers: readonly object[]): object {
  return {
    alias: name,
    mode: 'queued',
    triggers,
    actions: [{ event: name, event_data: { by: '{{ trigger.entity_id | default("") }}' } }],
  };
}

const began = (id: string) => ({
  trigger: 'state',
  entity_id: motionOf(id),
  from: 'off',
  to: 'on',
});

const happened = (id: string) => ({
  trigger: 'state',
  entity_id: eventOf(id),
  not_from: ['unavailable', 'unknown'],
  not_to: ['unavailable', 'unknown'],
});

describe.skipIf(why !== undefined)('what an automation sees', () => {
  let house: House;
  let heard: Heard;

  beforeAll(async () => {
    house = await House.build(settings);
  });

  afterAll(async () => {
    await house?.leave();
  });

  describe('the very first alarm of a camera never seen before', () => {
    const id = 'FIRST1';

    beforeAll(async () => {
      await house.hass.automate([
        telling('first_began', began(id)),
        telling('first_event', { trigger: 'state', entity_id: eventOf(id) }),
      ]);
      heard = await house.hass.listen();
      const camera = house.camera(id, { zone: 0 });
      const answer = await camera.happen('motion_detection', 'pulse', {
        picture: jpeg({ seed: 1, width: 64, height: 36 }),
      });
      expect(answer).toMatchObject({ ok: true });
      await heard.state(motionOf(id), 'on');
    });

    afterAll(() => heard.close());

    test('fires off → on, once', async () => {
      await heard.waitFor((one) => one.fired('first_began')[0], 'the automation');
      const states = heard.changes(motionOf(id)).map(({ new_state }) => new_state?.state);
      expect(states.slice(-2)).toEqual(['off', 'on']);
      expect(heard.fired('first_began')).toHaveLength(1);
    });

    test('its event entity gets that very event', async () => {
      const { attributes } = (await house.hass.state(eventOf(id))) ?? {};
      expect(attributes).toMatchObject({ event_type: 'motion_detection', status: 'pulse' });
      expect(heard.fired('first_event').length).toBeGreaterThan(0);
    });
  });

  test('one turn is picture, its attributes, event, state; with one id', async () => {
    const id = 'ORDER1';
    const camera = house.camera(id, { zone: 0 });
    const motion = `binary_sensor.${id.toLowerCase()}_0_people_detection`;
    const first = await house.hass.listen();
    await camera.happen('people_detection', 'pulse', {
      picture: jpeg({ seed: 2, width: 64, height: 36 }),
    });
    await first.ended(motion);
    first.close();
    const listening = await house.hass.listen();
    await camera.happen('people_detection', 'pulse', {
      picture: jpeg({ seed: 3, width: 64, height: 36 }),
    });
    await listening.state(motion, 'on');
    listening.close();
    const turn = listening
      .changes()
      .filter(({ entity_id }) => [motion, eventOf(id), pictureOf(id)].includes(entity_id));
    expect(turn.map(({ entity_id }) => entity_id)).toEqual([
      pictureOf(id),
      pictureOf(id),
      eventOf(id),
      motion,
    ]);
    const [bytes, attributes, event, state] = turn.map(({ new_state }) => new_state);
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
    const person = `binary_sensor.${id.toLowerCase()}_0_people_detection`;
    const first = await house.hass.listen();
    for (let beat = 0; beat < 3; beat++) await camera.heartbeat();
    await camera.happen('people_detection', 'pulse', {
      picture: jpeg({ seed: 4, width: 64, height: 36 }),
    });
    await first.ended(person);
    first.close();
    const listening = await house.hass.listen();
    const history = await house.record([`jvs2mqtt/${id}/history`]);
    const anHourAgo = wallText(camera.wall() - 3_600_000);
    await camera.happen('people_detection', 'pulse', { time: anHourAgo });
    const told = await history.waitFor(({ topic }) => topic.endsWith('/history'));
    expect(JSON.parse(told.text)).toMatchObject({ delayed: true, event_type: 'people_detection' });
    // what comes after it came after it
    await camera.happen('motion_detection', 'pulse');
    await listening.state(motionOf(id), 'on');
    listening.close();
    expect(listening.changes(person).filter(({ new_state }) => new_state?.state === 'on')).toEqual(
      [],
    );
    const events = listening
      .changes(eventOf(id))
      .filter(({ old_state, new_state }) => old_state?.state !== new_state?.state)
      .map(({ new_state }) => new_state?.attributes);
    expect(events.map((attributes) => attributes?.event_type)).toEqual(
      events.map(() => 'motion_detection'),
    );
  });

  test("Home Assistant's own triggers by area fire for a camera never seen before", async () => {
    const id = 'PURPOSE1';
    await house.hass.call('config/area_registry/create', { name: 'Yard' });
    const target = { area_id: 'yard' };
    await house.hass.automate([
      telling('purpose_motion', {
        trigger: 'motion.detected',
        target,
        options: { behavior: 'each', for: '00:00:00' },
      }),
      telling('purpose_event', {
        trigger: 'event.received',
        target,
        options: { event_type: ['motion_detection'] },
      }),
    ]);
    const listening = await house.hass.listen();
    const camera = house.camera(id, { zone: 0 });
    await camera.happen('motion_detection', 'pulse');
    await listening.waitFor((one) => one.fired('purpose_motion')[0], 'motion.detected');
    await listening.waitFor((one) => one.fired('purpose_event')[0], 'event.received');
    listening.close();
    expect(listening.fired('purpose_motion')).toEqual([{ by: motionOf(id) }]);
    expect(listening.fired('purpose_event')).toEqual([{ by: eventOf(id) }]);
  });

  test('doorbell.rang by area fires for an alarm input that is a doorbell by setting', async () => {
    await house.hass.automate([
      telling('bell_rang', { trigger: 'doorbell.rang', target: { area_id: 'yard' } }),
    ]);
    const listening = await house.hass.listen();
    const camera = house.camera('BELL1', { zone: 0 });
    await camera.happen('alarm_input', 'pulse', { channel: 0, channelType: 1 });
    const rang = await listening.waitFor((one) => one.fired('bell_rang')[0], 'doorbell.rang');
    expect(rang).toEqual({ by: 'event.bell1_in0_alarm_input_doorbell' });
    await camera.happen('motion_detection', 'pulse', { channel: 0, channelType: 1 });
    await listening.state('binary_sensor.bell1_in0_motion_detection', 'on');
    listening.close();
    expect(listening.fired('bell_rang')).toHaveLength(1);
  });

  describe('in the middle of an alarm', () => {
    /** Raises an alarm, disturbs, and sees that nobody notices and that it ends in time. */
    async function survives(id: string, disturb: () => Promise<unknown>): Promise<void> {
      await house.hass.automate([
        telling('middle_began', began(id)),
        telling('middle_event', happened(id)),
      ]);
      const camera = house.camera(id);
      for (let beat = 0; beat < 3; beat++) await camera.heartbeat();
      // the entities of both, before the alarm that counts
      const first = await house.hass.listen();
      await camera.happen('motion_detection', 'start');
      await first.state(motionOf(id), 'on');
      await camera.happen('motion_detection', 'stop');
      await first.ended(motionOf(id));
      first.close();
      const before = await house.hass.listen();
      await camera.happen('motion_detection', 'pulse');
      const { new_state } = await before.state(motionOf(id), 'on');
      await before.waitFor((one) => one.fired('middle_began')[0], 'the automation');
      const until = Date.parse(String(new_state?.attributes.until));
      const event = await house.hass.state(eventOf(id));

      await disturb();

      const after = await house.hass.listen();
      const during = await house.hass.has(motionOf(id), 'on');
      expect(during?.attributes.id).toBe(new_state?.attributes.id);
      expect(Date.now(), 'the disturbance took too long to show anything').toBeLessThan(until);
      await house.hass.has(motionOf(id), 'off', HOLD + 10);
      const over = Date.now();
      before.close();
      after.close();
      // whole seconds of asking, and of a busy machine; never before its time
      expect(over - until).toBeGreaterThan(-100);
      expect(over - until).toBeLessThan(5000);
      expect(before.fired('middle_began')).toHaveLength(1);
      expect(before.fired('middle_event')).toHaveLength(1);
      expect([...after.fired('middle_began'), ...after.fired('middle_event')]).toEqual([]);
      expect((await house.hass.state(eventOf(id)))?.state).toBe(event?.state);
    }

    test("Home Assistant's restart", () => survives('MIDDLE1', () => house.hass.restart()));

    test("the bridge's restart", () => survives('MIDDLE2', () => house.restartBridge('SIGTERM')));

    test("the bridge's death", () => survives('MIDDLE3', () => house.restartBridge('SIGKILL')));

    test("the broker's restart", () => survives('MIDDLE4', () => house.mosquitto.restart()));
  });

  describe('device triggers', () => {
    const id = 'TRIGGER1';

    test('are listed of no language, and fire for live events alone', async () => {
      const camera = house.camera(id, { zone: 0 });
      const first = await house.hass.listen();
      await camera.happen('people_detection', 'pulse');
      await first.state(`binary_sensor.${id.toLowerCase()}_0_people_detection`, 'on');
      first.close();
      const device = await house.hass.until(
        async () => (await house.hass.devices()).find(({ name }) => name === id),
        (one) => one !== undefined,
      );
      const listed = (await house.hass.call('device_automation/trigger/list', {
        device_id: device?.id,
      })) as readonly Readonly<Record<string, unknown>>[];
      const [trigger] = listed.filter(({ domain }) => domain === 'mqtt');
      expect(trigger).toMatchObject({ type: 'people_detection', subtype: 'channel_0' });
      await house.hass.automate([
        telling('device_trigger', {
          trigger: 'device',
          domain: 'mqtt',
          device_id: device?.id,
          type: 'people_detection',
          subtype: 'channel_0',
        }),
      ]);
      const listening = await house.hass.listen();
      // nothing retained: an automation that has just subscribed hears nothing old
      await camera.happen('motion_detection', 'pulse');
      await listening.state(motionOf(id), 'on');
      expect(listening.fired('device_trigger')).toEqual([]);
      await camera.happen('people_detection', 'pulse');
      await listening.waitFor((one) => one.fired('device_trigger')[0], 'the device trigger');
      await delay(500);
      expect(listening.fired('device_trigger')).toHaveLength(1);
      listening.close();
    });

    test('are gone where the setting is taken back', async () => {
      const { homeassistant: _triggers, ...without } = settings;
      await house.restartBridge('SIGTERM', without);
      const device = (await house.hass.devices()).find(({ name }) => name === id);
      await house.hass.automate([]);
      await house.hass.until(
        async () =>
          (await house.hass.call('device_automation/trigger/list', {
            device_id: device?.id,
          })) as readonly Readonly<Record<string, unknown>>[],
        (listed) => listed.every(({ domain }) => domain !== 'mqtt'),
      );
    });
  });

  test('Home Assistant has nothing to complain about', async () => {
    // while the broker or the bridge was away on purpose, it said so
    expect((await house.hass.log()).filter((entry) => !wasAway.test(entry))).toEqual([]);
  });
});
