import type { HoldsOptions, Released } from '../../src/mqtt/holds.ts';

interface Waiting<T> {
  readonly turn: T;
  readonly received: number;
}

interface Lane<T> {
  /** payloads that announce something and are not published yet */
  announcing: boolean;
  /** ms, when the last one was published */
  announcedAt: number;
  readonly waiting: Waiting<T>[];
}

/** What each payload of a burst adds to the hold behind its last, as a part of the hold. */
const EACH = 0.3;
/** Most that others' payloads may add to a device's own hold, in holds. */
const MOST = 4;

/** The rules of holds written down plainly: looks at all lanes each time. */
export class PlainHolds<T> {
  readonly #hold: number;
  readonly #liveWithin: number;
  readonly #lanes = new Map<string, Lane<T>>();
  /** payloads, of any device, one soon after the other; and when the last of them was published */
  #burst = 0;
  #burstAt = Number.NEGATIVE_INFINITY;

  constructor({ hold, liveWithin }: HoldsOptions) {
    this.#hold = hold;
    this.#liveWithin = liveWithin;
  }

  /** Turns that wait. */
  get size(): number {
    let size = 0;
    for (const lane of this.#lanes.values()) size += lane.waiting.length;
    return size;
  }

  /** A payload that announces something of this device is on its way: turns wait from now on. */
  announcing(deviceId: string): void {
    this.#lane(deviceId).announcing = true;
  }

  /**
   * The payload was published.
   * @param more whether another one that announces is still on its way
   */
  announced(deviceId: string, now: number, more = false): void {
    const lane = this.#lane(deviceId);
    lane.announcing = more;
    lane.announcedAt = now;
    this.#burst = now - this.#burstAt < this.#hold ? this.#burst + 1 : 1;
    this.#burstAt = now;
  }

  /** Nothing will be announced, for the broker is gone: turns wait no longer. */
  open(deviceId: string): void {
    const lane = this.#lanes.get(deviceId);
    if (lane === undefined) return;
    lane.announcing = false;
    lane.announcedAt = Number.NEGATIVE_INFINITY;
  }

  /** The device is gone: so is what waits of it. */
  forget(deviceId: string): void {
    this.#lanes.delete(deviceId);
  }

  /** Takes a turn in; `due` gives it back, at once where nothing holds it. */
  add(deviceId: string, turn: T, received: number): void {
    this.#lane(deviceId).waiting.push({ turn, received });
  }

  /** What waits of a device, in its order. */
  waitingOf(deviceId: string): readonly T[] {
    return (this.#lanes.get(deviceId)?.waiting ?? []).map(({ turn }) => turn);
  }

  /** A turn is not to go any more. */
  drop(deviceId: string, turn: T): void {
    const waiting = this.#lanes.get(deviceId)?.waiting ?? [];
    const at = waiting.findIndex((other) => other.turn === turn);
    if (at >= 0) waiting.splice(at, 1);
  }

  /** Turns that go now, each once, in the order in which each device's came. */
  due(now: number): Released<T>[] {
    const released: Released<T>[] = [];
    for (const [deviceId, lane] of this.#lanes) {
      for (let head = lane.waiting[0]; head !== undefined; head = lane.waiting[0]) {
        if (now < this.#releaseAt(lane, head)) break;
        lane.waiting.shift();
        released.push({ deviceId, turn: head.turn, late: now > head.received + this.#liveWithin });
      }
      const over = !lane.announcing && lane.waiting.length === 0 && this.#openAt(lane, now) <= now;
      if (over) this.#lanes.delete(deviceId);
    }
    return released;
  }

  /** When `due` next has something, ms; `undefined`: not before something is added. */
  next(): number | undefined {
    let soonest: number | undefined;
    for (const lane of this.#lanes.values()) {
      const [head] = lane.waiting;
      if (head === undefined) continue;
      const at = this.#releaseAt(lane, head);
      soonest = soonest === undefined ? at : Math.min(soonest, at);
    }
    return soonest;
  }

  /** What is late anyway does not wait for Home Assistant. */
  #releaseAt(lane: Lane<T>, head: Waiting<T>): number {
    const lateAt = head.received + this.#liveWithin + 1;
    return lane.announcing ? lateAt : Math.min(this.#openAt(lane, head.received), lateAt);
  }

  /** ms, from when what was received then may go; others' payloads make nothing late. */
  #openAt({ announcedAt }: Lane<T>, received: number): number {
    const own = announcedAt + this.#hold;
    const all = this.#burstAt + this.#hold * (1 + EACH * (this.#burst - 1));
    const most = Math.min(own + this.#hold * MOST, received + this.#liveWithin - this.#hold);
    return Math.max(own, Math.min(all, most));
  }

  #lane(deviceId: string): Lane<T> {
    const known = this.#lanes.get(deviceId);
    if (known !== undefined) return known;
    const lane: Lane<T> = {
      announcing: false,
      announcedAt: Number.NEGATIVE_INFINITY,
      waiting: [],
    };
    this.#lanes.set(deviceId, lane);
    return lane;
  }
}
