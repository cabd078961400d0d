import type { IncomingMessage } from 'node:http';
import { Admission } from './admission.ts';

/** A body whose length nobody said. */
const UNKNOWN = 256 * 1024;
/** Smaller ones do not wait: an alarm without its picture is a few hundred bytes. */
const SMALL = 32 * 1024;

/** Memory for the bodies in flight of all together. Past it senders are held back with their sockets paused. */
export class BodyBudget {
  readonly #most: number;
  readonly #bodies: Admission;

  /** @param most bytes that one body can have at all */
  constructor(bytes: number, most: number) {
    this.#most = most;
    this.#bodies = new Admission(bytes);
  }

  /** @returns a promise where the sender must wait; `release` is due in any case */
  admit(incoming: IncomingMessage): Promise<void> | undefined {
    const size = this.#sizeOf(incoming);
    if (size <= SMALL) return undefined;
    return this.#bodies.admit(incoming, incoming.socket.remoteAddress ?? '', size);
  }

  /** It was handled, and its answer is sent or its connection gone. */
  release(incoming: IncomingMessage): void {
    this.#bodies.release(incoming);
  }

  #sizeOf({ headers }: IncomingMessage): number {
    // without either there is none (RFC 9112 §6.3)
    const otherwise = headers['transfer-encoding'] === undefined ? 0 : UNKNOWN;
    const declared = Number(headers['content-length'] ?? otherwise);
    return Math.min(Number.isFinite(declared) ? declared : UNKNOWN, this.#most);
  }
}
