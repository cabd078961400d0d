// npm run bench:house [-- --devices 2000] [--rate 500] [--seconds 180] [--slice 15] [--node BINARY] [--new]
// Mixed traffic of many cameras at a steady rate, on one connection each: latency from the moment at
// which a push was due, and memory, by slices of time. A line that is not flat is a leak. Every camera has sent
// each kind twice before: a second keepalive is still news. With --new only one, so that discovery goes on
// meanwhile.
import { parseArgs } from 'node:util';
import { Client } from './client.mjs';
import * as servers from './servers.mjs';
import { kinds, traffic } from './works.mjs';

const { values: options } = parseArgs({
  options: {
    devices: { type: 'string', default: '2000' },
    rate: { type: 'string', default: '500' },
    seconds: { type: 'string', default: '180' },
    slice: { type: 'string', default: '15' },
    node: { type: 'string', default: process.env.BENCH_NODE ?? process.execPath },
    new: { type: 'boolean', default: false },
  },
});
const [devices, rate, seconds, slice] = ['devices', 'rate', 'seconds', 'slice'].map((name) =>
  Number(options[name]),
);

/** one alone would wait for TCP's delayed acknowledgements */
const AT_ONCE = 20;

/** Until nothing is announced any more. */
async function quiet(bridge) {
  for (let before = -1, now = 0; now !== before; ) {
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    before = now;
    now = await servers.metric(bridge, 'messages_total', 'outcome="sent"');
  }
}

/** How many, and their median, 99 % and longest, in columns. */
function cells(latencies) {
  const list = latencies.toSorted((a, b) => a - b);
  const at = (share) => list[Math.min(list.length - 1, Math.floor(list.length * share))] ?? 0;
  const row = [list.length, at(0.5).toFixed(1), at(0.99).toFixed(1), at(1).toFixed(0)];
  return row.map((cell) => String(cell).padStart(8)).join(' ');
}

async function main() {
  servers.besideTheServer();
  const mqttPort = await servers.startMosquitto();
  await servers.startSubscriber(mqttPort);
  const bridge = await servers.startBridge('jvs2mqtt', servers.root, mqttPort, {
    node: options.node,
    env: {
      JVS2MQTT_HTTP_MAX_CONNECTIONS: String(devices + 100),
      JVS2MQTT_HTTP_MAX_CONNECTIONS_PER_ADDRESS: String(devices + 100),
    },
  });
  const [username, password] = bridge.login;
  const cameras = Array.from({ length: devices }, (_, index) => ({
    id: `12221SHOUSE${index}`,
    client: new Client(bridge.port, { username, password }),
    busy: Promise.resolve(),
  }));
  let latencies = [];
  let all = [];
  let bad = 0;
  let serial = 0;
  const push = async ({ id, client }, due, make = traffic) => {
    serial += 1;
    if (!(await client.push(make(id, serial)))) bad += 1;
    latencies.push(performance.now() - due);
  };
  // every camera is known and announced before anything is measured
  for (const make of options.new ? [traffic] : [...kinds, ...kinds]) {
    for (let at = 0; at < devices; at += AT_ONCE) {
      const some = cameras.slice(at, at + AT_ONCE);
      await Promise.all(some.map((camera) => push(camera, performance.now(), make)));
    }
  }
  await quiet(bridge);
  latencies = [];
  const began = performance.now();
  let sent = 0;
  let before = servers.usage(bridge.pid);
  console.log('   until  pushes   p50 ms   p99 ms   longest    CPU    RSS MB');
  for (let end = slice; end <= seconds; end += slice) {
    for (; sent < end * rate; ) {
      const now = performance.now() - began;
      for (; sent < end * rate && (sent / rate) * 1000 <= now; sent++) {
        const camera = cameras[sent % devices];
        const due = began + (sent / rate) * 1000;
        // a camera sends one after the other
        camera.busy = camera.busy.then(() => push(camera, due));
      }
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const after = servers.usage(bridge.pid);
    const cpu = (after.cpu - before.cpu) / 10 / slice;
    before = after;
    console.log(
      `  ${String(end).padStart(4)} s ${cells(latencies)}  ${cpu.toFixed(0).padStart(5)} %  ${after.rss.toFixed(0).padStart(7)}`,
    );
    all = all.concat(latencies);
    latencies = [];
  }
  await Promise.all(cameras.map(({ busy }) => busy));
  console.log(`     all ${cells(all.concat(latencies))}`);
  if (bad > 0) throw new Error(`${bad} answers were not 0`);
  for (const { client } of cameras) client.close();
}

try {
  await main();
} finally {
  servers.cleanUp();
}
