import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ScenarioName, scenarios } from '../../src/simulator/scenarios.ts';
import { missing } from './support/bench.ts';
import { bridgeEntities, expectedDevices, row } from './support/expected.ts';
import type { Heard } from './support/heard.ts';
import type { RegisteredDevice } from './support/homeassistant.ts';
import { House } from './support/house.ts';
import { rowsOnceThey, storySettings, tellsStory } from './support/story-tests.ts';

describe.skipIf(missing() !== undefined)('the four stories', () => {
  let house: House;
  let heard: Heard;

  beforeAll(async () => {
    house = await House.share({
      ...storySettings,
      // twenty new devices in seconds: that a slow machine is slow is not what this is about
      events: { live_within: 60 },
    });
    heard = await house.hass.listen();
  });

  afterAll(async () => {
    heard?.close();
    await house?.leave();
  });

  describe.each(Object.keys(scenarios) as ScenarioName[])('%s', (name) => {
    tellsStory(name, () => ({ house, heard }), name === 'house');
  });

  test('every camera is a device beneath the bridge, and channels are beneath their recorder', async () => {
    const { devices } = await house.hass.snapshot();
    expect(devices.map((device) => deviceRow(device, devices)).sort()).toEqual(expectedDevices);
    const makers = devices.map(({ manufacturer }) => manufacturer);
    expect(new Set(makers)).toEqual(new Set(['jvs2mqtt', 'Jovision']));
  });

  test('the bridge counts nine devices and nothing refused', async () => {
    expect(await rowsOnceThey(house.hass, 'jvs2mqtt_', bridgeEntities)).toEqual(bridgeEntities);
  });

  test('Home Assistant has nothing to complain about', async () => {
    expect(await house.hass.log()).toEqual([]);
  });
});

function deviceRow(device: RegisteredDevice, devices: readonly RegisteredDevice[]): string {
  const above = devices.find(({ id }) => id === device.via_device_id);
  return row(device.name, device.model, device.serial_number, above?.name);
}
