import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cameraAddress, lanAddresses, reachable } from '../../src/cli/addresses.ts';
import { banner } from '../../src/cli/banner.ts';
import { defaultSettings } from '../../src/config/convict.ts';
import { loadSecrets } from '../../src/config/secrets.ts';
import { folder, load } from '../config/folder.ts';
import { run } from './run.ts';

describe('credentials', () => {
  test('shows what to type into the camera and into Home Assistant', async () => {
    const cwd = folder({ 'data/config.yaml': 'http: {url: "http://10.0.0.9:8780"}\n' });
    const { auth, broker } = loadSecrets(join(cwd, 'data'), defaultSettings());
    const { code, out, err } = await run(['credentials'], cwd);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/address +http:\/\/10\.0\.0\.9:8780\n/);
    expect(out).toMatch(new RegExp(`user name +jvs2mqtt\\n +password +${auth.password}\\n`));
    expect(out).toMatch(
      new RegExp(`MQTT[\\s\\S]*port +1883\\n[\\s\\S]*password +${broker.password}\\n`),
    );
  });

  test('shows a password that was set', async () => {
    const env = { JVS2MQTT_AUTH_PASSWORD: 'mine', JVS2MQTT_MQTT_URL: 'mqtt://b' };
    const { code, out } = await run(['credentials'], folder(), env);
    expect(code).toBe(0);
    expect(out).toMatch(/password +mine\n/);
    expect(out).toMatch(/broker +mqtt:\/\/b, with an account of its own/);
  });

  test('before the first start it says so, and makes nothing', async () => {
    const cwd = folder();
    const { code, out, err } = await run(['credentials'], cwd);
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(`No passwords in ${join(cwd, 'data')} yet`);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('a damaged file is said in plain words', async () => {
    const { code, err } = await run(['credentials'], folder({ 'data/secrets.json': '{' }));
    expect(code).toBe(1);
    expect(err).toMatch(/secrets\.json is damaged/);
  });

  test('settings that are refused', async () => {
    const { code, err } = await run(['credentials'], folder(), { JVS2MQTT_HTTP_PORT: 'x' });
    expect([code, err.startsWith('1 fault in the settings:')]).toEqual([78, true]);
  });
});

describe('banner', () => {
  const settings = defaultSettings();
  const account = (password: string) => ({ username: 'jvs2mqtt', password, made: true });
  const secrets = {
    auth: account('camera-password'),
    broker: account('broker-password'),
    internal: account('internal-password'),
    firstStart: true,
  };
  const options = {
    settings,
    secrets,
    addresses: ['192.168.1.10'],
    firstStart: true,
    terminal: true,
    embedded: true,
  };

  test('says what to do next, with the passwords on a terminal at the first start', () => {
    const text = banner(options);
    expect(text).toContain('http://192.168.1.10:8780');
    expect(text).toContain('网络配置');
    expect(text).toMatch(/broker +192\.168\.1\.10\n +port +1883\n/);
    expect(text).toContain(secrets.auth.password);
    expect(text).toContain(secrets.broker.password);
    expect(text).not.toContain(secrets.internal.password);
    expect(text.split('\n').every((line) => line.length <= 100)).toBe(true);
  });

  test.each([
    { firstStart: false, terminal: true },
    { firstStart: true, terminal: false },
    { firstStart: false, terminal: false },
  ])('shows no password otherwise: %j', (when) => {
    const text = banner({ ...options, ...when });
    for (const { password } of [secrets.auth, secrets.broker, secrets.internal]) {
      expect(text).not.toContain(password);
    }
    expect(text).toContain('`jvs2mqtt credentials`');
  });

  test('says the ports that are really listened on', () => {
    const text = banner({ ...options, ports: { http: 5001, broker: 5002 } });
    expect(text).toContain('http://192.168.1.10:5001');
    expect(text).toMatch(/port +5002/);
  });

  test('says that everybody is let in', () => {
    const open = load('auth: {mode: none}').settings;
    const text = banner({ ...options, settings: open });
    expect(text).toContain('everybody in the network is let in');
    expect(text).not.toContain(secrets.auth.password);
  });
});

describe('addresses', () => {
  test('of this machine are no loopback', () => {
    for (const address of lanAddresses()) expect(address).toMatch(/^(?!127\.)[\d.]+$/);
  });

  test('what listens everywhere is reached by the first, what does not by its own', () => {
    expect(reachable('::', ['10.0.0.1', '10.0.0.2'])).toBe('10.0.0.1');
    expect(reachable('0.0.0.0', [])).toBe('<address of this machine>');
    expect(reachable('10.9.9.9', ['10.0.0.1'])).toBe('10.9.9.9');
  });

  test('the address for the camera', () => {
    const http = (yaml: string) => load(`http: {${yaml}}`).settings;
    expect(cameraAddress(http('port: 80'), ['10.0.0.1'])).toBe('http://10.0.0.1:80');
    expect(cameraAddress(http('host: "fe80::1"'), [])).toBe('http://[fe80::1]:8780');
    expect(cameraAddress(http('url: "https://b.lan/cams"'), ['10.0.0.1'])).toBe(
      'https://b.lan/cams',
    );
  });
});
