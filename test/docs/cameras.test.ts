import { expect, test } from 'vitest';
import { loadSettings } from '../../src/config/load.ts';
import { folder } from '../config/folder.ts';
import { blocksToPaste } from '../support/pages.ts';

const settings = blocksToPaste().filter(({ isDashboard }) => !isDashboard);

test('there are pages with settings on them', () => {
  expect(settings.length).toBeGreaterThan(3);
});

test.each(settings)('the settings of $name hold', ({ text }) => {
  const root = folder({ 'x.yaml': text });
  const { warnings } = loadSettings({ JVS2MQTT_CONFIG: 'x.yaml' }, root);
  expect(warnings).toEqual([]);
});
