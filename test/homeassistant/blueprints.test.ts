import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { SimulatedCamera } from '../../src/simulator/camera.ts';
import { jpeg } from '../../src/simulator/jpeg.ts';
import type { TlvRecord } from '../../src/simulator/tlv.ts';
import { type AlarmRow, alarmRows } from '../../src/spec/alarms.ts';
import { missing } from './support/bench.ts';
import type { Heard } from './support/heard.ts';
import { House } from './support/house.ts';

const folder = fileURLToPath(new URL('../../blueprints/automation/jvs2mqtt', import.meta.url));

const settings = {
  alarms: { motion_detection: { hold: 1 } },
  devices: {
    GATE1: { expect: ['license_plate_alarm', 'white_list_alarm', 'plate'] },
    COUNTER1: { expect: ['people'] },
    BOILER1: {
      modbus: { 0: { name: 'Boiler', unit: '°C', scale: 0.1, precision: 1 } },
      expect: ['modbus 0'],
    },
  },
};

/** An automation of a blueprint; what it would do is an event with its variables. */
function using(
  blueprint: string,
  input: Readonly<Record<string, unknown>>,
  actions: Readonly<Record<string, readonly string[]>>,
): object {
  const told = Object.entries(actions).map(([name, variables]) => [
    name,
    [
      {
        event: `did_${name}`,
        event_data: Object.fromEntries(variables.map((one) => [one, `{{ ${one} }}`])),
      },
    ],
  ]);
  return {
    alias: blueprint,
    use_blueprint: {
      path: `jvs2mqtt/${blueprint}.yaml`,
      input: { ...input, ...Object.fromEntries(told) },
    },
  };
}

/** What a blueprint's input is where nobody sets it. */
function defaultOf(blueprint: string, input: string) {
  const text = readFileSync(join(folder, `${blueprint}.yaml`), 'utf8');
  // without a warning of the tag `!input`
  return parse(text, { logLevel: 'error' }).blueprint.input[input].default;
}

/** A people counter's report (protocol §3 "Target types"). */
const people = (inside: number): readonly TlvRecord[] => [
  {
    layer: 'META',
    items: [
      ['TARGET', 5],
      ['CHANNELID', 0],
      ['CUSTOMER_COUNT_KEEP', inside],
    ],
  },
];

