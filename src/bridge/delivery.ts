import { Alarm, type Clock } from '../clock.ts';
import type { Change } from '../domain/change.ts';
import type { DeviceRecord } from '../domain/record.ts';
import type { Outgoing } from '../homeassistant/messages.ts';
import { PublishRefused } from '../mqtt/errors.ts';
import type { Holds } from '../mqtt/holds.ts';
import { newestOnly } from '../outbox/entry.ts';
import type { Outbox } from './outbox.ts';
import type { Publisher } from './publisher.ts';
import {
  itemOf,
  type Letter,
  type Part,
  type Report,
  reportOf,
  type Slot,
  type Turn,
} from './report.ts';

export type { Turn } from './report.ts';

/** How changes become messages; `homeassistant/messages.ts` behind it. */
export type Produce = (change: Change, record: DeviceRecord) => Outgoing;

export interface DeliveryOptions {
  readonly publisher: Publisher;
  readonly outbox: Outbox;
  readonly holds: Holds<Turn>;
  readonly produce: Produce;
  readonly clock: Clock;
  /** the broker is there and knows what it should */
  readonly isJoined: () => boolean;
  /** ms after which a message that nobody acknowledged goes to disk */
  readonly deadline: number;
  /** ms after receipt from which nothing is live */
  readonly liveWithin: number;
  /**
   * Where the broker's acknowledgement promises nothing, because it dies with the bridge: the disk comes
   * first, and what nobody hears is kept. Says whether a topic is heard.
   */
  readonly hears?: (topic: string) => boolean;
  /** an event came too late to be live */
  readonly onLate: (record: DeviceRecord) => void;
  /** a turn that had waited is nowhere: its camera was answered long ago */
  readonly onLost: (record: DeviceRecord, error: unknown) => void;
  /** something may leave the outbox */
  readonly onFree: () => void;
}

