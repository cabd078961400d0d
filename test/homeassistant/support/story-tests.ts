import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { play } from '../../../src/simulator/play.ts';
import { type ScenarioName, scenarios } from '../../../src/simulator/scenarios.ts';
import { program } from '../../process/bridge.ts';
import type { PushTarget } from '../../support/camera.ts';
import { expectedEntities, row } from './expected.ts';
import type { Heard, StateChange } from './heard.ts';
import type { Entity, HomeAssistant } from './homeassistant.ts';
import type { House } from './house.ts';
import { alarmsOf, longHolds, RememberingCamera } from './story.ts';

const temperature = { unit: '°C', scale: 0.1, device_class: 'temperature', precision: 1 };

/** What the stories' cameras are said to be. */
export const storySettings = {
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

/** What a story is told to. */
export interface Audience {
  readonly house: House;
  readonly heard: Heard;
}

/**
 * The tests of one story in Home Assistant.
 * @param audience who is there once the tests run
 * @param byCommand plays it as a user does, by `jvs2mqtt simulate`
 */
export function tellsStory(name: ScenarioName, audience: () => Audience, byCommand = false): void {
  const ids = scenarios[name].cameras.map(({ id }) => id.toLowerCase());
  const begun = alarmsOf(scenarios[name]).filter(({ status }) => status !== 'stop');
  let pictures: ReadonlyMap<string, Buffer> = new Map();

  test('is taken', async () => {
    const { target } = audience().house;
    if (byCommand) await playByCommand(name, target);
    else pictures = await playHere(name, target);
  });

  test('every entity has its name, state, unit and class', async () => {
    const expected = expectedEntities[name];
    const { hass } = audience().house;
    expect(await rowsOnceThey(hass, `(${ids.join('|')})_`, expected)).toEqual(expected);
  });

  test('every alarm that began was an event of its type, once and in order', () => {
    for (const event of new Set(begun.map((one) => one.event))) {
      const types = begun.filter((one) => one.event === event).map(({ type }) => type);
      const fired = audience()
        .heard.changes(event)
        .filter(isEvent)
        .map(({ new_state }) => new_state?.attributes.event_type);
      expect(fired, event).toEqual(types);
    }
  });

  test('every alarm that began went from off to on, behind the event of the same id', () => {
    const changes = audience().heard.changes();
    for (const { sensor, event } of begun) {
      if (sensor === undefined) continue;
      const its = changes.filter(({ entity_id }) => entity_id === sensor);
      const on = its.find(
        ({ old_state, new_state }) => old_state?.state === 'off' && new_state?.state === 'on',
      );
      const went = its.map(({ new_state }) => new_state?.state);
      expect(on, `${sensor} went ${went.join(', ')}`).toBeDefined();
      const id = on?.new_state?.attributes.id;
      const fired = changes.find(
        ({ entity_id, new_state }) => entity_id === event && new_state?.attributes.id === id,
      );
      expect(fired, `${event} ${id}`).toBeDefined();
      if (!fired || !on) continue;
      expect(changes.indexOf(fired)).toBeLessThan(changes.indexOf(on));
    }
  });

  test('its pictures are served as they were pushed', async () => {
    const images = expectedEntities[name].flatMap((one) => /^image\.\w+/.exec(one)?.[0] ?? []);
    expect(images.length).toBeGreaterThan(0);
    for (const image of images) {
      const served = await audience().house.hass.image(image);
      expect(served.subarray(0, 2).toString('hex'), image).toBe('ffd8');
      if (!byCommand) expect(pictures.get(image)?.equals(served), image).toBe(true);
    }
  });
}

/** From nothing, or from `unavailable`, it is the last event of before that Home Assistant brings back. */
function isEvent({ old_state, new_state }: StateChange): boolean {
  if (old_state === null || old_state.state === 'unavailable') return false;
  return !['unavailable', 'unknown', old_state.state].includes(new_state?.state ?? 'unknown');
}

async function playHere(
  name: ScenarioName,
  target: PushTarget,
): Promise<ReadonlyMap<string, Buffer>> {
  const pictures = new Map<string, Buffer>();
  const played = await play(scenarios[name], {
    once: true,
    scale: 0.25,
    camera: ({ id, name: called, generation }) =>
      new RememberingCamera({ id, name: called, generation, zone: 0, ...target }),
  });
  expect(played.filter(({ result }) => result instanceof Error || !result.ok)).toEqual([]);
  for (const { camera } of played) {
    if (!(camera instanceof RememberingCamera)) continue;
    for (const [image, bytes] of camera.pictures) pictures.set(image, bytes);
  }
  return pictures;
}

/** It rejects where the command does not end with 0. */
async function playByCommand(name: ScenarioName, target: PushTarget): Promise<void> {
  const { url, username, password } = target;
  const story = ['simulate', '--scenario', name, '--once', '--url', url];
  const account = ['--user', username, '--password', password];
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...story, ...account]);
  expect(stdout.trim().split('\n').length).toBeGreaterThanOrEqual(scenarios[name].steps.length);
}

/** The rows of the enabled entities whose object id begins so: as expected, or what they last were. */
export async function rowsOnceThey(
  hass: HomeAssistant,
  begin: string,
  expected: readonly string[],
): Promise<readonly string[]> {
  const pattern = new RegExp(`^\\w+\\.${begin}`);
  let rows: readonly string[] = [];
  const ask = async () => {
    const { entities } = await hass.snapshot();
    rows = entities
      .filter(({ entity_id, disabled_by }) => disabled_by === null && pattern.test(entity_id))
      .map(entityRow)
      .sort();
    return rows;
  };
  const isIt = () => rows.join() === expected.join();
  return hass.until(ask, isIt, 40).catch(() => rows);
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
