import type { IncomingMessage } from 'node:http';

/** A body whose length nobody said. */
const UNKNOWN = 256 * 1024;
/** Smaller ones do not wait for larger: an alarm without its picture is a few hundred bytes. */
const SMALL = 32 * 1024;
/**
 * So many of the small are taken at once. However small, while it is answered each needs a hundred times its
 * bytes; with thousands at once the memory for them costs more time than the answers.
 */
const SMALL_AT_ONCE = 128;

/**
 * Memory for the bodies in flight of all together. Past it senders are held back with their sockets
 * paused, and let in by turns of their addresses: one that floods waits behind itself.
 */
export class BodyBudget {
  readonly #most: number;
  readonly #large: Admission;
  readonly #small = new Admission(SMALL_AT_ONCE);

  /** @param most bytes that one body can have at all */
  constructor(bytes: number, most: number) {
    this.#most = most;
    this.#large = new Admission(bytes);
  }

  /** @returns a promise where the sender must wait; `release` is due in any case */
  admit(incoming: IncomingMessage): Promise<void> | undefined {
    const size = this.#sizeOf(incoming);
    return size <= SMALL ? this.#small.admit(incoming, 1) : this.#large.admit(incoming, size);
  }

  /** Its answer is sent, or its connection gone. */
  release(incoming: IncomingMessage): void {
    this.#small.release(incoming);
    this.#large.release(incoming);
  }

  #sizeOf({ headers }: IncomingMessage): number {
    // without either there is none (RFC 9112 §6.3)
    const otherwise = headers['transfer-encoding'] === undefined ? 0 : UNKNOWN;
    const declared = Number(headers['content-length'] ?? otherwise);
    return Math.min(Number.isFinite(declared) ? declared : UNKNOWN, this.#most);
  }
}

interface Waiting {
  readonly size: number;
  readonly go: () => void;
}

/** So much at once; who comes then waits, by turns of their addresses. */
class Admission {
  readonly #most: number;
  #used = 0;
  /** how much of it each has, and where those wait that have none yet */
  readonly #taken = new WeakMap<IncomingMessage, number>();
  readonly #waitsAt = new WeakMap<IncomingMessage, string>();
  /** those that wait, by address, the next one's first */
  readonly #queues = new Map<string, Map<IncomingMessage, Waiting>>();

  constructor(most: number) {
    this.#most = most;
  }

  admit(incoming: IncomingMessage, size: number): Promise<void> | undefined {
    if (this.#queues.size === 0 && this.#fits(size)) {
      this.#take(incoming, size);
      return undefined;
    }
    const address = incoming.socket.remoteAddress ?? '';
    const queue = this.#queues.get(address) ?? new Map<IncomingMessage, Waiting>();
    this.#queues.set(address, queue);
    this.#waitsAt.set(incoming, address);
    return new Promise((go) => void queue.set(incoming, { size, go }));
  }

  release(incoming: IncomingMessage): void {
    this.#leave(incoming);
    this.#used -= this.#taken.get(incoming) ?? 0;
    this.#taken.delete(incoming);
    this.#next();
  }

  /** It does not wait any more. */
  #leave(incoming: IncomingMessage): void {
    const address = this.#waitsAt.get(incoming);
    if (address === undefined) return;
    this.#waitsAt.delete(incoming);
    const queue = this.#queues.get(address);
    queue?.delete(incoming);
    if (queue?.size === 0) this.#queues.delete(address);
  }

  #next(): void {
    for (;;) {
      const [first] = this.#queues;
      if (first === undefined) return;
      const [address, queue] = first;
      const [head] = queue;
      if (head === undefined || !this.#fits(head[1].size)) return;
      const [incoming, { size, go }] = head;
      this.#leave(incoming);
      // the others' turn
      if (this.#queues.delete(address)) this.#queues.set(address, queue);
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
    return this.#used === 0 || this.#used + size <= this.#most;
  }
}
