import type { Canvas, Color } from './canvas.ts';

/** What can be seen in front of a backdrop. Each is drawn standing at a point, `scale` 1 for near ones. */
export type Subject = keyof typeof subjects;

interface Place {
  readonly x: number;
  /** where it touches the ground */
  readonly y: number;
  readonly scale: number;
  readonly random: () => number;
}

const COATS: readonly Color[] = [
  [56, 92, 150],
  [158, 56, 52],
  [70, 112, 82],
  [196, 158, 72],
  [104, 82, 128],
];
const PAINTS: readonly Color[] = [
  [176, 40, 42],
  [48, 88, 148],
  [222, 222, 220],
  [52, 56, 62],
  [140, 146, 152],
];
const SKIN: Color = [226, 184, 150];
const DARK: Color = [36, 38, 44];

export const subjects = {
  person,
  people,
  cat,
  parcel,
  ebike,
  car,
  fire,
  covered,
  blurred,
} as const satisfies Readonly<Record<string, (canvas: Canvas, place: Place) => void>>;

function pick(colors: readonly Color[], random: () => number): Color {
  return colors[Math.floor(random() * colors.length)] ?? DARK;
}

function shadow(canvas: Canvas, x: number, y: number, across: number): void {
  canvas.ellipse(x, y, across, across / 5, [20, 22, 26], 0.35);
}

function person(canvas: Canvas, { x, y, scale: s, random }: Place): void {
  shadow(canvas, x, y, 26 * s);
  const coat = pick(COATS, random);
  for (const side of [-1, 1]) {
    canvas.polygon(
      [
        [x + side * 2 * s, y - 54 * s],
        [x + side * 14 * s, y - 54 * s],
        [x + side * 15 * s, y],
        [x + side * 5 * s, y],
      ],
      [48, 52, 68],
    );
    canvas.line([x + side * 15 * s, y - 98 * s], [x + side * 22 * s, y - 56 * s], 8 * s, coat);
    canvas.ellipse(x + side * 22 * s, y - 53 * s, 4 * s, 4 * s, SKIN);
  }
  canvas.polygon(
    [
      [x - 17 * s, y - 104 * s],
      [x + 17 * s, y - 104 * s],
      [x + 16 * s, y - 48 * s],
      [x - 16 * s, y - 48 * s],
    ],
    coat,
  );
  canvas.ellipse(x, y - 118 * s, 11 * s, 14 * s, SKIN);
  canvas.ellipse(x, y - 125 * s, 12 * s, 9 * s, pick([DARK, [96, 66, 44]], random));
}

function people(canvas: Canvas, { x, y, scale, random }: Place): void {
  for (const shift of [-96, -40, 18, 74]) {
    person(canvas, { x: x + shift * scale, y: y - random() * 26, scale: scale * 0.8, random });
  }
}

function cat(canvas: Canvas, { x, y, scale: s }: Place): void {
  const fur: Color = [214, 132, 62];
  shadow(canvas, x, y, 26 * s);
  canvas.ellipse(x, y - 16 * s, 24 * s, 11 * s, fur);
  for (const leg of [-16, -8, 8, 16]) canvas.rectangle(x + leg * s, y - 12 * s, 5 * s, 12 * s, fur);
  canvas.ellipse(x + 24 * s, y - 26 * s, 10 * s, 9 * s, fur);
  for (const ear of [18, 26]) {
    canvas.polygon(
      [
        [x + ear * s, y - 32 * s],
        [x + (ear + 3) * s, y - 43 * s],
        [x + (ear + 7) * s, y - 32 * s],
      ],
      fur,
    );
  }
  canvas.line([x - 22 * s, y - 18 * s], [x - 38 * s, y - 42 * s], 5 * s, fur);
  canvas.ellipse(x + 27 * s, y - 27 * s, 1.6 * s, 1.6 * s, DARK);
}

function parcel(canvas: Canvas, { x, y, scale: s }: Place): void {
  shadow(canvas, x, y, 30 * s);
  canvas.rectangle(x - 26 * s, y - 36 * s, 52 * s, 36 * s, [190, 146, 96]);
  canvas.rectangle(x - 4 * s, y - 36 * s, 8 * s, 36 * s, [226, 206, 164]);
}

