import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { play } from '../../src/simulator/play.ts';
import { type ScenarioName, scenarios } from '../../src/simulator/scenarios.ts';
import { type BrokerKind, startTestBridge, type TestBridge } from '../support/bridge.ts';
import { Bench, missing } from './support/bench.ts';
import type { Changes } from './support/changes.ts';
import { bridgeEntities, expectedDevices, expectedEntities, row } from './support/expected.ts';
import type { Device, Entity } from './support/homeassistant.ts';
import { alarmsOf, longHolds, RememberingCamera } from './support/story.ts';

const why = missing();
if (why !== undefined && process.env.CI) throw new Error(why);
if (why !== undefined) console.warn(`skipped: ${why}`);

const program = fileURLToPath(new URL('../../dist/cli/index.js', import.meta.url));
const names = Object.keys(scenarios) as ScenarioName[];
const temperature = { unit: '°C', scale: 0.1, device_class: 'temperature', precision: 1 };

const settings = {
  // three times what it is by default: that a machine with other work is slow is not what this is about
  homeassistant: { subscribe_hold: 3, pace: 0.25 },
  // on a slow machine too, what waits for Home Assistant is live
  events: { live_within: 60 },
  alarms: longHolds(),
  devices: {
    '12421MACHN01': {
      modbus: {
        0: { name: 'Supply', ...temperature },
        1: { name: 'Return', ...temperature },
        2: { name: 'Pressure', unit: 'bar', scale: 0.1, device_class: 'pressure' },
        3: { name: 'Bypass', on: 1, device_class: 'opening' },
        5: { name: 'Starts', state_class: 'total_increasing' },
        8: { name: 'Draught', unit: 'Pa', signed: true },
        9: { name: 'Pump fault', on: 1, off: 0, device_class: 'problem' },
      },
    },
  },
};

describe.skipIf(why !== undefined).each<{ broker: BrokerKind; byCommand: readonly string[] }>([
  { broker: 'embedded', byCommand: [] },
  { broker: 'mosquitto', byCommand: ['house'] },
])('the four stories by the $broker broker', ({ broker, byCommand }) => {
  let bridge: TestBridge;
  let home: Bench;
  let changes: Changes;
  const pictures = new Map<string, Buffer>();

  beforeAll(async () => {
    bridge = await startTestBridge(settings, { broker });
    home = await Bench.start(bridge.broker);
    changes = await home.listen();
    await rowsAre(home, 'jvs2mqtt_', (rows) => rows.length === bridgeEntities.length);
  });

  afterAll(async () => {
    changes?.close();
    await home?.stop();
    await bridge?.stop();
  });

  describe.each(names)('%s', (name) => {
    const ids = scenarios[name].cameras.map(({ id }) => id.toLowerCase());

    test('is taken', async () => {
      if (byCommand.includes(name)) await playByCommand(name, bridge);
      else for (const [image, bytes] of await playHere(name, bridge)) pictures.set(image, bytes);
    });

    test('every entity has its name, state, unit and class', async () => {
      const expected = expectedEntities[name];
      const settled = (rows: readonly string[]) => rows.join() === expected.join();
      expect(await rowsAre(home, `(${ids.join('|')})_`, settled)).toEqual(expected);
    });

    test('every alarm that began was an event of its type, once and in order', () => {
      const begun = alarmsOf(scenarios[name]).filter(({ status }) => status !== 'stop');
      const heard = new Set(begun.map(({ event }) => event));
      for (const event of heard) {
        const types = begun.filter((one) => one.event === event).map(({ type }) => type);
        const states = changes.of(event).map(({ new_state }) => new_state?.attributes);
        const fired = states.flatMap((attributes) => attributes?.event_type ?? []);
        expect(fired, event).toEqual(types);
      }
    });

    test('every alarm that began went from off to on, behind the event of the same id', () => {
      const begun = alarmsOf(scenarios[name]).filter(({ status }) => status !== 'stop');
      for (const { sensor, event } of begun) {
        if (sensor === undefined) continue;
        const [on] = changes
          .of(sensor)
          .filter(({ old_state, new_state }) => old_state?.state === 'off' && isOn(new_state));
        const went = changes.of(sensor).map(({ new_state }) => new_state?.state);
        expect(on, `${sensor} went ${went.join(', ')}`).toBeDefined();
        const id = on?.new_state?.attributes.id;
        const fired = changes.of(event).find(({ new_state }) => new_state?.attributes.id === id);
        expect(fired, `${event} ${id}`).toBeDefined();
        if (!fired || !on) continue;
        expect(changes.all.indexOf(fired)).toBeLessThan(changes.all.indexOf(on));
      }
    });

    test('its pictures are served as they were pushed', async () => {
      const images = expectedEntities[name].flatMap((one) => /^image\.\w+/.exec(one)?.[0] ?? []);
      expect(images.length).toBeGreaterThan(0);
      for (const image of images) {
        const served = await home.image(image);
        expect(served.subarray(0, 2).toString('hex'), image).toBe('ffd8');
        if (byCommand.includes(name)) continue;
        expect(pictures.get(image)?.equals(served), image).toBe(true);
      }
    });
  });

  test('every camera is a device beneath the bridge, and channels are beneath their recorder', async () => {
    const { devices } = await home.snapshot();
    expect(devices.map((device) => deviceRow(device, devices)).sort()).toEqual(expectedDevices);
    const makers = devices.map(({ manufacturer }) => manufacturer);
    expect(new Set(makers)).toEqual(new Set(['jvs2mqtt', 'Jovision']));
  });

  test('the bridge counts nine devices and nothing refused', async () => {
    const settled = (rows: readonly string[]) => rows.join() === bridgeEntities.join();
    expect(await rowsAre(home, 'jvs2mqtt_', settled)).toEqual(bridgeEntities);
  });

  test('Home Assistant has nothing to complain about', async () => {
    expect(await home.log()).toEqual([]);
  });
});

