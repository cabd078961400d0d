import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Cursor,
  Malformed,
  OutOfBytes,
  type Span,
  signed,
  unsigned,
  withoutNuls,
} from '../../src/decode/bytes.ts';

const hex = (text: string) => Buffer.from(text, 'hex');

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('Cursor', () => {
  it('reads big-endian, one after another', () => {
    const cursor = new Cursor(hex('01020304050607ff'));
    expect([cursor.u8(), cursor.u16(), cursor.u32()]).toEqual([0x01, 0x0203, 0x04050607]);
    expect([cursor.offset, cursor.left]).toEqual([7, 1]);
    expect(cursor.rest()).toEqual(hex('ff'));
    expect(cursor.left).toBe(0);
  });

  it('gives views, not copies', () => {
    const bytes = hex('010203');
    const view = new Cursor(bytes).take(2);
    bytes[0] = 9;
    expect(view[0]).toBe(9);
  });

  it('says where it stood and what it wanted, and stays there', () => {
    const cursor = new Cursor(hex('010203'));
    cursor.u16();
    const error = thrownBy(() => cursor.u32());
    expect(error).toBeInstanceOf(OutOfBytes);
    expect(error).toMatchObject({
      offset: 2,
      wanted: '4 bytes',
      message: 'wanted 4 bytes, 1 byte left',
    });
    expect(cursor.u8()).toBe(3);
    expect(thrownBy(() => cursor.u8())).toMatchObject({
      message: 'wanted 1 byte, nothing is left',
    });
  });

  it('never leaves its bytes, whatever is asked of it', () => {
    const step = fc.oneof(
      fc.constantFrom('u8', 'u16', 'u32', 'rest'),
      fc.nat({ max: 2 ** 32 - 1 }),
      fc.nat({ max: 8 }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.array(step), (content, steps) => {
        // a neighbour behind it in the same memory, as in a pool
        const pool = Buffer.concat([content, Buffer.alloc(16, 0xee)]);
        const cursor = new Cursor(pool.subarray(0, content.length));
        for (const wanted of steps) {
          const before = cursor.offset;
          const error = thrownBy(() =>
            typeof wanted === 'number'
              ? cursor.take(wanted)
              : cursor[wanted as 'u8' | 'u16' | 'u32' | 'rest'](),
          );
          if (error !== undefined) {
            expect(error).toBeInstanceOf(OutOfBytes);
            expect(cursor.offset).toBe(before);
          }
          expect(cursor.offset + cursor.left).toBe(content.length);
          expect(cursor.left).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});

describe('integers', () => {
  /** between others, as in a body */
  const spanOf = (value: Buffer): Span => {
    const around = hex('a5a5a5a5a5a5a5a5a5');
    const start = around.length;
    const bytes = Buffer.concat([around, value, around]);
    return { bytes, start, end: start + value.length };
  };
  const span = (text: string) => spanOf(hex(text));

  it('are read in every width that devices use', () => {
    expect(unsigned(span('ff'))).toBe(255);
    expect(unsigned(span('ff00'))).toBe(0xff00);
    expect(unsigned(span('ff000001'))).toBe(0xff000001);
    expect(unsigned(span('ffffffffffffffff'))).toBe(2n ** 64n - 1n);
  });

  it('are read signed in every width', () => {
    expect(signed(span('ff'))).toBe(-1);
    expect(signed(span('8000'))).toBe(-32768);
    expect(signed(span('7fffffff'))).toBe(2147483647);
    expect(signed(span('fffffffffffffd1b'))).toBe(-741n);
  });

  it.each([0, 3, 5, 6, 7, 9, 16])('have no %i bytes', (length) => {
    expect(() => unsigned(spanOf(Buffer.alloc(length)))).toThrow(Malformed);
    expect(() => signed(spanOf(Buffer.alloc(length)))).toThrow(`not ${length}`);
  });
});

describe('withoutNuls', () => {
  it('counts what stands before the NULs at the end', () => {
    expect(withoutNuls(hex(''))).toBe(0);
    expect(withoutNuls(hex('0000'))).toBe(0);
    expect(withoutNuls(hex('000100'))).toBe(2);
    expect(withoutNuls(hex('0001'))).toBe(2);
  });
});
