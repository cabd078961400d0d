// The most memory that the bridge takes while 200 pictures of 1.5 MB are sent to it at once: with a broker
// that is frozen, and with one that lives. Exits non-zero where it is more than it may be.
//   node scripts/chaos/memory.mjs
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SimulatedCamera } from '../../dist/simulator/camera.js';
import { asImage } from '../support/image-env.mjs';
import { freePort } from '../support/ports.mjs';
import { pictureOf } from './picture.mjs';
import { bridge, mosquitto } from './processes.mjs';

const UPLOADS = 200;
/** bytes of a picture; a third more as it is sent */
const PICTURE = 1_125_000;
/** MB that it may take */
const most = { frozen: 250, live: 200 };

async function peakOf(kind, dir, log) {
  mkdirSync(dir);
  const port = await freePort();
  const broker = mosquitto(dir, port);
  await broker.start();
  const httpPort = await freePort();
  const env = { ...asImage, JVS2MQTT_MQTT_URL: `mqtt://127.0.0.1:${port}` };
  const own = bridge(dir, httpPort, env, log);
  await own.start();
  const url = `http://127.0.0.1:${httpPort}`;
  const account = { username: 'jvs2mqtt', password: 'of-the-cameras', generation: 'old' };
  const cameras = Array.from({ length: UPLOADS }, (_, index) => {
    return new SimulatedCamera({ id: `12221SMEM${index}`, url, timeout: 120_000, ...account });
  });
  // a nonce each, so that all the pictures come at once
  for (const camera of cameras) await camera.heartbeat();
  const before = resident(own.pid, 'VmRSS');
  if (kind === 'frozen') broker.signal('SIGSTOP');
  const picture = pictureOf(PICTURE);
  const started = Date.now();
  const answers = await Promise.allSettled(
    cameras.map((camera) => camera.alarm('motion_detection', 'pulse', { picture })),
  );
  const seconds = (Date.now() - started) / 1000;
  const text = await (await fetch(`${url}/metrics`)).text();
  const faults = Number(/^jvs2mqtt_faults_total (\S+)/m.exec(text)?.[1]);
  const count = (wanted) => answers.filter(({ value }) => wanted(value)).length;
  const result = {
    'answered 0': count((answer) => answer?.errorcode === 0),
    refused: count((answer) => answer !== undefined && answer.errorcode !== 0),
    'no answer': count((answer) => answer === undefined),
    'unreadable pictures': faults,
    seconds,
    'before, MB': before,
    'peak, MB': resident(own.pid, 'VmHWM'),
  };
  if (kind === 'frozen') broker.signal('SIGCONT');
  await own.end('SIGKILL');
  await broker.end('SIGKILL');
  return result;
}

/** MB, by the kernel. */
function resident(pid, what) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${what}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
}

const dir = mkdtempSync(join(tmpdir(), 'jvs2mqtt-memory-'));
const log = createWriteStream(join(dir, 'bridge.log'));
let isRight = true;
for (const [kind, limit] of Object.entries(most)) {
  const result = await peakOf(kind, join(dir, kind), log);
  console.log(`${kind} broker`);
  for (const [what, value] of Object.entries(result)) console.log(`  ${what.padEnd(22)}${value}`);
  if (result['peak, MB'] > limit || result['no answer'] > 0 || result['unreadable pictures'] > 0)
    isRight = false;
}
log.end();
rmSync(dir, { recursive: true, force: true });
process.exit(isRight ? 0 : 1);
