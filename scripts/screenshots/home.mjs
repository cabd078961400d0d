// A bridge of its own, and a Home Assistant that is joined to it by its own form.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectAsync } from 'mqtt';
import { stringify } from 'yaml';
import { startBridge } from '../../dist/main.js';
import { alarmRows } from '../../dist/spec/alarms.js';

const bench = fileURLToPath(new URL('../../test/homeassistant/bench', import.meta.url));

/** What began stays on while pictures are taken. */
const alarms = Object.fromEntries(Object.keys(alarmRows).map((alarm) => [alarm, { hold: 3600 }]));
const local = { host: '127.0.0.1', port: 0 };

export class Home {
  #dir;
  #bridge;
  #reader;

  constructor(dir, bridge) {
    this.#dir = dir;
    this.#bridge = bridge;
  }

  static async start({ language, homeassistant }, settings) {
    const dir = mkdtempSync(join(tmpdir(), 'jvs2mqtt-screenshots-'));
    const file = join(dir, 'config.yaml');
    const where = { http: local, broker: local, data: { dir }, log: { level: 'warn' } };
    writeFileSync(file, stringify({ ...where, ...settings, alarms, homeassistant: { language } }));
    const bridge = await startBridge({
      env: { JVS2MQTT_CONFIG: file },
      cwd: dir,
      output: process.stderr,
    });
    const home = new Home(dir, bridge);
    const { username, password } = bridge.secrets.broker;
    try {
      await run(
        ...['start', home.folder, '--port', String(await freePort()), '--language', homeassistant],
        ...['--mqtt-port', String(bridge.brokerPort)],
        ...['--mqtt-username', username, '--mqtt-password', password],
      );
      // somebody reads the history: else the embedded broker's outbox keeps what nobody hears
      const url = `mqtt://127.0.0.1:${bridge.brokerPort}`;
      home.#reader = await connectAsync(url, { username, password, protocolVersion: 5 });
      await home.#reader.subscribeAsync('jvs2mqtt/+/history', { qos: 1 });
      return home;
    } catch (error) {
      await home.stop();
      throw error;
    }
  }

  get folder() {
    return join(this.#dir, 'home');
  }

  /** Home Assistant's address and a token for it. */
  get door() {
    return JSON.parse(readFileSync(join(this.folder, 'bench.json'), 'utf8'));
  }

  /** Where cameras push to, and as whom. */
  get target() {
    const { username, password } = this.#bridge.secrets.auth;
    return { url: `http://127.0.0.1:${this.#bridge.httpPort}`, username, password };
  }

  async stop() {
    await this.#reader?.endAsync();
    await run('stop', this.folder);
    await this.#bridge.stop();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}

/** The bench's output is no pipe: Home Assistant stays behind and would hold it open. */
async function run(...args) {
  const child = spawn(bench, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`bench ${args[0]} ended with ${code}`);
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}
