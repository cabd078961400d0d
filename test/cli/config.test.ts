import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { defaultSettings } from '../../src/config/convict.ts';
import { folder } from '../config/folder.ts';
import { run } from './run.ts';

const good = `
http: {port: 1234}
auth:
  password: geheim-1
  users: [{username: garage, password: geheim-2}]
devices:
  A1:
    name: Yard
    password: geheim-3
`;

describe('check-config', () => {
  test('shows what holds, each change with its place, without secrets', async () => {
    const env = { JVS2MQTT_MQTT_PASSWORD: 'geheim-4', JVS2MQTT_LOG_LEVEL: 'debug' };
    const { code, out, err } = await run(
      ['check-config', 'my.yaml'],
      folder({ 'my.yaml': good }),
      env,
    );
    expect([code, err]).toEqual([0, '']);
    expect(out).not.toContain('geheim');
    expect(out).toMatch(/^# No fault found\. The file is \/.*my\.yaml/);
    expect(out).toMatch(/^ {2}port: 1234 # line 2$/m);
    expect(out).toMatch(/^ {2}level: debug # JVS2MQTT_LOG_LEVEL$/m);
    expect(out).toMatch(/^ {4}name: Yard # line 8$/m);
    expect(parse(out)).toMatchObject({
      http: { port: 1234, host: '::' },
      auth: { password: '(hidden)', users: [{ username: 'garage', password: '(hidden)' }] },
      mqtt: { password: '(hidden)' },
      devices: { A1: { name: 'Yard', password: '(hidden)', auth: 'digest' } },
    });
  });

  test('without a file it shows the defaults', async () => {
    const { code, out } = await run(['check-config'], folder());
    expect(code).toBe(0);
    expect(parse(out)).toEqual(defaultSettings());
    expect(out).toContain('There is no file of settings');
  });

  test('says every fault at once', async () => {
    const bad = folder({ 'my.yaml': 'http: {prot: 1}\nmqtt: {password: [geheim]}\n' });
    const { code, out, err } = await run(['check-config', 'my.yaml'], bad, {
      JVS2MQTT_BROKER_PORT: 'x',
    });
    expect([code, out]).toEqual([78, '']);
    expect(err).toContain('3 faults in the settings:');
    expect(err).toMatch(/my\.yaml:1: http\.prot: .*did you mean http\.port\?/);
    expect(err).toMatch(/my\.yaml:2: mqtt\.password: found a list/);
    expect(err).toMatch(/JVS2MQTT_BROKER_PORT: broker\.port: found "x"/);
    expect(err).not.toContain('geheim');
  });

  test('says warnings, and that it is fine all the same', async () => {
    const file = folder({
      'my.yaml': 'auth: {mode: none}\nalarms: {motion_detecton: {hold: 1}}\n',
    });
    const { code, err } = await run(['check-config', 'my.yaml'], file);
    expect(code).toBe(0);
    expect(err).toMatch(
      /^Warning: .*my\.yaml:2: alarms\.motion_detecton: .*did you mean motion_detection\?$/m,
    );
    expect(err).toMatch(/^Warning: .*my\.yaml:1: auth\.mode: EVERYBODY/m);
  });

  test('a file that is not there', async () => {
    const { code, err } = await run(['check-config', 'gone.yaml'], folder());
    expect(code).toBe(78);
    expect(err).toMatch(/gone\.yaml: this file of settings cannot be read/);
  });

  test('the file that is documented', async () => {
    const { code, err, out } = await run(['check-config', 'config/default.yaml'], process.cwd());
    expect([code, err]).toEqual([0, '']);
    expect(parse(out)).toEqual(defaultSettings());
  });
});
