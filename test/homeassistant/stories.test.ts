import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ScenarioName, scenarios } from '../../src/simulator/scenarios.ts';
import { brokerKind, startTestBridge, type TestBridge } from '../support/bridge.ts';
import { playStory } from '../support/camera.ts';
import { type HomeAssistant, missing, type Snapshot, startHomeAssistant } from './support/bench.ts';

const why = missing();
if (why !== undefined && process.env.CI) throw new Error(why);
if (why !== undefined) console.warn(`skipped: ${why}`);

describe.skipIf(why !== undefined)(`the four stories by the ${brokerKind} broker`, () => {
  let bridge: TestBridge;
  let home: HomeAssistant;
  let snapshot: Snapshot;

  beforeAll(async () => {
    // Home Assistant's real times: what is too fast for it would be lost here
    bridge = await startTestBridge({ homeassistant: { subscribe_hold: 1, pace: 0.25 } });
    const { username, password } = bridge.broker;
    const port = Number(new URL(bridge.broker.url).port);
    home = await startHomeAssistant({ port, username, password });
    for (const name of Object.keys(scenarios) as ScenarioName[]) {
      const played = await playStory(name, bridge.target, { zone: 0 });
      expect(played.filter(({ result }) => result instanceof Error || !result.ok)).toEqual([]);
    }
    snapshot = await home.until((one) => one.entities.length > 100 && one.entities.every((e) => e.disabled_by !== null || e.state !== 'unavailable'), 60);
  });

  afterAll(async () => {
    await home?.stop();
    await bridge?.stop();
  });

  test('pictures', async () => {
    for (const device of snapshot.devices) await home.screenshot(`/config/devices/device/${device.id}`, `/tmp/w/shot-${device.name.replace(/ /g, '_')}.png`);
  });

  test('Home Assistant has nothing to complain about', () => {
    expect(snapshot.log).toEqual([]);
  });

  test('every camera is a device beneath the bridge', () => {
    console.log(snapshot.entities.length, snapshot.devices.map(({ name, model }) => `${name} (${model})`));
    console.log(snapshot.entities.filter((e) => e.disabled_by === null).map((e) => `${e.entity_id} | ${e.original_name} | ${e.state} | ${e.disabled_by}`).join('\n'));
  });
});
