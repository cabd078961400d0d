// Kills and freezes the broker and the bridge at random moments while cameras push, and judges whether
// all that was answered arrived: once, in order, and nothing late as live.
//   npm run chaos [-- --short] [-- --seed N]
import { createWriteStream, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';
import { freePort } from '../support/ports.mjs';
import { Cameras } from './cameras.mjs';
import { fill, smallDisk } from './disk.mjs';
import { judge, zero } from './judge.mjs';
import { bridge, endAll, mosquitto } from './processes.mjs';
import { Tap } from './tap.mjs';

const { values } = parseArgs({ options: { short: { type: 'boolean' }, seed: { type: 'string' } } });
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
const times = values.short ? { kills: 3, freezes: 1 } : { kills: 20, freezes: 2 };

/** reports answered 0 between two kills of the bridge, at least */
const ANSWERS = 10;

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

/** Waits of random length; what runs beside others has one of its own. */
function pauses(number) {
  const random = randomOf(seed + number);
  return { random, between: (least, most) => delay(least + random() * (most - least)) };
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

/** Writes down what a subscriber gets at once: nothing that was retained before. */
function listener(port, account = {}) {
  const messages = [];
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
    ...account,
    protocolVersion: 5,
    reconnectPeriod: 200,
  });
  const joined = [];
  client.on('connect', () => {
    joined.push(Date.now());
    client.subscribe('#', { qos: 1 });
  });
  client.on('error', () => {});
  client.on('message', (topic, payload, { retain }) => {
    const now = Date.now();
    const text = payload.length > 20_000 ? '' : payload.toString();
    if (!retain) messages.push({ topic, text, at: now, ackedAt: now });
  });
  return { messages, joined, end: () => client.end(true) };
}

/** Kills the bridge again and again, each time when it has answered something. */
async function killBridge(own, { between }, cameras, killed, [least, most]) {
  for (let time = 0; time < times.kills; time++) {
    await cameras.more(ANSWERS);
    await between(least, most);
    killed.push(Date.now());
    await own.end('SIGKILL');
    await between(0, 500);
    await own.start();
  }
}

/** Kills the broker again and again, and freezes it in between. */
async function killBroker(broker, { random, between }, killed) {
  const kinds = {
    kill: async () => {
      killed.push(Date.now());
      await broker.end('SIGKILL');
      await between(100, 4_000);
      await broker.start();
    },
    freeze: async () => {
      broker.signal('SIGSTOP');
      await between(3_000, 6_000);
      broker.signal('SIGCONT');
    },
  };
  const plan = [...Array(times.kills).fill('kill'), ...Array(times.freezes).fill('freeze')];
  for (const kind of plan.sort(() => random() - 0.5)) {
    await between(200, 3_000);
    await kinds[kind]();
  }
}

/** With the broker gone the disk is filled, until reports are refused. */
async function fillDisk(disk, broker, cameras, killed) {
  if (disk.end === undefined) return 'not tried: no file system of a few MB can be mounted here';
  killed.push(Date.now());
  await broker.end('SIGKILL');
  const empty = fill(disk.folder);
  const before = cameras.refused;
  await delay(4_000);
  const refused = cameras.refused - before;
  empty();
  await broker.start();
  if (refused === 0) throw new Error('a full disk was not noticed');
  return `${refused} reports refused`;
}

/** Bridge and broker die beside each other. The tap between them knows what the broker acknowledged. */
async function brokerAndBridge(dir, log) {
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
  await Promise.all([
    killBridge(own, pauses(1), cameras, killed, [0, 4_000]),
    killBroker(broker, pauses(2), killed),
  ]);
  const full = await fillDisk(disk, broker, cameras, killed);
  await cameras.more(ANSWERS);
  await cameras.stop();
  await emptied(httpPort);
  const code = await own.end('SIGTERM');
  await broker.end('SIGTERM');
  tap.close();
  disk.end?.();
  const disruptions = [...killed, ...tap.ended];
  const result = judge({ ...cameras, messages: tap.published, disruptions });
  return { ...result, 'disk full': full, refused: cameras.refused, 'exit code': code };
}

/** The bridge alone dies: a second client at the broker hears all. */
async function bridgeAlone(dir, log) {
  const brokerPort = await freePort();
  const httpPort = await freePort();
  const broker = mosquitto(dir, brokerPort);
  await broker.start();
  const env = { JVS2MQTT_MQTT_URL: `mqtt://127.0.0.1:${brokerPort}` };
  const result = await killed(bridge(dir, httpPort, env, log), 3, { httpPort, brokerPort });
  await broker.end('SIGTERM');
  return result;
}

/** The broker dies with the bridge. */
async function embedded(dir, log) {
  const brokerPort = await freePort();
  const httpPort = await freePort();
  const env = { JVS2MQTT_BROKER_HOST: '127.0.0.1', JVS2MQTT_BROKER_PORT: String(brokerPort) };
  const account = { username: 'jvs2mqtt', password: 'of-the-broker' };
  return killed(bridge(dir, httpPort, env, log), 4, { httpPort, brokerPort, account });
}

async function killed(own, number, { httpPort, brokerPort, account }) {
  await own.start();
  const { messages, joined, end } = listener(brokerPort, account);
  const cameras = new Cameras(`http://127.0.0.1:${httpPort}`);
  const disruptions = [];
  await killBridge(own, pauses(number), cameras, disruptions, [0, 2_000]);
  await cameras.more(ANSWERS);
  await cameras.stop();
  await emptied(httpPort);
  end();
  const code = await own.end('SIGTERM');
  // who joins while a message is on its way may get it then, and once more
  const result = judge({ ...cameras, messages, disruptions: [...disruptions, ...joined] });
  return { ...result, 'exit code': code };
}

const scenes = {
  'broker and bridge': brokerAndBridge,
  'bridge alone': bridgeAlone,
  'embedded broker': embedded,
};
const dir = mkdtempSync(join(tmpdir(), 'jvs2mqtt-chaos-'));
console.log(`seed ${seed}, ${times.kills} kills of each; again: npm run chaos -- --seed ${seed}`);
const started = Date.now();
// side by side: each waits most of its time
const results = await Promise.allSettled(
  Object.entries(scenes).map(([name, run]) => {
    const folder = join(dir, name.replaceAll(' ', '-'));
    mkdirSync(folder);
    return run(folder, createWriteStream(join(folder, 'bridge.log')));
  }),
);
endAll();
let isRight = true;
for (const [index, name] of Object.keys(scenes).entries()) {
  const { value: result, reason } = results[index];
  console.log(`\n${name}`);
  for (const [what, value] of Object.entries(result ?? {})) {
    console.log(`  ${what.padEnd(30)}${value}`);
  }
  const wrong = result === undefined ? [String(reason)] : zero.filter((what) => result[what] !== 0);
  if (result !== undefined && result['exit code'] !== 0) wrong.push('it did not end well');
  if (result?.answered === 0) wrong.push('nothing was answered');
  if (wrong.length === 0) continue;
  isRight = false;
  console.log(`  WRONG: ${wrong.join(', ')}; the log: ${dir}`);
}
console.log(
  `\n${Math.round((Date.now() - started) / 1000)} s; ${isRight ? 'all is right' : 'WRONG'}`,
);
if (isRight) rmSync(dir, { recursive: true, force: true });
process.exit(isRight ? 0 : 1);
