import type { Clock } from '../clock.ts';
import { Deadlines } from '../deadlines.ts';
import { ConnectionLost, NotAcknowledged, PublishRefused } from '../mqtt/errors.ts';
import { newestOnly } from '../outbox/entry.ts';
import type { Outbox } from './outbox.ts';
import type { Publisher } from './publisher.ts';
import type { Letter, Slot } from './report.ts';

export interface SendingOptions {
  readonly publisher: Publisher;
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** the broker is there and knows what it should */
  readonly isJoined: () => boolean;
  /** ms after which a message that nobody acknowledged goes to disk */
  readonly deadline: number;
  /** ms after receipt from which nothing is live */
  readonly liveWithin: number;
  /** whether a topic is heard, where an acknowledgement alone promises nothing */
  readonly hears?: (topic: string) => boolean;
  /** the broker acknowledges nothing in time: the disk takes its place */
  readonly onStuck: () => void;
  /** it does again, on the same connection */
  readonly onUnstuck: () => void;
  /** it will be sent again, and nobody knows whether it arrived */
  readonly onAgain: () => void;
  /** something may leave the outbox */
  readonly onFree: () => void;
}

/** Part of its time that the broker has in any case. */
const LEAST = 0.25;

/** Messages on their way to the broker, and what of each report has arrived. */
export class Sending {
  readonly #options: SendingOptions;
  readonly #deadlines: Deadlines;
  /** messages on their way; and who waits until there are none */
  #underway = 0;
  #arrived: (() => void) | undefined;
  /** the broker takes messages and acknowledges none in time */
  #isStuck = false;

  constructor(options: SendingOptions) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.clock);
  }

  /** Whether the broker is there and answers in time. */
  get flows(): boolean {
    return this.#options.isJoined() && !this.#isStuck;
  }

  /** The connection ended: on the next one everything begins anew. */
  disconnected(): void {
    this.#isStuck = false;
  }

  /**
   * @param received of their report, ms since 1970 UTC
   * @returns one each, settled once the broker has it or will not; it fails with PublishRefused alone
   */
  send(letters: readonly Letter[], received: number): Promise<void>[] {
    const { clock, liveWithin, publisher, outbox } = this.#options;
    const now = clock.now();
    return letters.map((letter) => {
      const { slot, message, fleeting = false } = letter;
      if (slot !== undefined) {
        slot.open++;
        outbox.pass(slot);
      }
      const options = fleeting ? { deadline: Math.max(1, received + liveWithin - now) } : {};
      const settled = this.#sent(letter, publisher.publish(message, options));
      // nobody waits for what is lost with its moment
      return slot === undefined ? Promise.resolve() : settled;
    });
  }

  /**
   * Waits for these, but no longer than the broker has time for.
   * @param waited ms that were waited before, and count
   * @returns the refusal of one that the broker will never take
   */
  inTime(sent: readonly Promise<void>[], waited = 0): Promise<unknown> {
    if (sent.length === 0) return Promise.resolve(undefined);
    const { deadline, onStuck } = this.#options;
    return new Promise((resolve) => {
      let left = sent.length;
      let refusal: unknown;
      const patience = Math.max(deadline - waited, deadline * LEAST);
      const callOff = this.#deadlines.after(patience, () => {
        this.#isStuck = true;
        onStuck();
        resolve(undefined);
      });
      const arrived = (error?: unknown) => {
        refusal ??= error;
        left--;
        if (left > 0) return;
        callOff();
        resolve(refusal);
      };
      for (const one of sent) one.then(arrived, arrived);
    });
  }

  /** Something newer took its place: nobody sends it any more. */
  overtaken(slots: readonly Slot[]): void {
    for (const slot of slots) {
      slot.done = true;
      slot.custody?.arrived();
      if (slot.stored) this.#options.outbox.done(slot.seq);
    }
  }

  /** Those that nobody sends any more may leave the disk by themselves. */
  freeAll(slots: readonly Slot[]): void {
    const { outbox, onFree } = this.#options;
    for (const { seq, open, done } of slots) if (open === 0 && !done) outbox.free(seq);
    onFree();
  }

  /** It is not with the broker: nothing of its device overtakes it. A mere state is no matter of order. */
  miss({ kept, device, seq }: Slot): void {
    if (!newestOnly.has(kept)) this.#options.outbox.miss(device, seq);
  }

  /** Waits, but no longer than `ms`, until what is on its way has arrived. */
  async finish(ms: number): Promise<void> {
    if (this.#underway === 0) return;
    const arrived = new Promise<void>((resolve) => {
      this.#arrived = resolve;
    });
    await within(this.#options.clock, ms, arrived);
  }

  /** Keeps account of the slot. */
  #sent({ slot, reaches }: Letter, publication: Promise<void>): Promise<void> {
    const { outbox } = this.#options;
    this.#underway++;
    return publication.then(
      () => {
        const wasStuck = this.#isStuck;
        this.#isStuck = false;
        if (wasStuck) this.#options.onUnstuck();
        if (slot !== undefined) {
          outbox.passed(slot, true);
          this.#settle(slot, this.#isHeard(reaches));
        }
        this.#left();
      },
      (error: unknown) => {
        const isFinal = error instanceof PublishRefused;
        if (slot !== undefined) {
          if (isUnsure(error)) slot.unsure = true;
          outbox.passed(slot, false);
          this.#settle(slot, isFinal);
        }
        this.#left();
        if (isFinal && slot !== undefined) throw error;
      },
    );
  }

  #left(): void {
    this.#underway--;
    if (this.#underway === 0) this.#arrived?.();
  }

  #isHeard(reaches: readonly string[] | undefined): boolean {
    const { hears } = this.#options;
    return hears === undefined || reaches === undefined || reaches.some(hears);
  }

  #settle(slot: Slot, arrived: boolean): void {
    const { outbox, onFree, onAgain } = this.#options;
    slot.open--;
    if (!arrived) slot.failed = true;
    if (slot.open > 0) return;
    if (!slot.failed && !slot.done) slot.custody?.arrived();
    slot.done = !slot.failed;
    if (slot.failed && slot.unsure) onAgain();
    if (slot.stored && slot.done) outbox.done(slot.seq);
    else if (slot.stored) outbox.free(slot.seq);
    else if (slot.failed && !slot.answered) this.miss(slot);
    onFree();
  }
}

/** It was sent, and may have arrived or not. */
function isUnsure(error: unknown): boolean {
  return error instanceof ConnectionLost || (error instanceof NotAcknowledged && error.sent);
}

/** @returns what the promise gives, or undefined where that takes longer than `ms` */
export async function within<T>(
  clock: Clock,
  ms: number,
  promise: Promise<T>,
): Promise<T | undefined> {
  let cancel = () => {};
  const over = new Promise<undefined>((resolve) => {
    cancel = clock.after(ms, () => resolve(undefined));
  });
  try {
    return await Promise.race([promise, over]);
  } finally {
    cancel();
  }
}
