// node scripts/fuzz/run.mjs [--seconds N] [--seed N] [--only tlv,json,large,digest,socket] [--at INPUT]
// Throws made-up input at every parser and at the real socket, for so many seconds each; SIGTERM ends it
// early, with its counts. A finding is written below test/fixtures/fuzz/, where a test throws it again
// from then on (test/decode/findings.test.ts).
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { digest } from './digest.mjs';
import { randomOf } from './random.mjs';
import { targets as reports } from './reports.mjs';
import { openSocketTarget } from './socket.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    only: { type: 'string', default: 'tlv,json,large,digest,socket' },
    at: { type: 'string' },
  },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed);
setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

/** ms for one input, and for each MB of it */
const MOST_TIME = 100;
/** bytes of heap and buffers that may be more at the end than after a tenth: caches fill */
const MOST_GROWTH = 32 * 1024 * 1024;
const BATCH = 100;

let findings = 0;
function found(name, number, input, error) {
  findings++;
  const bytes = input === undefined ? Buffer.alloc(0) : input;
  const file = `${name}-${createHash('sha256').update(bytes).digest('hex').slice(0, 12)}.bin`;
  const folder = new URL('../../test/fixtures/fuzz/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(file, folder), bytes);
  console.log(`FINDING ${name} --seed ${seed} --at ${number}: ${error?.stack ?? error}\n  ${file}`);
}

let current = { name: 'start', number: 0, bytes: undefined };
for (const event of ['unhandledRejection', 'uncaughtException']) {
  process.on(event, (error) => found(current.name, current.number, current.bytes, error));
}

/** Slow by itself, and not for what else the machine does: the processor's time counts. */
async function isSlow(target, input, allowed) {
  for (let tries = 0; tries < 5; tries++) {
    const before = process.cpuUsage();
    await target.check(input, false);
    const { user, system } = process.cpuUsage(before);
    if ((user + system) / 1000 <= allowed) return false;
  }
  return true;
}

const memory = () => {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

let ended = false;
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    ended = true;
  });
}

async function one(name, target, number, timed) {
  const input = target.make(randomOf(seed + number * 2_654_435_761));
  const bytes = target.bytesOf(input);
  current = { name, number, bytes };
  const started = performance.now();
  try {
    const pending = target.check(input, number % 32 === 0);
    if (pending !== undefined) await pending;
    // what is hostile may take so long whatever its size: see repairLimits
    const allowed = MOST_TIME * Math.max(1, bytes.length / 1e6);
    if (timed && performance.now() - started > allowed && (await isSlow(target, input, allowed))) {
      throw new Error(`slower than ${allowed} ms for ${bytes.length} bytes`);
    }
  } catch (error) {
    found(name, number, bytes, error);
  }
  return bytes.length;
}

async function fuzz(name, target, parallel, timed) {
  const started = performance.now();
  const end = started + seconds * 1000;
  let inputs = 0;
  let bytes = 0;
  let early;
  while (performance.now() < end && findings < 20 && !ended) {
    for (let batch = 0; batch < BATCH; batch += parallel) {
      if (parallel === 1) bytes += await one(name, target, inputs++, timed);
      else {
        const group = Array.from({ length: parallel }, () => one(name, target, inputs++, timed));
        for (const length of await Promise.all(group)) bytes += length;
      }
    }
    if (early === undefined && performance.now() - started > seconds * 100) {
      early = memory();
    }
    await new Promise(setImmediate);
  }
  const late = memory();
  const growth = late - (early ?? late);
  if (growth > MOST_GROWTH) found(name, inputs, undefined, `memory grew by ${growth} bytes`);
  const took = (performance.now() - started) / 1000;
  const rate = Math.round(inputs / took);
  console.log(
    `${name.padEnd(7)} ${String(inputs).padStart(10)} inputs  ${(bytes / 1e6).toFixed(0).padStart(6)} MB  ${String(rate).padStart(7)}/s  memory ${growth > 0 ? '+' : ''}${(growth / 1e6).toFixed(1)} MB`,
  );
  return inputs;
}

const wanted = values.only.split(',');
const socket = wanted.includes('socket') ? await openSocketTarget() : undefined;
const all = { ...reports, digest, ...(socket && { socket }) };
console.log(`seed ${seed}, ${seconds} s each, Node ${process.version}`);
let total = 0;
for (const name of wanted) {
  const target = all[name];
  if (target === undefined) throw new Error(`no target ${name}; there are ${Object.keys(all)}`);
  if (values.at !== undefined) await one(name, target, Number(values.at), true);
  else total += await fuzz(name, target, name === 'socket' ? 100 : 1, name !== 'socket');
}
await socket?.close();
console.log(`${total} inputs, ${findings} findings, seed ${seed}`);
process.exitCode = findings === 0 ? 0 : 1;
