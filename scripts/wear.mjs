// Bytes that ten cameras have the bridge write in a day, for a memory card's sake: measured by report, by
// the kernel's count of what goes to storage (proc(5), `write_bytes`), and counted up.
//   npm run wear
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SimulatedCamera } from '../dist/simulator/camera.js';
import { pictureOf } from './chaos/picture.mjs';
import { bridge, endAll, mosquitto } from './chaos/processes.mjs';
import { freePort } from './support/ports.mjs';

const CAMERAS = 10;
const MINUTES = 24 * 60;
/** alarms of a camera in a day; each with a picture */
const days = { quiet: 20, busy: 2 * MINUTES };
/** bytes */
const PICTURE = 100_000;
/** so many of each are measured */
const HEARTBEATS = 10;
const ALARMS = 200;
/** ms within which counters are written together: heartbeats of quiet cameras do not meet */
const TOGETHER = 10_500;

const kinds = {
  'a broker of its own': async (dir) => {
    const port = await freePort();
    await mosquitto(dir, port).start();
    return { JVS2MQTT_MQTT_URL: `mqtt://127.0.0.1:${port}` };
  },
  'the embedded broker': async () => ({
    JVS2MQTT_BROKER_HOST: '127.0.0.1',
    JVS2MQTT_BROKER_PORT: String(await freePort()),
  }),
};

function written(pid) {
  return Number(/write_bytes: (\d+)/.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1]);
}

async function costs(dir, env) {
  const httpPort = await freePort();
  const own = bridge(dir, httpPort, env, createWriteStream(join(dir, 'bridge.log')));
  await own.start();
  const url = `http://127.0.0.1:${httpPort}`;
  const account = { username: 'jvs2mqtt', password: 'of-the-cameras', generation: 'old' };
  const cameras = Array.from({ length: CAMERAS }, (_, index) => {
    return new SimulatedCamera({ id: `12221SWEAR${index}`, url, timeout: 60_000, ...account });
  });
  const picture = pictureOf(PICTURE);
  const alarm = (index) => {
    const details = { uuid: `wear/${index}`, channel: 0, picture };
    return cameras[index % CAMERAS].alarm('motion_detection', 'pulse', details);
  };
  // what is written once: the devices, their discovery, the first of their alarms
  for (const index of cameras.keys()) await alarm(index);
  await delay(15_000);
  const each = async (count, send, pause) => {
    const before = written(own.pid);
    for (let index = 0; index < count; index++) {
      const { errorcode } = await send(index);
      if (errorcode !== 0) throw new Error(`answered ${errorcode}`);
      await delay(pause);
    }
    return (written(own.pid) - before) / count;
  };
  const heartbeat = await each(HEARTBEATS, (index) => cameras[index].heartbeat(), TOGETHER);
  const ofAlarm = await each(ALARMS, (index) => alarm(CAMERAS + index), 0);
  await own.end('SIGTERM');
  return { heartbeat, alarm: ofAlarm };
}

const dir = mkdtempSync(join(tmpdir(), 'jvs2mqtt-wear-'));
const shown = (bytes) => (bytes / 1e6).toPrecision(3);
try {
  const rows = await Promise.all(
    Object.entries(kinds).map(async ([name, prepare]) => {
      const folder = join(dir, name.replaceAll(' ', '-'));
      mkdirSync(folder);
      return [name, await costs(folder, await prepare(folder))];
    }),
  );
  console.log(
    `MB in a day of ${CAMERAS} cameras: a heartbeat a minute, alarms with ${PICTURE / 1000} kB`,
  );
  for (const [name, { heartbeat, alarm }] of rows) {
    console.log(`\n${name}`);
    console.log(
      `  bytes of a heartbeat ${Math.round(heartbeat)}, of an alarm ${Math.round(alarm)}`,
    );
    for (const [kind, alarms] of Object.entries(days)) {
      const day = CAMERAS * (MINUTES * heartbeat + alarms * alarm);
      console.log(`  ${kind}, ${alarms} alarms each: ${shown(day)} MB`);
    }
  }
} finally {
  endAll();
  rmSync(dir, { recursive: true, force: true });
}
process.exit();
