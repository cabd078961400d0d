import { encode } from 'jpeg-js';
import { type Backdrop, backdrops } from './picture/backdrops.ts';
import { Canvas } from './picture/canvas.ts';
import { closeUps } from './picture/closeups.ts';
import { type Subject, subjects } from './picture/subjects.ts';
import { randomFrom } from './random.ts';

/** What a simulated camera sees. Alike options give alike bytes. */
export interface PictureOptions {
  /** where the camera hangs, or a close-up: `face`, `plate`, `thermal`, … */
  readonly scene?: Scene;
  /** who or what is there; nobody without it. Close-ups show themselves */
  readonly subject?: Subject;
  /** moves things about */
  readonly seed?: number;
  /** the line at the top left, as cameras write the time there; none if empty */
  readonly stamp?: string;
  /** the camera's name at the bottom left, a plate's letters, a dial's digits */
  readonly caption?: string;
  /** pixels; 640 × 360 for scenes, close-ups have a size each */
  readonly width?: number;
  readonly height?: number;
  /** 1-100 */
  readonly quality?: number;
}

export type Scene = Backdrop | keyof typeof closeUps;

const VIEW = { width: 640, height: 360 } as const;
const QUALITY = 70;
const GRAIN = 8;
/** A new picture takes some 50 ms to make: the last ones are kept. */
const KEPT = 200;
const kept = new Map<string, Buffer>();

/** A real JPEG of a drawn scene. */
export function jpeg(options: PictureOptions = {}): Buffer {
  const key = JSON.stringify(Object.entries(options).sort());
  const known = kept.get(key);
  if (known !== undefined) return known;
  const made = draw(options);
  const [oldest] = kept.keys();
  if (kept.size >= KEPT && oldest !== undefined) kept.delete(oldest);
  kept.set(key, made);
  return made;
}

function draw(options: PictureOptions): Buffer {
  const { scene = 'house', seed = 1, quality = QUALITY } = options;
  const view = isCloseUp(scene) ? closeUps[scene] : VIEW;
  const size = { width: options.width ?? view.width, height: options.height ?? view.height };
  const canvas = new Canvas(size, { width: view.width, height: view.height });
  if (isCloseUp(scene)) {
    closeUps[scene].draw(canvas, randomFrom(seed), options.caption ?? '');
  } else {
    drawScene(canvas, scene, options, seed);
  }
  return encode({ ...size, data: canvas.pixels(GRAIN, randomFrom(seed + 1)) }, quality).data;
}

function drawScene(canvas: Canvas, scene: Backdrop, options: PictureOptions, seed: number): void {
  // The place stays the same whatever happens in it.
  backdrops[scene](canvas, randomFrom(7));
  const random = randomFrom(seed);
  const place = { x: 170 + random() * 260, y: 292 + random() * 44, scale: 0.9 + random() * 0.25 };
  if (options.subject !== undefined) subjects[options.subject](canvas, { ...place, random });
  written(canvas, 10, 10, options.stamp ?? '');
  written(canvas, 10, VIEW.height - 24, options.caption ?? '');
}

/** White letters with a dark edge, readable on anything. */
function written(canvas: Canvas, x: number, y: number, text: string): void {
  canvas.text(x + 1, y + 1, text, 2, [10, 10, 10]);
  canvas.text(x, y, text, 2, [250, 250, 250]);
}

/** Whether it shows one thing alone, without time and name written into it. */
export function isCloseUp(scene: Scene): scene is keyof typeof closeUps {
  return Object.hasOwn(closeUps, scene);
}
