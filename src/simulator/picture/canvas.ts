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
  readonly #dots: Uint8ClampedArray;

  /**
   * @param size in pixels
   * @param view in the units of the drawing
   */
  constructor(size: Size, view: Size) {
    this.#size = size;
    this.#view = view;
    this.#columns = size.width * FINENESS;
    this.#rows = size.height * FINENESS;
    this.#dots = new Uint8ClampedArray(this.#columns * this.#rows * 3);
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
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const shift = (random() - 0.5) * grain;
        const at = (y * width + x) * 4;
        for (let part = 0; part < 3; part += 1) {
          out[at + part] = Math.min(255, Math.max(0, this.#mean(x, y, part) + shift));
        }
      }
    }
    return out;
  }

  #mean(x: number, y: number, part: number): number {
    let sum = 0;
    for (let row = y * FINENESS; row < (y + 1) * FINENESS; row += 1) {
      for (let column = x * FINENESS; column < (x + 1) * FINENESS; column += 1) {
        sum += this.#dots[(row * this.#columns + column) * 3 + part] ?? 0;
      }
    }
    return sum / FINENESS ** 2;
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
    const dots = this.#dots;
    const [red, green, blue] = color;
    const end = (row * this.#columns + to) * 3;
    for (let at = (row * this.#columns + from) * 3; at < end; at += 3) {
      dots[at] = mixed(dots[at], red, opacity);
      dots[at + 1] = mixed(dots[at + 1], green, opacity);
      dots[at + 2] = mixed(dots[at + 2], blue, opacity);
    }
  }
}

function mixed(under: number | undefined, over: number, opacity: number): number {
  return opacity === 1 ? over : (under ?? 0) + (over - (under ?? 0)) * opacity;
}

/** `share` 0 is the first colour, 1 the second. */
export function mix(from: Color, to: Color, share: number): Color {
  const between = (part: 0 | 1 | 2) => from[part] + (to[part] - from[part]) * share;
  return [between(0), between(1), between(2)];
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
