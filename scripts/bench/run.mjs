// npm run bench [-- --rounds 3] [--seconds 4] [--work event,tlv] [--compare REF] [--node BINARY]
//   [--profile DIR] [--json FILE]
// The bridge beside its floors in interleaved rounds: separate processes, real Mosquitto, real Digest.
// Fails loudly where an answer was not 0 or a message did not reach the subscriber.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hot } from './hot.mjs';
import * as servers from './servers.mjs';
import { deviceOf, works } from './works.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    connections: { type: 'string', default: '20' },
    work: { type: 'string', default: Object.keys(works).join(',') },
    compare: { type: 'string' },
    node: { type: 'string', default: process.env.BENCH_NODE ?? process.execPath },
    profile: { type: 'string' },
    json: { type: 'string' },
  },
});
const connections = Number(options.connections);
const { metric, until, usage } = servers;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const load = (target, work, requests, on = connections) => servers.load(target, work, requests, on);

/** All devices are known and announced, nothing waits, the code is warm. */
async function warmUp(bridge, work, hear) {
  await load(bridge, work, connections * 2);
  await pause(2_000);
  await load(bridge, work, works[work].warmUp);
  await until(
    async () => (await metric(bridge, 'outbox_entries')) === 0,
    () => `${bridge.name} did not empty its outbox`,
  );
  await hear();
}

/** What the bridge publishes for one push of a camera when nothing is new any more. */
async function messagesOf(bridge, work, hear) {
  const { count } = await load(bridge, work, 49, 1);
  await pause(500);
  const { counts, sizes } = await hear();
  const own = [...counts].filter(([topic]) => topic.startsWith(`${bridge.name}/${deviceOf(0)}/`));
  return own.flatMap(([topic, heard]) => {
    const retain = !/\/(event|history)$/.test(topic);
    const one = {
      topic: topic.replace(bridge.name, 'floor'),
      bytes: sizes.get(topic),
      qos: 1,
      retain,
    };
    return Array.from({ length: Math.round(heard / count) }, () => one);
  });
}

const pushesOf = (texts, name) =>
  [...texts]
    .filter(([topic]) => topic.startsWith(`${name}/`))
    .reduce((sum, [, text]) => sum + (JSON.parse(text).counters?.pushes ?? 0), 0);

/** One run of load, and whether all that it should make was heard. */
async function round(target, work, requests, perPush, hear) {
  const { texts: textsBefore } = await hear();
  const sentBefore = target.isBridge ? await metric(target, 'messages_total', 'outcome="sent"') : 0;
  const before = usage(target.pid);
  const result = await load(target, work, requests);
  const after = usage(target.pid);
  if (result.bad > 0) throw new Error(`${target.name}: ${result.bad} answers were not 0`);
  const expected = target.isBridge
    ? (await metric(target, 'messages_total', 'outcome="sent"')) - sentBefore
    : perPush * result.count;
  const heard = new Map();
  let total = 0;
  let pushes = 0;
  const { each } = works[work];
  const isWhole = async () => {
    const { counts, texts } = await hear();
    for (const [topic, count] of counts) {
      heard.set(topic, (heard.get(topic) ?? 0) + count);
      total += count;
    }
    if (total < expected) return false;
    if (!target.isBridge) return true;
    pushes = pushesOf(texts, target.name) - pushesOf(textsBefore, target.name);
    return pushes === result.count && (each === undefined || everyOne() === result.count);
  };
  const everyOne = () =>
    Array.from({ length: connections }, (_, index) => `${target.name}/${deviceOf(index)}/${each}`)
      .map((topic) => heard.get(topic) ?? 0)
      .reduce((sum, count) => sum + count, 0);
  await until(isWhole, () => {
    const own = each === undefined ? '' : `, ${everyOne()} on …/${each}`;
    return `${target.name}: of ${result.count} pushes ${total} of ${expected} messages${own}, ${pushes} counted in …/state`;
  });
  return {
    ...result,
    cpu: (after.cpu - before.cpu) / result.count,
    busy: (after.cpu - before.cpu) / 1000 / result.seconds,
    rss: after.rss,
    peak: after.peak,
  };
}

const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const spread = (list) => `${Math.min(...list).toFixed(2)}-${Math.max(...list).toFixed(2)}`;

