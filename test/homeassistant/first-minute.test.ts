import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SimulatedCamera } from '../../src/simulator/camera.ts';
import { jpeg } from '../../src/simulator/jpeg.ts';
import { startTestBridge, type TestBridge } from '../support/bridge.ts';
import { mosquittoAvailable } from '../support/mosquitto.ts';
import { runsOf, type Way, watching } from './support/automations.ts';
import { Bench, missing } from './support/bench.ts';

const why = missing() ?? (mosquittoAvailable() ? undefined : 'no Mosquitto');
if (why !== undefined && process.env.CI) throw new Error(why);
if (why !== undefined) console.warn(`skipped: ${why}`);

const motion = 'motion_detection';
/** Home Assistant's own times: what is too fast for it would be lost here. */
const times = { subscribe_hold: 1, pace: 0.25 };
const settings = {
  homeassistant: times,
  alarms: { tripwire_detection: { hold: 12 } },
  devices: {
    EXPECTED1: { expect: [`${motion} @0`, 'firesmoke_alarm @0', 'modbus 0-1', 'temperature 0 @0'] },
  },
};

/** What it says of a broker that restarts, and of a deletion, for which it clears the topic too often. */
const own: readonly RegExp[] = [
  /mqtt\.client\] (Error returned from|No ACK from) MQTT server/,
  /paho\.mqtt\.client\] failed to receive on socket/,
  /mqtt\.discovery\] No device components to cleanup for jvs2mqtt_DELETED1/,
];

