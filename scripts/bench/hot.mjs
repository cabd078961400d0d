// What a profile of profile.mjs says in short. Usage: hot.mjs FILE [PUSHES] [LINES]
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

function nameOf({ functionName, url }) {
  const file = url.replace(/^.*\/(node_modules|dist|scripts)\//, '');
  const place = file.replace(/^((?:@[^/]+\/)?[^/]+)\/.*$/, (all, pack) =>
    url.includes('/node_modules/') ? pack : all,
  );
  return { call: `${functionName || '(anonymous)'} ${place}`.trim(), place: place || functionName };
}

/** Groups that a reader knows: what belongs to which part of the way. */
const groups = [
  [/^(http|_http|node:_http|node:internal\/http)|^@hono|^hono/, 'HTTP: node:http, Hono, http/'],
  [/^http\//, 'HTTP: node:http, Hono, http/'],
  [/^decode\//, 'decode/'],
  [/^domain\//, 'domain/'],
  [/^homeassistant\//, 'homeassistant/'],
  [/^(bridge|outbox|compose)/, 'bridge/'],
  [/^mqtt(-packet)?$|^mqtt\/|^(rfdc|bl|readable-stream|debug)$/, 'mqtt.js and mqtt/'],
  [/^(store\/|classic-level|abstract-level|level)/, 'store/, LevelDB'],
  [/garbage collector/, 'garbage collection'],
  [/^(writev|writeBuffer|node:net|node:internal\/stream)/, 'sockets and streams'],
];

function add(map, key, value) {
  map.set(key, (map.get(key) ?? 0) + value);
}

function lines(map, all, unit, most) {
  return [...map]
    .sort(([, one], [, other]) => other - one)
    .slice(0, most)
    .map(
      ([key, value]) =>
        `  ${((100 * value) / all).toFixed(1).padStart(5)} %  ${unit(value)}  ${key}`,
    );
}

export function hot(file, pushes, most = 12) {
  const { cpu, heap } = JSON.parse(readFileSync(file, 'utf8'));
  const frames = new Map(cpu.nodes.map((node) => [node.id, nameOf(node.callFrame)]));
  const byGroup = new Map();
  const byCall = new Map();
  let busy = 0;
  cpu.samples.forEach((id, index) => {
    const { call, place } = frames.get(id);
    // `dispatch` is the profiler itself
    if (call.startsWith('(idle)') || call === 'dispatch') return;
    busy += cpu.timeDeltas[index];
    const group = groups.find(([pattern]) => pattern.test(place))?.[1] ?? 'the rest of Node';
    add(byGroup, group, cpu.timeDeltas[index]);
    add(byCall, call, cpu.timeDeltas[index]);
  });
  const bytes = new Map();
  let all = 0;
  const walk = ({ callFrame, selfSize, children }) => {
    all += selfSize;
    add(bytes, nameOf(callFrame).call, selfSize);
    children.forEach(walk);
  };
  walk(heap.head);
  const micros = (value) => `${(value / pushes).toFixed(1).padStart(7)} µs`;
  const kilobytes = (value) => `${(value / pushes / 1024).toFixed(1).padStart(6)} KB`;
  return [
    `CPU, ${(busy / pushes).toFixed(0)} µs a push, by part`,
    ...lines(byGroup, busy, micros, most),
    'by function, its own time',
    ...lines(byCall, busy, micros, most),
    `allocated, ${(all / pushes / 1024).toFixed(0)} KB a push`,
    ...lines(bytes, all, kilobytes, most),
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file, pushes = '1', most = '20'] = process.argv.slice(2);
  console.log(hot(file, Number(pushes), Number(most)));
}
