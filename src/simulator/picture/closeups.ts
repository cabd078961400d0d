import { gauge } from './backdrops.ts';
import { type Canvas, type Color, mix } from './canvas.ts';
import { subjects } from './subjects.ts';

/** A picture of one thing alone: the crops that a camera cuts out, and pictures that are none of a lens. */
export interface CloseUp {
  /** units of its drawing, and its size in pixels if nobody asks for another */
  readonly width: number;
  readonly height: number;
  readonly draw: (canvas: Canvas, random: () => number, caption: string) => void;
}

const FOREHEADS: readonly Color[] = [
  [232, 194, 162],
  [206, 162, 126],
  [164, 120, 90],
];

export const closeUps = {
  face: { width: 160, height: 200, draw: face },
  body: { width: 120, height: 240, draw: body },
  vehicle: { width: 240, height: 180, draw: vehicle },
  plate: { width: 220, height: 70, draw: plate },
  thermal: { width: 384, height: 288, draw: thermal },
  heatmap: { width: 640, height: 360, draw: heatmap },
  dial: { width: 200, height: 200, draw: dial },
} as const satisfies Readonly<Record<string, CloseUp>>;

function face(canvas: Canvas, random: () => number): void {
  const skin = FOREHEADS[Math.floor(random() * FOREHEADS.length)] ?? [220, 180, 150];
  const hair: Color = random() > 0.5 ? [42, 34, 32] : [112, 76, 46];
  canvas.gradient(0, 0, 160, 200, [148, 160, 170], [110, 120, 130]);
  canvas.ellipse(80, 206, 74, 52, [60, 82 + random() * 60, 120]);
  canvas.rectangle(64, 140, 32, 34, mix(skin, [0, 0, 0], 0.15));
  canvas.ellipse(80, 84, 52, 60, hair);
  canvas.ellipse(80, 100, 44, 56, skin);
  canvas.polygon(
    [
      [36, 84],
      [46, 44],
      [114, 44],
      [124, 84],
      [98, 62],
      [60, 66],
    ],
    hair,
  );
  for (const x of [62, 98]) {
    canvas.ellipse(x, 98, 8, 4.6, [248, 248, 246]);
    canvas.ellipse(x, 98, 3.6, 3.8, [50, 38, 32]);
    canvas.rectangle(x - 10, 86, 20, 3, hair);
  }
  canvas.polygon(
    [
      [80, 100],
      [86, 120],
      [74, 120],
    ],
    mix(skin, [0, 0, 0], 0.12),
  );
  canvas.ellipse(80, 134, 14, 4, [170, 84, 78]);
}

function body(canvas: Canvas, random: () => number): void {
  canvas.gradient(0, 0, 120, 240, [176, 172, 162], [132, 126, 116]);
  subjects.person(canvas, { x: 60, y: 226, scale: 1.6, random });
}

function vehicle(canvas: Canvas, random: () => number): void {
  canvas.gradient(0, 0, 240, 180, [104, 106, 112], [74, 76, 82]);
  subjects.car(canvas, { x: 120, y: 166, scale: 1.7, random });
}

/** A plate as China has them; the font has no characters for the provinces: two letters stand in. */
function plate(canvas: Canvas, _random: () => number, caption: string): void {
  canvas.gradient(0, 0, 220, 70, [28, 74, 176], [20, 56, 148]);
  canvas.frame(4, 4, 212, 62, 2, [240, 240, 240]);
  const text = caption === '' ? 'JJ66666' : caption;
  const dot = 200 / canvas.measure(text, 1).width;
  canvas.text(10, 35 - canvas.measure(text, dot).height / 2, text, dot, [244, 244, 244]);
}

/** Colours of a thermal picture from cold to hot. */
const HEAT: readonly Color[] = [
  [14, 8, 52],
  [92, 16, 120],
  [206, 60, 70],
  [250, 160, 40],
  [255, 246, 190],
];

function heat(share: number): Color {
  const at = Math.min(0.999, Math.max(0, share)) * (HEAT.length - 1);
  const from = HEAT[Math.floor(at)] ?? [0, 0, 0];
  return mix(from, HEAT[Math.floor(at) + 1] ?? from, at % 1);
}

/** Readable on what is hot. */
const INK: Color = [24, 18, 40];

interface Spot {
  readonly x: number;
  readonly y: number;
  readonly reach: number;
  readonly heat: number;
}

function spots(canvas: Canvas, random: () => number, count: number): readonly Spot[] {
  return Array.from({ length: count }, () => ({
    x: random() * canvas.view.width,
    y: random() * canvas.view.height,
    reach: 40 + random() * 60,
    heat: 0.35 + random() * 0.6,
  }));
}

function warmth(sources: readonly Spot[], x: number, y: number): number {
  return sources.reduce((sum, spot) => {
    const near = ((x - spot.x) ** 2 + (y - spot.y) ** 2) / spot.reach ** 2;
    return sum + spot.heat * Math.exp(-near);
  }, 0.12);
}

function thermal(canvas: Canvas, random: () => number, caption: string): void {
  const sources = spots(canvas, random, 5);
  for (let y = 0; y < 288; y += 4) {
    for (let x = 0; x < 384; x += 4) canvas.rectangle(x, y, 4, 4, heat(warmth(sources, x, y)));
  }
  const hottest = sources.reduce((best, spot) => (spot.heat > best.heat ? spot : best));
  // the rectangle is whole, wherever the spot is, and clear of the scale
  const [x, y] = [within(hottest.x, 40, 320), within(hottest.y, 32, 256)];
  canvas.frame(x - 34, y - 26, 68, 52, 1.5, INK);
  canvas.text(x - 28, y - 8, caption, 2, INK);
  for (let step = 0; step < 200; step += 2)
    canvas.rectangle(366, 44 + step, 10, 2, heat(1 - step / 200));
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function heatmap(canvas: Canvas, random: () => number): void {
  canvas.gradient(0, 0, 640, 360, [70, 74, 80], [54, 58, 64]);
  const sources = spots(canvas, random, 7);
  for (let y = 0; y < 360; y += 6) {
    for (let x = 0; x < 640; x += 6) {
      const share = warmth(sources, x, y);
      canvas.rectangle(x, y, 6, 6, heat(share), Math.min(0.85, share));
    }
  }
}

function dial(canvas: Canvas, random: () => number, caption: string): void {
  canvas.gradient(0, 0, 200, 200, [130, 140, 146], [98, 108, 114]);
  gauge(canvas, 100, 92, 78, 0.2 + random() * 0.6);
  canvas.rectangle(50, 166, 100, 28, [24, 30, 34]);
  const dot = 2.6;
  const { width } = canvas.measure(caption, dot);
  canvas.text(100 - width / 2, 171, caption, dot, [120, 240, 150]);
}
