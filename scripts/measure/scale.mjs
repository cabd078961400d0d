// What the bridge costs as the estate grows: for each number of devices the time of a push, memory, a start
// with all of them known, and what the broker holds; and how steeply each of them grows.
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { connectAsync } from 'mqtt';
import { Client } from '../bench/client.mjs';
import { works } from '../bench/works.mjs';
import { cpuOf, memoryOf } from './process.mjs';

const LOGIN = { username: 'jvs2mqtt', password: 'measure' };
const CONNECTIONS = 32;
/** pushes of which the mean is taken, spread over all devices */
const PUSHES = 4_000;
const WORK = 'event';

/** What is shown of each number of devices, and its unit. */
const columns = {
  'first pushes until announced, CPU': [({ first }) => first, 's', 2],
  'CPU of a push': [({ push }) => push, 'ms', 3],
  'memory (RSS)': [({ rss }) => rss, 'MB', 0],
  'memory after a start (RSS)': [({ rssStarted }) => rssStarted, 'MB', 0],
  'start to listening, CPU': [({ listening }) => listening, 's', 2],
  'start until all is quiet, CPU': [({ quiet }) => quiet, 's', 2],
  'topics retained': [({ topics }) => topics, '', 0],
  entities: [({ entities }) => entities, '', 0],
};

/**
 * @param counts of devices
 * @param startBroker answers with `{ url, end }` of a fresh broker
 * @param startBridge starts a bridge in a folder: `{ dir, url, port, env }`, a child process that listens
 */
export async function scale(counts, { startBroker, startBridge, freePort, untilJoined }) {
  const rows = [];
  for (const count of counts) {
    const broker = await startBroker();
    if (broker === undefined) throw new Error('Mosquitto is not installed');
    const dir = mkdtempSync(join(tmpdir(), 'jvs2mqtt-scale-'));
    try {
      rows.push({ count, ...(await oneEstate(count, dir, broker.url)) });
      const last = rows.at(-1);
      const cells = Object.entries(columns).map(([name, [of, unit, digits]]) =>
        `${name} ${of(last).toFixed(digits)} ${unit}`.trimEnd(),
      );
      console.log(`${count} devices: ${cells.join(', ')}`);
    } finally {
      await broker.end();
      rmSync(dir, { recursive: true, force: true });
    }
  }
  slopes(rows);

  async function oneEstate(devices, dir, url) {
    let bridge = await run(dir, url);
    await pushAll(bridge.port, devices, devices * 2);
    await untilQuiet(bridge.pid);
    const before = cpuOf(bridge.pid);
    const first = (before - bridge.listening) / 1000;
    await pushAll(bridge.port, devices, PUSHES);
    await untilQuiet(bridge.pid);
    const push = (cpuOf(bridge.pid) - before) / PUSHES;
    const { rss } = memoryOf(bridge.pid);
    const held = await retained(url);
    await bridge.end();
    const restored = await nextOf(url, 'jvs2mqtt/bridge/info');
    bridge = await run(dir, url);
    await restored.heard;
    await untilQuiet(bridge.pid);
    const quiet = cpuOf(bridge.pid) / 1000;
    const { rss: rssStarted } = memoryOf(bridge.pid);
    await bridge.end();
    return { first, push, rss, rssStarted, listening: bridge.listening / 1000, quiet, ...held };
  }

  async function run(dir, url) {
    const port = await freePort();
    const child = startBridge({
      dir,
      url,
      port,
      env: {
        JVS2MQTT_HOMEASSISTANT_PACE: '0',
        JVS2MQTT_AUTH_MAX_DEVICES: String(1_000_000),
      },
    });
    await untilJoined(port, child, false);
    const listening = cpuOf(child.pid);
    await untilJoined(port, child, true);
    const end = async () => {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    };
    return { port, pid: child.pid, listening, end };
  }
}

/** Each push of the next device: with more pushes than devices, round and round. */
async function pushAll(port, devices, pushes) {
  const { make } = works[WORK];
  let next = 0;
  const one = async () => {
    const client = new Client(port, LOGIN);
    while (next < pushes) {
      const serial = next++;
      const id = `SCALE${String(serial % devices).padStart(6, '0')}`;
      if (!(await client.push(make(id, serial + Math.floor(performance.now()) * 1000))))
        throw new Error(`a push of ${id} was not answered with 0`);
    }
    client.close();
  };
  await Promise.all(Array.from({ length: Math.min(CONNECTIONS, devices) }, one));
}

/** Until it has done next to nothing for two seconds. */
async function untilQuiet(pid) {
  for (let before = cpuOf(pid), calm = 0; calm < 4; ) {
    await delay(500);
    const now = cpuOf(pid);
    calm = now - before <= 20 ? calm + 1 : 0;
    before = now;
  }
}

/** The next live message of a topic: the bridge's own is published once all states are brought back. */
async function nextOf(url, topic) {
  const client = await connectAsync(url);
  const heard = new Promise((resolve) => {
    client.on('message', (_topic, _payload, { retain }) => {
      if (!retain) resolve();
    });
  }).then(() => client.endAsync());
  await client.subscribeAsync(topic);
  return { heard };
}

/** What the broker holds: topics, and entities by the discovery payloads. */
async function retained(url) {
  const client = await connectAsync(url);
  const topics = new Set();
  let entities = 0;
  let last = performance.now();
  client.on('message', (topic, payload) => {
    last = performance.now();
    if (topics.has(topic)) return;
    topics.add(topic);
    if (topic.startsWith('homeassistant/'))
      entities += Object.keys(JSON.parse(payload.toString()).components ?? {}).length;
  });
  await client.subscribeAsync('#');
  while (performance.now() - last < 2_000) await delay(200);
  await client.endAsync();
  return { topics: topics.size, entities };
}

/** How much more for each further device. */
function slopes(rows) {
  for (let at = 1; at < rows.length; at++) {
    const [few, many] = [rows[at - 1], rows[at]];
    const cells = Object.entries(columns).map(([name, [of, unit]]) => {
      const each = (of(many) - of(few)) / (many.count - few.count);
      const [factor, small] = smaller[unit];
      return `${name} ${(each * factor).toFixed(2)} ${small}`.trimEnd();
    });
    console.log(
      `from ${few.count} to ${many.count} devices, for each further one: ${cells.join(', ')}`,
    );
  }
}

const smaller = { s: [1000, 'ms'], ms: [1000, 'µs'], MB: [1024, 'KB'], '': [1, ''] };
