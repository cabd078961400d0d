/** A door that is open or shut: who comes while it is shut waits, but no longer than told. */
export class Gate {
  #open = false;
  #waiting = new Set<() => void>();

  get isOpen(): boolean {
    return this.#open;
  }

  open(): void {
    this.#open = true;
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const go of waiting) go();
  }

  shut(): void {
    this.#open = false;
  }

  /**
   * @param after calls back after so many ms, and gives back how to cancel that (`Clock.after`)
   * @returns whether the door was open in time
   */
  pass(ms: number, after: (ms: number, action: () => void) => () => void): Promise<boolean> {
    if (this.#open) return Promise.resolve(true);
    return new Promise((resolve) => {
      const go = () => {
        cancel();
        resolve(true);
      };
      const cancel = after(ms, () => {
        this.#waiting.delete(go);
        resolve(false);
      });
      this.#waiting.add(go);
    });
  }
}
