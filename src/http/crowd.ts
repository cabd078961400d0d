import { performance } from 'node:perf_hooks';
import type { Clock } from '../clock.ts';
import { Admission } from './admission.ts';
import { AT_ONCE, BUSY, CROWD_CHECK } from './limits.ts';

/** @returns the part of the time since the last call that the event loop worked, 0 to 1 */
export type Utilization = () => number;

/**
 * Whose push is handled, and who waits. More at once are of use only where the loop would else be idle:
 * past that each only takes longer, and its memory outlives the collections that cost little.
 */
export class Crowd {
  readonly #clock: Pick<Clock, 'after'>;
  readonly #utilization: Utilization;
  readonly #admission = new Admission(AT_ONCE.least);
  #isWatched = false;

  constructor(clock: Pick<Clock, 'after'>, utilization: Utilization = loopUtilization()) {
    this.#clock = clock;
    this.#utilization = utilization;
  }

  /** @returns a promise where it must wait; `release` is due in any case */
  admit(who: object, address: string): Promise<void> | undefined {
    const turn = this.#admission.admit(who, address);
    if (turn !== undefined && !this.#isWatched) {
      this.#isWatched = true;
      this.#utilization();
      this.#watch();
    }
    return turn;
  }

  release(who: object): void {
    this.#admission.release(who);
  }

  #watch(): void {
    this.#clock.after(CROWD_CHECK, () => {
      this.#isWatched = this.#admission.isAwaited;
      // what was right when somebody waited last is the best guess for the next
      if (!this.#isWatched) return;
      this.#admission.most = this.#fitting();
      this.#watch();
    });
  }

  #fitting(): number {
    const { most } = this.#admission;
    if (this.#utilization() < BUSY) return Math.min(most * 2, AT_ONCE.most);
    return Math.max(Math.floor(most / 2), AT_ONCE.least);
  }
}

function loopUtilization(): Utilization {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}
