import { Ranked } from './ranked.ts';

/** A live turn whose time has come. */
export interface Released<T> {
  readonly deviceId: string;
  readonly turn: T;
  /** more than `liveWithin` since it was received: it may not go out as live any more */
  readonly late: boolean;
}

export interface HoldsOptions {
  /** ms that Home Assistant needs to subscribe after the last payload that announced something */
  readonly hold: number;
  /** ms after receipt from which a turn is late */
  readonly liveWithin: number;
}

interface Waiting<T> {
  readonly turn: T;
  readonly received: number;
}

interface Lane<T> {
  readonly deviceId: string;
  /** its place among the lanes */
  readonly order: number;
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

/**
 * Live turns (an event and its `ON`) wait here until Home Assistant has subscribed to what was just
 * announced of their device; in order by device. One that waited too long comes out marked late.
 *
 * Home Assistant gathers its subscriptions, and every new topic of any device starts the wait anew; in
 * a burst it falls behind, the further the longer the burst is. So the hold counts from the last
 * payload of any device, and grows with the burst, up to a limit: a device that comes alone waits one
 * hold.
 *
 * Time is an argument, in ms; there are no timers here.
 */
export class Holds<T> {
  readonly #hold: number;
  readonly #liveWithin: number;
  readonly #lanes = new Map<string, Lane<T>>();
  /** lanes in which something waits, by the soonest and by the last instant at which the first may go */
  readonly #soonest = new Ranked<Lane<T>>();
  readonly #latest = new Ranked<Lane<T>>();
  /** lanes in which nothing waits and nothing is announced, by the end of their own hold */
  readonly #idle = new Ranked<Lane<T>>();
  #order = 0;
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
    const lane = this.#lane(deviceId);
    lane.announcing = true;
    this.#rank(lane);
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
    this.#rank(lane);
  }

  /** Nothing will be announced, for the broker is gone: turns wait no longer. */
  open(deviceId: string): void {
    const lane = this.#lanes.get(deviceId);
    if (lane === undefined) return;
    lane.announcing = false;
    lane.announcedAt = Number.NEGATIVE_INFINITY;
    this.#rank(lane);
  }

  /** The device is gone: so is what waits of it. */
  forget(deviceId: string): void {
    const lane = this.#lanes.get(deviceId);
    if (lane !== undefined) this.#end(lane);
  }

  /**
   * Whether a turn may go at once, without being taken in: nothing of its device waits, or was just announced.
   * @returns `undefined` where it may not
   */
  passes(deviceId: string, received: number, now: number): Pick<Released<T>, 'late'> | undefined {
    if (this.#lanes.has(deviceId)) return undefined;
    return { late: this.#isLate(received, now) };
  }

  /** Takes a turn in; `due` gives it back, at once where nothing holds it. */
  add(deviceId: string, turn: T, received: number): void {
    const lane = this.#lane(deviceId);
    lane.waiting.push({ turn, received });
    if (lane.waiting.length === 1) this.#rank(lane);
  }

  /** What waits of a device, in its order. */
  waitingOf(deviceId: string): readonly T[] {
    return (this.#lanes.get(deviceId)?.waiting ?? []).map(({ turn }) => turn);
  }

  /** A turn is not to go any more. */
  drop(deviceId: string, turn: T): void {
    const lane = this.#lanes.get(deviceId);
    const at = lane?.waiting.findIndex((other) => other.turn === turn) ?? -1;
    if (lane === undefined || at < 0) return;
    lane.waiting.splice(at, 1);
    this.#rank(lane);
  }

  /** Turns that go now, each once, in the order in which each device's came. */
  due(now: number): Released<T>[] {
    const all = this.#allOpenAt;
    const lanes = [...this.#latest.takeUntil(now)];
    if (all <= now) lanes.push(...this.#soonest.takeUntil(now));
    const released = inOrder(lanes).flatMap((lane) => this.#release(lane, now));
    this.#endIdle(now);
    return released;
  }

  /** When `due` next has something, ms; `undefined`: not before something is added. */
  next(): number | undefined {
    if (this.#latest.size === 0) return undefined;
    return Math.min(this.#latest.lowest, Math.max(this.#allOpenAt, this.#soonest.lowest));
  }

  #release(lane: Lane<T>, now: number): Released<T>[] {
    const { deviceId, waiting } = lane;
    const isDue = ({ received }: Waiting<T>) => now >= this.#releaseAt(lane, received);
    const end = waiting.findIndex((turn) => !isDue(turn));
    const gone = waiting.splice(0, end < 0 ? waiting.length : end);
    this.#rank(lane);
    return gone.map(({ turn, received }) => ({
      deviceId,
      turn,
      late: this.#isLate(received, now),
    }));
  }

  #isLate(received: number, now: number): boolean {
    return now > received + this.#liveWithin;
  }

  /** Forgets lanes whose hold is over. */
  #endIdle(now: number): void {
    const all = this.#allOpenAt;
    const isOpen = all <= now || this.#liveWithin <= this.#hold;
    const over = isOpen ? now : now - this.#hold * MOST;
    for (const lane of this.#idle.takeUntil(over)) this.#end(lane);
  }

  #end(lane: Lane<T>): void {
    this.#lanes.delete(lane.deviceId);
    this.#soonest.delete(lane);
    this.#latest.delete(lane);
    this.#idle.delete(lane);
  }

  /** The lane has changed: it goes where it belongs. */
  #rank(lane: Lane<T>): void {
    const [head] = lane.waiting;
    if (head === undefined) {
      this.#soonest.delete(lane);
      this.#latest.delete(lane);
    } else {
      const { soonest, latest } = this.#bounds(lane, head.received);
      this.#soonest.set(lane, soonest);
      this.#latest.set(lane, latest);
    }
    if (head !== undefined || lane.announcing) this.#idle.delete(lane);
    else this.#idle.set(lane, lane.announcedAt + this.#hold);
  }

  #releaseAt(lane: Lane<T>, received: number): number {
    const { soonest, latest } = this.#bounds(lane, received);
    return Math.min(latest, Math.max(this.#allOpenAt, soonest));
  }

  /**
   * Between which instants what was received then may go, whatever others announce: that makes nothing
   * late. What is late anyway does not wait for Home Assistant.
   */
  #bounds({ announcing, announcedAt }: Lane<T>, received: number): Bounds {
    const lateAt = received + this.#liveWithin + 1;
    if (announcing) return { soonest: lateAt, latest: lateAt };
    const own = announcedAt + this.#hold;
    const most = Math.min(own + this.#hold * MOST, received + this.#liveWithin - this.#hold);
    return { soonest: Math.min(own, lateAt), latest: Math.min(Math.max(own, most), lateAt) };
  }

  /** ms, when Home Assistant has caught up with all that was announced of any device. */
  get #allOpenAt(): number {
    return this.#burstAt + this.#hold * (1 + EACH * (this.#burst - 1));
  }

  #lane(deviceId: string): Lane<T> {
    const known = this.#lanes.get(deviceId);
    if (known !== undefined) return known;
    const lane: Lane<T> = {
      deviceId,
      order: this.#order++,
      announcing: false,
      announcedAt: Number.NEGATIVE_INFINITY,
      waiting: [],
    };
    this.#lanes.set(deviceId, lane);
    return lane;
  }
}

interface Bounds {
  readonly soonest: number;
  readonly latest: number;
}

/** Each once, in the order in which the lanes began. */
function inOrder<T>(lanes: readonly Lane<T>[]): readonly Lane<T>[] {
  return [...new Set(lanes)].sort((one, other) => one.order - other.order);
}
