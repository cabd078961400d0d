import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/cli/command.ts';
import { run } from './run.ts';

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));

test.each(['--help', '-h', 'help'])('%s lists every command and exit code', async (option) => {
  const { code, out, err } = await run([option], '/');
  expect([code, err]).toEqual([0, '']);
  for (const name of ['run', 'simulate', 'decode', 'check-config', 'credentials', 'health']) {
    expect(out).toMatch(new RegExp(`^  ${name}\\b.* \\w`, 'm'));
  }
  for (const { code: number } of Object.values(exitCodes)) {
    expect(out).toMatch(new RegExp(`^  ${number} +\\w`, 'm'));
  }
  expect(out).toContain('JVS2MQTT_CONFIG');
});

test.each(['--version', '-v', 'version'])('%s is the version of the package', async (option) => {
  expect(await run([option], '/')).toEqual({ code: 0, out: `${manifest.version}\n`, err: '' });
});

describe('what there is not', () => {
  test.each([
    ['credential', 'There is no command "credential". Did you mean credentials?'],
    ['check', 'Did you mean check-config?'],
    ['start', 'There is no command "start". jvs2mqtt --help lists all.'],
    ['simualte', 'Did you mean simulate?'],
    ['--hlep', 'There is no option "--hlep". Did you mean --help?'],
    ['constructor', 'There is no command "constructor".'],
    ['__proto__', 'There is no command "__proto__".'],
  ])('%s', async (word, text) => {
    const { code, out, err } = await run([word], '/');
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(text);
  });
});

test.each(['run', 'check-config', 'credentials', 'health'])(
  '%s says how it is used',
  async (command) => {
    const { code, out } = await run([command, '--help'], '/');
    expect([code, out.startsWith(`Usage: jvs2mqtt ${command}`)]).toEqual([0, true]);
    const wrong = await run([command, '--wrong'], '/');
    expect([wrong.code, wrong.out]).toEqual([2, '']);
  },
);
