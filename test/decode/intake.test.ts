import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeReport } from '../../src/decode/decode.ts';
import { Intake } from '../../src/decode/intake.ts';
import { type Received, whole } from '../../src/decode/received.ts';
import type { DecodedReport, UnreadableReport } from '../../src/decode/report.ts';
import { fingerprint } from '../../src/domain/fingerprint.ts';
import { jpeg } from '../../src/simulator/jpeg.ts';

/** The body as an intake makes it of these chunks. */
function taken(chunks: readonly Buffer[], declared: number | undefined): Received {
  const intake = new Intake(declared);
  for (const chunk of chunks) intake.add(chunk);
  return intake.end();
}

/** A buffer of its own, as Node's HTTP parser makes each chunk: the intake may give its memory back. */
function owned(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  return copy;
}

/** Cuts a body after each of these distances. */
function cut(body: Buffer, distances: readonly number[]): Buffer[] {
  const chunks: Buffer[] = [];
  let at = 0;
  for (let turn = 0; at < body.length; turn++) {
    const end = at + Math.max(1, distances[turn % distances.length] ?? body.length);
    chunks.push(owned(body.subarray(at, end)));
    at = end;
  }
  return chunks;
}

function decoded(body: Buffer | Received): DecodedReport | { faults: unknown } {
  try {
    return decodeReport({ report: 'snap_report', method: 'snap_report' }, body);
  } catch (error) {
    return { faults: (error as UnreadableReport).faults };
  }
}

const picture = jpeg({ scene: 'house' });
const size = picture.length + 20_000;
/** without padding */
const base64 = Buffer.alloc(size - (size % 3), picture).toString('base64');
const body = (jpegBase64: string, more: object = {}) =>
  JSON.stringify({
    mid: 2,
    method: 'snap_report',
    param: { deviceID: 'A', deviceName: '门口', name: 'T.jpg', jpegBase64, ...more },
  });

const long = fc
  .oneof(fc.integer({ min: 1_020, max: 1_300 }), fc.integer({ min: 15_000, max: 30_000 }))
  .map((length) => base64.slice(0, length))
  .chain((text) =>
    fc.constantFrom(
      text,
      text.slice(0, text.length - (text.length % 4)),
      `${text.slice(0, text.length - (text.length % 4))}QQ==`,
      `${text}=`,
      `${text}==`,
      `${text.slice(0, -1)}=`,
      `${text.slice(0, -2)}==`,
      `data:image/jpeg;base64,${text}`,
      `\n${text}`,
      text.replace(/(.{400})/g, '$1\r\n'),
      `${text.slice(0, 900)}-${text}`,
      `${text}_`,
      `${text}"`,
      `${text}\\`,
      `${text}中`,
      `${text.slice(0, 2_000)}=${text}`,
      '中'.repeat(1_200) + text,
    ),
  );

const bodies = fc
  .record({
    picture: long,
    after: fc.oneof(
      fc.constant({}),
      long.map((extra) => ({ extra })),
    ),
    before: fc.oneof(
      { weight: 4, arbitrary: fc.string({ maxLength: 300 }) },
      { weight: 1, arbitrary: long },
    ),
    form: fc.constantFrom(
      (text: string) => text,
      (text: string) => text,
      (text: string) => text,
      // a picture's string that is a key, or that never ends
      (text: string) => text.replace(/","(?=extra)/, '":"'),
      (text: string) => text.replaceAll('/', '\\/'),
      (text: string) => text.replaceAll('\\n', '\n').replaceAll('\\r', '\r'),
      (text: string) => text.slice(0, -3),
      (text: string) => text.slice(0, Math.floor(text.length / 2)),
      (text: string) => ` ${text}`,
      (text: string) => `${text}\0\0`,
      (text: string) => text.replace('"param":', '"param"'),
      (text: string) => text.replace(/"(?=:\d)/, ''),
    ),
  })
  .map(({ picture: jpegBase64, after, before, form }) => {
    const text = body(jpegBase64, after).replace(
      '{"mid"',
      `{"before":${JSON.stringify(before)},"mid"`,
    );
    return Buffer.from(form(text));
  });

const chunkings = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }) },
    { weight: 6, arbitrary: fc.integer({ min: 1_000, max: 70_000 }) },
  ),
  { minLength: 1, maxLength: 8 },
);

describe('a body that is decoded while it comes', () => {
  it('is what the whole body is, for any body and any chunks', () => {
    let onTheWay = 0;
    fc.assert(
      fc.property(bodies, chunkings, fc.nat(5), (bytes, distances, declared) => {
        const received = taken(cut(bytes, distances), declared > 0 ? bytes.length : undefined);
        if (received.taken !== undefined) onTheWay++;
        expect(received.length).toBe(bytes.length);
        expect(received.bytes.equals(bytes)).toBe(true);
        expect(fingerprint(received)).toBe(fingerprint(whole(bytes)));
        expect(decoded(received)).toEqual(decoded(bytes));
      }),
      { numRuns: 400 },
    );
    // else this would hold the reference to itself
    expect(onTheWay).toBeGreaterThan(20);
  });

  it.each([
    ['as cameras send it', base64],
    ['with a data: prefix', `data:image/jpeg;base64,${base64}`],
    ['with its padding cut in two', `${base64}QQ==`],
  ])('never stands in memory as base64: %s', (_, text) => {
    const bytes = Buffer.from(body(text));
    for (const size of [1_460, 65_536, bytes.length - 30, bytes.length - 21, bytes.length - 20]) {
      const received = taken(cut(bytes, [size]), bytes.length);
      expect(received.taken?.skeleton.length).toBeLessThan(500);
      expect(received.taken?.texts[0]?.bytes?.toString('base64').slice(0, 2_000)).toBe(
        text.replace(/^data:.*,/, '').slice(0, 2_000),
      );
      expect(decoded(received)).toEqual(decoded(bytes));
    }
  });

  it.each([
    ['a small body', body(base64.slice(0, 9_000))],
    ['binary metadata', `META${'\0'.repeat(20_000)}`],
    ['a body whose picture is broken in the middle', body(`${base64.slice(0, 9_000)}*${base64}`)],
    ['a body that ends within its picture', body(base64).slice(0, -100)],
  ])('%s is kept as it is', (_, text) => {
    const bytes = Buffer.from(text);
    const received = taken(cut(bytes, [4_000]), bytes.length);
    expect(received.taken).toBeUndefined();
    expect(received.bytes.equals(bytes)).toBe(true);
  });

  it.skipIf(!('transfer' in ArrayBuffer.prototype))(
    'gives back what it has decoded, and in the end all of it',
    () => {
      const bytes = Buffer.from(body(base64));
      const chunks = cut(bytes, [20_000]);
      const received = taken(chunks, bytes.length);
      expect(chunks.map(({ length }) => length)).toContain(0);
      expect(received.bytes.equals(bytes)).toBe(true);
      const [picture] = received.taken?.texts ?? [];
      expect(picture?.bytes?.length).toBeGreaterThan(20_000);
      received.free?.();
      expect(picture?.bytes?.length).toBe(0);
    },
  );

  it('is forgotten where nobody wants it', () => {
    const bytes = Buffer.from(body(base64));
    const intake = new Intake(bytes.length);
    intake.add(bytes.subarray(0, 10_000));
    intake.clear();
    intake.add(bytes.subarray(10_000));
    expect(intake.end().bytes.length).toBeLessThan(bytes.length);
  });
});
