import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../src/config/convict.ts';
import { loadSettings } from '../../src/config/load.ts';
import { defaultYaml } from '../../src/docs/default-yaml.ts';
import { generate } from '../../src/docs/generate.ts';
import { fillRegions, table } from '../../src/docs/markdown.ts';
import { tables } from '../../src/docs/tables.ts';
import { bridgeStats } from '../../src/homeassistant/bridge.ts';
import { deviceRows } from '../../src/homeassistant/entities/device.ts';
import { imageNames } from '../../src/homeassistant/entities/images.ts';
import { alarmRows } from '../../src/spec/alarms.ts';
import { type KindRow, kinds } from '../../src/spec/kinds.ts';
import { tags } from '../../src/spec/tags.ts';
import { folder } from '../config/folder.ts';

/** A copy of everything that is generated. */
function copy(): string {
  const root = folder();
  for (const name of ['docs', 'config', 'README.md']) {
    cpSync(name, join(root, name), { recursive: true });
  }
  return root;
}

function run(...args: string[]): { code: number; lines: string[] } {
  const lines: string[] = [];
  return { code: generate(args, (line) => lines.push(line)), lines };
}

function edit(root: string, file: string, change: (text: string) => string): void {
  const path = join(root, file);
  const before = readFileSync(path, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(path, after);
}

describe('generate', () => {
  test('what is in the tree is what the code says', () => {
    expect(run('--check', copy())).toEqual({ code: 0, lines: [] });
  });

  test.each([
    ['docs/alarms.md', '| 300 s |', '| 301 s |'],
    ['docs/tags.md', '`OCR_TEXT`', '`OCR_TEKST`'],
    ['docs/reports.md', '/v1/device/keepalive', '/v2/device/keepalive'],
    ['docs/settings.md', '`8780`', '`8781`'],
    ['docs/enumerations.md', '男', '女'],
    ['docs/entities.md', 'Plate colour', 'Plate color'],
    ['docs/topics.md', '`<device>/availability`', '`<device>/there`'],
    ['config/default.yaml', 'port: 8780', 'port: 8781'],
  ])('a row of %s that is another is named, and mended', (file, now, other) => {
    const root = copy();
    edit(root, file, (text) => text.replace(now, other));
    const { code, lines } = run('--check', root);
    expect(code).toBe(1);
    expect(lines[0]).toMatch(new RegExp(`^${file}:\\d+ is stale: run \`npm run docs\`$`));
    expect(lines.find((line) => line.startsWith('  - '))).toContain(other);
    expect(lines.find((line) => line.startsWith('  + '))).toContain(now);
    expect(run(root)).toEqual({ code: 0, lines: [`${file}: written`] });
    expect(run('--check', root).code).toBe(0);
    expect(readFileSync(join(root, file), 'utf8')).toBe(readFileSync(file, 'utf8'));
  });

  test('a row that is gone, and one too many', () => {
    const root = copy();
    edit(root, 'docs/alarms.md', (text) => text.replace(/^\| `motion_detection`.*\n/m, ''));
    expect(run('--check', root).code).toBe(1);
    run(root);
    edit(root, 'docs/alarms.md', (text) => text.replace(/^\| `motion_detection`.*\n/m, '$&$&'));
    expect(run('--check', root).code).toBe(1);
  });

  test('what is written by hand is left alone', () => {
    const root = copy();
    edit(root, 'docs/alarms.md', (text) => `${text.replace('# Alarm types', '# Mine')}\nthe end`);
    expect(run('--check', root).code).toBe(0);
  });

  test('a table that no page shows', () => {
    const root = copy();
    edit(root, 'docs/tags.md', (text) => text.replaceAll('table:targets', 'table:tags'));
    expect(run('--check', root).lines).toContain('no page shows the table targets');
    expect(run(root).code).toBe(1);
  });

  test('a region of no table', () => {
    expect(() => fillRegions('<!-- table:nothing -->\n<!-- /table -->', tables)).toThrow(
      'there is no table nothing',
    );
  });
});

describe('tables', () => {
  test.each(Object.keys(tables))('%s has rows, each of as many cells', (name) => {
    const lines = (tables[name]?.() ?? '').split('\n').filter((line) => line.startsWith('|'));
    expect(lines.length).toBeGreaterThan(2);
    const heads = new Set(lines.map((line) => line.replaceAll('\\|', '').split('|').length));
    expect(name === 'enumerations' || heads.size === 1).toBe(true);
  });

  test('every alarm, tag and setting is in its table', () => {
    const both = `${tables.alarms?.()}\n${tables.occurrences?.()}`;
    for (const key of Object.keys(alarmRows)) expect(both).toContain(`| \`${key}\` |`);
    for (const { name } of Object.values(tags))
      expect(tables.tags?.()).toContain(`| \`${name}\` |`);
  });

  test('every field of a reading, picture, counter and entity of a device is an entity', () => {
    const readings = tables.reading_entities?.() ?? '';
    for (const [kind, { indexed, fields }] of Object.entries<KindRow>(kinds)) {
      for (const [field, { main }] of Object.entries(fields)) {
        const parts = [kind, ...(indexed ? ['<n>'] : []), ...(main ? [] : [field])];
        expect(readings).toContain(`\`<channel>_${parts.join('_')}\``);
      }
    }
    const lines = (text = '') => text.split('\n').length - 2;
    expect(lines(tables.image_entities?.())).toBe(Object.keys(imageNames).length);
    expect(lines(tables.device_entities?.())).toBe(deviceRows.length);
    expect(lines(tables.bridge_entities?.())).toBe(Object.keys(bridgeStats).length + 4);
  });

  test('a bar and a line break stay within their cell', () => {
    expect(table(['a'], [['b|c\nd']])).toBe('| a |\n|---|\n| b\\|c d |');
  });
});

/** The file with the commented entries of its maps and lists made real. */
function openExamples(text: string): string {
  // how deep a key without a value stands, whose comments that follow and are deeper are its example
  let above = Number.POSITIVE_INFINITY;
  return text
    .split('\n')
    .map((line) => {
      const depth = line.search(/\S|$/);
      if (/^ *(users|alarms|devices):$/.test(line)) above = depth;
      else if (!/^ *#/.test(line)) above = Number.POSITIVE_INFINITY;
      return depth > above ? line.replace('# ', '') : line;
    })
    .join('\n');
}

test('the settings that the README shows hold', () => {
  const blocks = [...readFileSync('README.md', 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```/gm)];
  const settings = blocks
    .map(([, text = '']) => text)
    .filter((text) => /^(mqtt|devices):/m.test(text));
  expect(settings.length).toBeGreaterThan(0);
  for (const text of settings) {
    const root = folder({ 'x.yaml': text });
    expect(loadSettings({ JVS2MQTT_CONFIG: 'x.yaml' }, root).warnings).toEqual([]);
  }
});

test('the faults that docs/settings.md shows are those of such settings', () => {
  const root = folder({ 'x.yaml': 'outbox:\n  max_byte: 1GB\n' });
  const env = { JVS2MQTT_CONFIG: 'x.yaml', JVS2MQTT_LOG_LEVEL: 'wran' };
  let said = '';
  try {
    loadSettings(env, root);
  } catch (error) {
    said = String((error as Error).message).replace(join(root, 'x.yaml'), '/data/config.yaml');
  }
  expect(said).toContain('max_bytes');
  expect(readFileSync('docs/settings.md', 'utf8')).toContain(said);
});

describe('config/default.yaml', () => {
  const loaded = (text: string) =>
    loadSettings({ JVS2MQTT_CONFIG: 'x.yaml' }, folder({ 'x.yaml': text }));

  test('is exactly the defaults', () => {
    const { settings, warnings } = loaded(defaultYaml());
    expect({ settings, warnings }).toEqual({ settings: defaultSettings(), warnings: [] });
  });

  test('its examples work as soon as their comment signs are gone', () => {
    const opened = openExamples(defaultYaml());
    const { settings } = loaded(opened);
    expect(settings.devices['12221S55G3X8']).toMatchObject({
      name: 'Front door',
      expire_after: { temperature: 600 },
      modbus: { 0: { unit: '°C', scale: 0.1 } },
    });
    expect(settings.alarms.motion_detection?.hold).toBe(30);
    expect(settings.auth.users).toEqual([{ username: 'garage', password: 'change me' }]);
  });

  test('is no longer than the width of a page', () => {
    expect(
      defaultYaml()
        .split('\n')
        .filter((line) => line.length > 100),
    ).toEqual([]);
  });
});
