import { jpeg } from '../../src/simulator/jpeg.ts';

/** Bytes that begin and end as a JPEG does. */
export function pictureOf(size: number): Buffer {
  const small = jpeg({ scene: 'house', width: 32, height: 18 });
  return Buffer.concat([
    small.subarray(0, -2),
    Buffer.alloc(size - small.length, 1),
    small.subarray(-2),
  ]);
}
