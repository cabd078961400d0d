import { between } from '../random.ts';
import type { Canvas, Color } from './canvas.ts';

/** Where a camera hangs: what is behind everything that happens. Drawn on a view of 640 × 360. */
export type Backdrop = keyof typeof backdrops;

const NIGHT: Color = [22, 30, 58];
const DUSK: Color = [214, 150, 112];
const GRASS: Color = [86, 122, 74];
const ASPHALT: Color = [92, 94, 100];
const WHITE: Color = [236, 236, 232];

export const backdrops = {
  house,
  shop,
  carpark,
  machine_room: machineRoom,
} as const satisfies Readonly<Record<string, (canvas: Canvas, random: () => number) => void>>;

function house(canvas: Canvas, random: () => number): void {
  canvas.gradient(0, 0, 640, 190, NIGHT, DUSK);
  for (let star = 0; star < 26; star += 1) {
    canvas.rectangle(random() * 640, random() * 90, 1.2, 1.2, WHITE, 0.7);
  }
  canvas.ellipse(90, 190, 170, 34, [62, 84, 72]);
  canvas.ellipse(540, 190, 200, 42, [54, 76, 66]);
  canvas.gradient(0, 186, 640, 174, GRASS, [58, 88, 54]);
  // the house: wall, roof, door under a lamp, two lit windows
  canvas.gradient(300, 104, 270, 128, [206, 190, 164], [176, 158, 134]);
  const eaves = [276, 108] as const;
  canvas.polygon([eaves, [435, 36], [594, 108]], [118, 58, 50]);
  canvas.polygon([eaves, [435, 48], [594, 108], [594, 112], [276, 112]], [98, 46, 42]);
  canvas.rectangle(510, 44, 22, 40, [104, 62, 56]);
  canvas.rectangle(404, 150, 46, 82, [74, 50, 40]);
  canvas.rectangle(409, 155, 36, 72, [98, 68, 52]);
  canvas.ellipse(440, 194, 2.6, 2.6, [226, 196, 96]);
  canvas.ellipse(427, 138, 46, 30, [255, 226, 150], 0.22);
  canvas.ellipse(427, 138, 6, 6, [255, 240, 190]);
  for (const x of [326, 486]) {
    canvas.rectangle(x, 144, 56, 46, WHITE);
    canvas.gradient(x + 4, 148, 48, 38, [255, 222, 140], [238, 184, 98]);
    canvas.rectangle(x + 26, 148, 4, 38, WHITE);
    canvas.rectangle(x + 4, 165, 48, 3, WHITE);
  }
  canvas.polygon(
    [
      [400, 232],
      [456, 232],
      [396, 360],
      [214, 360],
    ],
    [152, 142, 130],
  );
  fence(canvas);
  tree(canvas, 74, 214, random);
}

function fence(canvas: Canvas): void {
  for (let x = 0; x < 250; x += 18) canvas.rectangle(x, 206, 10, 46, [198, 192, 182]);
  canvas.rectangle(0, 216, 250, 6, [184, 178, 168]);
  canvas.rectangle(0, 236, 250, 6, [184, 178, 168]);
}

function tree(canvas: Canvas, x: number, y: number, random: () => number): void {
  canvas.rectangle(x - 7, y - 70, 14, 90, [82, 60, 44]);
  for (let leaf = 0; leaf < 9; leaf += 1) {
    const shade = 44 + random() * 26;
    const green: Color = [shade * 0.7, shade * 1.5, shade * 0.8];
    canvas.ellipse(x - 34 + random() * 68, y - 116 + random() * 48, 30, 24, green);
  }
}

function shop(canvas: Canvas, random: () => number): void {
  canvas.gradient(0, 0, 640, 150, [232, 228, 218], [214, 208, 196]);
  canvas.gradient(0, 150, 640, 210, [188, 168, 140], [146, 126, 100]);
  for (let line = 0; line <= 12; line += 1) {
    const x = (line - 6) * 60;
    canvas.line([320 + x * 0.5, 150], [320 + x * 2.6, 360], 1, [132, 114, 92], 0.6);
  }
  for (const y of [176, 212, 262, 326]) canvas.rectangle(0, y, 640, 1, [132, 114, 92], 0.6);
  for (const x of [110, 320, 530]) {
    canvas.rectangle(x - 46, 8, 92, 8, [255, 255, 250]);
    canvas.ellipse(x, 20, 80, 22, [255, 255, 244], 0.3);
  }
  shelf(canvas, 18, 66, 168, 120, random);
  shelf(canvas, 214, 58, 140, 104, random);
  // counter with a till
  canvas.polygon(
    [
      [440, 206],
      [640, 196],
      [640, 300],
      [440, 262],
    ],
    [112, 78, 56],
  );
  canvas.polygon(
    [
      [430, 200],
      [640, 186],
      [640, 200],
      [440, 210],
    ],
    [176, 136, 98],
  );
  canvas.polygon(
    [
      [520, 158],
      [566, 154],
      [570, 192],
      [524, 196],
    ],
    [40, 44, 52],
  );
  canvas.polygon(
    [
      [525, 163],
      [562, 160],
      [565, 186],
      [528, 190],
    ],
    [96, 160, 190],
  );
  canvas.text(444, 56, 'WELCOME', 3.4, [160, 64, 52]);
}

