import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { type RunningBridge, startBridge } from '../../src/main.ts';
import type { SimulatedCamera } from '../../src/simulator/camera.ts';
import type { CameraOptions } from '../../src/simulator/camera-options.ts';
import { makeCamera, type PushTarget } from './camera.ts';
import { discoveryFaults } from './discovery.ts';
import { leaksIn } from './leaks.ts';
import { Mosquitto, type MosquittoOptions } from './mosquitto.ts';
import { type Recorded, Recorder } from './recorder.ts';

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
  /** hears all from the first moment on; after `restart` too */
  readonly heard: Recorder;
  /** a second client that hears all */
  record(filters?: readonly string[]): Promise<Recorder>;
  /** A camera whose clock is UTC, with the bridge's account. */
  camera(id: string, options?: Partial<CameraOptions>): SimulatedCamera;
  /** Publishes what a user or Home Assistant would. */
  send(topic: string, payload: string | object): Promise<void>;
  /** Sends a command. @returns the response */
  request(command: string, body: object): Promise<Written>;
  /** Resolves when `heard` has everything that the bridge had published before. */
  caughtUp(): Promise<void>;
  /** Topics with the text in them that the broker holds now. */
  retained(text: string): Promise<readonly string[]>;
  /** What came on a topic so far, as JSON. */
  all(topic: string): Written[];
  /** The first JSON on a topic, had or to come, that has these values. */
  json(topic: string, values?: Written): Promise<Written>;
  /** the first notice of that type on `bridge/event` that is about the device */
  notice(type: string, device?: string): Promise<Written>;
  /** A page of the bridge's own, as text. */
  page(path: string): Promise<string>;
  /** The sum of a counter in `/metrics` over all labels that match. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  /** Ends it, and starts another one on the same data, broker and ports. */
  restart(settings?: Written, meanwhile?: () => Promise<void>): Promise<void>;
  /** Ends all, and checks what was heard: discovery payloads, and that nothing secret is in it. */
  stop(): Promise<void>;
}

export type BrokerKind = 'mosquitto' | 'embedded';

export interface TestBridgeOptions {
  /** without it, the one that the whole run is against */
  readonly broker?: BrokerKind;
  /** of Mosquitto, where it is that */
  readonly mosquitto?: Omit<MosquittoOptions, 'users'>;
  /** devices of which things are only announced: their readings and pictures may come later */
  readonly expected?: readonly string[];
  /** devices that the broker does not let speak, or that are removed too soon */
  readonly silent?: readonly string[];
  /** what must not be found in anything that is put out, besides the bridge's own passwords */
  readonly secrets?: readonly string[];
  /** settings that depend on the broker */
  readonly settings?: (mosquitto: Mosquitto | undefined) => Written;
}

/** `BROKER=mosquitto` runs the same tests against Mosquitto. */
export const brokerKind: BrokerKind = process.env.BROKER === 'mosquitto' ? 'mosquitto' : 'embedded';

const MORE_TRIPS = 5;
const MOST_TRIPS = 500;
/** ms after which nothing more is to come */
const SILENCE = 1_500;

/** {@link startTestBridge}, and who hears all of it, until the test that asks for them is over. */
export async function startWithRecorder(settings: Written) {
  const bridge = await startTestBridge(settings);
  onTestFinished(() => bridge.stop());
  return { bridge, recorder: await bridge.record() };
}