/**
 * Hands changes on in the order and at the time that Home Assistant needs, and sees to it that what was
 * answered is with the broker or on disk.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #release: Alarm;
  readonly #pending = new Set<Promise<unknown>>();
  /** the broker takes messages and acknowledges none in time */
  #isStuck = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#release = new Alarm(options.clock, () => this.release());
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
   * Publishes what can go now, in the order of the changes, and keeps live turns until Home
   * Assistant has subscribed to them.
   *
   * @param received ms since 1970 UTC
   * @returns settles when all that must not be lost is with the broker or on disk
   * @throws NotKept where it is neither, PublishRefused where the broker will never take it
   */
  async deliver(record: DeviceRecord, changes: readonly Change[], received: number): Promise<void> {
    const { produce, outbox, hears } = this.#options;
    const produced = changes.map((change) => ({ change, outgoing: produce(change, record) }));
    const report = reportOf(record, received, produced, (places) =>
      outbox.reserve(record.id, places),
    );
    try {
      if (hears !== undefined) await this.#diskFirst(report);
      else if (this.flows) await this.#brokerFirst(report);
      else await this.#keep(report, report.slots);
    } finally {
      outbox.settled(record.id, report.first);
      for (const { seq } of report.slots) outbox.unmiss(record.id, seq);
      this.#options.onFree();
    }
  }

  /** Lets go what has waited long enough; to be called whenever a payload was announced. */
  release(): void {
    all(this.#let(undefined)).catch(() => {});
  }

  /** Waits, not for ever, until what is on its way has arrived. */
  async finish(ms: number): Promise<void> {
    const { clock } = this.#options;
    this.#release.at(undefined);
    const over = new Promise<void>((resolve) => void clock.after(ms, resolve));
    await Promise.race([Promise.allSettled([...this.#pending]), over]);
  }

  async #brokerFirst(report: Report): Promise<void> {
    const sent = this.#sendAll(report.now.flatMap((part) => this.#lettersOf(part, false)));
    if (report.turn.length > 0) {
      const turn: Turn = { report, parts: report.turn };
      report.waits = true;
      this.#options.holds.add(report.record.id, turn, report.received);
      sent.push(...this.#let(turn));
    }
    const refused = await this.#settledInTime(sent);
    await this.#keep(
      report,
      report.slots.filter((slot) => !slot.done && !slot.stored),
    );
    if (refused !== undefined) throw refused;
  }

  /** What the embedded broker has dies with it. */
  async #diskFirst(report: Report): Promise<void> {
    const { outbox } = this.#options;
    const entries = report.slots.filter(({ picture }) => picture === undefined);
    const pictures = report.slots.flatMap(({ picture }) => picture ?? []);
    let failure: { readonly error: unknown } | undefined;
    try {
      await outbox.keep(
        entries.map((slot) => itemOf(slot, report)),
        report.record,
        pictures,
      );
      for (const slot of entries) slot.stored = true;
    } catch (error) {
      // those who listen are told all the same
      failure = { error };
    }
    if (this.flows) await this.#brokerFirst(report);
    else this.#freeAll(entries);
    if (failure !== undefined) throw failure.error;
  }

  /** Writes what is nowhere yet. */
  async #keep(report: Report, slots: readonly Slot[]): Promise<void> {
    if (slots.length === 0) return;
    const { outbox } = this.#options;
    for (const slot of leftOf(report, slots)) this.#miss(slot);
    await outbox.keep(
      slots.map((slot) => itemOf(slot, report)),
      report.record,
    );
    for (const slot of slots) {
      slot.stored = true;
      if (slot.done) outbox.done(slot.seq);
    }
    this.#freeAll(leftOf(report, slots));
  }

  /**
   * @param own the turn that the caller answers for
   * @returns its publications, where it went now
   */
  #let(own: Turn | undefined): Promise<void>[] {
    const { holds, clock, onLost } = this.#options;
    const sent: Promise<void>[] = [];
    for (const { turn, late } of holds.due(clock.now())) {
      turn.report.waits = false;
      const publications = this.#publish(turn, late);
      if (turn === own) sent.push(...publications);
      else {
        all(publications).catch((error: unknown) => {
          if (turn.parts.flatMap(slotsOf).every(({ stored, done }) => stored || done)) return;
          onLost(turn.report.record, error);
        });
      }
    }
    this.#release.at(holds.next());
    return sent;
  }

  #publish({ report, parts }: Turn, late: boolean): Promise<void>[] {
    const { onLate } = this.#options;
    if (!this.flows) {
      this.#freeAll(parts.flatMap(slotsOf));
      return [];
    }
    for (const { change } of parts) {
      if (change.change === 'event' && (late || change.late)) onLate(report.record);
    }
    const sent = this.#sendAll(
      parts.flatMap((part) => this.#lettersOf(part, late, report)),
      report,
    );
    this.#freeAll(parts.flatMap(slotsOf));
    return sent;
  }

  #lettersOf({ change, outgoing, slots, history }: Part, late: boolean, report?: Report): Letter[] {
    const { produce, outbox, hears } = this.#options;
    const isDelayed = change.change === 'event' && (late || change.late);
    // what is no longer news is brought up to date: the record has the state of now
    const { always } =
      late && change.change === 'alarm' && report !== undefined
        ? produce(change, report.record)
        : outgoing;
    const live = late || isDelayed ? [] : outgoing.live;
    const letters: Letter[] = [...always, ...live].map((message) => ({
      message,
      slot: slots.get(message.topic),
    }));
    if (history === undefined || report === undefined) return letters;
    // behind what waits on disk it waits too, for the order of its device
    const heard = hears?.(history.topic) ?? true;
    if (heard && outbox.waitsFor(report.record.id, history.seq)) return letters;
    const known = outgoing.knownAt === undefined || isDelayed ? [] : [outgoing.knownAt];
    const reaches = [history.topic, ...live.map(({ topic }) => topic), ...known];
    for (const message of outgoing.history(isDelayed))
      letters.push({ message, slot: history, reaches });
    return letters;
  }

  #sendAll(letters: readonly Letter[], report?: Report): Promise<void>[] {
    const now = this.#options.clock.now();
    const liveUntil = (report?.received ?? now) + this.#options.liveWithin;
    return letters.map((letter) => {
      const { slot, message } = letter;
      if (slot !== undefined) slot.open++;
      // what is for now alone goes in time or not at all
      const options = slot === undefined ? { deadline: Math.max(1, liveUntil - now) } : {};
      const settled = this.#sent(letter, this.#options.publisher.publish(message, options));
      // nobody waits for what is lost with its moment
      return slot === undefined ? Promise.resolve() : settled;
    });
  }

  /** Keeps account of the slot. */
  async #sent({ slot, reaches }: Letter, publication: Promise<void>): Promise<void> {
    const settling = publication.then(
      () => {
        this.#isStuck = false;
        if (slot !== undefined) this.#settle(slot, this.#isHeard(reaches));
      },
      (error: unknown) => {
        if (slot === undefined) return;
        const isFinal = error instanceof PublishRefused;
        this.#settle(slot, isFinal);
        if (isFinal) throw error;
      },
    );
    this.#pending.add(settling);
    await settling.finally(() => this.#pending.delete(settling));
  }

  #isHeard(reaches: readonly string[] | undefined): boolean {
    const { hears } = this.#options;
    return hears === undefined || reaches === undefined || reaches.some(hears);
  }

  #settle(slot: Slot, arrived: boolean): void {
    const { outbox, onFree } = this.#options;
    slot.open--;
    if (!arrived) slot.failed = true;
    if (slot.open > 0) return;
    slot.done = !slot.failed;
    if (slot.stored && slot.done) outbox.done(slot.seq);
    else if (slot.stored) outbox.free(slot.seq);
    else if (slot.failed) this.#miss(slot);
    onFree();
  }

  /** A mere state is no matter of order. */
  #miss({ kept, device, seq }: Slot): void {
    if (!newestOnly.has(kept)) this.#options.outbox.miss(device, seq);
  }

  #freeAll(slots: readonly Slot[]): void {
    for (const { seq, open, done } of slots)
      if (open === 0 && !done) this.#options.outbox.free(seq);
    this.#options.onFree();
  }

  /** @returns the refusal of one that the broker will never take */
  async #settledInTime(sent: readonly Promise<void>[]): Promise<unknown> {
    const { clock, deadline } = this.#options;
    let cancel = () => {};
    const late = new Promise<'late'>((resolve) => {
      cancel = clock.after(deadline, () => resolve('late'));
    });
    const results = await Promise.race([Promise.allSettled(sent), late]);
    cancel();
    if (results === 'late') {
      this.#isStuck = true;
      return undefined;
    }
    return results.find((result) => result.status === 'rejected')?.reason;
  }
}

function slotsOf({ slots, history }: Part): Slot[] {
  return [...slots.values(), ...(history === undefined ? [] : [history])];
}

/** Those that nobody sends: not on their way, and not of a turn that is held. */
function leftOf(report: Report, slots: readonly Slot[]): readonly Slot[] {
  const held = new Set(report.waits ? report.turn.flatMap(slotsOf) : []);
  return slots.filter((slot) => slot.open === 0 && !slot.done && !held.has(slot));
}

async function all(promises: readonly Promise<void>[]): Promise<void> {
  await Promise.all(promises);
}
