/** Random numbers that the same seed gives again (mulberry32). */
export function randomOf(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  const below = (count) => next() % count;
  return {
    next,
    below,
    one: (list) => list[below(list.length)],
    chance: (percent) => below(100) < percent,
    bytes: (count) => {
      const bytes = Buffer.allocUnsafe(count);
      for (let at = 0; at < count; at++) bytes[at] = next() >>> 24;
      return bytes;
    },
  };
}

/** Numbers at which something tends to go wrong. */
export const edges = [
  0,
  1,
  2,
  3,
  4,
  7,
  8,
  9,
  127,
  128,
  255,
  256,
  65_535,
  65_536,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
];

/** A few changes to bytes that were good. */
export function bend(body, random, most = 6) {
  let bent = Buffer.from(body);
  for (let changes = random.below(most); changes > 0 && bent.length > 0; changes--) {
    const at = random.below(bent.length);
    const upTo = at + random.below(Math.min(64, bent.length - at) + 1);
    const change = random.below(6);
    if (change === 0) bent[at] = random.below(256);
    else if (change === 1) bent[at] ^= 1 << random.below(8);
    else if (change === 2) bent = bent.subarray(0, at);
    else if (change === 3) bent = Buffer.concat([bent.subarray(0, at), bent.subarray(upTo)]);
    else if (change === 4) bent = Buffer.concat([bent.subarray(0, upTo), bent.subarray(at)]);
    else
      bent = Buffer.concat([
        bent.subarray(0, at),
        random.bytes(random.below(9)),
        bent.subarray(at),
      ]);
  }
  return bent;
}
