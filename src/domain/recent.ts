/**
 * Fingerprints of the last ten minutes' alarms and when each was received, the oldest first. What is not
 * on disk yet is told apart, so that one more alarm is one more line there and not a thousand.
 */
export class Recent extends Map<string, number> {
  readonly #unsaved = new Map<string, number | undefined>();

  /** What is to be written: when, or `undefined` where it is to be removed. */
  get unsaved(): ReadonlyMap<string, number | undefined> {
    return this.#unsaved;
  }

  override set(fingerprint: string, at: number): this {
    this.#unsaved.set(fingerprint, at);
    return super.set(fingerprint, at);
  }

  override delete(fingerprint: string): boolean {
    const was = super.delete(fingerprint);
    if (!was) return false;
    // what never was on disk need not go from it: else a full disk would make a list without end
    if (this.#unsaved.get(fingerprint) === undefined) this.#unsaved.set(fingerprint, undefined);
    else this.#unsaved.delete(fingerprint);
    return true;
  }

  /** So much of `unsaved` is on disk now; what came meanwhile is not. */
  saved(written: ReadonlyMap<string, number | undefined>): void {
    for (const [fingerprint, at] of written) {
      if (this.#unsaved.get(fingerprint) === at) this.#unsaved.delete(fingerprint);
    }
  }
}

/** @param entries in any order, as they are on disk */
export function recentFrom(entries: Iterable<readonly [string, number]>): Recent {
  const recent = new Recent();
  const sorted = [...entries].sort(([, one], [, other]) => one - other);
  for (const [fingerprint, at] of sorted) recent.set(fingerprint, at);
  return recent;
}
