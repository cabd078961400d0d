import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { whole } from '../../src/decode/received.ts';
import { fingerprint } from '../../src/domain/fingerprint.ts';

const of = (body: Buffer) => fingerprint(whole(body));

describe('a fingerprint', () => {
  const lengths = fc.oneof(
    fc.integer({ min: 1, max: 300 }),
    fc.integer({ min: 8_000, max: 40_000 }),
  );

  it('is another wherever one byte is another, at the ends and in the middle of a picture', () => {
    fc.assert(
      fc.property(lengths, fc.nat(), fc.integer({ min: 1, max: 255 }), (length, place, change) => {
        const body = Buffer.alloc(length, 'picture');
        const other = Buffer.from(body);
        const at = place % length;
        other.writeUInt8(other.readUInt8(at) ^ change, at);
        expect(of(body)).toBe(of(Buffer.from(body)));
        expect(of(other)).not.toBe(of(body));
      }),
    );
  });

  it('is another where bytes are missing', () => {
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 50 }), (length, more) => {
        const body = Buffer.alloc(length + more);
        expect(of(body.subarray(0, length))).not.toBe(of(body));
      }),
    );
  });
});
