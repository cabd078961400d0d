/**
 * Text to GBK bytes, as old firmware sends it (protocol §2); Node can read the encoding but not write
 * it, so the table is made by reading every pair of bytes once.
 */
let table: ReadonlyMap<string, Buffer> | undefined;

/** @returns GBK bytes; a character that GBK lacks becomes `?` */
export function gbk(text: string): Buffer {
  table ??= readTable();
  const known = table;
  return Buffer.concat(
    [...text].map((letter) =>
      letter.charCodeAt(0) < 0x80
        ? Buffer.from(letter, 'latin1')
        : (known.get(letter) ?? Buffer.from('?')),
    ),
  );
}

function readTable(): ReadonlyMap<string, Buffer> {
  const decoder = new TextDecoder('gbk');
  const letters = new Map<string, Buffer>();
  for (let lead = 0x81; lead <= 0xfe; lead += 1) {
    for (let trail = 0x40; trail <= 0xfe; trail += 1) {
      const bytes = Buffer.from([lead, trail]);
      const letter = decoder.decode(bytes);
      if ([...letter].length === 1 && letter !== '\ufffd') letters.set(letter, bytes);
    }
  }
  return letters;
}
