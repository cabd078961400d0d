/** How often the same thing may be told. */
export interface ThrottleOptions {
  /** times within `window` */
  readonly most: number;
  /** ms */
  readonly window: number;
  /** things remembered; the oldest is forgotten first */
  readonly keys: number;
}

interface Told {
  since: number;
  times: number;
  /** not told since the window began */
  withheld: number;
}

/** Lets a thing be told a few times in a while, and says how often it was not. Time is an argument. */
export class Throttle {
  readonly #options: ThrottleOptions;
  readonly #told = new Map<string, Told>();

  constructor(options: ThrottleOptions) {
    this.#options = options;
  }

  /**
   * @param now ms
   * @returns how many were withheld before this one; `undefined` where it is to be withheld itself
   */
  allow(key: string, now: number): number | undefined {
    const { most, window, keys } = this.#options;
    const told = this.#told.get(key);
    if (told === undefined || now - told.since >= window) {
      this.#told.delete(key);
      this.#told.set(key, { since: now, times: 1, withheld: 0 });
      const [oldest] = this.#told.keys();
      if (this.#told.size > keys && oldest !== undefined) this.#told.delete(oldest);
      return told?.withheld ?? 0;
    }
    if (told.times >= most) {
      told.withheld += 1;
      return undefined;
    }
    told.times += 1;
    return 0;
  }
}
