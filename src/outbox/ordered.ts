/** Things by number, lowest first. Made for numbers that nearly always grow. */
export class Ordered<T> {
  #items = new Map<number, T>();
  #last = Number.NEGATIVE_INFINITY;

  get size(): number {
    return this.#items.size;
  }

  get(seq: number): T | undefined {
    return this.#items.get(seq);
  }

  add(seq: number, item: T): void {
    const isLast = seq > this.#last;
    this.#items.set(seq, item);
    if (isLast) this.#last = seq;
    else this.#items = new Map([...this.#items].sort(([one], [other]) => one - other));
  }

  delete(seq: number): boolean {
    return this.#items.delete(seq);
  }

  /** Lowest number first. */
  values(): IterableIterator<T> {
    return this.#items.values();
  }

  first(): T | undefined {
    return this.values().next().value;
  }
}
