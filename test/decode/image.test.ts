import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkPicture, TRAILING_BYTES } from '../../src/decode/image.ts';

const hex = (text: string) => Buffer.from(text, 'hex');
const jpeg = hex('ffd8ffe000104a46494600ffd9');
const png = hex('89504e470d0a1a0a0000000d494844520000000049454e44ae426082');

describe('checkPicture', () => {
  it('knows a JPEG and a PNG by beginning and end', () => {
    expect(checkPicture(jpeg)).toEqual({ format: 'jpeg', bytes: jpeg });
    expect(checkPicture(png)).toEqual({ format: 'png', bytes: png });
  });

  it('takes off the NULs with which cameras fill up, any number of them', () => {
    const padded = Buffer.concat([jpeg, Buffer.alloc(5_000)]);
    expect(checkPicture(padded)).toEqual({ format: 'jpeg', bytes: jpeg });
  });

  it('takes off a few other bytes behind the end, NULs among them', () => {
    const signature = Buffer.from(`\0\0JVS${'x'.repeat(TRAILING_BYTES - 5)}\0`);
    for (const picture of [jpeg, png]) {
      expect(checkPicture(Buffer.concat([picture, signature]))).toMatchObject({ bytes: picture });
    }
  });

  it('says that a picture was cut short', () => {
    expect(checkPicture(jpeg.subarray(0, -1))).toEqual({ problem: 'a JPEG without its end' });
    expect(checkPicture(png.subarray(0, -1))).toEqual({ problem: 'a PNG without its end' });
    const tooMuch = Buffer.concat([jpeg, Buffer.alloc(TRAILING_BYTES + 1, 1)]);
    expect(checkPicture(tooMuch)).toEqual({ problem: 'a JPEG without its end' });
  });

  it('says that something is no picture', () => {
    expect(checkPicture(Buffer.alloc(0))).toEqual({ problem: 'an empty picture' });
    const none = ['GIF89a', '<html>', 'jpeg_base64', '\0\0\0\0'];
    for (const text of none) {
      expect(checkPicture(Buffer.from(text))).toEqual({ problem: 'neither a JPEG nor a PNG' });
    }
    expect(checkPicture(hex('ffd8'))).toEqual({ problem: 'neither a JPEG nor a PNG' });
  });

  it('gives a view, not a copy', () => {
    const bytes = Buffer.from(jpeg);
    const picture = checkPicture(bytes);
    bytes[5] = 0x77;
    expect('bytes' in picture && picture.bytes[5]).toBe(0x77);
  });

  it('answers for all bytes, and a picture is a part of them', () => {
    const start = fc.constantFrom(jpeg.subarray(0, 3), png.subarray(0, 8), Buffer.alloc(0));
    const end = fc.constantFrom(jpeg.subarray(-2), png.subarray(-12), Buffer.alloc(0));
    const part = fc.uint8Array({ maxLength: 100 });
    fc.assert(
      fc.property(start, part, end, part, (...parts) => {
        const bytes = Buffer.concat(parts);
        const checked = checkPicture(bytes);
        if ('problem' in checked) expect(checked.problem).not.toBe('');
        else expect(bytes.indexOf(checked.bytes)).toBe(0);
      }),
    );
  });
});
