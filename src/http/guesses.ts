import { BoundedMap } from './bounded.ts';
import { GUESSES, GUESSES_A_SECOND, MAX_TRACKS } from './limits.ts';

/** A device, and the address that it pushed from. */
export interface Known {
  readonly address: string;
  readonly device: string;
}

interface Budget {
  left: number;
  /** when `left` was right, ms */
  at: number;
}

/**
 * How many wrong passwords an address may try: a few at once, then one a second. Past it an answer is
 * not looked at. A device that knew a password at this address has a budget of its own, so that whoever
 * guesses beside it, behind the same router or proxy, does not lock it out.
 */
export class Guesses {
  readonly #budgets = new BoundedMap<string, Budget>(MAX_TRACKS);
  readonly #knew = new BoundedMap<string, true>(MAX_TRACKS);

  /** @param known devices that knew theirs before the bridge was started, and where */
  constructor(known: Iterable<Known> = []) {
    for (const { address, device } of known) this.right(address, device);
  }

  /** Whether one more may be looked at. Costs nothing: who is right is never slowed. */
  allows(address: string, device: string | undefined, now: number): boolean {
    if (this.#budgets.size === 0) return true;
    const budget = this.#budgets.get(this.#keyOf(address, device));
    return budget === undefined || leftOf(budget, now) >= 1;
  }

  /** It was wrong. */
  wrong(address: string, device: string | undefined, now: number): void {
    const key = this.#keyOf(address, device);
    const budget = this.#budgets.get(key);
    const left = budget === undefined ? GUESSES : leftOf(budget, now);
    this.#budgets.set(key, { left: Math.max(0, left - 1), at: now });
  }

  /** It was right. */
  right(address: string, device: string | undefined): void {
    if (device !== undefined) this.#knew.set(pairOf(address, device), true);
  }

  #keyOf(address: string, device: string | undefined): string {
    if (device === undefined) return address;
    const pair = pairOf(address, device);
    return this.#knew.get(pair) === undefined ? address : pair;
  }
}

function leftOf({ left, at }: Budget, now: number): number {
  return Math.min(GUESSES, left + (Math.max(0, now - at) / 1000) * GUESSES_A_SECOND);
}

/** An address has no space in it. */
function pairOf(address: string, device: string): string {
  return `${address} ${device}`;
}
