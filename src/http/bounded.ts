/** A map that forgets what was used longest ago, so that strangers cannot make it grow. */
export class BoundedMap<K, V> {
  readonly #entries = new Map<K, V>();
  readonly #capacity: number;
  readonly #forgotten: (value: V) => void;

  /** @param forgotten called with each value that had to make room */
  constructor(capacity: number, forgotten: (value: V) => void = () => {}) {
    this.#capacity = capacity;
    this.#forgotten = forgotten;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Counts as no use. */
  peek(key: K): V | undefined {
    return this.#entries.get(key);
  }

  /** Counts as a use. */
  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  set(key: K, value: V): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#capacity) return;
    for (const [oldest, old] of this.#entries) {
      this.#entries.delete(oldest);
      this.#forgotten(old);
      return;
    }
  }

  delete(key: K): void {
    this.#entries.delete(key);
  }
}
