import { Bag, type Bagged } from './bag.ts';
import { Alarm, type Clock } from './clock.ts';

interface Deadline extends Bagged {
  readonly due: number;
  readonly action: () => void;
}

/**
 * Many deadlines on one timer of the clock: nearly all of them are called off long before their time, and a
 * timer of its own for each message costs more than the message's bookkeeping.
 */
export class Deadlines {
  readonly #clock: Clock;
  readonly #open = new Bag<Deadline>();
  readonly #next: Alarm;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#next = new Alarm(clock, () => this.#look());
  }

  /** Calls `action` once after `ms`; the answer calls it off. */
  after(ms: number, action: () => void): () => void {
    const deadline = { due: this.#clock.now() + ms, action, place: -1 };
    this.#open.add(deadline);
    this.#next.sooner(deadline.due);
    return () => this.#open.delete(deadline);
  }

  /** Calls all off. */
  clear(): void {
    this.#open.takeAll();
    this.#next.at(undefined);
  }

  #look(): void {
    const now = this.#clock.now();
    let next = Number.POSITIVE_INFINITY;
    const due: Deadline[] = [];
    for (const deadline of this.#open) {
      if (deadline.due > now) next = Math.min(next, deadline.due);
      else due.push(deadline);
    }
    for (const deadline of due.sort((one, other) => one.due - other.due)) {
      if (this.#open.delete(deadline)) deadline.action();
    }
    if (next !== Number.POSITIVE_INFINITY) this.#next.sooner(next);
  }
}
