import type { IncomingMessage } from 'node:http';

interface Waiting {
  readonly size: number;
  readonly go: () => void;
}

/** A body whose length nobody said. */
const UNKNOWN = 256 * 1024;
/** Smaller ones do not wait: an alarm without its picture is a few hundred bytes. */
const SMALL = 32 * 1024;

/**
 * Memory for the bodies in flight of all together. Past it senders are held back with their sockets
 * paused, and let in by turns of their addresses: one that floods waits behind itself.
 */
export class BodyBudget {
  readonly #bytes: number;
  readonly #most: number;
  #used = 0;
  readonly #taken = new WeakMap<IncomingMessage, number>();
  /** those that wait, by address, the next one's first */
  readonly #queues = new Map<string, Map<IncomingMessage, Waiting>>();

  /** @param most bytes that one body can have at all */
  constructor(bytes: number, most: number) {
    this.#bytes = bytes;
    this.#most = most;
  }

  /** @returns a promise where the sender must wait; `release` is due in any case */
  admit(incoming: IncomingMessage): Promise<void> | undefined {
    const size = this.#sizeOf(incoming);
    if (size <= SMALL) return undefined;
    if (this.#queues.size === 0 && this.#fits(size)) {
      this.#take(incoming, size);
      return undefined;
    }
    const address = incoming.socket.remoteAddress ?? '';
    const queue = this.#queues.get(address) ?? new Map<IncomingMessage, Waiting>();
    this.#queues.set(address, queue);
    return new Promise((go) => void queue.set(incoming, { size, go }));
  }

  /** Its answer is sent, or its connection gone. */
  release(incoming: IncomingMessage): void {
    for (const [address, queue] of this.#queues) {
      if (queue.delete(incoming) && queue.size === 0) this.#queues.delete(address);
    }
    this.#used -= this.#taken.get(incoming) ?? 0;
    this.#taken.delete(incoming);
    this.#next();
  }

  #next(): void {
    for (;;) {
      const [first] = this.#queues;
      if (first === undefined) return;
      const [address, queue] = first;
      const [head] = queue;
      if (head === undefined || !this.#fits(head[1].size)) return;
      const [incoming, { size, go }] = head;
      queue.delete(incoming);
      // the others' turn
      this.#queues.delete(address);
      if (queue.size > 0) this.#queues.set(address, queue);
      this.#take(incoming, size);
      go();
    }
  }

  #take(incoming: IncomingMessage, size: number): void {
    this.#used += size;
    this.#taken.set(incoming, size);
  }

  /** One that is larger than all of it goes alone. */
  #fits(size: number): boolean {
    return this.#used === 0 || this.#used + size <= this.#bytes;
  }

  #sizeOf({ headers }: IncomingMessage): number {
    const declared = Number(headers['content-length'] ?? UNKNOWN);
    return Math.min(Number.isFinite(declared) ? declared : UNKNOWN, this.#most);
  }
}
