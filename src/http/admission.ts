interface Waiting {
  readonly size: number;
  readonly go: () => void;
}

/**
 * So much at once; who comes then waits, and is let in by turns of their addresses: one that floods waits
 * behind itself.
 */
export class Admission {
  #most: number;
  #used = 0;
  /** how much of it each has, and where those wait that have none yet */
  readonly #taken = new WeakMap<object, number>();
  readonly #waitsAt = new WeakMap<object, string>();
  /** those that wait, by address, the next one's first */
  readonly #queues = new Map<string, Map<object, Waiting>>();

  constructor(most: number) {
    this.#most = most;
  }

  get most(): number {
    return this.#most;
  }

  /** With more, those come in that now fit; with less, none goes before it is done. */
  set most(most: number) {
    this.#most = most;
    this.#next();
  }

  get isAwaited(): boolean {
    return this.#queues.size > 0;
  }

  /**
   * @param who whatever stands for it until its `release`
   * @param size of `most`; one that is larger than all of it goes alone
   * @returns a promise where it must wait; `release` is due in any case
   */
  admit(who: object, address: string, size = 1): Promise<void> | undefined {
    if (this.#queues.size === 0 && this.#fits(size)) {
      this.#take(who, size);
      return undefined;
    }
    const queue = this.#queues.get(address) ?? new Map<object, Waiting>();
    this.#queues.set(address, queue);
    this.#waitsAt.set(who, address);
    return new Promise((go) => void queue.set(who, { size, go }));
  }

  /** It is done, or does not want any more. */
  release(who: object): void {
    this.#leave(who);
    this.#used -= this.#taken.get(who) ?? 0;
    this.#taken.delete(who);
    this.#next();
  }

  /** It does not wait any more. */
  #leave(who: object): void {
    const address = this.#waitsAt.get(who);
    if (address === undefined) return;
    this.#waitsAt.delete(who);
    const queue = this.#queues.get(address);
    queue?.delete(who);
    if (queue?.size === 0) this.#queues.delete(address);
  }

  #next(): void {
    for (;;) {
      const [first] = this.#queues;
      if (first === undefined) return;
      const [address, queue] = first;
      const [head] = queue;
      if (head === undefined || !this.#fits(head[1].size)) return;
      const [who, { size, go }] = head;
      this.#leave(who);
      // the others' turn
      if (this.#queues.delete(address)) this.#queues.set(address, queue);
      this.#take(who, size);
      go();
    }
  }

  #take(who: object, size: number): void {
    this.#used += size;
    this.#taken.set(who, size);
  }

  #fits(size: number): boolean {
    return this.#used === 0 || this.#used + size <= this.#most;
  }
}
