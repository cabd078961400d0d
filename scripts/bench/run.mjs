// npm run bench [-- --rounds 3] [--seconds 4] [--work event,tlv] [--compare REF] [--json FILE]
// The bridge beside its floor in interleaved rounds: separate processes, real Mosquitto, real Digest.
// Fails loudly where an answer was not 0 or a message did not reach the subscriber.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import mqtt from 'mqtt';
import { works } from './works.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const root = join(here, '../..');
const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    connections: { type: 'string', default: '20' },
    work: { type: 'string', default: Object.keys(works).join(',') },
    compare: { type: 'string' },
    json: { type: 'string' },
  },
});
const account = { username: 'bench', password: 'of-the-bench' };
const dir = mkdtempSync(join(tmpdir(), 'jvs2mqtt-bench-'));
const children = [];
const pinned = cpus().length > 1 && spawnSync('taskset', ['-V']).error === undefined;

/** A server on a core of its own, so that the load beside it does not count. */
function server(args, env = {}) {
  const command = pinned ? ['taskset', '-c', '0', process.execPath] : [process.execPath];
  return start([...command, ...args], { ...process.env, ...env });
}

function start([program, ...args], env = process.env) {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  return port;
}

async function until(check, what) {
  const end = Date.now() + 15_000;
  while (Date.now() < end) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} did not come up`);
}

async function startMosquitto() {
  const port = await freePort();
  const program =
    ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto'].find(existsSync) ?? 'mosquitto';
  const file = join(dir, 'mosquitto.conf');
  writeFileSync(
    file,
    `listener ${port} 127.0.0.1\nallow_anonymous true\nlog_type error\nmax_queued_messages 0\n`,
  );
  start([program, '-c', file]);
  const url = `mqtt://127.0.0.1:${port}`;
  await until(
    () =>
      mqtt.connectAsync(url, { connectTimeout: 500 }, false).then(
        (c) => c.endAsync().then(() => true),
        () => false,
      ),
    'Mosquitto',
  );
  return url;
}

async function startBridge(name, folder, url) {
  const port = await freePort();
  const child = server([join(folder, 'dist/cli/index.js')], {
    NODE_ENV: 'production',
    NODE_OPTIONS: '--max-semi-space-size=2',
    JVS2MQTT_HTTP_PORT: String(port),
    JVS2MQTT_HTTP_HOST: '127.0.0.1',
    JVS2MQTT_MQTT_URL: url,
    JVS2MQTT_MQTT_CLIENT_ID: name,
    JVS2MQTT_MQTT_BASE_TOPIC: name,
    JVS2MQTT_AUTH_USERNAME: account.username,
    JVS2MQTT_AUTH_PASSWORD: account.password,
    JVS2MQTT_DATA_DIR: join(dir, name),
    JVS2MQTT_LOG_LEVEL: 'error',
  });
  await until(async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
    return answer?.ok && (await answer.json()).broker === 'connected';
  }, name);
  return { name, port, pid: child.pid, login: Object.values(account) };
}

