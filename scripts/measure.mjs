#!/usr/bin/env node
// What the bridge costs while it does next to nothing: time until it listens, memory with ten cameras.
//   npm run measure
//   npm run measure -- --rounds 9 --settle 10 --node /path/to/another/node
//   npm run measure -- --install-size        what `npm ci --omit=dev` takes on disk
//   npm run measure -- --devices 10,1000,10000    what it costs as the estate grows
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SimulatedCamera } from '../dist/simulator/camera.js';
import { installSize } from './install-size.mjs';
import { cpuOf, memoryOf } from './measure/process.mjs';
import { scale } from './measure/scale.mjs';
import { asImage } from './support/image-env.mjs';
import { freePort } from './support/ports.mjs';

const CAMERAS = 10;
const root = fileURLToPath(new URL('..', import.meta.url));
const program = join(root, 'dist', 'bin', 'jvs2mqtt.js');

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    /** seconds between the last push and the look at the memory */
    settle: { type: 'string', default: '5' },
    node: { type: 'string', default: process.execPath },
    'install-size': { type: 'boolean', default: false },
    /** numbers of devices, with commas */
    devices: { type: 'string' },
  },
});

/** What is shown, how it is found in one life of the bridge, and its unit. */
const columns = {
  'to listening': [({ toListening }) => toListening, 'ms'],
  '… CPU': [({ cpu }) => cpu, 'ms'],
  'idle RSS': [({ rss }) => rss, 'MB', 1],
  'of it its own': [({ anon }) => anon, 'MB', 1],
  PSS: [({ pss }) => pss, 'MB', 1],
  'most RSS': [({ peak }) => peak, 'MB', 1],
};

async function measure() {
  const version = execFileSync(options.node, ['--version'], { encoding: 'utf8' }).trim();
  const rounds = Number(options.rounds);
  console.log(
    `Node ${version}, NODE_OPTIONS=${asImage.NODE_OPTIONS}, ${rounds} starts each, median (least-most)`,
  );
  const rows = [];
  for (const [broker, start] of Object.entries(brokers)) {
    const started = await start();
    if (started === undefined) {
      console.log(`${broker}: not installed, left out`);
      continue;
    }
    try {
      const found = [];
      for (let round = 0; round < rounds; round++) found.push(await oneLife(started.url));
      const cells = Object.values(columns).map(([of, ...unit]) => spread(found.map(of), ...unit));
      rows.push([broker, ...cells]);
    } finally {
      await started.end();
    }
  }
  for (const row of [['broker', ...Object.keys(columns)], ...rows]) {
    console.log(
      row
        .map((cell) => cell.padEnd(24))
        .join('')
        .trimEnd(),
    );
  }
}

const account = { username: 'jvs2mqtt', password: 'measure' };

function startBridge({ dir, url, port, env }) {
  return spawn(options.node, [program], {
    cwd: dir,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      ...asImage,
      JVS2MQTT_HTTP_PORT: String(port),
      JVS2MQTT_AUTH_PASSWORD: account.password,
      JVS2MQTT_LOG_LEVEL: 'error',
      ...(url === '' ? {} : { JVS2MQTT_MQTT_URL: url }),
      ...env,
    },
  });
}

/** One life of the bridge with ten cameras, each of which pushed a heartbeat and an alarm. */
async function oneLife(brokerUrl) {
  const dir = mkdtempSync(join(tmpdir(), 'jvs2mqtt-measure-'));
  const [port, brokerPort] = [await freePort(), await freePort()];
  const began = performance.now();
  const env = { JVS2MQTT_BROKER_PORT: String(brokerPort) };
  const bridge = startBridge({ dir, port, url: brokerUrl, env });
  try {
    const health = await untilAnswered(`http://127.0.0.1:${port}/health`, bridge);
    const toListening = performance.now() - began;
    const cpu = cpuOf(bridge.pid);
    await untilJoined(`http://127.0.0.1:${port}/health`, health, bridge);
    for (let number = 0; number < CAMERAS; number++) {
      const id = `SIM${String(number).padStart(5, '0')}`;
      const camera = new SimulatedCamera({ id, url: `http://127.0.0.1:${port}`, ...account });
      expectOk(await camera.heartbeat());
      expectOk(await camera.event('motion_detection', 'pulse'));
      camera.stop();
    }
    await delay(Number(options.settle) * 1000);
    return { toListening, cpu, ...memoryOf(bridge.pid) };
  } finally {
    const ended = once(bridge, 'exit');
    bridge.kill('SIGTERM');
    await ended;
    rmSync(dir, { recursive: true, force: true });
  }
}

function expectOk({ status, errorcode }) {
  if (errorcode !== 0) throw new Error(`a push was answered ${status}, errorcode ${errorcode}`);
}

/** The first answer, whatever it says. */
async function untilAnswered(url, bridge) {
  for (;;) {
    const body = await ask(url);
    if (body !== undefined) return body;
    if (bridge.exitCode !== null) throw new Error(`the bridge ended with ${bridge.exitCode}`);
    await delay(2);
  }
}

async function untilJoined(url, first, bridge) {
  let body = first;
  while (!body.includes('"connected"')) {
    await delay(20);
    body = await untilAnswered(url, bridge);
  }
  await delay(200); // what it brings up to date after joining
}

function ask(url) {
  return new Promise((resolve) => {
    get(url, { agent: false }, (response) => {
      let body = '';
      response.on('data', (chunk) => {
        body += chunk;
      });
      response.on('end', () => resolve(body));
    }).on('error', () => resolve(undefined));
  });
}

/** Each starts a broker; `undefined` where it is not to be had. */
const brokers = {
  'broker inside': async () => ({ url: '', end: async () => {} }),
  Mosquitto: async () => {
    const port = await freePort();
    const dir = mkdtempSync(join(tmpdir(), 'jvs2mqtt-measure-'));
    const file = join(dir, 'mosquitto.conf');
    writeFileSync(
      file,
      `listener ${port} 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n`,
    );
    const env = { PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` };
    const child = spawn('mosquitto', ['-c', file], { stdio: 'ignore', env });
    const failed = once(child, 'error').then(() => true);
    const there = await Promise.race([failed.then(() => false), listens(port)]);
    const end = async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    };
    return there ? { url: `mqtt://127.0.0.1:${port}`, end } : undefined;
  },
};

async function listens(port) {
  for (;;) {
    const socket = createConnection(port, '127.0.0.1');
    const there = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (there) return true;
    await delay(20);
  }
}

/** `300 ms (290-320)` */
function spread(numbers, unit, digits = 0) {
  const sorted = [...numbers].sort((one, other) => one - other);
  const shown = (number) => number.toFixed(digits);
  const middle = sorted[Math.floor(sorted.length / 2)];
  return `${shown(middle)} ${unit} (${shown(sorted[0])}-${shown(sorted.at(-1))})`;
}

if (options['install-size']) installSize(root);
else if (options.devices !== undefined) {
  await scale(options.devices.split(',').map(Number), {
    startBroker: brokers.Mosquitto,
    startBridge,
    freePort,
    untilJoined: async (port, bridge, joined) => {
      const url = `http://127.0.0.1:${port}/health`;
      const first = await untilAnswered(url, bridge);
      if (joined) await untilJoined(url, first, bridge);
    },
  });
} else await measure();