/** A bridge with everything real: sockets, broker, store. Ports are free ones. */
export async function startTestBridge(
  settings: Written = {},
  options: TestBridgeOptions = {},
): Promise<TestBridge> {
  const dir = await mkdtemp(join(tmpdir(), 'jvs2mqtt-e2e-'));
  const account = { username: 'jvs2mqtt', password: 'of-the-broker' };
  const mosquitto =
    (options.broker ?? brokerKind) === 'mosquitto'
      ? await Mosquitto.start({
          ...options.mosquitto,
          // else every answer waits 40 ms for the other side's TCP
          lines: ['set_tcp_nodelay true', ...(options.mosquitto?.lines ?? [])],
          users: { [account.username]: account.password },
        })
      : undefined;
  const log: string[] = [];
  const start = async (
    written: Written,
    ports: { readonly http: number; readonly mqtt: number },
  ) => {
    const file = join(dir, 'config.yaml');
    const broker = mosquitto === undefined ? {} : { mqtt: { url: mosquitto.url, ...account } };
    const ofBroker = options.settings?.(mosquitto) ?? {};
    await writeFile(file, stringify(merged(base(dir, ports), broker, ofBroker, written)));
    return startBridge({
      env: { JVS2MQTT_CONFIG: file },
      cwd: dir,
      output: { write: (line: string) => log.push(line) },
    });
  };
  let written = settings;
  let bridge = await start(settings, { http: 0, mqtt: 0 });
  const recorders: Recorder[] = [];
  const brokerOf = () =>
    mosquitto === undefined
      ? { url: `mqtt://127.0.0.1:${bridge.brokerPort}`, ...bridge.secrets.broker }
      : { url: mosquitto.url, ...account };
  const record = async (filters: readonly string[] = ['#']) => {
    const { url, username, password } = brokerOf();
    const recorder = await Recorder.connect(url, filters, { username, password });
    recorders.push(recorder);
    return recorder;
  };
  const heard = await record();
  const topic = (path: string) => `${bridge.settings.mqtt.base_topic}/${path}`;
  const targetOf = () => {
    const { username, password } = bridge.secrets.auth;
    return { url: `http://127.0.0.1:${bridge.httpPort}`, username, password };
  };
  let transactions = 0;
  const testBridge: TestBridge = {
    get target() {
      return targetOf();
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
    heard,
    record,
    camera: (id, more = {}) => makeCamera(targetOf(), { id, zone: 0, ...more }),
    async send(to, payload) {
      const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
      await heard.client.publishAsync(to, text, { qos: 1 });
    },
    async request(command, body) {
      const transaction = `${command} ${transactions++}`;
      await testBridge.send(topic(`bridge/request/${command}`), { ...body, transaction });
      return testBridge.json(topic(`bridge/response/${command}`), { transaction });
    },
    async caughtUp() {
      // nobody knows this command: that is said, behind everything else
      await testBridge.request('caught/up', {});
    },
    async retained(text) {
      const recorder = await record([]);
      // at QoS 1 the embedded broker waits for each one's acknowledgement
      await recorder.client.subscribeAsync('#', { qos: 0, rap: true });
      const isWhole = () => {
        const come = retainedBy(recorder.messages);
        const due = [...retainedBy(heard.messages)].filter((of) => !of.includes('/image/'));
        return due.every((of) => come.has(of));
      };
      // it sends what is retained beside the rest: something unexpected may be behind
      for (let whole = 0, trip = 0; whole < MORE_TRIPS; trip += 1) {
        if (trip > MOST_TRIPS) throw new Error('what should be retained is not');
        const transaction = `retained ${transactions++}`;
        await testBridge.send(topic('bridge/request/retained'), { transaction });
        await recorder.waitFor((message) => message.text.includes(transaction));
        if (isWhole()) whole += 1;
      }
      await recorder.close();
      return [...retainedBy(recorder.messages)].filter((of) => of.includes(text));
    },
    all: (of) => heard.texts(of).map((text) => JSON.parse(text)),
    async json(of, values = {}) {
      const found = await heard.waitFor(
        (message) => message.topic === of && matches(message, values),
      );
      return JSON.parse(found.text);
    },
    async notice(type, device) {
      const values = { type, ...(device === undefined ? {} : { data: { device } }) };
      return testBridge.json(topic('bridge/event'), values);
    },
    async page(path) {
      const response = await fetch(`${targetOf().url}${path}`);
      return response.text();
    },
    async metric(name, labels = {}) {
      const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
      const lines = (await testBridge.page('/metrics')).split('\n');
      const rows = lines.filter(
        (line) =>
          line.startsWith(`jvs2mqtt_${name}`) &&
          /[{ ]/.test(line.charAt(`jvs2mqtt_${name}`.length)) &&
          wanted.every((label) => line.includes(label)),
      );
      return rows.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    },
    async restart(changed = written, meanwhile = async () => {}) {
      written = changed;
      const ports = { http: bridge.httpPort, mqtt: bridge.brokerPort };
      await bridge.stop();
      await meanwhile();
      bridge = await start(changed, ports);
    },
    async stop() {
      const { mqtt, homeassistant } = bridge.settings;
      const where = { base: mqtt.base_topic, prefix: homeassistant.prefix };
      const faults = () => discoveryFaults(heard.messages, { ...where, ...options });
      await settled(heard, () => faults().length === 0);
      const problems = [...faults(), ...leaks(testBridge, options.secrets ?? [])];
      for (const recorder of recorders) await recorder.close();
      await bridge.stop();
      await mosquitto?.stop();
      await rm(dir, { recursive: true, force: true });
      if (problems.length > 0) throw new Error(problems.join('\n'));
    },
  };
  return testBridge;
}

/** Waits while discovery is still on its way, one payload a second of each device. */
async function settled(recorder: Recorder, isDone: () => boolean): Promise<void> {
  while (!isDone()) {
    const { length } = recorder.messages;
    const more = () => recorder.messages.length > length;
    const came = await recorder.waitFor(more, SILENCE).catch(() => undefined);
    if (came === undefined) return;
  }
}

/** Its own passwords, and what a test adds, in all that it put out. */
function leaks({ bridge, log, heard }: TestBridge, more: readonly string[]): readonly string[] {
  const { auth, broker, internal } = bridge.secrets;
  const secrets = [auth, broker, internal].flatMap(({ password }) => password || []);
  const texts = [
    ...log.map((line) => ['the log', line] as const),
    ...heard.messages.map(({ topic, payload }) => [topic, payload.toString('latin1')] as const),
  ];
  return leaksIn(texts, [...secrets, ...more]);
}

/** Topics that a recording leaves with something retained. */
function retainedBy(messages: readonly Recorded[]): ReadonlySet<string> {
  const topics = new Set<string>();
  for (const { topic, payload, retain } of messages) {
    if (retain && payload.length > 0) topics.add(topic);
    else if (retain) topics.delete(topic);
  }
  return topics;
}

/** Whether a message is JSON with these values in it, whatever else is. */
function matches({ text }: Recorded, values: Written): boolean {
  try {
    return contains(JSON.parse(text), values);
  } catch {
    return false;
  }
}

function contains(value: unknown, wanted: unknown): boolean {
  if (!isMap(wanted)) return value === wanted;
  return isMap(value) && Object.entries(wanted).every(([key, one]) => contains(value[key], one));
}

function base(dir: string, ports: { readonly http: number; readonly mqtt: number }): Written {
  return {
    http: { host: '127.0.0.1', port: ports.http },
    broker: { host: '127.0.0.1', port: ports.mqtt },
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
