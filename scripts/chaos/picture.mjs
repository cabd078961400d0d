import { jpeg } from '../../dist/simulator/jpeg.js';

/** Bytes that begin and end as a JPEG does: anything else is no picture to the bridge. */
export function pictureOf(size) {
  const small = jpeg({ scene: 'house', width: 32, height: 18 });
  const filling = Buffer.alloc(size - small.length, 1);
  return Buffer.concat([small.subarray(0, -2), filling, small.subarray(-2)]);
}
