// The processes of a benchmark: Mosquitto, the subscriber, bridges, floors, nginx, load.
import { execFileSync, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { asImage } from '../support/image-env.mjs';
import { freePort } from '../support/ports.mjs';

export const here = fileURLToPath(new URL('.', import.meta.url));
export const root = join(here, '../..');
export const dir = mkdtempSync(join(tmpdir(), 'jvs2mqtt-bench-'));
const account = { username: 'bench', password: 'of-the-bench' };
const children = [];
const checkouts = [];
const pinned = cpus().length > 1 && spawnSync('taskset', ['-V']).error === undefined;

export function start([program, ...args], env = process.env) {
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

const others = `1-${cpus().length - 1}`;

/** The server that is measured has core 0 to itself; everything else shares the others. */
function onCore(command, isServer) {
  return pinned ? ['taskset', '-c', isServer ? '0' : others, ...command] : command;
}

/** This process itself makes load: it keeps off the core of the server that is measured. */
export function besideTheServer() {
  if (pinned) spawnSync('taskset', ['-a', '-c', '-p', others, String(process.pid)]);
}

export async function until(check, what, ms = 30_000) {
  const end = Date.now() + ms;
  while (Date.now() < end) {
    if (await check()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what()} within ${ms / 1000} s`);
}

export async function startMosquitto() {
  const port = await freePort();
  const program =
    ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto'].find(existsSync) ?? 'mosquitto';
  const file = join(dir, 'mosquitto.conf');
  writeFileSync(
    file,
    `listener ${port} 127.0.0.1\nallow_anonymous true\nlog_type error\nmax_queued_messages 0\nset_tcp_nodelay true\n`,
  );
  start(onCore([program, '-c', file], false));
  return port;
}

/** @returns a function that gives what was heard since it was called last */
export async function startSubscriber(port) {
  let child;
  // Mosquitto may need a moment
  for (let isReady = false, tries = 0; !isReady; tries++) {
    if (tries === 50) throw new Error('nobody listens at Mosquitto');
    child = fork(join(here, 'subscriber.mjs'), [String(port)], { silent: true });
    children.push(child);
    const first = await Promise.race([once(child, 'message'), once(child, 'exit')]);
    isReady = first[0] === 'ready';
    if (!isReady) await new Promise((resolve) => setTimeout(resolve, 100));
  }
  let seq = 0;
  return async () => {
    child.send({ seq: ++seq });
    const [{ counts, sizes, texts }] = await once(child, 'message');
    return { counts: new Map(counts), sizes: new Map(sizes), texts: new Map(texts) };
  };
}

/** @param options `node` binary, `profile` file, `env` */
export async function startBridge(name, folder, mqttPort, { node, profile, env = {} }) {
  const port = await freePort();
  const preload = profile === undefined ? [] : ['--import', join(here, 'profile.mjs')];
  // a profile says what is in which module; revisions before it had no bundle
  const bundle = join(folder, 'dist/bin/jvs2mqtt.js');
  const modules = join(folder, 'dist/cli/index.js');
  const program = profile === undefined && existsSync(bundle) ? bundle : modules;
  const command = [node, ...preload, program];
  const child = start(onCore(command, true), {
    ...process.env,
    ...asImage,
    JVS2MQTT_HTTP_PORT: String(port),
    JVS2MQTT_HTTP_HOST: '127.0.0.1',
    JVS2MQTT_MQTT_URL: `mqtt://127.0.0.1:${mqttPort}`,
    JVS2MQTT_MQTT_CLIENT_ID: name,
    JVS2MQTT_MQTT_BASE_TOPIC: name,
    JVS2MQTT_AUTH_USERNAME: account.username,
    JVS2MQTT_AUTH_PASSWORD: account.password,
    JVS2MQTT_DATA_DIR: join(dir, name),
    JVS2MQTT_LOG_LEVEL: 'error',
    // what is announced once is not measured: it is over soon
    JVS2MQTT_HOMEASSISTANT_PACE: '0.01',
    JVS2MQTT_HOMEASSISTANT_SUBSCRIBE_HOLD: '0.1',
    BENCH_PROFILE: profile,
    ...env,
  });
  await until(
    async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
      return answer?.ok && (await answer.json()).broker === 'connected';
    },
    () => `${name} did not come up`,
  );
  return { name, port, pid: child.pid, login: Object.values(account), isBridge: true };
}