async function playHere(
  name: ScenarioName,
  bridge: TestBridge,
): Promise<ReadonlyMap<string, Buffer>> {
  const pictures = new Map<string, Buffer>();
  const played = await play(scenarios[name], {
    once: true,
    scale: 0.25,
    camera: ({ id, name: called, generation }) =>
      new RememberingCamera({ id, name: called, generation, zone: 0, ...bridge.target }),
  });
  expect(played.filter(({ result }) => result instanceof Error || !result.ok)).toEqual([]);
  for (const { camera } of played) {
    if (!(camera instanceof RememberingCamera)) continue;
    for (const [image, bytes] of camera.pictures) pictures.set(image, bytes);
  }
  return pictures;
}

/** As a user does; it rejects where the command does not end with 0. */
async function playByCommand(name: ScenarioName, { target }: TestBridge): Promise<void> {
  const { url, username, password } = target;
  const story = ['simulate', '--scenario', name, '--once', '--url', url];
  const account = ['--user', username, '--password', password];
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...story, ...account]);
  expect(stdout.trim().split('\n').length).toBeGreaterThanOrEqual(scenarios[name].steps.length);
}

/** The rows of the enabled entities whose object id begins so, once they are settled. */
async function rowsAre(
  home: Bench,
  begin: string,
  settled: (rows: readonly string[]) => boolean,
): Promise<readonly string[]> {
  const pattern = new RegExp(`^\\w+\\.${begin}`);
  const ask = async () => {
    const { entities } = await home.snapshot();
    const enabled = entities.filter(({ disabled_by }) => disabled_by === null);
    return enabled
      .filter(({ entity_id }) => pattern.test(entity_id))
      .map(entityRow)
      .sort();
  };
  return home.until(ask, settled, 60);
}

function entityRow(entity: Entity): string {
  const { unit_of_measurement, device_class, state_class } = entity.attributes;
  const columns = [unit_of_measurement, device_class, state_class].map((value) =>
    value === undefined ? undefined : String(value),
  );
  return row(entity.entity_id, entity.original_name, shownState(entity), ...columns);
}

function shownState({ entity_id, state, attributes }: Entity): string {
  if (state === null || state === 'unknown') return `(${state})`;
  if (entity_id === 'sensor.jvs2mqtt_version') return /^\d+\.\d+/.test(state) ? '(version)' : state;
  if (entity_id.startsWith('event.')) return String(attributes.event_type);
  if (entity_id.endsWith('_clock_offset')) return Math.abs(Number(state)) <= 1 ? '(near 0)' : state;
  return /^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/.test(state) ? '(time)' : state;
}

function deviceRow(device: Device, devices: readonly Device[]): string {
  const above = devices.find(({ id }) => id === device.via_device_id);
  return row(device.name, device.model, device.serial_number, above?.name);
}

function isOn(state: { readonly state: string } | null): boolean {
  return state?.state === 'on';
}
