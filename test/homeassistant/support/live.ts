import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { stringify } from 'yaml';
import { freePort } from '../../support/mosquitto.ts';
import { Heard, type State } from './heard.ts';

const program = fileURLToPath(new URL('../bench', import.meta.url));
const blueprints = fileURLToPath(new URL('../../../blueprints', import.meta.url));

/** What Home Assistant says of itself at its start, in a bench without internet or Bluetooth. */
const noise: readonly RegExp[] = [
  /Skipping pip installation/,
  /falling back to zlib/,
  /haffmpeg|libturbojpeg|radio_browser|go2rtc|google_translate|bluetooth/,
  /components\.(met|analytics|onboarding)\]/,
  /has been detected at/,
  /Login attempt/,
  // of the listening of a test that ended
  /components\/api\/__init__\.py[\s\S]*Cannot write to closing transport/,
];

/** What it says while the broker is away on purpose. */
export const wasAway =
  /Error returned from MQTT server|Disconnected from MQTT|Failed to connect to MQTT|not currently connected|\[paho\.mqtt\.client\]/;

export interface RegisteredEntity {
  readonly entity_id: string;
  readonly unique_id: string;
  readonly device_id: string;
  readonly area_id: string | null;
  readonly name: string | null;
  readonly disabled_by: string | null;
  readonly platform: string;
}

export interface RegisteredDevice {
  readonly id: string;
  readonly name: string;
  readonly area_id: string | null;
  readonly via_device_id: string | null;
  readonly identifiers: readonly (readonly [string, string])[];
}

/** A Home Assistant that people use: automations, blueprints, areas, restarts. */
export class LiveHome {
  readonly dir: string;
  readonly url: string;
  readonly token: string;

  private constructor(dir: string, url: string, token: string) {
    this.dir = dir;
    this.url = url;
    this.token = token;
  }

  /** Fresh, onboarded, with the repository's blueprints, joined to a broker on the loopback. */
  static async start(broker: {
    readonly port: number;
    readonly username: string;
    readonly password: string;
  }): Promise<LiveHome> {
    const dir = await mkdtemp(join(tmpdir(), 'jvs2mqtt-hass-'));
    await cp(blueprints, join(dir, 'blueprints'), { recursive: true });
    await run(
      ...['start', dir, '--port', String(await freePort()), '--mqtt-port', String(broker.port)],
      ...['--mqtt-username', broker.username, '--mqtt-password', broker.password],
    );
    const text = await readFile(join(dir, 'bench.json'), 'utf8');
    const { url, token } = JSON.parse(text) as { readonly url: string; readonly token: string };
    return new LiveHome(dir, url, token);
  }

  listen(): Promise<Heard> {
    return Heard.listen(this.url, this.token);
  }

  /** REST: GET, or POST where there is a body. */
  async api(path: string, body?: object): Promise<unknown> {
    const answer = await fetch(`${this.url}/api/${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { authorization: `Bearer ${this.token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** One command over the WebSocket API: what REST does not have, the registries above all. */
  async call(type: string, fields: object = {}): Promise<unknown> {
    const socket = new WebSocket(`${this.url.replace(/^http/, 'ws')}/api/websocket`);
    try {
      return await new Promise((resolve, reject) => {
        socket.addEventListener('error', () => reject(new Error(`no WebSocket at ${this.url}`)));
        socket.addEventListener('message', ({ data }) => {
          const message = JSON.parse(String(data)) as Readonly<Record<string, unknown>>;
          if (message.type === 'auth_required') {
            socket.send(JSON.stringify({ type: 'auth', access_token: this.token }));
          }
          if (message.type === 'auth_ok') socket.send(JSON.stringify({ id: 1, type, ...fields }));
          if (message.type !== 'result') return;
          if (message.success === true) resolve(message.result);
          else reject(new Error(`${type}: ${JSON.stringify(message.error)}`));
        });
      });
    } finally {
      socket.close();
    }
  }

  async devices(): Promise<readonly RegisteredDevice[]> {
    return (await this.call('config/device_registry/list')) as readonly RegisteredDevice[];
  }

  /** Those of MQTT. */
  async entities(): Promise<readonly RegisteredEntity[]> {
    const all = (await this.call('config/entity_registry/list')) as readonly RegisteredEntity[];
    return all.filter(({ platform }) => platform === 'mqtt');
  }

  async state(entityId: string): Promise<State | undefined> {
    const states = (await this.api('states')) as readonly State[];
    return states.find(({ entity_id }) => entity_id === entityId);
  }

  /** Asks until the answer is what was waited for. */
  async until<T>(ask: () => Promise<T>, isIt: (value: T) => boolean, seconds = 60): Promise<T> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const value = await ask().catch((error: unknown) => {
        if (Date.now() > end) throw error;
        return undefined;
      });
      if (value !== undefined && isIt(value)) return value;
      if (Date.now() > end) {
        throw new Error(`not within ${seconds} s; the last: ${JSON.stringify(value)}`);
      }
      await delay(250);
    }
  }

  /** Waits until an entity has a state. */
  has(entityId: string, state: string, seconds?: number): Promise<State | undefined> {
    return this.until(
      () => this.state(entityId),
      (one) => one?.state === state,
      seconds,
    );
  }

  /** Replaces the user's automations; they are running afterwards. Its YAML is 1.1: `off` is no text. */
  async automate(automations: readonly object[]): Promise<void> {
    await writeFile(join(this.dir, 'automations.yaml'), stringify(automations, { version: '1.1' }));
    await this.api('services/automation/reload', {});
  }

  /** Every warning and error that it logged, each once, but for automations' own of `known`. */
  async log(): Promise<readonly string[]> {
    const files = ['home-assistant.log.1', 'home-assistant.log', 'hass.out'];
    const texts = await Promise.all(
      files.map((file) => readFile(join(this.dir, file), 'utf8').catch(() => '')),
    );
    // an entry begins with its time; a traceback belongs to it
    const entries = texts.flatMap((text) =>
      stripVTControlCharacters(text).split(/\n(?=\d{4}-\d\d-\d\d )/),
    );
    const bad = entries.filter((entry) => /^\S+ \S+ (WARNING|ERROR|CRITICAL) /.test(entry));
    return [...new Set(bad)].filter((line) => !noise.some((known) => known.test(line)));
  }

  /** What a user's restart does. */
  restart(): Promise<void> {
    return run('restart', this.dir);
  }

  async stop(): Promise<void> {
    await run('stop', this.dir);
    await rm(this.dir, { recursive: true, force: true });
  }
}

/** The bench's output is no pipe: Home Assistant stays behind and would hold it open. */
async function run(...args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`bench ${args[0]} ended with ${code}`);
}
