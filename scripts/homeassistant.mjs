// npm run bench:homeassistant [-- DEVICES]
//
// A big estate in a real Home Assistant: announced through the real bridge and Mosquitto, while Home
// Assistant's API is asked all the time; then every camera's first event; then what a birth message
// announces again. Prints a table. Needs Mosquitto and what test/homeassistant/bench needs.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { connectAsync } from 'mqtt';
import { SimulatedCamera } from '../dist/simulator/camera.js';
import { freePort } from './support/ports.mjs';

const devices = Number(process.argv[2] ?? 500);
/** 8 of every device, an alarm's 3, its event, 4 registers of 2 each */
const expected = ['motion_detection', 'modbus 0-3'];
const components = 20;
const bench = fileURLToPath(new URL('../test/homeassistant/bench', import.meta.url));
const program = fileURLToPath(new URL('../dist/bin/jvs2mqtt.js', import.meta.url));

const dir = await mkdtemp(join(tmpdir(), 'jvs2mqtt-bench-'));
const undo = [];
const rows = [];
const tell = (what, value) => {
  rows.push([what, value]);
  console.log(`${what}: ${value}`);
};
const idOf = (number) => `BENCH${String(number).padStart(4, '0')}`;
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;
const numbers = Array.from({ length: devices }, (_, number) => number);

async function run(...args) {
  const child = spawn(bench, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise((resolve) => child.once('exit', resolve));
  if (code !== 0) throw new Error(`bench ${args[0]} ended with ${code}`);
}

function background(command, args, options) {
  const child = spawn(command, args, { stdio: 'ignore', ...options });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  undo.push(stop);
  return stop;
}

async function until(isSo, ms) {
  const end = Date.now() + ms;
  while (!(await isSo())) {
    if (Date.now() > end) return false;
    await delay(100);
  }
  return true;
}

/** Asks a small thing of the API again and again. */
function askAll(url, headers) {
  const times = [];
  let asking = true;
  const done = (async () => {
    while (asking) {
      const start = performance.now();
      await (await fetch(`${url}/api/states/sun.sun`, { headers })).arrayBuffer();
      times.push(performance.now() - start);
      await delay(50);
    }
  })();
  return async () => {
    asking = false;
    await done;
    times.sort((a, b) => a - b);
    const at = (part) => `${times[Math.floor((times.length - 1) * part)]?.toFixed(1)} ms`;
    return `median ${at(0.5)}, 99 % ${at(0.99)}, longest ${at(1)} (of ${times.length})`;
  };
}

/** When the state of entities became known first, by their ids. */
async function listen(url, headers) {
  const answer = await fetch(`${url}/api/stream`, { headers });
  const changed = new Map();
  (async () => {
    let rest = '';
    for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + part).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (!line.startsWith('data: {')) continue;
        const { event_type: type, data } = JSON.parse(line.slice(6));
        const state = data.new_state?.state;
        if (type === 'state_changed' && !['unknown', 'unavailable', undefined].includes(state)) {
          if (!changed.has(data.entity_id)) changed.set(data.entity_id, Date.now());
        }
      }
    }
  })().catch(() => {});
  return changed;
}

/** How long after the broker had them events were in Home Assistant; which were published and never came. */
function delays(ids, changed, published) {
  const times = [];
  for (const id of ids) {
    const at = changed.get(`event.${id.toLowerCase()}_0_event`);
    if (at !== undefined) times.push(at - published.get(id));
    else if (published.has(id)) console.log(`${id}: published, and not heard`);
    else console.log(`${id}: not published`);
  }
  times.sort((one, other) => one - other);
  return `median ${times[Math.floor(times.length / 2)]} ms, longest ${times.at(-1)} ms`;
}

/** Past `max_queued_messages`, 1000 by default, Mosquitto drops what a client has not taken yet. */
async function dropped(client) {
  const topic = '$SYS/broker/publish/messages/dropped';
  const heard = new Promise((resolve) => {
    client.on('message', (name, payload) => name === topic && resolve(payload.toString()));
  });
  // counted anew every 10 s
  await delay(11_000);
  await client.subscribeAsync(topic);
  return Promise.race([heard, delay(5_000, '?')]);
}