describe.skipIf(why !== undefined)('an alarm, as automations see it', () => {
  let bridge: TestBridge;
  let home: Bench;

  beforeAll(async () => {
    bridge = await startTestBridge(settings, { broker: 'mosquitto', expected: ['EXPECTED1'] });
    home = await Bench.start(bridge.broker);
    const picture = join(home.dir, 'www', 'first.jpg');
    // before any of these cameras was ever heard of
    await home.automate([
      ...watching({ place: 'first1_0', alarm: motion, picture }),
      ...['again1_0', 'again2_0', 'again3_0', 'expected1_0', 'deleted1_0'].flatMap((place) =>
        watching({ place, alarm: motion }),
      ),
    ]);
  });

  afterAll(async () => {
    await home?.stop();
    await bridge?.stop();
  });

  const runs = (place: string, way: Way) => runsOf(bridge.heard, place, way);
  const count = (place: string) =>
    (['state', 'event', 'neither'] as const).map((way) => runs(place, way).length);
  const stateOf = (entity: string) => home.state(entity);
  const becomes = async (entity: string, state: string) => {
    const last = await home.until(
      () => stateOf(entity),
      (found) => found?.state === state,
      40,
    );
    expect(last?.state, entity).toBe(state);
    return last;
  };
  const motionOf = (place: string) => `binary_sensor.${place}_${motion}`;
  let pushes = 0;
  const push = async (camera: SimulatedCamera, status: 'start' | 'stop', picture?: Buffer) => {
    // within one second the same alarm could be the same bytes, and those are a repeat
    pushes += 1;
    const details = { extension: { push: pushes }, ...(picture === undefined ? {} : { picture }) };
    expect((await camera.event(motion, status, details)).ok).toBe(true);
  };
  /** Off again, which comes behind all that the alarm set off; then what ran is all that will. */
  const ends = async (camera: SimulatedCamera, place: string) => {
    await push(camera, 'stop');
    await becomes(motionOf(place), 'off');
    await bridge.caughtUp();
  };

  test('the very first one of a camera never seen before is noticed, once, with picture and id', async () => {
    const camera = bridge.camera('FIRST1', { name: 'Gate' });
    const picture = jpeg({ subject: 'person', seed: 3, width: 320, height: 180 });
    await push(camera, 'start', picture);
    await becomes(motionOf('first1_0'), 'on');
    await ends(camera, 'first1_0');
    // an event entity that never fired is `unknown`: a trigger that is deaf to that misses the first
    expect(count('first1_0')).toEqual([1, 1, 0]);
    const [byState] = runs('first1_0', 'state');
    const [byEvent] = runs('first1_0', 'event');
    const id = byState?.sensor;
    expect(id).toMatch(/^\S+$/);
    expect(byState).toMatchObject({ event: id, image: id, event_type: motion });
    expect(byState?.data).toBeTypeOf('object');
    expect(byEvent).toMatchObject({ event: id, image: id, event_type: motion });
    for (const run of [byState, byEvent]) expect(run?.shown).toMatch(/^\d{4}-/);
    expect((await readFile(join(home.dir, 'www', 'first.jpg'))).equals(picture)).toBe(true);
  });

  test('the second one is noticed by every trigger', async () => {
    const camera = bridge.camera('FIRST1', { name: 'Gate' });
    await push(camera, 'start');
    await becomes(motionOf('first1_0'), 'on');
    await ends(camera, 'first1_0');
    expect(count('first1_0')).toEqual([2, 2, 1]);
  });

  test.each([
    { what: 'Home Assistant', place: 'again1_0', restart: () => home.restart() },
    { what: 'the bridge', place: 'again2_0', restart: () => bridge.restart() },
    { what: 'the broker', place: 'again3_0', restart: () => bridge.mosquitto?.restart() },
  ])('$what restarts in the middle: it is still on, and nothing fires again', async (row) => {
    const { place, restart } = row;
    const id = place.replace('_0', '').toUpperCase();
    const camera = bridge.camera(id);
    await push(camera, 'start');
    await becomes(motionOf(place), 'on');
    const pulse = await camera.event('tripwire_detection', 'pulse');
    expect(pulse.ok).toBe(true);
    const line = `binary_sensor.${place}_tripwire_detection`;
    const { until } = (await becomes(line, 'on'))?.attributes ?? {};
    const before = (await stateOf(motionOf(place)))?.attributes;
    await restart();
    await becomes(motionOf(place), 'on');
    expect((await stateOf(motionOf(place)))?.attributes).toEqual(before);
    // the pulse ends when it should have, whoever was away meanwhile
    expect((await becomes(line, 'off'))?.attributes).toMatchObject({
      reason: 'hold_over',
      since: until,
    });
    const another = bridge.camera(id);
    await ends(another, place);
    // `neither` saw the line that was crossed, which came second
    expect(count(place)).toEqual([1, 1, 1]);
    await push(another, 'start');
    await becomes(motionOf(place), 'on');
    await ends(another, place);
    expect(count(place)).toEqual([2, 2, 2]);
  });

  test('one that is expected can be automated on before the camera is there', async () => {
    const ids = [
      motionOf('expected1_0'),
      'binary_sensor.expected1_0_firesmoke_alarm',
      'event.expected1_0_event',
      'sensor.expected1_modbus_0',
      'sensor.expected1_modbus_1',
      'sensor.expected1_0_temperature_0',
    ];
    // nobody knows yet whether the camera lives: it would be wrong to say that nothing burns
    for (const entity of ids) await becomes(entity, 'unavailable');
    const topic = 'jvs2mqtt/EXPECTED1/0/alarm/firesmoke_alarm';
    expect(await bridge.json(topic)).toMatchObject({ state: 'OFF' });
    const camera = bridge.camera('EXPECTED1');
    await push(camera, 'start');
    await becomes(motionOf('expected1_0'), 'on');
    await becomes('binary_sensor.expected1_0_firesmoke_alarm', 'off');
    await becomes('sensor.expected1_modbus_0', 'unknown');
    await ends(camera, 'expected1_0');
    expect(count('expected1_0')).toEqual([1, 1, 0]);
  });

  test('a device that the user deletes is forgotten, and comes back as new with its next push', async () => {
    const camera = bridge.camera('DELETED1', { name: 'Old shed' });
    await push(camera, 'start', jpeg({ width: 64, height: 36 }));
    await camera.temperature([{ id: 0, name: 'Kiln', temperature: 55, threshold: 80 }], 0);
    await becomes('sensor.deleted1_0_temperature_0', '55');
    await becomes(motionOf('deleted1_0'), 'on');
    const { devices } = await home.snapshot();
    const device = devices.find(({ name }) => name === 'Old shed');
    expect(device?.serial_number).toBe('DELETED1');
    await home.call(['config/device_registry/remove', { device_id: device?.id }]);
    await bridge.notice('device_removed', 'DELETED1');
    // what is retained of it goes once Home Assistant has let go of its entities
    const left = () => bridge.retained('DELETED1');
    expect(await home.until(left, (topics) => topics.length === 0, 10)).toEqual([]);
    const after = await home.snapshot();
    expect(after.devices.map(({ name }) => name)).not.toContain('Old shed');
    expect(after.entities.filter(({ entity_id }) => /deleted1/.test(entity_id))).toEqual([]);
    await push(camera, 'start');
    await becomes(motionOf('deleted1_0'), 'on');
    await ends(camera, 'deleted1_0');
    expect(count('deleted1_0').slice(0, 2)).toEqual([2, 2]);
  });

  test('names change with the language, ids never', async () => {
    const before = (await home.snapshot()).entities;
    await bridge.restart({ ...settings, homeassistant: { ...times, language: 'zh' } });
    const named = async () => (await home.snapshot()).entities;
    const find = (all: Awaited<ReturnType<typeof named>>, id: string) =>
      all.find(({ entity_id }) => entity_id === id)?.original_name;
    const names = {
      [motionOf('first1_0')]: '移动侦测',
      [motionOf('again1_0')]: '移动侦测',
      'image.first1_0_alarm_picture': '报警图片',
      'sensor.expected1_modbus_0': '寄存器0',
      'binary_sensor.expected1_0_firesmoke_alarm': '烟火检测',
      'sensor.again3_last_seen': '最近上报',
      'binary_sensor.jvs2mqtt_connected': '在线',
    };
    const after = await home.until(named, (all) =>
      Object.entries(names).every(([id, name]) => find(all, id) === name),
    );
    for (const [id, name] of Object.entries(names)) expect(find(after, id), id).toBe(name);
    const ids = (all: typeof after) =>
      all.map(({ unique_id, entity_id }) => `${unique_id} ${entity_id}`).sort();
    expect(ids(after)).toEqual(ids(before));
  });

  test('Home Assistant has nothing to complain about', async () => {
    const ours = (await home.log()).filter((line) => !own.some((known) => known.test(line)));
    expect(ours).toEqual([]);
  });
});
