import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DecodedTlv, type TlvValue, UnreadableReport } from '../../src/decode/report.ts';
import { decodeTlv, tlvLimits } from '../../src/decode/tlv.ts';
import { type TagType, tagNumber, tagRow, tags } from '../../src/spec/tags.ts';
import { frame, hexFixture, item, record } from '../support/tlv.ts';

const names = Object.values(tags).map((row) => row.name);
const numbers = Object.keys(tags).map(Number);

const short = fc.integer({ min: 0, max: 0xffff });
const point = fc.record({ x: short, y: short });
const box = { x: short, y: short, w: short, h: short };
const bytes = fc.uint8Array({ maxLength: 40 }).map((content) => Buffer.from(content));

/** Values as a device could mean them, by type. */
const meant: Readonly<Record<TagType, fc.Arbitrary<TlvValue>>> = {
  unsigned: fc.integer({ min: 0, max: 255 }),
  signed: fc.integer(),
  id: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(String),
  flag: fc.boolean(),
  target: fc.integer({ min: 0, max: 20 }),
  wall_time: fc.integer({ min: 1e11, max: 8.64e15 }).map((ms) => ({ ms })),
  text: fc.string({ unit: 'grapheme' }).filter((text) => !/[\0\ufeff]/.test(text)),
  bytes: bytes.map((content) => ({ bytes: content })),
  picture: bytes
    .map((content) => Buffer.concat([Buffer.of(255, 216, 255), content, Buffer.of(255, 217)]))
    .map((content) => ({ format: 'jpeg', bytes: content })),
  size: fc.record({ width: short, height: short }),
  rect: fc.record(box),
  points: fc.array(point, { maxLength: 4 }),
  percents: fc.array(short.map((value) => value / 100)),
  area_rules: fc.array(fc.array(point, { maxLength: 10 }), { maxLength: 5 }),
  area_objects: fc.array(fc.record({ id: short, ...box }), { maxLength: 5 }),
};

const anyItem = fc.constantFrom(...names).chain((name) => {
  const row = tagRow(tagNumber(name));
  // the widest, for an id takes 64 bits
  const width = row?.type === 'id' || row?.type === 'signed' ? 8 : row?.width;
  const arbitrary = meant[row?.type ?? 'bytes'];
  return arbitrary
    .map((value) => (row?.scale === undefined ? value : Number(value) / row.scale))
    .map((value) => ({ name, value, bytes: item(name, value, width) }));
});

/** Bodies that are nearly right: known tags, lying lengths, nesting. */
const nearly = fc
  .array(
    fc.tuple(
      fc.constantFrom('META', 'ALAM', 'AREA', 'WXYZ', '\0\0\0\0'),
      fc.array(
        fc
          .tuple(fc.oneof(fc.constantFrom(...numbers), fc.nat()), bytes, fc.option(fc.nat(100)))
          .map(([tag, value, lie]) => frame(tag, value, lie ?? value.length)),
        { maxLength: 8 },
      ),
      fc.option(fc.nat(300)),
    ),
    { maxLength: 4 },
  )
  .map((records) =>
    Buffer.concat(
      records.map(([layer, items, lie]) => {
        const run = Buffer.concat(items);
        return frame(layer, run, lie ?? run.length);
      }),
    ),
  );

/** What can be said of every body. */
function holds(body: Buffer): DecodedTlv | undefined {
  let decoded: DecodedTlv;
  try {
    decoded = decodeTlv('tlv_report', body);
  } catch (error) {
    expect(error).toBeInstanceOf(UnreadableReport);
    expect((error as UnreadableReport).faults).not.toHaveLength(0);
    return undefined;
  }
  const items = decoded.records.flatMap((it) => it.items);
  // no more is made than was sent
  expect(8 * items.length).toBeLessThanOrEqual(body.length);
  expect(decoded.faults.length).toBeLessThanOrEqual(tlvLimits.faults + 1);
  let end = 0;
  for (const { offset, tag, value, name } of items) {
    expect(offset).toBeGreaterThanOrEqual(end);
    end = offset;
    if (name !== 'EXTENSION') expect(body.readUInt32BE(offset)).toBe(tag);
    const told = decoded.faults.some(({ where }) => where.endsWith(`/${name} @${offset}`));
    expect(told).toBe(value === undefined);
  }
  return decoded;
}

describe('decodeTlv', () => {
  it('reads what was written', () => {
    fc.assert(
      fc.property(fc.array(anyItem, { minLength: 1, maxLength: 12 }), (items) => {
        const { records, faults } = decodeTlv('m', record('META', ...items.map((it) => it.bytes)));
        expect(faults).toEqual([]);
        const found = records[0]?.items.map(({ name, value }) => ({ name, value }));
        expect(found).toEqual(items.map(({ name, value }) => ({ name, value })));
      }),
      { numRuns: 300 },
    );
  });

  it('throws nothing but UnreadableReport for bytes of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => void holds(Buffer.from(body))),
      { numRuns: 500 },
    );
  });

  it('holds for bodies that are nearly right', () => {
    fc.assert(
      fc.property(nearly, (body) => void holds(body)),
      { numRuns: 1_000 },
    );
  });

  it('holds for good bodies with a few bytes changed, and answers the same twice', () => {
    const good = ['face', 'several', 'ocr', 'bare-extension'].map(hexFixture);
    const change = fc.tuple(fc.nat(), fc.nat(255));
    fc.assert(
      fc.property(fc.constantFrom(...good), fc.array(change, { maxLength: 4 }), (body, changes) => {
        const bent = Buffer.from(body);
        for (const [at, value] of changes) bent[at % bent.length] = value;
        expect(holds(bent)).toEqual(holds(bent));
      }),
      { numRuns: 500 },
    );
  });

  it.each(['face', 'several', 'ocr'])(
    '%s cut at any byte keeps what stands before the cut',
    (name) => {
      const whole = hexFixture(name);
      const { records } = decodeTlv('m', whole);
      const boundaries = new Set(records.map(({ offset, length }) => offset + 8 + length));
      const items = records.flatMap((it) => it.items);
      const first = items[0];
      const last = Math.max(...boundaries);
      for (let length = 1; length < last; length++) {
        const body = whole.subarray(0, length);
        const kept = items.filter((it) => it.offset + 8 + it.length <= length);
        const decoded = holds(body);
        if (kept.length === 0 || first === undefined) {
          expect(decoded).toBeUndefined();
          continue;
        }
        const found = decoded?.records.flatMap((it) => it.items) ?? [];
        expect(found.slice(0, kept.length)).toEqual(kept);
        expect(found.length - kept.length).toBeLessThanOrEqual(1);
        if (boundaries.has(length)) expect(decoded?.faults).toEqual([]);
        else expect(places(decoded)).toContainEqual(placeOf(records, length));
      }
    },
  );
});

/** The offsets that faults name. */
function places(decoded: DecodedTlv | undefined): number[] {
  return decoded?.faults.map(({ where }) => Number(where.split('@')[1])) ?? [];
}

/** Where the innermost thing begins that a cut at `length` goes through. */
function placeOf(records: DecodedTlv['records'], length: number): number {
  const things = records.flatMap((it) => [it, ...it.items]);
  const split = things.filter((it) => it.offset < length && length < it.offset + 8 + it.length);
  return Math.max(...split.map(({ offset }) => offset));
}