function print({ work, perPush, rounds }) {
  console.log(`\n${works[work].about} (${perPush} messages a push)`);
  const [floors] = rounds.values();
  for (const [name, list] of rounds) {
    const of = (key) => median(list.map((one) => one[key]));
    const ratios = list.map(({ rate }, index) => rate / floors[index].rate);
    const costs = list.map(({ cpu }, index) => floors[index].cpu / cpu);
    console.log(
      `  ${name.padEnd(11)} ${of('rate').toFixed(0).padStart(6)} req/s  ratio ${median(ratios).toFixed(2)} (${spread(ratios)})  by CPU ${median(costs).toFixed(2)} (${spread(costs)})  ${of('cpu').toFixed(2)} ms/req, core ${(100 * of('busy')).toFixed(0)} %  p50 ${of('p50').toFixed(1)} ms  p99 ${of('p99').toFixed(1)} ms  RSS ${of('rss').toFixed(0)} MB, peak ${of('peak').toFixed(0)} MB`,
    );
  }
}

async function profileOf(target, work, requests, file) {
  process.kill(target.pid, 'SIGUSR2');
  await pause(500);
  const { count } = await load(target, work, requests);
  process.kill(target.pid, 'SIGUSR2');
  await until(
    () => existsSync(file),
    () => 'no profile was written',
  );
  await pause(1_000);
  console.log(hot(file, count));
}

async function main() {
  const { node } = options;
  const mqttPort = await servers.startMosquitto();
  const hear = await servers.startSubscriber(mqttPort);
  const folders = { jvs2mqtt: servers.root };
  if (options.compare) folders.compared = servers.checkout(options.compare);
  const file = join(servers.dir, 'profile.json');
  const nginx = await servers.startNginx();
  console.log(`servers on ${node === process.execPath ? process.version : node}`);
  if (nginx === undefined)
    console.log('no nginx here: the limit that the kernel sets is not shown');
  const all = [];
  for (const work of options.work.split(',')) {
    // new ones for each work: the memory of the one before does not count
    const bridges = [];
    for (const [name, folder] of Object.entries(folders)) {
      const unique = `${name}-${work}`;
      const profile = options.profile && name === 'jvs2mqtt' ? file : undefined;
      const bridge = await servers.startBridge(unique, folder, mqttPort, { node, profile });
      await warmUp(bridge, work, hear);
      bridges.push(bridge);
    }
    const messages = await messagesOf(bridges[0], work, hear);
    const messagesFile = join(servers.dir, 'messages.json');
    writeFileSync(messagesFile, JSON.stringify({ [work]: messages }));
    const floor = await servers.startFloor('floor', mqttPort, messagesFile, node);
    const single = await servers.startFloor('one message', mqttPort, messagesFile, node, 'one');
    for (const { port } of [floor, single]) await fetch(`http://127.0.0.1:${port}/work/${work}`);
    await load(floor, work, works[work].warmUp);
    await load(single, work, works[work].warmUp);
    const first = await load(floor, work, 200);
    const requests = Math.max(60, Math.round(first.rate * Number(options.seconds) * 0.7));
    const targets = [floor, single, ...bridges, ...(nginx === undefined ? [] : [nginx])];
    const rounds = new Map(targets.map(({ name }) => [name, []]));
    await pause(300);
    for (let turn = 0; turn < Number(options.rounds); turn++) {
      for (const target of turn % 2 === 1 ? targets.toReversed() : targets) {
        const perPush =
          target === nginx ? 0 : target === single ? Math.min(1, messages.length) : messages.length;
        rounds.get(target.name).push(await round(target, work, requests, perPush, hear));
      }
    }
    const result = { work, perPush: messages.length, rounds };
    all.push({ ...result, rounds: Object.fromEntries(rounds) });
    print(result);
    if (options.profile) {
      const [bridge] = bridges;
      mkdirSync(options.profile, { recursive: true });
      await profileOf(bridge, work, requests, file);
      const { copyFileSync, rmSync } = await import('node:fs');
      copyFileSync(file, join(options.profile, `${work}.json`));
      rmSync(file);
    }
    for (const { pid } of [...bridges, floor, single]) process.kill(pid, 'SIGKILL');
  }
  if (options.json) writeFileSync(options.json, JSON.stringify(all, null, 1));
}

try {
  await main();
} finally {
  servers.cleanUp();
}
