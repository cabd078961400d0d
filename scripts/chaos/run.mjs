// Kills and freezes the broker and the bridge at random moments while cameras push, and judges whether
// all that was answered arrived: once, in order, and nothing late as live.
//   npm run chaos [-- --short] [-- --seed N]
import { execFileSync } from 'node:child_process';
import {
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';
import { SimulatedCamera } from '../../dist/simulator/camera.js';
import { jpeg } from '../../dist/simulator/jpeg.js';
import { judge, zero } from './judge.mjs';
import { bridge, freePort, mosquitto } from './processes.mjs';
import { Tap } from './tap.mjs';

const { values } = parseArgs({ options: { short: { type: 'boolean' }, seed: { type: 'string' } } });
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const times = values.short ? { kills: 3, freezes: 1 } : { kills: 20, freezes: 2 };
const CAMERAS = 6;
/** ms between two reports of a camera */
const EVERY = 150;
const MB = 1024 * 1024;

/** The same numbers for the same seed. */
function randomOf(start) {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
const random = randomOf(seed);
const between = (least, most) => delay(least + random() * (most - least));

/** Cameras that push numbered reports until they are stopped; each waits for its answer, as real ones do. */
class Cameras {
  pushed = new Map();
  answered = new Map();
  refused = 0;
  #running = true;
  #loops;

  constructor(url) {
    this.#loops = Array.from({ length: CAMERAS }, (_, index) =>
      this.#loop(url, `12221SCHAOS${index}`),
    );
  }

  async stop() {
    this.#running = false;
    await Promise.all(this.#loops);
  }

  async #loop(url, id) {
    const account = { username: 'jvs2mqtt', password: 'of-the-cameras' };
    const camera = new SimulatedCamera({ id, url, generation: 'old', timeout: 15_000, ...account });
    for (let number = 1; this.#running; number++) {
      const name = `${id}/${number}`;
      this.pushed.set(name, Date.now());
      const picture = number % 5 === 0 ? { picture: jpeg({ scene: 'house' }) } : {};
      try {
        const details = { uuid: `chaos:${name}`, channel: 0, ...picture };
        const answer = await camera.alarm('motion_detection', 'pulse', details);
        if (answer.errorcode === 0) this.answered.set(name, Date.now());
        else this.refused++;
      } catch {
        // nobody answered: nothing was promised
      }
      await delay(EVERY);
    }
  }
}

/** One number of `/metrics`. */
async function metric(port, name) {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(new RegExp(`^jvs2mqtt_${name} (\\S+)`, 'm').exec(text)?.[1] ?? Number.NaN);
}

async function emptied(port) {
  for (let quiet = 0, rounds = 0; quiet < 5; rounds++) {
    if (rounds > 600) throw new Error('the outbox did not empty within two minutes');
    await delay(200);
    const isEmpty = (await metric(port, 'outbox_entries').catch(() => 1)) === 0;
    quiet = isEmpty ? quiet + 1 : 0;
  }
}

/** A data folder of a few MB that can be filled, where this user may mount one. */
function smallDisk(dir) {
  const folder = join(dir, 'small');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', folder], { stdio: 'ignore' });
    return { folder, end: () => execFileSync('umount', ['-l', folder]) };
  } catch {
    return { folder, end: undefined };
  }
}

function fill(folder) {
  const { bavail, bsize } = statfsSync(folder);
  const file = join(folder, 'filler');
  writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - 4 * MB)));
  return () => rmSync(file);
}

