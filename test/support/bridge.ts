import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type RunningBridge, startBridge } from '../../src/main.ts';
import type { PushTarget } from './camera.ts';
import { Mosquitto } from './mosquitto.ts';
import { Recorder } from './recorder.ts';

/** Settings as a user writes them. */
export type Written = Readonly<Record<string, unknown>>;

export interface TestBridge {
  readonly target: PushTarget;
  readonly bridge: RunningBridge;
  readonly broker: { readonly url: string; readonly username: string; readonly password: string };
  /** where it is Mosquitto */
  readonly mosquitto: Mosquitto | undefined;
  readonly dir: string;
  /** what it logged, a line each */
  readonly log: string[];
  /** a second client that hears all */
  record(filters?: readonly string[]): Promise<Recorder>;
  /** Ends it, and starts another one on the same data and broker. */
  restart(settings?: Written): Promise<void>;
  stop(): Promise<void>;
}

/** `BROKER=mosquitto` runs the same tests against Mosquitto. */
export const brokerKind = process.env.BROKER === 'mosquitto' ? 'mosquitto' : 'embedded';

/** A bridge with everything real: sockets, broker, store. Ports are free ones. */
export async function startTestBridge(settings: Written = {}): Promise<TestBridge> {
  const dir = await mkdtemp(join(tmpdir(), 'jvs2mqtt-e2e-'));
  const account = { username: 'jvs2mqtt', password: 'of-the-broker' };
  const mosquitto =
    brokerKind === 'mosquitto'
      ? await Mosquitto.start({ users: { [account.username]: account.password } })
      : undefined;
  const log: string[] = [];
  const start = async (written: Written, brokerPort: number) => {
    const file = join(dir, 'config.yaml');
    const broker = mosquitto === undefined ? {} : { mqtt: { url: mosquitto.url, ...account } };
    await writeFile(file, stringify(merged(base(dir, brokerPort), broker, written)));
    return startBridge({
      env: { JVS2MQTT_CONFIG: file },
      cwd: dir,
      output: { write: (line: string) => log.push(line) },
    });
  };
  let written = settings;
  let bridge = await start(settings, 0);
  const recorders: Recorder[] = [];
  const brokerOf = () =>
    mosquitto === undefined
      ? { url: `mqtt://127.0.0.1:${bridge.brokerPort}`, ...bridge.secrets.broker }
      : { url: mosquitto.url, ...account };
  return {
    get target() {
      const { username, password } = bridge.secrets.auth;
      return { url: `http://127.0.0.1:${bridge.httpPort}`, username, password };
    },
    get bridge() {
      return bridge;
    },
    get broker() {
      return brokerOf();
    },
    mosquitto,
    dir,
    log,
    async record(filters = ['#']) {
      const { url, username, password } = brokerOf();
      const recorder = await Recorder.connect(url, filters, { username, password });
      recorders.push(recorder);
      return recorder;
    },
    async restart(changed = written) {
      written = changed;
      const port = bridge.brokerPort;
      await bridge.stop();
      bridge = await start(changed, port);
    },
    async stop() {
      for (const recorder of recorders) await recorder.close();
      await bridge.stop();
      await mosquitto?.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}

function base(dir: string, brokerPort: number): Written {
  return {
    http: { host: '127.0.0.1', port: 0 },
    broker: { host: '127.0.0.1', port: brokerPort },
    data: { dir },
    auth: { password: 'of-the-cameras' },
    // Home Assistant's own times, in small: nobody subscribes here
    homeassistant: { subscribe_hold: 0.05, pace: 0.01 },
    log: { level: 'debug', format: 'json' },
  };
}

function merged(...layers: readonly Written[]): Written {
  const all: Record<string, unknown> = {};
  for (const layer of layers) {
    for (const [key, value] of Object.entries(layer)) {
      const old = all[key];
      all[key] = isMap(old) && isMap(value) ? merged(old, value) : value;
    }
  }
  return all;
}

function isMap(value: unknown): value is Written {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
