/** Detection frames come many times a second; nobody needs them all, and others need the room. */
export class AreaLimit {
  readonly #interval: number;
  readonly #last = new Map<string, number>();
  readonly #hasRoom: () => boolean;

  /**
   * @param most frames a second and channel; 0 for none
   * @param hasRoom nothing that matters more waits for the broker: else none passes
   */
  constructor(most: number, hasRoom: () => boolean = () => true) {
    this.#hasRoom = hasRoom;
    this.#interval = most > 0 ? 1000 / most : Number.POSITIVE_INFINITY;
  }

  /** @returns whether a frame of this device's channel may go at `now` (ms) */
  allows(deviceId: string, channel: string, now: number): boolean {
    const key = `${channel}@${deviceId}`;
    const last = this.#last.get(key);
    if (this.#interval === Number.POSITIVE_INFINITY || !this.#hasRoom()) return false;
    if (last !== undefined && now - last < this.#interval) return false;
    this.#last.set(key, now);
    return true;
  }

  forget(deviceId: string): void {
    for (const key of this.#last.keys()) if (key.endsWith(`@${deviceId}`)) this.#last.delete(key);
  }
}
