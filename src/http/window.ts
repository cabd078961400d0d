import { NC_WINDOW } from './limits.ts';

const HEX = /^0*([0-9a-f]{1,13})$/i;

/**
 * The counts (`nc`) that one nonce has seen. Whether `42` is hexadecimal or decimal cannot be told
 * (protocol §1); read as hexadecimal, both grow. So values are remembered, not bits behind the
 * highest: a decimal counter leaps from 999 to 1000 by 1639.
 */
export class CountWindow {
  /** ascending */
  readonly #seen: number[] = [];
  /** counts that are no number we can order */
  readonly #texts = new Set<string>();
  /** the highest value that was forgotten: nothing up to it is taken */
  #floor = -1;

  /** @returns false where `nc` was there before, or may have been: parallel requests come out of order */
  take(nc: string): boolean {
    const digits = HEX.exec(nc)?.[1];
    return digits === undefined ? this.#takeText(nc) : this.#takeValue(Number.parseInt(digits, 16));
  }

  #takeValue(value: number): boolean {
    if (value <= this.#floor) return false;
    const before = this.#seen.findLastIndex((seen) => seen <= value);
    if (this.#seen[before] === value) return false;
    this.#seen.splice(before + 1, 0, value);
    if (this.#seen.length > NC_WINDOW) this.#floor = this.#seen.shift() ?? this.#floor;
    return true;
  }

  #takeText(nc: string): boolean {
    if (this.#texts.has(nc) || this.#texts.size === NC_WINDOW) return false;
    this.#texts.add(nc);
    return true;
  }
}
