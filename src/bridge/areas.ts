import { limits } from '../domain/limits.ts';

/** Detection frames come many times a second; nobody needs them all, and others need the room. */
export class AreaLimit {
  readonly #interval: number;
  /** ms of the last frame of each channel, by device; the longest ago first */
  readonly #last = new Map<string, Map<string, number>>();
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
    if (this.#interval === Number.POSITIVE_INFINITY || !this.#hasRoom()) return false;
    const channels = this.#last.get(deviceId) ?? new Map<string, number>();
    const isSoon = (last: number) => now - last < this.#interval;
    const last = channels.get(channel);
    if (last !== undefined && isSoon(last)) return false;
    // a camera may invent channels: it has as many at a time as a device can have
    const [longestAgo] = channels;
    if (last === undefined && longestAgo !== undefined && channels.size >= limits.channels) {
      const [other, at] = longestAgo;
      if (isSoon(at)) return false;
      channels.delete(other);
    }
    channels.delete(channel);
    this.#last.set(deviceId, channels.set(channel, now));
    return true;
  }

  forget(deviceId: string): void {
    this.#last.delete(deviceId);
  }
}
