import { readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { defaultSettings } from '../../dist/config/convict.js';
import { decodeReport } from '../../dist/decode/decode.js';
import { UnreadableReport } from '../../dist/decode/report.js';
import { applyReport, newRecord } from '../../dist/domain/device.js';
import { identify } from '../../dist/domain/identity.js';
import { normalize } from '../../dist/domain/normalize.js';
import { policyOf } from '../../dist/domain/policy.js';
import { privacyOf, withPrivacy } from '../../dist/domain/privacy.js';
import { contextOf } from '../../dist/homeassistant/context.js';
import { messagesOf } from '../../dist/homeassistant/messages.js';
import { reports } from '../../dist/spec/reports.js';
import { tags } from '../../dist/spec/tags.js';
import { bend, edges } from './random.mjs';

const NOW = 1_700_000_000_000;
const settings = defaultSettings();
const policy = policyOf(settings, 'A', NOW);
const privacy = privacyOf(settings, 'A');
const context = contextOf(settings);

function read(report, body) {
  const route = report === undefined ? { method: 'strange' } : { report, method: report };
  try {
    return decodeReport(route, body);
  } catch (error) {
    if (error instanceof UnreadableReport) return undefined;
    throw error;
  }
}

/** What was read all the way: understood, applied, and made into messages. */
function through(decoded) {
  identify({ bodyId: decoded.deviceId, principal: { kind: 'anyone' } });
  const record = newRecord('A', NOW);
  const about = { deviceId: 'A', receivedAt: NOW, fingerprint: 'f', policy, record };
  const normalized = withPrivacy(normalize(decoded, about), privacy);
  const changes = applyReport(record, normalized, { now: NOW, policy });
  const topics = changes.flatMap((change) => {
    const { always, live, history } = messagesOf(change, record, context, NOW);
    const past = history === undefined ? [] : [history.message(false)];
    return [...always, ...live, ...past].map(({ topic }) => topic);
  });
  for (const topic of topics) {
    if (/[+#\0]/.test(topic) || !topic.startsWith('jvs2mqtt/')) throw new Error(`topic ${topic}`);
  }
  return { record, topics };
}

/** @param thorough all the way and twice: most findings are where bytes are read */
function check([report, body], thorough) {
  const first = read(report, body);
  if (!thorough) return;
  const second = read(report, body);
  if (!isDeepStrictEqual(first, second)) throw new Error('another answer');
  if (first === undefined || second === undefined) return;
  if (!isDeepStrictEqual(through(first), through(second))) throw new Error('other messages');
}

function u32(...values) {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, index * 4);
  return bytes;
}

const numbers = Object.keys(tags).map(Number);

function tlvItem(random) {
  const known = random.chance(90);
  const tag = known ? random.one(numbers) : random.next();
  const { type = 'bytes', width } = known ? tags[tag] : {};
  const sized = random.chance(80)
    ? (width ?? random.below(24))
    : random.one([0, 1, 2, 4, 8, 3, 5, 10, 40]);
  const value =
    type === 'text'
      ? random.one([
          Buffer.from('motion_detection'),
          Buffer.from([0xb0, 0xa1, 0x5c]),
          random.bytes(random.below(40)),
          Buffer.alloc(9),
        ])
      : random.chance(15)
        ? Buffer.from([0xff, 0xd8, ...random.bytes(random.below(60)), 0xff, 0xd9])
        : random.chance(20) && sized === 4
          ? u32(random.one(edges))
          : random.bytes(sized);
  const length = random.chance(96) ? value.length : random.one(edges);
  return Buffer.concat([u32(tag, length), value]);
}

function tlvBody(random) {
  const layers = ['META', 'ALAM', 'AREA', 'XXXX'];
  const records = Array.from({ length: 1 + random.below(4) }, () => {
    const target = random.chance(70) ? [Buffer.concat([u32(1, 4, random.below(18))])] : [];
    const items = [...target, ...Array.from({ length: random.below(14) }, () => tlvItem(random))];
    const run = Buffer.concat(items);
    const length = random.chance(95) ? run.length : random.one(edges);
    return Buffer.concat([Buffer.from(random.one(layers)), u32(length), run]);
  });
  const body = Buffer.concat(records);
  return random.chance(30) ? bend(body, random) : body;
}

const fixtures = new URL('../../test/fixtures/reports/', import.meta.url);
const samples = readdirSync(fixtures, { recursive: true })
  .filter((name) => name.endsWith('.body'))
  .map((name) => readFileSync(new URL(name, fixtures)));
const jsonNames = Object.keys(reports).filter((name) => name !== 'tlv_report');
const bits = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  'null',
  '1e999',
  '"__proto__":',
  '\\u0000',
  '//',
  '/*',
  "'",
  '\ud800',
  '0x1',
  '-',
  '"jpeg_base64":"',
  '"param":{',
  'data:image/jpeg;base64,',
].map((text) => Buffer.from(text));

function jsonBody(random) {
  let body = bend(random.one(samples), random, 8);
  for (let more = random.below(5); more > 0; more--) {
    const at = random.below(body.length + 1);
    const bit = random.one(bits);
    const times = random.chance(3) ? random.below(2_000) : 1 + random.below(2);
    body = Buffer.concat([
      body.subarray(0, at),
      Buffer.concat(Array(times).fill(bit)),
      body.subarray(at),
    ]);
  }
  return body;
}

/** Up to 1 MB, of which something is there very often: steps must not grow faster than bytes. */
function large(random) {
  const name = random.one(['tlv', 'json']);
  const [report, body] = targets[name].make(random);
  const at = random.below(body.length + 1);
  const upTo = at + 1 + random.below(Math.min(2_000, body.length - at + 1));
  const run = random.chance(50) ? random.one(bits) : body.subarray(at, upTo);
  const size = random.one([20_000, 65_000, 200_000, 1_000_000]);
  const filled = Buffer.alloc(size, run.length > 0 ? run : 'x');
  const tail = random.chance(50) ? body.subarray(at) : Buffer.alloc(0);
  return [report, Buffer.concat([body.subarray(0, at), filled, tail])];
}

export const targets = {
  tlv: { make: (random) => ['tlv_report', tlvBody(random)], check, bytesOf: ([, body]) => body },
  json: {
    make: (random) => [random.chance(90) ? random.one(jsonNames) : undefined, jsonBody(random)],
    check,
    bytesOf: ([, body]) => body,
  },
  large: { make: large, check, bytesOf: ([, body]) => body },
};
