// Load from a process of its own: keep-alive connections, one push after the other on each, as fast as
// they are answered. Usage: load.mjs PORT WORK CONNECTIONS REQUESTS [USER PASSWORD]; prints one line of JSON.
import { Client } from './client.mjs';
import { deviceOf, works } from './works.mjs';

const [port, work, connections, requests, username, password] = process.argv.slice(2);
const { make } = works[work];
const login = username === undefined ? undefined : { username, password };
const latencies = [];
let left = Number(requests);
let bad = 0;
// no two runs make the same push
let serial = Math.floor(Date.now() / 10) % 1e9;

const all = Array.from({ length: Number(connections) }, (_, index) => ({
  id: deviceOf(index),
  client: new Client(Number(port), login),
}));

async function push({ id, client }) {
  serial += 1;
  if (!(await client.push(make(id, serial)))) bad += 1;
}

// the challenge is not measured
await Promise.all(all.map(push));
const began = process.hrtime.bigint();
await Promise.all(
  all.map(async (one) => {
    while (left > 0) {
      left -= 1;
      const start = process.hrtime.bigint();
      await push(one);
      latencies.push(Number(process.hrtime.bigint() - start) / 1e6);
    }
  }),
);
const seconds = Number(process.hrtime.bigint() - began) / 1e9;
latencies.sort((a, b) => a - b);
const at = (share) =>
  latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
console.log(
  JSON.stringify({
    rate: latencies.length / seconds,
    seconds,
    p50: at(0.5),
    p99: at(0.99),
    bad,
    // all that were pushed, the first of each connection too
    count: latencies.length + all.length,
  }),
);
for (const { client } of all) client.close();