function shelf(
  canvas: Canvas,
  x: number,
  y: number,
  width: number,
  height: number,
  random: () => number,
): void {
  canvas.rectangle(x, y, width, height, [112, 92, 74]);
  for (let board = 0; board < 4; board += 1) {
    const top = y + 5 + (board * (height - 4)) / 4;
    canvas.rectangle(x + 4, top, width - 8, height / 4 - 6, [70, 58, 48]);
    for (let at = x + 7; at < x + width - 14; at += 12) {
      const color: Color = [
        between(random, 90, 230),
        between(random, 70, 200),
        between(random, 60, 190),
      ];
      const tall = height / 4 - 10 - random() * 7;
      canvas.rectangle(at, top + height / 4 - 6 - tall, 10, tall, color);
    }
  }
}

function carpark(canvas: Canvas, random: () => number): void {
  canvas.gradient(0, 0, 640, 96, [156, 190, 220], [206, 220, 228]);
  for (let block = 0; block < 9; block += 1) {
    const height = 26 + random() * 46;
    const grey = 140 + random() * 50;
    canvas.rectangle(block * 74, 96 - height, 70, height, [grey, grey, grey + 8]);
    for (let pane = 0; pane < 5; pane += 1) {
      canvas.rectangle(
        block * 74 + 8 + pane * 12,
        104 - height,
        7,
        height - 16,
        [120, 150, 176],
        0.6,
      );
    }
  }
  canvas.gradient(0, 96, 640, 264, ASPHALT, [66, 68, 74]);
  canvas.rectangle(0, 92, 640, 8, [120, 132, 92]);
  for (let line = 0; line <= 4; line += 1) {
    const x = (line - 2) * 130;
    canvas.line([320 + x * 0.72, 150], [320 + x * 1.42, 330], 4, WHITE, 0.85);
  }
  canvas.line([320 - 190, 150], [320 + 190, 150], 4, WHITE, 0.85);
  canvas.text(196, 306, 'A1', 3, WHITE);
  canvas.text(318, 306, 'A2', 3, WHITE);
  canvas.text(436, 306, 'A3', 3, WHITE);
  canvas.rectangle(26, 40, 7, 190, [70, 74, 80]);
  canvas.rectangle(26, 40, 62, 6, [70, 74, 80]);
  canvas.rectangle(72, 44, 24, 7, [250, 246, 220]);
}

function machineRoom(canvas: Canvas, random: () => number): void {
  canvas.gradient(0, 0, 640, 210, [112, 124, 132], [142, 152, 158]);
  canvas.gradient(0, 210, 640, 150, [104, 110, 108], [78, 84, 82]);
  for (const y of [26, 44]) {
    canvas.gradient(0, y, 640, 12, [190, 196, 200], [120, 128, 134]);
    for (let x = 40; x < 640; x += 120) canvas.rectangle(x, y - 3, 8, 18, [96, 104, 110]);
  }
  for (let cabinet = 0; cabinet < 3; cabinet += 1) {
    const x = 36 + cabinet * 104;
    canvas.gradient(x, 84, 92, 170, [58, 66, 76], [40, 46, 54]);
    canvas.rectangle(x + 6, 92, 80, 154, [48, 56, 66]);
    for (let row = 0; row < 8; row += 1) {
      canvas.rectangle(x + 12, 100 + row * 18, 68, 11, [30, 36, 44]);
      for (let lamp = 0; lamp < 5; lamp += 1) {
        const on = random() > 0.3;
        const color: Color = random() > 0.15 ? [80, 220, 120] : [240, 180, 60];
        canvas.rectangle(x + 16 + lamp * 8, 104 + row * 18, 4, 4, on ? color : [60, 66, 70]);
      }
    }
  }
  gauge(canvas, 424, 120, 38, 0.2 + random() * 0.5);
  gauge(canvas, 536, 120, 38, 0.2 + random() * 0.5);
  canvas.gradient(392, 196, 190, 76, [60, 110, 150], [36, 74, 108]);
  canvas.ellipse(582, 234, 20, 38, [46, 90, 126]);
  canvas.rectangle(404, 272, 24, 20, [52, 56, 60]);
  canvas.rectangle(544, 272, 24, 20, [52, 56, 60]);
  canvas.text(432, 226, 'PUMP 1', 3, WHITE);
  for (let stripe = 0; stripe < 22; stripe += 1) {
    const x = stripe * 30;
    canvas.polygon(
      [
        [x, 338],
        [x + 15, 338],
        [x + 9, 350],
        [x - 6, 350],
      ],
      [228, 190, 50],
    );
  }
}

/** A round dial; `share` is how far its needle has gone. */
export function gauge(canvas: Canvas, x: number, y: number, radius: number, share: number): void {
  canvas.ellipse(x, y, radius, radius, [52, 56, 60]);
  canvas.ellipse(x, y, radius * 0.88, radius * 0.88, [240, 240, 234]);
  for (let mark = 0; mark <= 10; mark += 1) {
    const angle = Math.PI * (0.75 + mark * 0.15);
    const [cos, sin] = [Math.cos(angle) * radius, Math.sin(angle) * radius];
    const color: Color = mark > 7 ? [200, 50, 40] : [60, 60, 60];
    canvas.line(
      [x + cos * 0.7, y + sin * 0.7],
      [x + cos * 0.84, y + sin * 0.84],
      radius / 14,
      color,
    );
  }
  const angle = Math.PI * (0.75 + share * 1.5);
  const tip = [x + Math.cos(angle) * radius * 0.72, y + Math.sin(angle) * radius * 0.72] as const;
  canvas.line([x, y], tip, radius / 10, [190, 40, 36]);
  canvas.ellipse(x, y, radius / 9, radius / 9, [60, 60, 60]);
}
