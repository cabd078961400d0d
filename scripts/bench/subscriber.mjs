// Hears everything that the broker hands on, and counts it by topic: MQTT 3.1.1 (§3) read by hand, so
// that listening costs the machine little. Usage: forked with the broker's port; answers each IPC message
// { seq } with { seq, counts, sizes, texts }: messages by topic since the one before, how long the last of
// each was, and the last text of each `…/state`.
import { connect } from 'node:net';

const MOST_KEPT = 65_536;
const socket = connect(Number(process.argv[2]), '127.0.0.1');
let counts = new Map();
let sizes = new Map();
const texts = new Map();
let pending = Buffer.alloc(0);
let skip = 0;

function packet(type, body) {
  return Buffer.concat([Buffer.from([type, body.length]), body]);
}

function text(value) {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes]);
}

socket.on('connect', () => {
  // a clean session without keep alive, then everything at QoS 0
  socket.write(
    packet(
      0x10,
      Buffer.concat([text('MQTT'), Buffer.from([4, 2, 0, 0]), text('bench-subscriber')]),
    ),
  );
  socket.write(packet(0x82, Buffer.concat([Buffer.from([0, 1]), text('#'), Buffer.from([0])])));
});

/** Where the packet's content begins and how long it is; `undefined` where its head is not whole yet. */
function headOf(bytes) {
  let length = 0;
  for (let at = 1; at < 5 && at < bytes.length; at++) {
    length += (bytes[at] & 127) * 128 ** (at - 1);
    if (bytes[at] < 128) return { start: at + 1, length };
  }
  return undefined;
}

function heard(bytes, start, length) {
  const end = start + 2 + bytes.readUInt16BE(start);
  const topic = bytes.toString('utf8', start + 2, end);
  counts.set(topic, (counts.get(topic) ?? 0) + 1);
  sizes.set(topic, start + length - end);
  return { topic, end };
}

socket.on('data', (chunk) => {
  let bytes = chunk;
  if (skip > 0) {
    const skipped = Math.min(skip, bytes.length);
    skip -= skipped;
    bytes = bytes.subarray(skipped);
  }
  if (pending.length > 0) bytes = Buffer.concat([pending, bytes]);
  for (;;) {
    const head = headOf(bytes);
    if (head === undefined) break;
    const { start, length } = head;
    const isLarge = length > MOST_KEPT;
    if (bytes.length < start + (isLarge ? 1_024 : length)) break;
    if (bytes[0] >> 4 === 3) {
      const { topic, end } = heard(bytes, start, length);
      if (!isLarge && /^[^/]+\/12221S[^/]*\/state$/.test(topic))
        texts.set(topic, bytes.toString('utf8', end, start + length));
    } else if (bytes[0] >> 4 === 9) process.send('ready');
    skip = Math.max(0, start + length - bytes.length);
    bytes = bytes.subarray(Math.min(bytes.length, start + length));
  }
  pending = bytes;
});

process.on('message', ({ seq }) => {
  process.send({ seq, counts: [...counts], sizes: [...sizes], texts: [...texts] });
  counts = new Map();
  sizes = new Map();
});
