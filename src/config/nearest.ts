import { distance } from 'fastest-levenshtein';

/** How many letters of a word can be wrong for it still to be that word: two are one swap. */
function tolerance(word: string): number {
  return word.length < 4 ? 1 : Math.max(2, Math.floor(word.length / 3));
}

/**
 * The name that somebody most likely meant.
 *
 * @returns `undefined` where none is near: a wrong guess is worse than none
 */
export function nearest(word: string, names: Iterable<string>): string | undefined {
  const lower = word.toLowerCase();
  let best: string | undefined;
  let least = tolerance(word) + 1;
  for (const name of names) {
    const steps = distance(lower, name.toLowerCase());
    if (steps < least) [best, least] = [name, steps];
  }
  return best;
}
