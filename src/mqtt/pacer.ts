import { PacerRepeats } from './pacer-repeats.ts';
import { PacerTurns } from './pacer-turns.ts';

/** One discovery payload on its way to Home Assistant. */
export interface DiscoveryJob {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
  /** of the camera: the devices of its channels count as it */
  readonly deviceId: string;
  /** it has components that Home Assistant does not know yet */
  readonly announces: boolean;
  /** states that Home Assistant has are to be told again behind it */
  readonly rereads: boolean;
  /** a live event waits for it */
  readonly urgent: boolean;
  /** of the bridge's own device, under which the cameras hang */
  readonly bridge: boolean;
  /** one of several steps (a removal before the clean payload): sent even if a newer payload follows */
  readonly step: boolean;
}

export interface PacerOptions {
  /** ms between two payloads */
  readonly pace: number;
  /** ms between two payloads of one topic, which is one device of Home Assistant's */
  readonly topicGap?: number;
  /** ms of silence that end a run of changes, after which its last payload goes out once more */
  readonly settle?: number;
}

/** What to do now: publish `job`, or come again at `waitUntil` (ms), or (`undefined`) when something is added. */
export type Next = { readonly job: DiscoveryJob } | { readonly waitUntil: number } | undefined;

const TOPIC_GAP = 1_000;
const SETTLE = 3_000;

/**
 * In which order and how fast discovery payloads go out, by what Home Assistant was measured to
 * stand: one per `pace` and one a second of a topic, or it loses components and the first events
 * without a word. The topics of one camera, its own and those of its channels, go out in their order.
 * The bridge's device comes first, then those for whom a live event waits. A newer payload takes the
 * place of one that still waits. After a run of changes the last payload goes out once more, for a
 * component of the second is lost while the first one's platforms load.
 *
 * Time is an argument; there are no timers here.
 */
export class Pacer {
  readonly #pace: number;
  readonly #gap: number;
  readonly #turns: PacerTurns;
  readonly #repeats: PacerRepeats;
  /** ms, when a topic last went out: the longest ago first */
  readonly #topicSent = new Map<string, number>();
  #lastSent = Number.NEGATIVE_INFINITY;

  constructor(options: PacerOptions) {
    this.#pace = options.pace;
    this.#gap = options.topicGap ?? TOPIC_GAP;
    this.#turns = new PacerTurns((topic) => this.#topicFreeAt(topic));
    const settle = options.settle ?? SETTLE;
    this.#repeats = new PacerRepeats(settle, this.#gap, (id) => this.#turns.has(id));
  }

  /** Payloads that wait; repetitions are not counted. */
  get size(): number {
    return this.#turns.size;
  }

  /** Whether something that announces waits for this device. */
  announcing(deviceId: string): boolean {
    return this.#turns.announcing(deviceId);
  }

  add(job: DiscoveryJob, now: number): void {
    this.#turns.add(job, now);
    this.#repeats.look(job.deviceId);
  }

  /** The job could not be published: it is next of its device again, unless a newer payload waits. */
  retry(job: DiscoveryJob, now: number): void {
    this.#turns.retry(job, now);
    this.#repeats.delete(job.topic);
    this.#repeats.look(job.deviceId);
  }

  /** Nothing more of this topic, not once more either: somebody else took it away. */
  drop(topic: string): void {
    this.#repeats.delete(topic);
    for (const deviceId of this.#turns.drop(topic)) this.#repeats.look(deviceId);
  }

  /** A live event waits for this device now. */
  hurry(deviceId: string): void {
    this.#turns.hurry(deviceId);
  }

  /** Forgets what waits, for a broker that is gone: all is published anew on the next connection. */
  clear(): void {
    this.#turns.clear();
    this.#repeats.clear();
  }

  /** @param now ms; a job in the answer counts as published at `now` */
  next(now: number): Next {
    this.#forget(now);
    const paced = this.#lastSent + this.#pace;
    if (now < paced) return this.#soonest() === undefined ? undefined : { waitUntil: paced };
    const ready = this.#turns.take(now);
    if (ready !== undefined) {
      this.#repeats.went(ready, now);
      return this.#went(ready, now);
    }
    const again = this.#repeats.take(now);
    if (again !== undefined) {
      return this.#went({ ...again, announces: false, rereads: false, urgent: false }, now);
    }
    const soonest = this.#soonest();
    return soonest === undefined ? undefined : { waitUntil: Math.max(soonest, paced) };
  }

  #went(job: DiscoveryJob, now: number): Next {
    this.#lastSent = now;
    this.#topicSent.delete(job.topic);
    this.#topicSent.set(job.topic, now);
    return { job };
  }

  #topicFreeAt(topic: string): number {
    return (this.#topicSent.get(topic) ?? Number.NEGATIVE_INFINITY) + this.#gap;
  }

  /** When the next thing can go out, but for the pace. */
  #soonest(): number | undefined {
    const turn = this.#turns.soonest();
    const again = this.#repeats.soonest();
    return turn === undefined || again === undefined ? (turn ?? again) : Math.min(turn, again);
  }

  #forget(now: number): void {
    this.#repeats.forget(now);
    for (const [topic, at] of this.#topicSent) {
      if (now - at < this.#gap) return;
      this.#topicSent.delete(topic);
    }
  }
}
