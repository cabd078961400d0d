/** All of them in their order, `most` at once; what makes them is asked for no more than that. */
export function* inParts<T>(all: Iterable<T>, most: number): Generator<readonly T[]> {
  let part: T[] = [];
  for (const one of all) {
    part.push(one);
    if (part.length < most) continue;
    yield part;
    part = [];
  }
  if (part.length > 0) yield part;
}
