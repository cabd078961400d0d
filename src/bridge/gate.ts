import { Alarm, type Clock } from '../clock.ts';

/**
 * A door that is open or shut. Who comes while it is shut waits, but no longer than it may stay shut: then
 * all are told at once, in the order in which they came, and who comes later does not wait.
 */
export class Gate {
  #open = false;
  #isGivenUp = false;
  #waiting = new Set<(open: boolean) => void>();
  readonly #clock: Clock;
  readonly #patience: number;
  readonly #alarm: Alarm;

  /** @param patience ms that it may be shut before nobody waits for it any more */
  constructor(clock: Clock, patience: number) {
    this.#clock = clock;
    this.#patience = patience;
    this.#alarm = new Alarm(clock, () => this.#giveUp());
    this.#alarm.at(clock.now() + patience);
  }

  get isOpen(): boolean {
    return this.#open;
  }

  open(): void {
    this.#open = true;
    this.#isGivenUp = false;
    this.#alarm.at(undefined);
    this.#tell(true);
  }

  shut(): void {
    if (this.#open) this.#alarm.at(this.#clock.now() + this.#patience);
    this.#open = false;
  }

  /** @returns whether the door was open in time */
  pass(): Promise<boolean> {
    if (this.#open || this.#isGivenUp) return Promise.resolve(this.#open);
    return new Promise((resolve) => void this.#waiting.add(resolve));
  }

  #giveUp(): void {
    this.#isGivenUp = true;
    this.#tell(false);
  }

  #tell(open: boolean): void {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const go of waiting) go(open);
  }
}