async function main() {
  const [mqttPort, httpPort, hassPort] = [await freePort(), await freePort(), await freePort()];
  const user = process.getuid?.() === 0 ? 'user root\n' : '';
  // as config/mosquitto.conf says, for those moments in which Home Assistant stands still
  const queue = 'max_queued_messages 10000';
  const configuration = `${user}listener ${mqttPort} 127.0.0.1\nallow_anonymous true\n${queue}\n`;
  await writeFile(join(dir, 'mosquitto.conf'), configuration);
  background('mosquitto', ['-c', join(dir, 'mosquitto.conf')], {
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` },
  });
  await delay(500);
  await run('start', dir, '--port', String(hassPort), '--mqtt-port', String(mqttPort));
  undo.push(() => run('stop', dir));
  const { url, token } = JSON.parse(await readFile(join(dir, 'bench.json'), 'utf8'));
  const headers = { authorization: `Bearer ${token}` };

  const client = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`, { protocolVersion: 5 });
  undo.push(() => client.endAsync(true));
  const discovery = [];
  const published = new Map();
  client.on('message', (topic, payload) => {
    if (topic.startsWith('homeassistant/')) discovery.push([topic, payload.toString()]);
    else if (topic.endsWith('/event')) published.set(topic.split('/')[1], Date.now());
  });
  await client.subscribeAsync('homeassistant/device/+/config', { qos: 0, rap: true, rh: 2 });
  await client.subscribeAsync('jvs2mqtt/+/+/event', { qos: 1 });

  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    JVS2MQTT_MQTT_URL: `mqtt://127.0.0.1:${mqttPort}`,
    JVS2MQTT_HTTP_HOST: '127.0.0.1',
    JVS2MQTT_HTTP_PORT: String(httpPort),
    JVS2MQTT_AUTH_PASSWORD: 'of-the-cameras',
    JVS2MQTT_DATA_DIR: join(dir, 'data'),
  };
  const startBridge = () => background(process.execPath, [program], { cwd: dir, env });
  const firstStop = startBridge();
  const announced = () =>
    new Set(discovery.filter(([topic, text]) => topic.includes('BENCH') && text).map(([t]) => t));
  await until(() => discovery.some(([topic]) => topic.includes('_bridge')), 20_000);

  const stopAsking = askAll(url, headers);
  const begun = Date.now();
  for (const number of numbers) {
    const request = JSON.stringify({ device: idOf(number), expect: expected });
    await client.publishAsync('jvs2mqtt/bridge/request/device/expect', request, { qos: 1 });
  }
  await until(() => announced().size >= devices, 1_000 * devices);
  tell(`${devices} devices announced in`, seconds(Date.now() - begun));
  const last = discovery.findLast(([topic]) => topic.includes('BENCH'));
  tell('components of a device', Object.keys(JSON.parse(last[1]).components).length);
  const states = async () => await (await fetch(`${url}/api/states`, { headers })).json();
  const isThere = ({ entity_id: id }) => /^event\.bench\d+_/.test(id);
  const all = await until(async () => (await states()).filter(isThere).length >= devices, 60_000);
  tell('all of their events are entities after', all ? seconds(Date.now() - begun) : 'never');
  tell("Home Assistant's API meanwhile", await stopAsking());
  tell('load of the machine', `${loadavg()[0].toFixed(1)} on ${cpus().length} cores`);

  const account = { username: 'jvs2mqtt', password: 'of-the-cameras' };
  const target = { url: `http://127.0.0.1:${httpPort}`, ...account, zone: 480 };
  const changed = await listen(url, headers);
  await delay(1_000);
  const heard = () => [...changed.keys()].filter((id) => /^event\.(bench|new)\d+_/.test(id)).length;
  const stopAskingOfEvents = askAll(url, headers);
  const fire = async (id) => {
    const camera = new SimulatedCamera({ id, ...target });
    const { errorcode } = await camera.event('motion_detection', 'pulse');
    camera.stop();
    if (errorcode !== 0) throw new Error(`${id} was refused: ${errorcode}`);
  };
  const fired = Date.now();
  for (const number of numbers) await fire(idOf(number));
  await until(() => heard() >= devices, 90_000);
  tell('first events heard, of those announced before', `${heard()} of ${devices}`);
  tell('they took', seconds(Date.now() - fired));
  tell('they came after', delays(numbers.map(idOf), changed, published));
  tell("Home Assistant's API meanwhile", await stopAskingOfEvents());
  changed.clear();
  const strangers = 10;
  await Promise.all(Array.from({ length: strangers }, (_, number) => fire(`NEW${number}`)));
  await until(() => heard() >= strangers, 20_000);
  tell('first events heard, of cameras never seen, all at once', `${heard()} of ${strangers}`);
  tell('messages that Mosquitto dropped for a slow client', await dropped(client));

  // a first push tells name and generation: each payload changes once more, at the same pace
  let from;
  do {
    from = discovery.length;
    await delay(6_000);
  } while (discovery.length > from);
  await client.publishAsync('homeassistant/status', 'online');
  await delay(10_000);
  tell('payloads after a birth message', discovery.length - from);
  await firstStop();
  for (const number of numbers.slice(0, 10)) {
    const topic = `homeassistant/device/jvs2mqtt_${idOf(number)}/config`;
    await client.publishAsync(topic, '', { retain: true, qos: 1 });
  }
  await delay(1_000);
  from = discovery.length;
  startBridge();
  const again = () => new Set(discovery.slice(from).map(([topic]) => topic)).size;
  await until(() => again() >= 10, 60_000);
  await delay(5_000);
  tell('payloads where the broker had lost 10', again());
  console.log(
    `\n| what (${devices} devices, ${components} components each) | measured |\n|---|---|`,
  );
  for (const [what, value] of rows) console.log(`| ${what} | ${value} |`);
}

try {
  await main();
} finally {
  for (const last of undo.reverse()) await last().catch(() => {});
  await rm(dir, { recursive: true, force: true });
}
