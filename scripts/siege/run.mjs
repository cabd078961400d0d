// npm run siege [-- --short] [--seconds 30] [--cameras 10] [--memory MB] [--only 'slow bodies,oversize']
// The real process on the loopback, besieged for a while, as honest cameras push. Fails where one push of
// theirs was not answered 0, the process ended, or it took more memory than it may.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SimulatedCamera } from '../../dist/simulator/camera.js';
import { jpeg } from '../../dist/simulator/jpeg.js';
import { asImage } from '../support/image-env.mjs';

const { values } = parseArgs({
  options: {
    short: { type: 'boolean' },
    seconds: { type: 'string' },
    cameras: { type: 'string', default: '10' },
    memory: { type: 'string', default: '256' },
    only: { type: 'string', default: '' },
  },
});
const seconds = Number(values.seconds ?? (values.short ? 12 : 30));
const QUIET = values.short ? 2 : 5;
const PASSWORD = 'of-the-siege';
const fileOf = (name) => fileURLToPath(new URL(name, import.meta.url));
const dir = mkdtempSync(join(tmpdir(), 'jvs2mqtt-siege-'));
writeFileSync(join(dir, 'config.yaml'), `auth: {password: ${PASSWORD}}\n`);
const bridge = spawn(process.execPath, [fileOf('../../dist/bin/jvs2mqtt.js')], {
  cwd: dir,
  env: {
    ...process.env,
    ...asImage,
    JVS2MQTT_CONFIG: join(dir, 'config.yaml'),
    JVS2MQTT_HTTP_HOST: '127.0.0.1',
    JVS2MQTT_HTTP_PORT: '0',
    JVS2MQTT_BROKER_HOST: '127.0.0.1',
    JVS2MQTT_BROKER_PORT: '0',
    JVS2MQTT_LOG_FORMAT: 'text',
  },
  stdio: ['ignore', 'pipe', 'inherit'],
});
let log = '';
let ended = false;
bridge.stdout.setEncoding('utf8').on('data', (text) => {
  log += text;
});
bridge.once('close', () => {
  ended = true;
});

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
async function says(pattern) {
  for (let tries = 0; tries < 200 && !ended; tries++) {
    const match = pattern.exec(log);
    if (match !== null) return match;
    await wait(50);
  }
  throw new Error(`the bridge does not start: ${log}`);
}

/** Pushes of all cameras for so long, and how long their answers took, ms. */
async function push(port, label, forSeconds) {
  const picture = jpeg({ scene: 'house' });
  const end = performance.now() + forSeconds * 1000;
  const times = [];
  const failures = [];
  const run = async (index) => {
    const id = `12221SIEGE${index}`;
    const url = `http://127.0.0.1:${port}`;
    const camera = new SimulatedCamera({ id, url, username: 'jvs2mqtt', password: PASSWORD });
    for (let round = 0; performance.now() < end; round++) {
      const started = performance.now();
      const details = { picture, uuid: `${id}/${label}/${round}` };
      const answer = await (round % 3 === 0
        ? camera.heartbeat()
        : camera.alarm('motion_detection', 'pulse', details)
      ).catch((error) => error);
      times.push(performance.now() - started);
      if (answer?.errorcode !== 0) failures.push(answer);
      await wait(200);
    }
  };
  await Promise.all(Array.from({ length: Number(values.cameras) }, (_, index) => run(index)));
  return { times: times.sort((a, b) => a - b), failures };
}

function show(label, { times, failures }) {
  const at = (share) => (times[Math.ceil(times.length * share) - 1] ?? 0).toFixed(0);
  console.log(
    `${label.padEnd(8)} ${times.length} pushes, ${times.length - failures.length} answered 0, median ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms`,
  );
}

function memory(field) {
  const text = readFileSync(`/proc/${bridge.pid}/status`, 'utf8');
  return Number(new RegExp(`${field}:\\s+(\\d+)`).exec(text)?.[1]) / 1024;
}

let failed = true;
let attackers;
try {
  const [, port] = await says(/^ {2}address +http:.*:(\d+)$/m);
  await says(/joined the broker/);
  show('quiet', await push(port, 'quiet', QUIET));
  const before = memory('VmRSS');
  attackers = spawn(process.execPath, [fileOf('besiege.mjs'), port, String(seconds), values.only], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, SIEGE_USER: 'jvs2mqtt', SIEGE_PASSWORD: PASSWORD },
  });
  let done = '';
  attackers.stdout.setEncoding('utf8').on('data', (text) => {
    done += text;
  });
  const over = once(attackers, 'close');
  await wait(1_000);
  const besieged = await push(port, 'siege', Math.max(1, seconds - 2));
  await over;
  show('siege', besieged);
  for (const [name, counts] of Object.entries(JSON.parse(done))) {
    console.log(`  ${name}: ${JSON.stringify(counts)}`);
  }
  const most = memory('VmHWM');
  console.log(
    `memory   ${before.toFixed(0)} MB before, ${most.toFixed(0)} MB at most, ${memory('VmRSS').toFixed(0)} MB after`,
  );
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  for (const line of metrics.match(/^jvs2mqtt_refused_total.*$/gm) ?? []) console.log(`  ${line}`);
  console.log(`log      ${log.split('\n').length} lines`);
  show('after', await push(port, 'after', 2));
  for (const failure of besieged.failures.slice(0, 3)) console.log('FAILED', failure);
  const letIn = /"let_in"/.test(done);
  if (letIn) console.log('FAILED: a smuggled request was answered');
  failed = ended || letIn || besieged.failures.length > 0 || most > Number(values.memory);
} finally {
  attackers?.kill();
  bridge.kill('SIGTERM');
  if (!ended) await Promise.race([once(bridge, 'close'), wait(10_000)]);
  bridge.kill('SIGKILL');
  rmSync(dir, { recursive: true, force: true });
}
console.log(failed ? 'the bridge did not hold' : 'the bridge held');
process.exitCode = failed ? 1 : 0;
