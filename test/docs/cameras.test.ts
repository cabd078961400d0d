import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadSettings } from '../../src/config/load.ts';
import { alarmOf } from '../../src/spec/alarms.ts';
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

const pages = readdirSync('docs/cameras').map((page) => join('docs/cameras', page));
const table = readFileSync('docs/entities.md', 'utf8');

/** Ids as the table of all entities has them; alarms of any type are one row there. */
function inTable(platform: string, id: string): boolean {
  const type = id.replace(/^<channel>_/, '').replace(/_<n>$/, '');
  const isAlarm = platform === 'binary_sensor' && alarmOf(type) !== undefined;
  const listed = isAlarm ? id.replace(type, '<alarm>') : id;
  return table.includes(`| ${platform.replaceAll('_', ' ')} | \`${listed}\` |`);
}

test.each(pages)('the entities that %s lists are there', (page) => {
  const text = readFileSync(page, 'utf8');
  const ids = [...text.matchAll(/`(binary_sensor|event|image|number|sensor)\.<id>_([^`]+)`/g)];
  expect(ids.length).toBeGreaterThan(2);
  const unknown = ids.filter(([, platform = '', id = '']) => !inTable(platform, id));
  // an old camera's snapshots name no channel
  expect(unknown.map(([whole]) => whole).filter((id) => id !== '`image.<id>_snapshot`')).toEqual(
    [],
  );
});