export async function startFloor(name, mqttPort, file, node, ...more) {
  const url = `mqtt://127.0.0.1:${mqttPort}`;
  const child = start(onCore([node, join(here, 'floor.mjs'), url, file, ...more], true), {
    ...process.env,
    NODE_ENV: 'production',
  });
  const [line] = await once(child.stdout, 'data');
  return { name, port: Number(line.toString()), pid: child.pid, login: [] };
}

/** What the kernel sets as the limit: a native server that takes the body and answers. */
export async function startNginx() {
  const program = ['/usr/sbin/nginx', '/usr/bin/nginx'].find(existsSync);
  if (program === undefined) return undefined;
  const port = await freePort();
  const file = join(dir, 'nginx.conf');
  const body = '{"method":"x","error":{"errorcode":0,"errormsg":""}}';
  writeFileSync(
    file,
    `daemon off; master_process off; pid ${dir}/nginx.pid; error_log ${dir}/nginx.log;
events { worker_connections 1024; }
http { access_log off; client_max_body_size 16m; client_body_temp_path ${dir}/body; keepalive_requests 1000000;
proxy_temp_path ${dir}/p; fastcgi_temp_path ${dir}/f; uwsgi_temp_path ${dir}/u; scgi_temp_path ${dir}/s;
server { listen 127.0.0.1:${port}; location / { default_type application/json; return 200 '${body}'; } } }\n`,
  );
  const child = start(onCore([program, '-p', dir, '-c', file], true));
  await new Promise((resolve) => setTimeout(resolve, 500));
  return { name: 'nginx', port, pid: child.pid, login: [] };
}

/** @returns what load.mjs measured */
export async function load(target, work, requests, connections) {
  const args = [join(here, 'load.mjs'), target.port, work, connections, requests, ...target.login];
  return JSON.parse(await output([process.execPath, ...args.map(String)], target.name));
}

export async function output(command, name) {
  const child = start(onCore(command, false));
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`the load on ${name} ended with ${code}`);
  return out;
}

/** A number of the bridge's own, all labels together. */
export async function metric({ port }, name, label = '') {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const lines = text.matchAll(
    new RegExp(`^jvs2mqtt_${name}(?:{[^}]*${label}[^}]*})? (\\S+)$`, 'gm'),
  );
  return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
}

/** Memory in MB, and CPU in ms since the start. */
export function usage(pid) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
  const times = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return {
    rss: field('VmRSS'),
    peak: field('VmHWM'),
    cpu: (Number(times[11]) + Number(times[12])) * 10,
  };
}

/** Another revision, built in a folder of its own. */
export function checkout(revision) {
  const folder = join(dir, `source-${checkouts.length}`);
  const run = (program, args, cwd) =>
    execFileSync(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
  run('git', ['worktree', 'add', '--detach', folder, revision], root);
  checkouts.push(folder);
  const lock = 'package-lock.json';
  const isSame = readFileSync(join(folder, lock)).equals(readFileSync(join(root, lock)));
  if (isSame) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  else run('npm', ['ci', '--ignore-scripts'], folder);
  run('npm', ['run', 'build'], folder);
  return folder;
}

export function cleanUp() {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of checkouts) {
    spawnSync('git', ['worktree', 'remove', '--force', folder], { cwd: root });
  }
  rmSync(dir, { recursive: true, force: true });
}

// who stops a benchmark wants its processes stopped too
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    cleanUp();
    process.exit(1);
  });
}
