import { ADVANCE, dots, HEIGHT } from './font.ts';

/** Red, green, blue, each 0-255. */
export type Color = readonly [number, number, number];
export type Point = readonly [number, number];

/** How many dots a side of a pixel is drawn with: edges come out smooth. */
const FINENESS = 2;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * A picture to draw on. Positions are in units of a view with its origin at the top left, whatever
 * the number of pixels: the same drawing fits every size. Colours may be laid on in part.
 */
export class Canvas {
  readonly #size: Size;
  readonly #view: Size;
  readonly #columns: number;
  readonly #rows: number;
  /** a dot each: red, green, blue in the low three bytes */
  readonly #dots: Uint32Array;

  /**
   * @param size in pixels
   * @param view in the units of the drawing
   */
  constructor(size: Size, view: Size) {
    this.#size = size;
    this.#view = view;
    this.#columns = size.width * FINENESS;
    this.#rows = size.height * FINENESS;
    this.#dots = new Uint32Array(this.#columns * this.#rows);
  }

  get view(): Size {
    return this.#view;
  }

  rectangle(x: number, y: number, width: number, height: number, color: Color, opacity = 1): void {
    const left = this.#column(x);
    const right = this.#column(x + width);
    const bottom = this.#row(y + height);
    for (let row = this.#row(y); row < bottom; row += 1) {
      this.#run(row, left, right, color, opacity);
    }
  }

  /** A rectangle that goes from one colour at its top to another at its bottom. */
  gradient(x: number, y: number, width: number, height: number, top: Color, bottom: Color): void {
    for (let step = 0; step < height; step += 1) {
      this.rectangle(x, y + step, width, 1, mix(top, bottom, step / Math.max(1, height - 1)));
    }
  }

  ellipse(x: number, y: number, across: number, down: number, color: Color, opacity = 1): void {
    const bottom = this.#row(y + down);
    for (let row = this.#row(y - down); row < bottom; row += 1) {
      const v = (this.#unit(row) - y) / down;
      const half = across * Math.sqrt(Math.max(0, 1 - v * v));
      this.#run(row, this.#column(x - half), this.#column(x + half), color, opacity);
    }
  }

  /** A filled polygon; where its edges cross, what lies inside an odd number of times is filled. */
  polygon(points: readonly Point[], color: Color, opacity = 1): void {
    const heights = points.map(([, y]) => y);
    const bottom = this.#row(Math.max(...heights));
    for (let row = this.#row(Math.min(...heights)); row < bottom; row += 1) {
      const crossings = crossingsAt(points, this.#unit(row));
      for (let at = 0; at + 1 < crossings.length; at += 2) {
        const left = this.#column(crossings[at] ?? 0);
        this.#run(row, left, this.#column(crossings[at + 1] ?? 0), color, opacity);
      }
    }
  }

  line(from: Point, to: Point, thickness: number, color: Color, opacity = 1): void {
    const length = Math.hypot(to[0] - from[0], to[1] - from[1]) || 1;
    const x = ((to[1] - from[1]) / length) * (thickness / 2);
    const y = ((from[0] - to[0]) / length) * (thickness / 2);
    const corners: readonly Point[] = [
      [from[0] + x, from[1] + y],
      [to[0] + x, to[1] + y],
      [to[0] - x, to[1] - y],
      [from[0] - x, from[1] - y],
    ];
    this.polygon(corners, color, opacity);
  }

  /** An outline of a rectangle, as cameras draw around what they found. */
  frame(
    x: number,
    y: number,
    width: number,
    height: number,
    thickness: number,
    color: Color,
  ): void {
    this.rectangle(x, y, width, thickness, color);
    this.rectangle(x, y + height - thickness, width, thickness, color);
    this.rectangle(x, y, thickness, height, color);
    this.rectangle(x + width - thickness, y, thickness, height, color);
  }

  /** Text from its top left corner; `dot` is the side of one dot of the font. */
  text(x: number, y: number, text: string, dot: number, color: Color): void {
    for (const { column, row } of dots(text)) {
      this.rectangle(x + column * dot, y + row * dot, dot, dot, color);
    }
  }

  /** What a text takes. */
  measure(text: string, dot: number): Size {
    return { width: ([...text].length * ADVANCE - 1) * dot, height: HEIGHT * dot };
  }

  /**
   * Red, green, blue and opacity of each pixel, row by row.
   *
   * @param grain how far a sensor's noise shifts the brightness, from 0 to 255
   * @param random numbers from 0 up to 1
   */
  pixels(grain: number, random: () => number): Buffer {
    const { width, height } = this.#size;
    const out = Buffer.alloc(width * height * 4, 255);
    for (let y = 0, at = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1, at += 4) {
        const shift = (random() - 0.5) * grain;
        const { red, green, blue } = this.#mean(x, y);
        out[at] = byte(red + shift);
        out[at + 1] = byte(green + shift);
        out[at + 2] = byte(blue + shift);
      }
    }
    return out;
  }

  #mean(x: number, y: number): { red: number; green: number; blue: number } {
    const mean = { red: 0, green: 0, blue: 0 };
    const share = 1 / FINENESS ** 2;
    for (let row = y * FINENESS; row < (y + 1) * FINENESS; row += 1) {
      const first = row * this.#columns + x * FINENESS;
      for (let at = first; at < first + FINENESS; at += 1) {
        const dot = this.#dots[at] ?? 0;
        mean.red += (dot & 0xff) * share;
        mean.green += ((dot >> 8) & 0xff) * share;
        mean.blue += ((dot >> 16) & 0xff) * share;
      }
    }
    return mean;
  }

  #column(x: number): number {
    return Math.min(this.#columns, Math.max(0, Math.round((x * this.#columns) / this.#view.width)));
  }

  #row(y: number): number {
    return Math.min(this.#rows, Math.max(0, Math.round((y * this.#rows) / this.#view.height)));
  }

  /** The middle of a row of dots, in units of the view. */
  #unit(row: number): number {
    return ((row + 0.5) * this.#view.height) / this.#rows;
  }

  /** Dots of one row, from one column up to before another. */
  #run(row: number, from: number, to: number, color: Color, opacity: number): void {
    const start = row * this.#columns + from;
    const end = row * this.#columns + to;
    const [red, green, blue] = color;
    if (opacity === 1) {
      if (end > start) this.#dots.fill(packed(red, green, blue), start, end);
      return;
    }
    for (let at = start; at < end; at += 1) {
      const dot = this.#dots[at] ?? 0;
      this.#dots[at] = packed(
        between(dot & 0xff, red, opacity),
        between((dot >> 8) & 0xff, green, opacity),
        between((dot >> 16) & 0xff, blue, opacity),
      );
    }
  }
}

function packed(red: number, green: number, blue: number): number {
  return byte(red) | (byte(green) << 8) | (byte(blue) << 16);
}

function byte(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : Math.round(value);
}

function between(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

/** `share` 0 is the first colour, 1 the second. */
export function mix(from: Color, to: Color, share: number): Color {
  return [
    between(from[0], to[0], share),
    between(from[1], to[1], share),
    between(from[2], to[2], share),
  ];
}

function crossingsAt(points: readonly Point[], y: number): number[] {
  const crossings: number[] = [];
  points.forEach(([x1, y1], at) => {
    const [x2, y2] = points[(at + 1) % points.length] ?? [x1, y1];
    if (y1 > y === y2 > y) return;
    crossings.push(x1 + ((y - y1) / (y2 - y1)) * (x2 - x1));
  });
  return crossings.sort((a, b) => a - b);
}