async function load(target, work, requests, connections = options.connections) {
  const args = [join(here, 'load.mjs'), target.port, work, connections, requests, ...target.login];
  const child = start([process.execPath, ...args.map(String)]);
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the load on ${target.name} ended with ${code}`);
  return JSON.parse(out);
}

/** What the bridge publishes for one push when nothing is new any more. */
async function messagesOf(bridge, work, heard) {
  await load(bridge, work, 10, 1);
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  await load(bridge, work, 3, 1);
  await new Promise((resolve) => setTimeout(resolve, 300));
  heard.length = 0;
  await load(bridge, work, 1, 1);
  await new Promise((resolve) => setTimeout(resolve, 300));
  // the load pushes once more before it measures: half of what was heard is one push
  const own = heard.filter(({ topic }) => topic.startsWith(`${bridge.name}/1`));
  return own.slice(own.length / 2).map(({ topic, ...rest }) => ({
    ...rest,
    topic: topic.replace(bridge.name, 'floor'),
  }));
}

/** Messages that the broker has acknowledged to a bridge, by its own count. */
async function sentBy({ port }) {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/jvs2mqtt_messages_total\{outcome="sent"\} (\d+)/.exec(text)?.[1] ?? 0);
}

function usage(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
  const times = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return {
    rss: field('VmRSS'),
    peak: field('VmHWM'),
    cpu: (Number(times[11]) + Number(times[12])) * 10,
  };
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const spread = (list) => `${Math.min(...list).toFixed(2)}-${Math.max(...list).toFixed(2)}`;

async function main() {
  const url = await startMosquitto();
  const heard = [];
  let count = 0;
  const subscriber = await mqtt.connectAsync(url, { protocolVersion: 5 });
  subscriber.on('message', (topic, payload, { qos, retain }) => {
    count += 1;
    if (heard.length < 1_000) heard.push({ topic, bytes: payload.length, qos, retain });
  });
  await subscriber.subscribeAsync('#', { qos: 1, rap: true });
  const bridges = [await startBridge('jvs2mqtt', root, url)];
  if (options.compare) bridges.push(await startBridge('compared', checkout(options.compare), url));
  const wanted = options.work.split(',');
  const messages = {};
  for (const work of wanted) {
    messages[works[work].make(0).path] = await messagesOf(bridges[0], work, heard);
  }
  writeFileSync(join(dir, 'messages.json'), JSON.stringify(messages));
  const floorProcess = server([join(here, 'floor.mjs'), url, join(dir, 'messages.json')]);
  const [line] = await once(floorProcess.stdout, 'data');
  const floor = { name: 'floor', port: Number(line.toString()), pid: floorProcess.pid, login: [] };
  const results = [];
  for (const work of wanted) {
    const perPush = messages[works[work].make(0).path].length;
    const first = await load(floor, work, 200);
    const requests = Math.max(50, Math.round(first.rate * Number(options.seconds) * 0.7));
    const rates = new Map();
    for (let round = 0; round < Number(options.rounds); round++) {
      const targets = [floor, ...bridges];
      if (round % 2 === 1) targets.reverse();
      for (const target of targets) {
        const before = usage(target.pid);
        const sentBefore = target.login.length > 0 ? await sentBy(target) : 0;
        count = 0;
        const result = await load(target, work, requests);
        if (result.bad > 0) throw new Error(`${target.name}: ${result.bad} answers were not 0`);
        const expected =
          target.login.length > 0 ? (await sentBy(target)) - sentBefore : perPush * result.count;
        await until(() => count >= expected, `${target.name}: ${count} of ${expected} messages`);
        const after = usage(target.pid);
        const list = rates.get(target.name) ?? [];
        list.push({
          ...result,
          cpu: (after.cpu - before.cpu) / result.count,
          rss: after.rss,
          peak: after.peak,
        });
        rates.set(target.name, list);
      }
    }
    results.push({ work, perPush, rates });
    print(results.at(-1));
  }
  if (options.json) {
    const plain = results.map(({ rates, ...rest }) => ({
      ...rest,
      rates: Object.fromEntries(rates),
    }));
    writeFileSync(options.json, JSON.stringify(plain, null, 1));
  }
  await subscriber.endAsync(true);
}

function print({ work, perPush, rates }) {
  console.log(`\n${works[work].about} (${perPush} messages a push)`);
  const floors = rates.get('floor');
  for (const [name, list] of rates) {
    const ratios = list.map(({ rate }, round) => rate / floors[round].rate);
    const of = (key) => median(list.map((one) => one[key]));
    console.log(
      `  ${name.padEnd(10)} ${of('rate').toFixed(0).padStart(6)} req/s  ratio ${median(ratios).toFixed(2)} (${spread(ratios)})  p50 ${of('p50').toFixed(1)} ms  p99 ${of('p99').toFixed(1)} ms  CPU ${of('cpu').toFixed(2)} ms/req  RSS ${of('rss').toFixed(0)} MB, peak ${of('peak').toFixed(0)} MB`,
    );
  }
}

/** Another revision, built in a folder of its own. */
function checkout(revision) {
  const folder = join(dir, 'compared-source');
  const run = (program, args, cwd) =>
    execFileSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  run('git', ['worktree', 'add', '--detach', folder, revision], root);
  run('npm', ['ci', '--ignore-scripts'], folder);
  run('npm', ['run', 'build'], folder);
  return folder;
}

try {
  await main();
} finally {
  for (const child of children) child.kill('SIGKILL');
  if (options.compare)
    spawnSync('git', ['worktree', 'remove', '--force', join(dir, 'compared-source')], {
      cwd: root,
    });
  rmSync(dir, { recursive: true, force: true });
}