describe.skipIf(missing() !== undefined)('the blueprints', () => {
  let house: House;
  let heard: Heard;

  beforeAll(async () => {
    house = await House.share(settings);
  });

  beforeEach(async () => {
    heard = await house.hass.listen();
    return () => heard.close();
  });

  afterAll(async () => {
    await house?.leave();
  });

  test('are all that there are, and Home Assistant reads each of them', async () => {
    const listed = (await house.hass.call('blueprint/list', { domain: 'automation' })) as Readonly<
      Record<string, Readonly<Record<string, unknown>>>
    >;
    const ours = Object.entries(listed).filter(([path]) => path.startsWith('jvs2mqtt/'));
    expect(ours.map(([path]) => path.slice('jvs2mqtt/'.length)).sort()).toEqual(
      readdirSync(folder).sort(),
    );
    for (const [path, blueprint] of ours) {
      expect(blueprint, path).not.toHaveProperty('error');
      expect(blueprint.metadata, path).toMatchObject({ domain: 'automation' });
    }
  });

  test("alarm_picture: once an alarm, with the picture of that very alarm's id", async () => {
    const camera = house.camera('YARD1', { zone: 0 });
    const picture = 'image.yard1_0_alarm_picture';
    const motion = 'binary_sensor.yard1_0_motion_detection';
    await house.hass.automate([
      using(
        'alarm_picture',
        { alarm: [motion], picture },
        { tell: ['message', 'picture_url', 'has_picture', 'alarm_id'] },
      ),
    ]);
    await camera.happen('motion_detection', 'pulse', { picture: small(1) });
    const first = await heard.waitFor((one) => one.fired('did_tell')[0], 'the message');
    expect(first).toMatchObject({
      message: 'YARD1 Motion',
      picture_url: `/api/image_proxy/${picture}`,
      has_picture: true,
    });
    await heard.ended(motion);
    // one without a picture does not claim the last one's
    await camera.happen('motion_detection', 'pulse');
    const second = await heard.waitFor((one) => one.fired('did_tell')[1], 'the second message');
    expect(second.has_picture).toBe(false);
    expect(second.alarm_id).not.toBe(first.alarm_id);
  });

  test('alarm_picture: left as it is, it tells with a picture only where the alarm has one', async () => {
    const camera = house.camera('YARD2', { zone: 0 });
    const picture = 'image.yard2_0_alarm_picture';
    const motion = 'binary_sensor.yard2_0_motion_detection';
    const [message] = defaultOf('alarm_picture', 'tell');
    expect(message.action).toBe('notify.notify');
    const tell = [{ event: 'did_tell', event_data: message.data }];
    await house.hass.automate([
      {
        alias: 'as it is',
        use_blueprint: {
          path: 'jvs2mqtt/alarm_picture.yaml',
          input: { alarm: [motion], picture, tell },
        },
      },
    ]);
    await camera.happen('motion_detection', 'pulse', { picture: small(2) });
    const first = await heard.waitFor((one) => one.fired('did_tell')[0], 'the message');
    expect(first).toEqual({
      message: 'YARD2 Motion',
      data: { image: `/api/image_proxy/${picture}`, tag: expect.any(String) },
    });
    await heard.ended(motion);
    await camera.happen('motion_detection', 'pulse');
    const second = await heard.waitFor((one) => one.fired('did_tell')[1], 'the second message');
    expect(second).toEqual({ message: 'YARD2 Motion', data: { tag: expect.any(String) } });
  });

  test('limit: a register that stays past it for the time, as it is then, not one that comes back', async () => {
    const camera = house.camera('BOILER1');
    const sensor = 'sensor.boiler1_modbus_0';
    await house.hass.automate([
      using(
        'limit',
        { reading: sensor, above: 80, duration: { seconds: 3 } },
        { act: ['message', 'value', 'limit'] },
      ),
    ]);
    await camera.modbus({ 0: 700 });
    await heard.state(sensor, '70');
    await camera.modbus({ 0: 810 });
    await heard.state(sensor, '81');
    await camera.modbus({ 0: 790 });
    await heard.state(sensor, '79');
    await camera.modbus({ 0: 850 });
    await heard.state(sensor, '85');
    await camera.modbus({ 0: 870 });
    const done = await heard.waitFor((one) => one.fired('did_act')[0], 'the limit');
    expect(done).toMatchObject({ limit: 'above', value: 87, message: 'BOILER1 Boiler: 87.0 °C' });
    expect(heard.fired('did_act')).toHaveLength(1);
  });

  test('occupancy: the first person in, and the room empty for the time', async () => {
    const camera = house.camera('COUNTER1');
    const sensor = 'sensor.counter1_0_people_inside';
    await house.hass.automate([
      using(
        'occupancy',
        { inside: sensor, empty_for: { seconds: 1 } },
        { occupied: ['people'], empty: ['people'] },
      ),
    ]);
    await camera.tlv(people(0));
    await heard.state(sensor, '0');
    await camera.tlv(people(2));
    await heard.state(sensor, '2');
    await camera.tlv(people(1));
    await heard.state(sensor, '1');
    await heard.waitFor((one) => one.fired('did_occupied')[0], 'somebody inside');
    const before = heard.fired('did_empty').length;
    await camera.tlv(people(0));
    await heard.waitFor((one) => one.fired('did_empty')[before], 'nobody inside');
    expect(heard.fired('did_occupied')).toEqual([{ people: 2 }]);
  });

  describe('plate', () => {
    const event = 'event.gate1_0_event';
    let camera: SimulatedCamera;

    beforeEach(async () => {
      camera = house.camera('GATE1', { zone: 0 });
      await house.hass.automate([
        using(
          'plate',
          { camera: event, plates: ['京J 66666', 'ab-12', '12-345-67', '7654321'] },
          { known: ['plate', 'event.data.plate_no is string'], unknown: ['plate'] },
        ),
      ]);
    });

    const read = (plate_no: string, type = 'license_plate_alarm') =>
      camera.happen(type, 'pulse', { extension: { plate_no } });

    test('counts every event of a car that comes, if nobody says otherwise', () => {
      const arrivals = Object.entries<AlarmRow>(alarmRows)
        .filter(([, { role, reading }]) => role === 'alarm' && /plate|parking/.test(reading ?? ''))
        .map(([type]) => type);
      expect(defaultOf('plate', 'events')).toEqual(arrivals);
    });

    test('one that is known, however it is written, and one that is not', async () => {
      await read('京J66666');
      await heard.waitFor((one) => one.fired('did_known')[0], 'the known plate');
      await read('AB·12');
      await heard.waitFor((one) => one.fired('did_known')[1], 'the other known plate');
      await read('ZZ999');
      await heard.waitFor((one) => one.fired('did_unknown')[0], 'the unknown plate');
      expect(heard.fired('did_known')).toMatchObject([{ plate: '京J66666' }, { plate: 'AB·12' }]);
      expect(heard.fired('did_unknown')).toEqual([{ plate: 'ZZ999' }]);
    });

    test('once where several events tell of one car, and not when it leaves', async () => {
      await read('AB12');
      await read('AB12', 'white_list_alarm');
      await read('AB12', 'dual_parking_exit_detected');
      await read('CD34', 'dual_parking_exit_detected');
      await read('CD34', 'plate_recognition');
      await heard.waitFor((one) => one.fired('did_unknown')[0], 'the next car');
      expect(heard.fired('did_known')).toMatchObject([{ plate: 'AB12' }]);
      expect(heard.fired('did_unknown')).toEqual([{ plate: 'CD34' }]);
    });

    test('again after the time that is set', async () => {
      await house.hass.automate([
        using(
          'plate',
          { camera: event, plates: [], again_after: 2 },
          { known: ['plate'], unknown: ['plate'] },
        ),
      ]);
      await read('EF56');
      await read('EF56', 'white_list_alarm');
      await heard.waitFor((one) => one.fired('did_unknown')[0], 'the car');
      await pause(2500);
      expect(heard.fired('did_unknown')).toHaveLength(1);
      await read('EF56');
      await heard.waitFor((one) => one.fired('did_unknown')[1], 'the car again');
    });

    test('one of digits alone, with hyphens and without', async () => {
      await read('12-345-67');
      await heard.waitFor((one) => one.fired('did_known')[0], 'the plate with hyphens');
      await read('1234567');
      await heard.waitFor((one) => one.fired('did_known')[1], 'the same without');
      await read('76-543-21');
      await heard.waitFor((one) => one.fired('did_known')[2], 'the other');
      await read('7654322');
      await heard.waitFor((one) => one.fired('did_unknown')[0], 'the unknown plate');
      const texts = heard.fired('did_known').map((one) => one['event.data.plate_no is string']);
      expect(texts).toEqual([true, true, true]);
    });
  });

  test('Home Assistant has nothing to complain about', async () => {
    expect(await house.hass.log()).toEqual([]);
  });
});

function small(seed: number): Buffer {
  return jpeg({ seed, width: 64, height: 36 });
}
