import { expect, test } from 'vitest';
import { Outbox } from '../../src/bridge/outbox.ts';
import type { Privacy } from '../../src/domain/privacy.ts';
import type { Entry, Kept } from '../../src/outbox/entry.ts';
import { todayOf } from '../../src/outbox/today.ts';
import { FakeDisk } from '../bridge/model/disk.ts';

const OPEN: Privacy = { pictures: new Set(['alarm', 'face']), faces: true, plates: true };
const today = (privacy: Partial<Privacy> = {}) =>
  todayOf('house/new', () => ({ ...OPEN, ...privacy }));
const entry = (kept: Kept, topic: string, seq = 1): Entry => ({
  seq,
  device: 'image',
  kept,
  topic,
  bytes: 10,
  at: 0,
});

test.each<[Kept, string]>([
  ['history', 'image/history'],
  ['report', 'image/report/new_report'],
  ['picture', 'image/0/image/alarm'],
  ['picture', 'image/0/image/alarm/attributes'],
])('a %s comes below the base topic of now: %s', (kept, own) => {
  for (const base of ['house/new', 'old', 'image/image/0']) {
    expect(today().entry(entry(kept, `${base}/${own}`))?.topic).toBe(`house/new/${own}`);
  }
});

test('a mere state is of all topics', () => {
  expect(today({ pictures: new Set() }).entry(entry('state', ''))).toEqual(entry('state', ''));
});

test('of pictures those that are published now, attributes too', () => {
  const { entry: ofNow } = today({ pictures: new Set(['alarm']) });
  for (const [kind, isThere] of [
    ['alarm', true],
    ['face', false],
  ] as const) {
    for (const topic of [`old/image/0/image/${kind}`, `old/image/0/image/${kind}/attributes`]) {
      expect(ofNow(entry('picture', topic)) !== undefined, topic).toBe(isThere);
    }
  }
});

const plate = { data: { extension: { plate_no: 'ZH-1', plate_color: 1 } } };
const face = { image: 'face', data: { gender: 'female', age: 40, target: 'face' } };
const whole = { method: 'new', content: { plate: 'ZH-1' } };

test.each<[Kept, string, object, object]>([
  ['history', 'history', plate, { data: { extension: { plate_color: 1 } } }],
  ['history', 'history', { uuid: 'of no data' }, { uuid: 'of no data' }],
  ['picture', '0/image/alarm/attributes', plate, { data: { extension: { plate_color: 1 } } }],
  ['picture', '0/image/face/attributes', face, { image: 'face', data: { target: 'face' } }],
  ['report', 'report/new', whole, { method: 'new', content: null, withheld: true }],
])('without plates and faces, of a %s %s', (kept, own, payload, left) => {
  const one = entry(kept, `old/image/${own}`);
  const bytes = Buffer.from(JSON.stringify(payload));
  const filtered = today({ plates: false, faces: false }).payload(one, bytes);
  expect(JSON.parse(filtered.toString())).toEqual(left);
  expect(today().payload(one, bytes)).toEqual(bytes);
});

test('a picture itself is left as it is', () => {
  const bytes = Buffer.from([0xff, 0xd8, 0xff]);
  const one = entry('picture', 'old/image/0/image/alarm');
  expect(today({ plates: false }).payload(one, bytes)).toEqual(bytes);
});

test('what is given up is off the disk, and its place is not taken anew', async () => {
  const disk = new FakeDisk(false);
  for (const one of [entry('history', 'old/A/history', 3), entry('picture', 'a/A/0/image/body', 7)])
    disk.safe.set(one.seq, { entry: one, payload: Buffer.from('{}') });
  const options = { maxBytes: 1_000, maxAge: 1_000, onDropped: () => {} };
  const { outbox, withheld } = await Outbox.open({ disk, today: today(), ...options });
  expect(withheld.map(({ seq }) => seq)).toEqual([7]);
  expect([...disk.safe.keys()]).toEqual([3]);
  expect([...outbox.heads()].map(({ topic }) => topic)).toEqual(['house/new/A/history']);
  expect(outbox.reserve('A', 1)).toBe(8);
});
