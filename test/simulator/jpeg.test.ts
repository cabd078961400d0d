import { decode } from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { jpeg, type PictureOptions } from '../../src/simulator/jpeg.ts';
import { subjects } from '../../src/simulator/picture/subjects.ts';

const small = { width: 160, height: 90 } as const;
const subjectNames = Object.keys(subjects) as (keyof typeof subjects)[];

describe('jpeg', () => {
  it.each<[PictureOptions, number, number]>([
    [{ scene: 'house', subject: 'person' }, 640, 360],
    [{ scene: 'shop', subject: 'people', ...small }, 160, 90],
    [{ scene: 'carpark', subject: 'car', ...small }, 160, 90],
    [{ scene: 'machine_room', subject: 'fire', ...small }, 160, 90],
    [{ scene: 'face' }, 160, 200],
    [{ scene: 'body' }, 120, 240],
    [{ scene: 'vehicle' }, 240, 180],
    [{ scene: 'plate', caption: 'J66666' }, 220, 70],
    [{ scene: 'thermal', caption: '86.4' }, 384, 288],
    [{ scene: 'heatmap', ...small }, 160, 90],
    [{ scene: 'dial', caption: '2.4' }, 200, 200],
  ])('is a whole JPEG of its size: %j', (options, width, height) => {
    const bytes = jpeg(options);
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from([0xff, 0xd8, 0xff]));
    expect(bytes.subarray(-2)).toEqual(Buffer.from([0xff, 0xd9]));
    const picture = decode(bytes);
    expect([picture.width, picture.height]).toEqual([width, height]);
    expect(contrast(picture.data)).toBeGreaterThan(20);
  });

  it('is the same for the same options, and another for others', () => {
    const options = { ...small, subject: 'person', seed: 3, stamp: '2024-01-01 08:08:08' } as const;
    const bytes = jpeg(options);
    // the default written out is another entry of what is kept: it is drawn anew
    expect(jpeg({ ...options, quality: 70 })).toEqual(bytes);
    expect(jpeg({ ...options, seed: 4 })).not.toEqual(bytes);
    expect(jpeg({ ...options, stamp: '2024-01-01 08:08:09' })).not.toEqual(bytes);
    expect(jpeg({ ...options, scene: 'shop' })).not.toEqual(bytes);
    expect(jpeg({ ...options, quality: 20 }).length).toBeLessThan(bytes.length);
  });

  it('shows each subject as something of its own', () => {
    const pictures = subjectNames.map((subject) => jpeg({ ...small, subject }).toString('latin1'));
    const nobody = jpeg(small).toString('latin1');
    expect(new Set([...pictures, nobody]).size).toBe(subjectNames.length + 1);
  });
});

/** The spread between dark and bright. */
function contrast(pixels: Uint8Array): number {
  const reds = Array.from({ length: pixels.length / 4 }, (_, at) => pixels[at * 4] ?? 0);
  const mean = reds.reduce((sum, red) => sum + red, 0) / reds.length;
  return Math.sqrt(reds.reduce((sum, red) => sum + (red - mean) ** 2, 0) / reds.length);
}
