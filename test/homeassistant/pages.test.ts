import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type ScenarioName, scenarios } from '../../src/simulator/scenarios.ts';
import { blocksToPaste, settingsToPaste } from '../support/pages.ts';
import { missing } from './support/bench.ts';
import { House } from './support/house.ts';

const dashboards = blocksToPaste().filter(({ isDashboard }) => isDashboard);

/** Every entity id in a dashboard. */
function entitiesIn(text: string): readonly string[] {
  return [...new Set(text.match(/\b(?:binary_sensor|event|image|sensor)\.\w+/g))];
}

describe.skipIf(missing() !== undefined)('the pages about kinds of camera', () => {
  let house: House;
  let present: ReadonlySet<string>;

  beforeAll(async () => {
    house = await House.share(settingsToPaste());
    for (const name of Object.keys(scenarios) as ScenarioName[]) await house.play(name);
    const wanted = dashboards.flatMap(({ text }) => entitiesIn(text));
    present = await house.hass
      .until(
        async () => new Set((await house.hass.entities()).map(({ entity_id }) => entity_id)),
        (ids) => wanted.every((id) => ids.has(id)),
        60,
      )
      .catch(async () => new Set((await house.hass.entities()).map(({ entity_id }) => entity_id)));
  });

  afterAll(async () => {
    await house?.leave();
  });

  test('are five, each with a dashboard, and one of all together', () => {
    expect(dashboards.map(({ name }) => name.split('.')[0])).toEqual([
      'homeassistant',
      'alarm',
      'modbus',
      'parking',
      'people',
      'thermal',
    ]);
  });

  test.each(dashboards)(
    'the dashboard of $name can be pasted and shows what is there',
    async ({ name, text }) => {
      const path = `page-${name.replaceAll(/[^a-z]+/g, '-')}x`;
      await house.hass.call('lovelace/dashboards/create', {
        url_path: path,
        title: name,
        mode: 'storage',
      });
      await house.hass.call('lovelace/config/save', { url_path: path, config: parse(text) });
      const entities = entitiesIn(text);
      expect(entities.length).toBeGreaterThan(3);
      expect(entities.filter((id) => !present.has(id))).toEqual([]);
      for (const id of entities) {
        await house.hass.until(
          () => house.hass.state(id),
          (one) => one !== undefined && one.state !== 'unavailable',
        );
      }
    },
  );
});
