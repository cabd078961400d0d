/** Time as the bridge sees it: an argument, so that tests need no sleep. */
export interface Clock {
  /** ms since 1970 UTC */
  now(): number;
  /** Calls `action` once after `ms`; the answer cancels it. */
  after(ms: number, action: () => void): () => void;
}

/** setTimeout's longest delay: a longer one fires at once. */
const LONGEST = 2 ** 31 - 1;

/** The machine's own clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, action) {
    const timer = setTimeout(action, Math.min(Math.max(0, ms), LONGEST));
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** Calls `action` every `ms`, for the first time after as long. @returns what stops it */
export function every(clock: Pick<Clock, 'after'>, ms: number, action: () => void): () => void {
  let cancel = () => {};
  const next = () => {
    cancel = clock.after(ms, () => {
      action();
      next();
    });
  };
  next();
  return () => cancel();
}

/**
 * One timer that is moved about: `at` sets it to an instant, sooner or later than before.
 * What is due in the past is called on the next turn of the loop.
 */
export class Alarm {
  readonly #clock: Clock;
  readonly #action: () => void;
  #due: number | undefined;
  /** what the timer is set to: no later than what is due */
  #rings: number | undefined;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, action: () => void) {
    this.#clock = clock;
    this.#action = action;
  }

  /** @param due ms since 1970 UTC; `undefined` stops it */
  at(due: number | undefined): void {
    if (due === this.#due) return;
    this.#due = due;
    // one that each push puts off rings once in a while and looks again, instead of being made anew each time
    if (due !== undefined && this.#rings !== undefined && this.#rings <= due) return;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#rings = undefined;
    if (due !== undefined) this.#set(due);
  }

  /** Sets it to `due` where that is sooner than what it is set to. */
  sooner(due: number): void {
    if (this.#due === undefined || due < this.#due) this.at(due);
  }

  #set(rings: number): void {
    this.#rings = rings;
    this.#cancel = this.#clock.after(rings - this.#clock.now(), () => {
      this.#rings = undefined;
      this.#cancel = undefined;
      if (this.#due !== undefined && this.#due > rings) {
        this.#set(this.#due);
        return;
      }
      this.#due = undefined;
      this.#action();
    });
  }
}