function ebike(canvas: Canvas, { x, y, scale: s, random }: Place): void {
  const paint = pick(PAINTS, random);
  shadow(canvas, x, y, 54 * s);
  for (const wheel of [-38, 38]) {
    canvas.ellipse(x + wheel * s, y - 16 * s, 16 * s, 16 * s, DARK);
    canvas.ellipse(x + wheel * s, y - 16 * s, 9 * s, 9 * s, [150, 152, 156]);
  }
  canvas.line([x - 38 * s, y - 18 * s], [x + 10 * s, y - 20 * s], 12 * s, paint);
  canvas.line([x + 8 * s, y - 20 * s], [x + 26 * s, y - 62 * s], 9 * s, paint);
  canvas.line([x + 38 * s, y - 16 * s], [x + 24 * s, y - 66 * s], 5 * s, [120, 124, 130]);
  canvas.rectangle(x - 40 * s, y - 46 * s, 40 * s, 9 * s, DARK);
  canvas.line([x - 30 * s, y - 40 * s], [x - 18 * s, y - 20 * s], 14 * s, paint);
  canvas.line([x + 16 * s, y - 70 * s], [x + 34 * s, y - 64 * s], 5 * s, DARK);
}

function car(canvas: Canvas, { x, y, scale: s, random }: Place): void {
  const paint = pick(PAINTS, random);
  shadow(canvas, x, y, 78 * s);
  canvas.polygon(
    [
      [x - 42 * s, y - 46 * s],
      [x - 32 * s, y - 80 * s],
      [x + 32 * s, y - 80 * s],
      [x + 42 * s, y - 46 * s],
    ],
    paint,
  );
  canvas.polygon(
    [
      [x - 36 * s, y - 48 * s],
      [x - 28 * s, y - 75 * s],
      [x + 28 * s, y - 75 * s],
      [x + 36 * s, y - 48 * s],
    ],
    [110, 140, 160],
  );
  canvas.polygon(
    [
      [x - 60 * s, y - 50 * s],
      [x + 60 * s, y - 50 * s],
      [x + 64 * s, y - 12 * s],
      [x - 64 * s, y - 12 * s],
    ],
    paint,
  );
  for (const side of [-1, 1]) {
    canvas.rectangle(x + side * 50 * s - 11 * s, y - 14 * s, 22 * s, 14 * s, DARK);
    canvas.ellipse(x + side * 48 * s, y - 37 * s, 9 * s, 6 * s, [255, 248, 214]);
  }
  canvas.rectangle(x - 28 * s, y - 40 * s, 56 * s, 8 * s, DARK);
  canvas.rectangle(x - 20 * s, y - 26 * s, 40 * s, 11 * s, [40, 84, 190]);
  for (let letter = 0; letter < 6; letter += 1) {
    canvas.rectangle(x + (-16 + letter * 5.6) * s, y - 23.5 * s, 3.4 * s, 6 * s, [240, 240, 240]);
  }
}

function fire(canvas: Canvas, { x, y, scale: s, random }: Place): void {
  for (let puff = 0; puff < 9; puff += 1) {
    const up = 50 + puff * 17;
    const across = (20 + puff * 5) * s;
    canvas.ellipse(
      x + (random() - 0.3) * 60 * s,
      y - up * s,
      across,
      across * 0.8,
      [70, 70, 74],
      0.3,
    );
  }
  const layers: readonly (readonly [number, Color])[] = [
    [1, [214, 70, 30]],
    [0.7, [244, 144, 44]],
    [0.4, [255, 226, 120]],
  ];
  canvas.ellipse(x, y - 30 * s, 90 * s, 60 * s, [255, 150, 60], 0.2);
  for (const [size, color] of layers) {
    const reach = 74 * s * size;
    const half = 34 * s * size;
    canvas.polygon(
      [
        [x - half, y],
        [x - half * 0.9, y - reach * 0.5],
        [x - half * 0.4, y - reach * 0.35],
        [x - half * 0.1, y - reach],
        [x + half * 0.4, y - reach * 0.4],
        [x + half * 0.8, y - reach * 0.7],
        [x + half, y],
      ],
      color,
    );
  }
}

/** Something hangs over the lens. */
function covered(canvas: Canvas): void {
  const { width, height } = canvas.view;
  canvas.rectangle(0, 0, width, height, [10, 9, 8], 0.9);
  canvas.ellipse(width * 0.3, height * 0.9, width * 0.6, height * 0.7, [52, 34, 26], 0.8);
  canvas.ellipse(width * 0.8, height * 0.1, width * 0.14, height * 0.2, [120, 118, 110], 0.3);
}

/** Out of focus: milky, with the lights grown to discs. */
function blurred(canvas: Canvas, { random }: Place): void {
  const { width, height } = canvas.view;
  canvas.rectangle(0, 0, width, height, [150, 150, 152], 0.62);
  for (let disc = 0; disc < 16; disc += 1) {
    const radius = 14 + random() * 24;
    canvas.ellipse(random() * width, random() * height, radius, radius, [232, 226, 206], 0.2);
  }
}
