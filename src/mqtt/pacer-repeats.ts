import type { DiscoveryJob } from './pacer.ts';
import { Ranked } from './ranked.ts';

interface Sent {
  readonly job: DiscoveryJob;
  readonly at: number;
  /** payloads of the topic without a silence of `settle` between them */
  readonly run: number;
  /** of the topics that are remembered */
  readonly order: number;
}

/** What went out last of each topic, and when the last payload of a run goes out once more. */
export class PacerRepeats {
  readonly #settle: number;
  readonly #wait: number;
  readonly #isBusy: (deviceId: string) => boolean;
  readonly #sent = new Map<string, Sent>();
  /** those that do not repeat, the oldest first */
  readonly #single = new Set<Sent>();
  /** those that do, by device */
  readonly #runs = new Map<string, Set<Sent>>();
  /** of devices that have no more to say: by when they are due, and once they are, by their order */
  readonly #resting = new Ranked<Sent>();
  readonly #due = new Ranked<Sent>();
  #order = 0;

  /**
   * @param settle ms of silence that end a run
   * @param gap ms between two payloads of a topic
   * @param isBusy whether more of the device waits: then nothing of it repeats
   */
  constructor(settle: number, gap: number, isBusy: (deviceId: string) => boolean) {
    this.#settle = settle;
    this.#wait = Math.max(settle, gap);
    this.#isBusy = isBusy;
  }

  went(job: DiscoveryJob, now: number): void {
    const before = this.#sent.get(job.topic);
    const run = before !== undefined && now - before.at < this.#settle ? before.run + 1 : 1;
    const sent = { job, at: now, run, order: before?.order ?? this.#order++ };
    this.delete(job.topic);
    this.#sent.set(job.topic, sent);
    if (repeats(sent)) {
      const runs = this.#runs.get(job.deviceId) ?? new Set();
      this.#runs.set(job.deviceId, runs.add(sent));
    } else this.#single.add(sent);
    this.look(job.deviceId);
  }

  delete(topic: string): void {
    const sent = this.#sent.get(topic);
    if (sent === undefined) return;
    const { deviceId } = sent.job;
    this.#sent.delete(topic);
    this.#single.delete(sent);
    this.#resting.delete(sent);
    this.#due.delete(sent);
    const runs = this.#runs.get(deviceId);
    runs?.delete(sent);
    if (runs?.size === 0) this.#runs.delete(deviceId);
  }

  /** The device may have begun or ceased to be busy. */
  look(deviceId: string): void {
    const isBusy = this.#isBusy(deviceId);
    for (const sent of this.#runs.get(deviceId) ?? []) {
      this.#resting.delete(sent);
      this.#due.delete(sent);
      if (!isBusy) this.#resting.set(sent, sent.at + this.#wait);
    }
  }

  take(now: number): DiscoveryJob | undefined {
    for (const sent of this.#resting.takeUntil(now)) this.#due.set(sent, sent.order);
    const job = this.#due.first?.job;
    if (job !== undefined) this.delete(job.topic);
    return job;
  }

  /** When `take` next has something; `undefined`: not by itself. */
  soonest(): number | undefined {
    if (this.#due.size > 0) return Number.NEGATIVE_INFINITY;
    return this.#resting.size > 0 ? this.#resting.lowest : undefined;
  }

  /** What is too long ago to begin a run matters no more. */
  forget(now: number): void {
    for (const { at, job } of this.#single) {
      if (now - at < this.#settle) return;
      this.delete(job.topic);
    }
  }

  clear(): void {
    this.#sent.clear();
    this.#single.clear();
    this.#runs.clear();
    this.#resting.clear();
    this.#due.clear();
  }
}

/** A topic that was cleared is not cleared again: Home Assistant would warn. */
function repeats({ job, run }: Sent): boolean {
  return run > 1 && job.retain && job.payload !== '';
}
