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
export function nearest(word: string, names: readonly string[]): string | undefined {
  const lower = word.toLowerCase();
  let best: string | undefined;
  let least = tolerance(word) + 1;
  for (const name of names) {
    const steps = distance(lower, name.toLowerCase());
    if (steps < least) [best, least] = [name, steps];
  }
  return best ?? begun(lower, names);
}

/** The only name that begins so: `check` is `check-config`. */
function begun(word: string, names: readonly string[]): string | undefined {
  if (word.length < 3) return undefined;
  const matches = [...names].filter((name) => name.toLowerCase().startsWith(word));
  return matches.length === 1 ? matches[0] : undefined;
}
