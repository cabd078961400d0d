import type { DiscoveryJob } from './pacer.ts';
import { Ranked } from './ranked.ts';

interface Queued {
  job: DiscoveryJob;
  /** ms, when its topic began to wait */
  readonly since: number;
  readonly order: number;
}

/** What waits of one device, in its order: never empty. */
type Queue = Queued[];

/** ms after which nobody is overtaken any more */
const PATIENCE = 30_000;

/** Payloads that wait, and whose turn it is: found without a look at all who wait. */
export class PacerTurns {
  readonly #freeAt: (topic: string) => number;
  readonly #queues = new Map<string, Queue>();
  /** by the instant from which the first payload may go, as far as known */
  readonly #sleeping = new Ranked<Queue>();
  /** that instant is over: the bridge's, then the others' */
  readonly #ready = [new Ready(), new Ready()] as const;
  #order = 0;

  /** @param freeAt when a topic may be published again, ms; it only grows until then */
  constructor(freeAt: (topic: string) => number) {
    this.#freeAt = freeAt;
  }

  get size(): number {
    let size = 0;
    for (const queue of this.#queues.values()) size += queue.length;
    return size;
  }

  has(deviceId: string): boolean {
    return this.#queues.has(deviceId);
  }

  announcing(deviceId: string): boolean {
    return this.#queues.get(deviceId)?.some(({ job }) => job.announces) ?? false;
  }

  add(job: DiscoveryJob, now: number): void {
    const queue = this.#queueOf(job);
    const superseded = job.step ? undefined : supersededBy(job, queue);
    if (superseded === undefined) queue.push({ job, since: now, order: this.#order++ });
    else superseded.job = joined(superseded.job, job);
    this.#rank(queue);
  }

  /** Puts it first again, unless something newer waits. */
  retry(job: DiscoveryJob, now: number): void {
    const queue = this.#queueOf(job);
    const newer = queue.find((queued) => queued.job.topic === job.topic && !queued.job.step);
    if (newer !== undefined && !job.step) newer.job = joined(job, newer.job);
    else queue.unshift({ job, since: now, order: this.#order++ });
    this.#rank(queue);
  }

  /** @returns the devices of which nothing waits any more */
  drop(topic: string): readonly string[] {
    const emptied: string[] = [];
    for (const [deviceId, queue] of this.#queues) {
      const rest = queue.filter(({ job }) => job.topic !== topic);
      if (rest.length === queue.length) continue;
      this.#unrank(queue);
      if (rest.length === 0) {
        this.#queues.delete(deviceId);
        emptied.push(deviceId);
      } else {
        this.#queues.set(deviceId, rest);
        this.#rank(rest);
      }
    }
    return emptied;
  }

  hurry(deviceId: string): void {
    const queue = this.#queues.get(deviceId);
    if (queue === undefined) return;
    for (const queued of queue) queued.job = { ...queued.job, urgent: true };
    this.#rank(queue);
  }

  clear(): void {
    this.#queues.clear();
    this.#sleeping.clear();
    for (const ready of this.#ready) ready.clear();
  }

  /** Takes out the first payload of the device whose turn it is: the steps of one device keep their order. */
  take(now: number): DiscoveryJob | undefined {
    for (const queue of this.#sleeping.takeUntil(now)) this.#readyOf(queue).add(queue);
    for (;;) {
      const queue = this.#ready[0].first(now) ?? this.#ready[1].first(now);
      if (queue === undefined) return undefined;
      // its topic may have gone out meanwhile as somebody else's
      if (this.#freeAtOf(queue) > now) this.#rank(queue);
      else return this.#shift(queue);
    }
  }

  /** When `take` next has something; `undefined`: not before something is added. */
  soonest(): number | undefined {
    for (const ready of this.#ready) if (ready.size > 0) return Number.NEGATIVE_INFINITY;
    for (;;) {
      const { first, lowest } = this.#sleeping;
      if (first === undefined) return undefined;
      if (this.#freeAtOf(first) <= lowest) return lowest;
      this.#rank(first);
    }
  }

  #shift(queue: Queue): DiscoveryJob | undefined {
    const job = queue.shift()?.job;
    if (queue.length > 0) this.#rank(queue);
    else if (job !== undefined) {
      this.#unrank(queue);
      this.#queues.delete(job.deviceId);
    }
    return job;
  }

  #queueOf({ deviceId }: DiscoveryJob): Queue {
    const queue = this.#queues.get(deviceId) ?? [];
    this.#queues.set(deviceId, queue);
    return queue;
  }

  /** The queue has changed: it goes where it belongs. */
  #rank(queue: Queue): void {
    this.#unrank(queue);
    this.#sleeping.set(queue, this.#freeAtOf(queue));
  }

  #unrank(queue: Queue): void {
    this.#sleeping.delete(queue);
    for (const ready of this.#ready) ready.delete(queue);
  }

  #readyOf([head]: Queue): Ready {
    return this.#ready[head?.job.bridge ? 0 : 1];
  }

  #freeAtOf([head]: Queue): number {
    return this.#freeAt(head?.job.topic ?? '');
  }
}

/** Queues that may go: those for whom a live event waits or who waited too long, then the others, the oldest first. */
class Ready {
  readonly #urgent = new Ranked<Queue>();
  readonly #others = new Ranked<Queue>();

  get size(): number {
    return this.#urgent.size + this.#others.size;
  }

  add(queue: Queue): void {
    const ranked = queue.some(({ job }) => job.urgent) ? this.#urgent : this.#others;
    ranked.set(queue, orderOf(queue));
  }

  delete(queue: Queue): void {
    this.#urgent.delete(queue);
    this.#others.delete(queue);
  }

  clear(): void {
    this.#urgent.clear();
    this.#others.clear();
  }

  first(now: number): Queue | undefined {
    const urgent = this.#urgent.first;
    const oldest = this.#others.first;
    // who waits longest is the first among the others: where it has patience, all of them have
    const isPatient = now - (oldest?.[0]?.since ?? now) < PATIENCE;
    if (isPatient || this.#urgent.lowest < this.#others.lowest) return urgent ?? oldest;
    return oldest;
  }
}

function orderOf([head]: Queue): number {
  return head?.order ?? 0;
}

/** The waiting payload whose place the new one takes; none where a step stands between them. */
function supersededBy(job: DiscoveryJob, queue: readonly Queued[]): Queued | undefined {
  const lastStep = queue.findLastIndex((queued) => queued.job.step);
  return queue.slice(lastStep + 1).find((queued) => queued.job.topic === job.topic);
}

/** The newer payload, with what the older one had to bring about. */
function joined(older: DiscoveryJob, newer: DiscoveryJob): DiscoveryJob {
  return {
    ...newer,
    announces: older.announces || newer.announces,
    rereads: older.rereads || newer.rereads,
    urgent: older.urgent || newer.urgent,
  };
}
