/** What can be in a {@link Bag}, in one at a time. */
export interface Bagged {
  /** where in it; the bag's own, below 0 while it is in none */
  place: number;
}

/**
 * Things that come and go all the time, in no order. A `Set` does it too, but at a price that shows with many
 * cameras: whenever V8 makes a new table for a busy one, the old table keeps what was in it and a pointer to the
 * next. Once one of them is in the old generation each keeps the next alive, and with it pushes that are long
 * over, until all of the old generation is collected.
 */
export class Bag<T extends Bagged> implements Iterable<T> {
  readonly #items: T[] = [];

  get size(): number {
    return this.#items.length;
  }

  add(item: T): void {
    item.place = this.#items.push(item) - 1;
  }

  /** @returns whether it was there */
  delete(item: T): boolean {
    const { place } = item;
    if (this.#items[place] !== item) return false;
    const last = this.#items.pop();
    if (last !== undefined && last !== item) {
      this.#items[place] = last;
      last.place = place;
    }
    item.place = -1;
    return true;
  }

  some(is: (item: T) => boolean): boolean {
    return this.#items.some(is);
  }

  /** Empties it. @returns what was in it */
  takeAll(): T[] {
    const all = this.#items.splice(0);
    for (const item of all) item.place = -1;
    return all;
  }

  /** As they are now: what is added or deleted meanwhile changes nothing. */
  [Symbol.iterator](): Iterator<T> {
    return [...this.#items][Symbol.iterator]();
  }
}
