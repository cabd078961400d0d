interface Place<T> {
  readonly item: T;
  number: number;
  at: number;
}

/** Things by number, the lowest first; a thing's number may change. What is done to one costs log n (a binary heap). */
export class Ranked<T> {
  readonly #heap: Place<T>[] = [];
  readonly #places = new Map<T, Place<T>>();

  get size(): number {
    return this.#heap.length;
  }

  get first(): T | undefined {
    return this.#heap[0]?.item;
  }

  /** Infinity where there is nothing. */
  get lowest(): number {
    return this.#heap[0]?.number ?? Number.POSITIVE_INFINITY;
  }

  set(item: T, number: number): void {
    const known = this.#places.get(item);
    if (known === undefined) {
      const place = { item, number, at: this.#heap.length };
      this.#heap.push(place);
      this.#places.set(item, place);
      this.#rise(place);
      return;
    }
    known.number = number;
    this.#rise(known);
    this.#sink(known);
  }

  delete(item: T): void {
    const gone = this.#places.get(item);
    if (gone === undefined) return;
    this.#places.delete(item);
    const last = this.#heap.pop();
    if (last === undefined || last === gone) return;
    this.#put(last, gone.at);
    this.#rise(last);
    this.#sink(last);
  }

  /** Takes out what has `number` or less, the lowest first. */
  *takeUntil(number: number): Generator<T> {
    while (this.lowest <= number) {
      const { first } = this;
      if (first === undefined) return;
      this.delete(first);
      yield first;
    }
  }

  clear(): void {
    this.#heap.length = 0;
    this.#places.clear();
  }

  #put(place: Place<T>, at: number): void {
    place.at = at;
    this.#heap[at] = place;
  }

  #rise(place: Place<T>): void {
    while (place.at > 0) {
      const above = this.#heap[(place.at - 1) >> 1];
      if (above === undefined || above.number <= place.number) return;
      this.#swap(place, above);
    }
  }

  #sink(place: Place<T>): void {
    for (;;) {
      const left = this.#heap[2 * place.at + 1];
      const right = this.#heap[2 * place.at + 2];
      const least =
        right !== undefined && left !== undefined && right.number < left.number ? right : left;
      if (least === undefined || least.number >= place.number) return;
      this.#swap(place, least);
    }
  }

  #swap(one: Place<T>, other: Place<T>): void {
    const { at } = one;
    this.#put(one, other.at);
    this.#put(other, at);
  }
}
