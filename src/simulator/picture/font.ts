/**
 * A bitmap font of 5 × 7 dots for what cameras write into their pictures. Each glyph is five columns of
 * two hexadecimal digits, the lowest bit at the top.
 */
const GLYPHS: Readonly<Record<string, string>> = {
  ' ': '0000000000',
  '-': '0808080808',
  '.': '0000606000',
  ',': '0000503000',
  ':': '0000363600',
  '/': '2010080402',
  '%': '2313086462',
  '°': '0006090906',
  '#': '147f147f14',
  '+': '08083e0808',
  '0': '3e5149453e',
  '1': '00427f4000',
  '2': '7249494946',
  '3': '2141494d33',
  '4': '1814127f10',
  '5': '2745454539',
  '6': '3c4a494931',
  '7': '4121110907',
  '8': '3649494936',
  '9': '464949291e',
  A: '7c1211127c',
  B: '7f49494936',
  C: '3e41414122',
  D: '7f4141413e',
  E: '7f49494941',
  F: '7f09090901',
  G: '3e41415173',
  H: '7f0808087f',
  I: '00417f4100',
  J: '2040413f01',
  K: '7f08142241',
  L: '7f40404040',
  M: '7f021c027f',
  N: '7f0408107f',
  O: '3e4141413e',
  P: '7f09090906',
  Q: '3e4151215e',
  R: '7f09192946',
  S: '2649494932',
  T: '03017f0103',
  U: '3f4040403f',
  V: '1f2040201f',
  W: '3f4038403f',
  X: '6314081463',
  Y: '0304780403',
  Z: '6159494d43',
};

/** Dots from one glyph's left edge to the next one's. */
export const ADVANCE = 6;
/** Dots of a glyph's height. */
export const HEIGHT = 7;

/**
 * The dots of a text as column and row from its top left corner; letters are shown as capitals, what
 * the font lacks as a blank.
 */
export function* dots(text: string): Generator<{ readonly column: number; readonly row: number }> {
  let left = 0;
  for (const letter of text.toUpperCase()) {
    const columns = GLYPHS[letter] ?? '';
    for (let column = 0; column * 2 < columns.length; column += 1) {
      const bits = Number.parseInt(columns.slice(column * 2, column * 2 + 2), 16);
      for (let row = 0; row < HEIGHT; row += 1) {
        if ((bits & (1 << row)) !== 0) yield { column: left + column, row };
      }
    }
    left += ADVANCE;
  }
}
