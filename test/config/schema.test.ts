import { describe, expect, test } from 'vitest';
import { Checker } from '../../src/config/check.ts';
import { type Leaf, leaves, leavesOf } from '../../src/config/paths.ts';
import { alarmSchema, deviceSchema, registerSchema, userSchema } from '../../src/config/schema.ts';
import { foundIn } from '../../src/config/tree.ts';

const trees = {
  device: deviceSchema,
  alarm: alarmSchema,
  register: registerSchema,
  user: userSchema,
};
const everywhere: [string, Leaf][] = [
  ...leaves,
  ...Object.entries(trees).flatMap(([name, tree]) => leavesOf(tree, name)),
].map((leaf) => [leaf.path, leaf]);

function problemsOf({ setting, path }: Leaf, value: unknown): unknown[] {
  const checker = new Checker({ name: 'test', kind: 'file' }, { cwd: '/' });
  checker.setting(setting, foundIn(value), path);
  return [...checker.faults, ...checker.warnings];
}

describe.each(everywhere)('%s', (path, leaf) => {
  test('says what it is for', () => {
    expect(leaf.setting.doc).toMatch(/^.{8,}[.]$/);
  });

  test('has a default and an example that it takes itself', () => {
    // what must be there has no default of its own
    const { required, default: value } = leaf.setting;
    expect(problemsOf(leaf, required ? null : (value ?? null))).toEqual([]);
    expect(problemsOf(leaf, leaf.setting.example ?? null)).toEqual([]);
  });

  test('refuses what is no value of it', () => {
    expect(problemsOf(leaf, { ' ': [[]] })).not.toEqual([]);
  });

  test('is secret where its name says so', () => {
    expect(leaf.setting.sensitive === true).toBe(/password$|(mqtt|tls)\.key$/.test(path));
  });
});

test('every setting but the maps has a variable of its own, by its path', () => {
  const variables = leaves.flatMap(({ env }) => env ?? []);
  expect(new Set(variables).size).toBe(variables.length);
  for (const { path, env } of leaves) {
    const expected = `JVS2MQTT_${path.replaceAll('.', '_').toUpperCase()}`;
    expect(env).toBe(['devices', 'alarms'].includes(path) ? undefined : expected);
  }
  expect(variables).toEqual(
    expect.arrayContaining([
      'JVS2MQTT_HTTP_PORT',
      'JVS2MQTT_MQTT_URL',
      'JVS2MQTT_MQTT_USERNAME',
      'JVS2MQTT_MQTT_PASSWORD',
      'JVS2MQTT_AUTH_USERNAME',
      'JVS2MQTT_AUTH_PASSWORD',
      'JVS2MQTT_DATA_DIR',
      'JVS2MQTT_LOG_LEVEL',
    ]),
  );
});

test('no variable ends like one that names a file of another', () => {
  const variables = leaves.flatMap(({ env }) => env ?? []);
  for (const name of variables) expect(variables).not.toContain(`${name}_FILE`);
});
