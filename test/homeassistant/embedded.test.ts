import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { missing } from './support/bench.ts';
import type { Heard } from './support/heard.ts';
import { House } from './support/house.ts';
import { storySettings, tellsStory } from './support/story-tests.ts';

describe.skipIf(missing() !== undefined)("a story by the bridge's own broker", () => {
  let house: House;
  let heard: Heard;

  beforeAll(async () => {
    house = await House.embed(storySettings);
    heard = await house.hass.listen();
  });

  afterAll(async () => {
    heard?.close();
    await house?.leave();
  });

  tellsStory('machine_room', () => ({ house, heard }));

  test('Home Assistant has nothing to complain about', async () => {
    expect(await house.hass.log()).toEqual([]);
  });
});