async function withMosquitto(dir, log) {
  const disk = smallDisk(dir);
  const brokerPort = await freePort();
  const tap = new Tap(brokerPort);
  const httpPort = await freePort();
  const broker = mosquitto(dir, brokerPort);
  await broker.start();
  const env = { JVS2MQTT_MQTT_URL: `mqtt://127.0.0.1:${await tap.listen()}` };
  const own = bridge(disk.folder, httpPort, env, log);
  await own.start();
  const cameras = new Cameras(`http://127.0.0.1:${httpPort}`);
  const killed = [];
  const kinds = {
    broker: async () => {
      killed.push(Date.now());
      await broker.end('SIGKILL');
      await between(100, 4_000);
      await broker.start();
    },
    bridge: async () => {
      killed.push(Date.now());
      await own.end('SIGKILL');
      await between(0, 500);
      await own.start();
    },
    freeze: async () => {
      broker.signal('SIGSTOP');
      await between(3_000, 6_000);
      broker.signal('SIGCONT');
    },
  };
  const plan = [
    ...Array(times.kills).fill('broker'),
    ...Array(times.kills).fill('bridge'),
    ...Array(times.freezes).fill('freeze'),
  ].sort(() => random() - 0.5);
  await between(1_000, 2_000);
  for (const kind of plan) {
    await kinds[kind]();
    await between(200, 3_000);
  }
  let full = 'not tried: no file system of a few MB can be mounted here';
  if (disk.end !== undefined) {
    killed.push(Date.now());
    await broker.end('SIGKILL');
    const empty = fill(disk.folder);
    const before = cameras.refused;
    await delay(4_000);
    full = `${cameras.refused - before} reports refused`;
    empty();
    await broker.start();
    if (cameras.refused === before) throw new Error('a full disk was not noticed');
  }
  await delay(1_000);
  await cameras.stop();
  await emptied(httpPort);
  const code = await own.end('SIGTERM');
  await broker.end('SIGTERM');
  tap.close();
  disk.end?.();
  const { pushed, answered } = cameras;
  const disruptions = [...killed, ...tap.ended];
  const result = judge({ pushed, answered, messages: tap.published, disruptions });
  return { ...result, 'disk full': full, refused: cameras.refused, 'exit code': code };
}

async function withEmbedded(dir, log) {
  const brokerPort = await freePort();
  const httpPort = await freePort();
  const env = { JVS2MQTT_BROKER_HOST: '127.0.0.1', JVS2MQTT_BROKER_PORT: String(brokerPort) };
  const own = bridge(dir, httpPort, env, log);
  await own.start();
  const messages = [];
  const disruptions = [];
  const client = mqtt.connect(`mqtt://127.0.0.1:${brokerPort}`, {
    username: 'jvs2mqtt',
    password: 'of-the-broker',
    protocolVersion: 5,
    reconnectPeriod: 200,
  });
  client.on('connect', () => client.subscribe('#', { qos: 1 }));
  client.on('error', () => {});
  client.on('message', (topic, payload, { retain }) => {
    const now = Date.now();
    const text = payload.length > 20_000 ? '' : payload.toString();
    if (!retain) messages.push({ topic, text, at: now, ackedAt: now });
  });
  const cameras = new Cameras(`http://127.0.0.1:${httpPort}`);
  await between(1_000, 2_000);
  for (let time = 0; time < times.kills; time++) {
    disruptions.push(Date.now());
    await own.end('SIGKILL');
    await between(0, 500);
    await own.start();
    await between(1_000, 3_000);
  }
  await cameras.stop();
  await emptied(httpPort);
  client.end(true);
  const code = await own.end('SIGTERM');
  const { pushed, answered } = cameras;
  return { ...judge({ pushed, answered, messages, disruptions }), 'exit code': code };
}

const dir = mkdtempSync(join(tmpdir(), 'jvs2mqtt-chaos-'));
const log = createWriteStream(join(dir, 'bridge.log'));
console.log(`seed ${seed}, ${times.kills} kills of each; again: npm run chaos -- --seed ${seed}`);
let isRight = true;
for (const [name, run] of Object.entries({ mosquitto: withMosquitto, embedded: withEmbedded })) {
  const folder = join(dir, name);
  mkdirSync(folder);
  const result = await run(folder, log);
  console.log(`\n${name}`);
  for (const [what, value] of Object.entries(result)) console.log(`  ${what.padEnd(30)}${value}`);
  const wrong = zero.filter((what) => result[what] !== 0);
  if (wrong.length > 0 || result['exit code'] !== 0 || result.answered === 0) {
    isRight = false;
    console.log(`  WRONG: ${wrong.join(', ') || 'it did not end well'}; the log: ${dir}`);
  }
}
log.end();
if (isRight) rmSync(dir, { recursive: true, force: true });
process.exit(isRight ? 0 : 1);
