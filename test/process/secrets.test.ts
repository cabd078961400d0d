import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeCamera } from '../support/camera.ts';
import { digestSecrets, leaksIn } from '../support/leaks.ts';
import { Home, Process, program } from './bridge.ts';

let home: Home;
beforeEach(() => {
  home = new Home();
});
afterEach(() => home.remove());

/** Every file and folder below one, with its mode. */
function below(folder: string): readonly { path: string; mode: number; isFolder: boolean }[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => {
    const path = join(folder, name);
    const { mode } = statSync(path);
    return { path, mode: mode & 0o777, isFolder: statSync(path).isDirectory() };
  });
}

const linux = process.platform === 'linux';

test.skipIf(!linux)(
  'what is kept is for its owner alone, though all others are let in by the umask',
  async () => {
    const open = new Process(
      home.dir,
      ['-c', `umask 000 && exec '${process.execPath}' '${program}'`],
      // a broker that is not there: what is promised is on disk
      { JVS2MQTT_MQTT_URL: 'mqtt://127.0.0.1:9', JVS2MQTT_AUTH_PASSWORD: 'of the cameras' },
      'sh',
    );
    try {
      const [, port] = await open.says(/^ {2}address +http:.*:(\d+)$/m);
      const url = `http://127.0.0.1:${port}`;
      const camera = makeCamera({ url, username: 'jvs2mqtt', password: 'of the cameras' });
      expect(await camera.event('motion_detection', 'pulse')).toMatchObject({ errorcode: 0 });
    } finally {
      await open.kill('SIGTERM');
    }
    const data = join(home.dir, 'data');
    const kept = below(data);
    expect(statSync(data).mode & 0o777).toBe(0o700);
    expect(kept.length).toBeGreaterThan(3);
    const modes = new Set(kept.map(({ mode, isFolder }) => `${isFolder} ${mode.toString(8)}`));
    expect([...modes].sort()).toEqual(['false 600', 'true 700']);
  },
);

test.skipIf(!linux)(
  'no password in the list of processes, in what is kept, nor in what is said',
  async () => {
    const passwords = {
      shared: 'of-all-cameras-1',
      own: 'of-one-device-2',
      broker: 'of-the-broker-3',
    };
    home.configure({ devices: { '12221SOWN': { username: 'admin', password: passwords.own } } });
    const { process: running, target } = await home.start({
      JVS2MQTT_AUTH_PASSWORD: passwords.shared,
      JVS2MQTT_MQTT_PASSWORD: passwords.broker,
      JVS2MQTT_LOG_LEVEL: 'trace',
    });
    const camera = makeCamera(target);
    expect(await camera.event('motion_detection', 'pulse')).toMatchObject({ errorcode: 0 });
    const own = makeCamera(
      { ...target, username: 'admin', password: passwords.own },
      { id: '12221SOWN' },
    );
    expect(await own.heartbeat()).toMatchObject({ errorcode: 0 });
    const line = readFileSync(`/proc/${running.child.pid}/cmdline`, 'latin1');
    expect(line).toContain(program);
    const { stdout, stderr } = await running.kill('SIGTERM');
    const made = JSON.parse(readFileSync(join(home.dir, 'data', 'secrets.json'), 'utf8')) as object;
    const secrets = [
      ...Object.values(passwords),
      ...Object.values(made).map(String),
      ...digestSecrets('jvs2mqtt', 'jvs2mqtt', passwords.shared),
      ...digestSecrets('admin', 'jvs2mqtt', passwords.own),
    ];
    const files = below(join(home.dir, 'data')).filter(
      ({ path, isFolder }) => !isFolder && !/(secrets\.json|config\.yaml)$/.test(path),
    );
    expect(files.length).toBeGreaterThan(3);
    const texts = [
      ['the list of processes', line],
      ['stdout', stdout],
      ['stderr', stderr],
      ...files.map(({ path }) => [path, readFileSync(path, 'latin1')] as const),
    ] as const;
    expect(leaksIn(texts, secrets)).toEqual([]);
  },
);

test('no password in what is said where it cannot start', async () => {
  const secret = 'never-to-be-shown-4';
  const wrong = [
    `auth: {password: [${secret}]}\n`,
    `auth: {passwort: ${secret}}\n`,
    `auth: {users: [{username: a, password: {${secret}: 1}}]}\n`,
    `devices: {A: {auth: none, password: ${secret}, pasword: ${secret}}}\nhttp: {port: x}\n`,
    `mqtt: {url: "mqtt://user:${secret}@nowhere:x/", password: ${secret}}\n`,
    `http: {tls: {cert: nowhere.pem, key: "-----BEGIN ${secret}"}}\n`,
    `auth: {password: "${secret}\n`,
  ];
  for (const text of wrong) {
    home.configure({});
    writeFileSync(join(home.dir, 'data', 'config.yaml'), text);
    const runs = [[], ['check-config']].map((command) => home.run(command));
    for (const { code, stdout, stderr } of await Promise.all(runs)) {
      expect(code, text).not.toBe(0);
      expect(leaksIn([[text, stdout + stderr]], [secret])).toEqual([]);
    }
  }
});
