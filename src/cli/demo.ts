import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectAsync, type MqttClient } from 'mqtt';
import { type RunningBridge, startBridge } from '../main.ts';
import { SimulatedCamera } from '../simulator/camera.ts';
import { resultText, stepText } from '../simulator/line.ts';
import { play } from '../simulator/play.ts';
import { tour } from '../simulator/scenarios/tour.ts';
import { type Look, messageLine, painted } from './demo/shown.ts';

/** What the demo needs of the process. */
export interface DemoIo {
  readonly stdout: {
    write(text: string): unknown;
    readonly isTTY?: boolean;
    readonly columns?: number;
  };
  readonly stderr: { write(text: string): unknown };
  /** ends it */
  readonly signal: AbortSignal;
}

export interface DemoOptions {
  /** ends after the tour, instead of staying until Ctrl-C */
  readonly once?: boolean;
  /** times faster than usual */
  readonly speed?: number;
  /** settings of the bridge besides the demo's own */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Bridge, embedded broker and a simulated camera that goes through every report, with all messages
 * shown as they are published. Leaves nothing behind.
 *
 * @returns the exit code
 */
export async function demo(io: DemoIo, options: DemoOptions = {}): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'jvs2mqtt-demo-'));
  const say = (line = '') => io.stdout.write(`${line}\n`);
  const look = (): Look => ({
    // a terminal that does not know its width says 0
    width: io.stdout.columns || 120,
    color: io.stdout.isTTY === true,
  });
  let bridge: RunningBridge | undefined;
  let client: MqttClient | undefined;
  try {
    bridge = await startBridge({
      env: { ...(await environment(folder)), ...options.env },
      output: io.stderr,
    });
    for (const line of intro(bridge)) say(line);
    const online = new AbortController();
    client = await watch(bridge, (message) => {
      if (!isMarker(message)) say(messageLine(message, look()));
      if (isOnline(bridge, message)) online.abort();
    });
    await waiter(AbortSignal.any([online.signal, io.signal]))(JOINED_WITHIN);
    await tell(bridge, io.signal, options, (line) => say(`\n${painted(line, 'bold', look())}`));
    if (options.once !== true && !io.signal.aborted) {
      say('\nThat was every report. The camera goes on with its heartbeats; Ctrl-C ends.');
      await beat(bridge, io.signal);
    }
    return 0;
  } finally {
    await client?.endAsync();
    await bridge?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** ms for the bridge to join its own broker */
const JOINED_WITHIN = 10_000;

/** Settings of the demo alone: nothing of the user's own bridge is read or touched. */
async function environment(folder: string): Promise<Record<string, string>> {
  return {
    JVS2MQTT_DATA_DIR: folder,
    JVS2MQTT_LOG_LEVEL: 'error',
    JVS2MQTT_HEARTBEAT_INTERVAL: '10',
    JVS2MQTT_HTTP_PORT: String(await portOr(8780)),
    JVS2MQTT_BROKER_PORT: String(await portOr(1883)),
  };
}

/** The port where it is free, else 0: any. */
function portOr(port: number): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(0));
    server.listen(port, '::', () => server.close(() => resolve(port)));
  });
}

type Watched = Parameters<typeof messageLine>[0];

async function watch(bridge: RunningBridge, show: (message: Watched) => void): Promise<MqttClient> {
  const client = await connectAsync(`mqtt://127.0.0.1:${bridge.brokerPort}`, {
    ...account(bridge.secrets.broker),
    protocolVersion: 5,
    clientId: 'jvs2mqtt-demo',
  });
  client.on('message', (topic, payload, { retain }) => show({ topic, payload, retain }));
  // MQTT 5 §3.8.3.1 "Retain As Published": shows what is retained also as it is published
  await client.subscribeAsync('#', { qos: 1, rap: true });
  return client;
}

/** The bridge has joined its broker: before that it turns cameras away. */
function isOnline(bridge: RunningBridge | undefined, { topic, payload }: Watched): boolean {
  const state = `${bridge?.settings.mqtt.base_topic}/bridge/state`;
  return topic === state && payload.toString() === 'online';
}

/** The bridge's word to itself, by which it knows that the broker has told it all. */
function isMarker({ topic }: Watched): boolean {
  return topic.includes('/bridge/response/marker/');
}

function account({ username, password }: { readonly username: string; readonly password: string }) {
  return { username, password };
}

function intro({ httpPort, brokerPort }: RunningBridge): readonly string[] {
  return [
    '',
    `jvs2mqtt listens for cameras on port ${httpPort}, its own MQTT broker on port ${brokerPort}.`,
    'A simulated camera now pushes every report; below each what the bridge publishes.',
    '● retained   ○ not retained',
  ];
}

function simulated(bridge: RunningBridge, id: string, name: string): SimulatedCamera {
  const url = `http://127.0.0.1:${bridge.httpPort}`;
  return new SimulatedCamera({ url, ...account(bridge.secrets.auth), id, name });
}

async function tell(
  bridge: RunningBridge,
  signal: AbortSignal,
  { speed = 1 }: DemoOptions,
  say: (line: string) => void,
): Promise<void> {
  const wait = waiter(signal);
  await play(tour, {
    camera: ({ id, name }) => simulated(bridge, id, name),
    speed,
    signal,
    wait,
    step: ({ step, result }) => say(`camera → ${stepText(step)} → answer ${resultText(result)}`),
  });
  // what the last push brought is shown too
  await wait(3000 / speed);
}

async function beat(bridge: RunningBridge, signal: AbortSignal): Promise<void> {
  const [role] = tour.cameras;
  if (role === undefined) return;
  const camera = simulated(bridge, role.id, role.name);
  camera.start();
  // this timer, unlike the camera's, keeps the process alive
  while (!signal.aborted) await waiter(signal)(60_000);
  camera.stop();
}

/** Waits, or stops waiting when the demo ends. */
function waiter(signal: AbortSignal): (ms: number) => Promise<void> {
  return async (ms) => {
    await sleep(ms, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  };
}

/** Whether this file is what node was started with. */
function isProgram(): boolean {
  const [, started] = process.argv;
  return started !== undefined && realpathSync(started) === fileURLToPath(import.meta.url);
}

if (isProgram()) {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => controller.abort());
  try {
    const { stdout, stderr } = process;
    const once = process.argv.includes('--once');
    process.exitCode = await demo({ stdout, stderr, signal: controller.signal }, { once });
  } catch (error) {
    process.stderr.write(
      `The demo cannot run: ${error instanceof Error ? error.message : error}\n`,
    );
    process.exitCode = 1;
  }
}
