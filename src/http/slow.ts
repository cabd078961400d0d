import { Bag, type Bagged } from '../bag.ts';
import { BODY_GRACE, LEAST_RATE, LONGEST_PAUSE } from './limits.ts';

/** A body that is on its way. */
export interface Sending extends Bagged {
  readonly since: number;
  /** bytes so far */
  received: number;
  /** when the last of them came, ms */
  last: number;
  /** ends it */
  readonly tooSlow: () => void;
}

/**
 * Senders that are too slow. Judged by rate: bad Wi-Fi may take an hour over a picture, but what sends
 * a byte now and then only sits on a connection.
 */
export class SlowSenders {
  readonly #sending = new Bag<Sending>();
  readonly #now: () => number;

  /** @param now ms of a clock that nobody sets */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  begin(tooSlow: () => void): Sending {
    const now = this.#now();
    const sending = { since: now, received: 0, last: now, tooSlow, place: -1 };
    this.#sending.add(sending);
    return sending;
  }

  came(sending: Sending, bytes: number): void {
    sending.received += bytes;
    sending.last = this.#now();
  }

  end(sending: Sending): void {
    this.#sending.delete(sending);
  }

  /** Ends those that are too slow. To be called every few seconds. */
  sweep(): void {
    const now = this.#now();
    for (const sending of this.#sending) {
      if (!isTooSlow(sending, now)) continue;
      this.#sending.delete(sending);
      sending.tooSlow();
    }
  }
}

function isTooSlow({ since, received, last }: Sending, now: number): boolean {
  const allowed = BODY_GRACE + (received / LEAST_RATE) * 1000;
  return now - since > allowed || now - last > LONGEST_PAUSE;
}
