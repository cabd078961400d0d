/** Counts the pictures of a report that still need the bytes that it was decoded into. */
export class Custody {
  #left = 0;
  #answered = false;
  #over: (() => void) | undefined;

  /** @param over called once nobody needs them, or never */
  constructor(over: () => void) {
    this.#over = over;
  }

  needed(): void {
    this.#left++;
  }

  /** A picture is with the broker, written out and acknowledged; or on disk, and nobody sends it from memory. */
  arrived(): void {
    this.#left--;
    this.#look();
  }

  /** What was to be written is written, or never will be. */
  answered(): void {
    this.#answered = true;
    this.#look();
  }

  #look(): void {
    if (!this.#answered || this.#left > 0) return;
    this.#over?.();
    this.#over = undefined;
  }
}
