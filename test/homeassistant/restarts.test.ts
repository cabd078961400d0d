import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jpeg } from '../../src/simulator/jpeg.ts';
import { began, happenedAgain, received, telling } from './support/automations.ts';
import { missing, wasAway } from './support/bench.ts';
import { House } from './support/house.ts';

/** What restarts, on whose camera, and how many seconds its pulses hold: longer than the restart takes. */
const rows: readonly {
  readonly what: string;
  readonly id: string;
  readonly hold: number;
  readonly restart: (house: House) => Promise<unknown>;
}[] = [
  {
    what: "the bridge's restart",
    id: 'MIDDLE1',
    hold: 8,
    restart: (h) => h.restartBridge('SIGTERM'),
  },
  {
    what: "the bridge's death",
    id: 'MIDDLE2',
    hold: 8,
    restart: (h) => h.restartBridge('SIGKILL'),
  },
  { what: "the broker's restart", id: 'MIDDLE3', hold: 20, restart: (h) => h.mosquitto.restart() },
  { what: "Home Assistant's restart", id: 'MIDDLE4', hold: 40, restart: (h) => h.hass.restart() },
];

const line = 'tripwire_detection';
const sensorOf = (id: string, alarm: string) => `binary_sensor.${id.toLowerCase()}_0_${alarm}`;
const motionOf = (id: string) => sensorOf(id, 'motion_detection');
const lineOf = (id: string) => sensorOf(id, line);
const eventOf = (id: string) => `event.${id.toLowerCase()}_0_event`;
const names = rows.flatMap(({ id }) => ['line', 'event', 'again'].map((way) => `${id}_${way}`));
const plates = ['known_plate', 'unknown_plate'];

describe.skipIf(missing() !== undefined)('in the middle of an alarm', () => {
  let house: House;

  beforeAll(async () => {
    const devices = rows.map(({ id, hold }) => [id, { alarms: { [line]: { hold } } }]);
    house = await House.build({ devices: Object.fromEntries(devices) });
    const ready = await house.hass.listen();
    // entities and a first event of each, before the alarm that counts
    for (const { id } of rows) {
      const camera = house.camera(id, { zone: 0 });
      await camera.heartbeat();
      await camera.event(line, 'start');
      await camera.event('motion_detection', 'start', { picture: jpeg({ width: 64, height: 36 }) });
      await ready.state(motionOf(id), 'on');
      await camera.event(line, 'stop');
      await ready.ended(lineOf(id));
    }
    const gate = house.camera('GATE1', { zone: 0 });
    await gate.happen('license_plate_alarm', 'pulse', { extension: { plate_no: 'ZZ999' } });
    await ready.state(sensorOf('GATE1', 'license_plate_alarm'), 'on');
    ready.close();
    await house.hass.automate([
      ...rows.flatMap(({ id }) => [
        telling(`${id}_line`, [began(lineOf(id)), began(motionOf(id))]),
        telling(`${id}_event`, [received(eventOf(id), line)]),
        telling(`${id}_again`, [happenedAgain(eventOf(id))]),
      ]),
      {
        alias: 'plate',
        use_blueprint: {
          path: 'jvs2mqtt/plate.yaml',
          input: {
            camera: eventOf('GATE1'),
            plates: ['AB-12'],
            known: [{ event: 'known_plate' }],
            unknown: [{ event: 'unknown_plate' }],
          },
        },
      },
    ]);
  });

  afterAll(async () => {
    await house?.leave();
  });

  test.each(rows)(
    '$what: still on, nothing fires again, and the hold ends when due',
    async (row) => {
      const { id, hold, restart } = row;
      const before = await house.hass.listen();
      await house.camera(id, { zone: 0 }).event(line, 'pulse');
      const { new_state: on } = await before.state(lineOf(id), 'on');
      await before.waitFor((one) => one.fired(`${id}_again`)[0], 'the automations');
      const until = Date.parse(String(on?.attributes.until));
      const long = await house.hass.state(motionOf(id));
      const event = await house.hass.state(eventOf(id));

      await restart(house);

      const after = await house.hass.listen();
      expect((await house.hass.has(lineOf(id), 'on'))?.attributes.id).toBe(on?.attributes.id);
      expect(Date.now(), 'it took too long to show anything').toBeLessThan(until);
      const over = await house.hass.has(lineOf(id), 'off', hold + 10);
      const ended = Date.now();
      expect(over?.attributes).toMatchObject({ reason: 'hold_over', since: on?.attributes.until });
      // whole seconds of asking, and of a busy machine; never before its time
      expect(ended - until).toBeGreaterThan(-100);
      expect(ended - until).toBeLessThan(5000);
      expect((await house.hass.state(motionOf(id)))?.attributes).toEqual(long?.attributes);
      expect((await house.hass.state(eventOf(id)))?.state).toBe(event?.state);
      before.close();
      after.close();
      for (const name of [...names, ...plates]) {
        const times = before.fired(name).length + after.fired(name).length;
        expect(times, name).toBe(name.startsWith(id) ? 1 : 0);
      }
    },
  );

  test('and afterwards everything fires as before', async () => {
    const heard = await house.hass.listen();
    for (const { id } of rows) {
      const camera = house.camera(id, { zone: 0 });
      await camera.event('motion_detection', 'stop');
      await heard.state(motionOf(id), 'off');
      await camera.event(line, 'pulse');
      await heard.state(lineOf(id), 'on');
    }
    const gate = house.camera('GATE1', { zone: 0 });
    await gate.happen('license_plate_alarm', 'pulse', { extension: { plate_no: 'AB·12' } });
    await heard.waitFor((one) => one.fired('known_plate')[0], 'a plate after all that');
    for (const name of names) {
      await heard.waitFor((one) => one.fired(name)[0], name);
      expect(heard.fired(name), name).toHaveLength(1);
    }
    heard.close();
    expect(heard.fired('unknown_plate')).toEqual([]);
  });

  test('Home Assistant has nothing to complain about', async () => {
    // while the broker was away on purpose, it said so
    expect((await house.hass.log()).filter((entry) => !wasAway.test(entry))).toEqual([]);
  });
});
