import type { DiscoveryJob, Next, PacerOptions } from '../../src/mqtt/pacer.ts';

interface Queued {
  job: DiscoveryJob;
  /** ms, when its topic began to wait */
  readonly since: number;
  readonly order: number;
}

interface Sent {
  job: DiscoveryJob;
  at: number;
  /** payloads of the topic without a silence of `settle` between them */
  run: number;
}

const TOPIC_GAP = 1_000;
const SETTLE = 3_000;
/** ms after which nobody is overtaken any more */
const PATIENCE = 30_000;

/** The pacer's rules written down plainly: looks at all that waits each time. */
export class PlainPacer {
  readonly #pace: number;
  readonly #gap: number;
  readonly #settle: number;
  readonly #queues = new Map<string, Queued[]>();
  readonly #sent = new Map<string, Sent>();
  readonly #topicSent = new Map<string, number>();
  #lastSent = Number.NEGATIVE_INFINITY;
  #order = 0;

  constructor(options: PacerOptions) {
    this.#pace = options.pace;
    this.#gap = options.topicGap ?? TOPIC_GAP;
    this.#settle = options.settle ?? SETTLE;
  }

  /** Payloads that wait; repetitions are not counted. */
  get size(): number {
    let size = 0;
    for (const queue of this.#queues.values()) size += queue.length;
    return size;
  }

  /** Whether something that announces waits for this device. */
  announcing(deviceId: string): boolean {
    return this.#queues.get(deviceId)?.some(({ job }) => job.announces) ?? false;
  }

  add(job: DiscoveryJob, now: number): void {
    const queue = this.#queues.get(job.deviceId) ?? [];
    this.#queues.set(job.deviceId, queue);
    const superseded = job.step ? undefined : supersededBy(job, queue);
    if (superseded === undefined) queue.push({ job, since: now, order: this.#order++ });
    else superseded.job = joined(superseded.job, job);
  }

  /** The job could not be published: it is next of its device again, unless a newer payload waits. */
  retry(job: DiscoveryJob, now: number): void {
    const queue = this.#queues.get(job.deviceId) ?? [];
    this.#queues.set(job.deviceId, queue);
    const newer = queue.find((queued) => queued.job.topic === job.topic && !queued.job.step);
    if (newer !== undefined && !job.step) newer.job = joined(job, newer.job);
    else queue.unshift({ job, since: now, order: this.#order++ });
    this.#sent.delete(job.topic);
  }

  /** Nothing more of this topic, not once more either: somebody else took it away. */
  drop(topic: string): void {
    this.#sent.delete(topic);
    for (const [deviceId, queue] of this.#queues) {
      const rest = queue.filter(({ job }) => job.topic !== topic);
      if (rest.length === 0) this.#queues.delete(deviceId);
      else this.#queues.set(deviceId, rest);
    }
  }

  /** A live event waits for this device now. */
  hurry(deviceId: string): void {
    for (const queued of this.#queues.get(deviceId) ?? []) {
      queued.job = { ...queued.job, urgent: true };
    }
  }

  /** Forgets what waits, for a broker that is gone: all is published anew on the next connection. */
  clear(): void {
    this.#queues.clear();
    this.#sent.clear();
  }

  /** @param now ms; a job in the answer counts as published at `now` */
  next(now: number): Next {
    this.#forget(now);
    const paced = this.#lastSent + this.#pace;
    if (now < paced) return this.#idle() ? undefined : { waitUntil: paced };
    const ready = this.#ready(now);
    if (ready !== undefined) return { job: this.#take(ready, now) };
    const again = this.#dueAgain(now);
    if (again !== undefined) return { job: this.#repeat(again, now) };
    const waitUntil = this.#soonest();
    return waitUntil === undefined ? undefined : { waitUntil };
  }

  #idle(): boolean {
    return this.#soonest() === undefined;
  }

  /** The device whose turn it is: its first payload, for the steps of one device keep their order. */
  #ready(now: number): Queued[] | undefined {
    let best: Queued[] | undefined;
    let bestRank: readonly number[] = [];
    for (const queue of this.#queues.values()) {
      if (now < this.#freeAt(queue)) continue;
      const rank = rankOf(queue, now);
      if (best === undefined || before(rank, bestRank)) [best, bestRank] = [queue, rank];
    }
    return best;
  }

  #take(queue: Queued[], now: number): DiscoveryJob {
    const taken = queue.shift();
    if (taken === undefined) throw new RangeError('an empty queue has no turn');
    const { job } = taken;
    if (queue.length === 0) this.#queues.delete(job.deviceId);
    const before = this.#sent.get(job.topic);
    const run = before !== undefined && now - before.at < this.#settle ? before.run + 1 : 1;
    this.#sent.set(job.topic, { job, at: now, run });
    this.#went(job, now);
    return job;
  }

  #repeat(sent: Sent, now: number): DiscoveryJob {
    const job = { ...sent.job, announces: false, rereads: false, urgent: false };
    this.#sent.delete(job.topic);
    this.#went(job, now);
    return job;
  }

  #went(job: DiscoveryJob, now: number): void {
    this.#lastSent = now;
    this.#topicSent.set(job.topic, now);
  }

  /** When the first payload of a device may go: those behind it wait for it. */
  #freeAt([head]: readonly Queued[]): number {
    return this.#topicFreeAt(head?.job.topic ?? '');
  }

  #topicFreeAt(topic: string): number {
    return (this.#topicSent.get(topic) ?? Number.NEGATIVE_INFINITY) + this.#gap;
  }

  /** When the last payload of a run goes out again; never while its device has more to say. */
  #againAt(sent: Sent): number | undefined {
    const { deviceId, topic } = sent.job;
    if (!repeats(sent) || this.#queues.has(deviceId)) return undefined;
    return Math.max(sent.at + this.#settle, this.#topicFreeAt(topic));
  }

  #dueAgain(now: number): Sent | undefined {
    for (const sent of this.#sent.values()) {
      const at = this.#againAt(sent);
      if (at !== undefined && at <= now) return sent;
    }
    return undefined;
  }

  /** When the next thing can go out. */
  #soonest(): number | undefined {
    const times = [...this.#queues.values()].map((queue) => this.#freeAt(queue));
    for (const sent of this.#sent.values()) {
      const at = this.#againAt(sent);
      if (at !== undefined) times.push(at);
    }
    if (times.length === 0) return undefined;
    return Math.max(
      times.reduce((a, b) => Math.min(a, b)),
      this.#lastSent + this.#pace,
    );
  }

  #forget(now: number): void {
    for (const [topic, sent] of this.#sent) {
      if (!repeats(sent) && now - sent.at >= this.#settle) this.#sent.delete(topic);
    }
    for (const [topic, at] of this.#topicSent) {
      if (now - at >= this.#gap) this.#topicSent.delete(topic);
    }
  }
}

/** A topic that was cleared is not cleared again: Home Assistant would warn. */
function repeats({ job, run }: Sent): boolean {
  return run > 1 && job.retain && job.payload !== '';
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

function rankOf(queue: readonly Queued[], now: number): readonly number[] {
  const [head] = queue;
  if (head === undefined) return [];
  const hurried = queue.some(({ job }) => job.urgent) || now - head.since >= PATIENCE;
  return [head.job.bridge ? 0 : 1, hurried ? 0 : 1, head.order];
}

function before(a: readonly number[], b: readonly number[]): boolean {
  const differs = a.findIndex((value, index) => value !== b[index]);
  return (a[differs] ?? 0) < (b[differs] ?? 0);
}
