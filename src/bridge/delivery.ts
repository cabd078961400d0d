import type { Change } from '../domain/change.ts';
import type { Message } from '../domain/message.ts';
import type { DeviceRecord } from '../domain/record.ts';
import { lettersOfNow } from './letters.ts';
import { itemOf, leftOf, type Report, reportOf, type Slot } from './report.ts';
import { Sending, type SendingOptions, within } from './sending.ts';
import { Turns, type TurnsOptions } from './turns.ts';

export type { Turn } from './report.ts';

/**
 * With `hears` the broker's acknowledgement promises nothing, because it dies with the bridge: the disk
 * comes first, and what nobody hears is kept.
 */
export interface DeliveryOptions
  extends Omit<SendingOptions, 'onUnstuck'>,
    Omit<TurnsOptions, 'sending' | 'outbox'> {
  /** everything retained of a device as it is now, but pictures; nothing where it is no more */
  readonly stateOf: (device: string) => readonly Message[];
  /** the device was removed, whether or not it is back with another record */
  readonly isGone: (record: DeviceRecord) => boolean;
}

/** What is to be known of one delivery besides. */
export interface Delivering {
  /** called once nobody needs what the report was decoded into; where that is not known, never */
  readonly over?: () => void;
  /** ms that its camera has waited already, for the broker to come back */
  readonly waited?: number;
}

/**
 * Hands changes on in the order and at the time that Home Assistant needs, and sees to it that what was
 * answered is with the broker or on disk.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #sending: Sending;
  readonly #turns: Turns;
  /** devices of which something is neither with the broker nor on disk */
  readonly #behind = new Set<string>();

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#sending = new Sending({ ...options, onUnstuck: () => this.#catchUp() });
    this.#turns = new Turns({ ...options, sending: this.#sending });
  }

  /** Whether the broker is there and answers in time. */
  get flows(): boolean {
    return this.#sending.flows;
  }

  /** The connection ended: on the next one everything begins anew. */
  disconnected(): void {
    this.#behind.clear();
    this.#sending.disconnected();
  }

  /** Lets go what has waited long enough; to be called whenever a payload was announced. */
  release(): void {
    this.#turns.release();
  }

  /**
   * Publishes what can go now, in the order of the changes, and keeps live turns until Home
   * Assistant has subscribed to them.
   *
   * @param received ms since 1970 UTC
   * @returns settles when all that must not be lost is with the broker or on disk
   * @throws NotKept where it is neither, PublishRefused where the broker will never take it
   */
  async deliver(
    record: DeviceRecord,
    changes: readonly Change[],
    received: number,
    { over = () => {}, waited = 0 }: Delivering = {},
  ): Promise<void> {
    const { produce, outbox, hears, onFree } = this.#options;
    const produced = changes.map((change) => ({ change, outgoing: produce(change, record) }));
    const reserve = (places: number) => outbox.reserve(record.id, places);
    const report = reportOf(record, received, produced, reserve, over);
    report.waited = waited;
    try {
      if (hears !== undefined) await this.#diskFirst(report);
      else if (this.flows) await this.#brokerFirst(report);
      else await this.#keep(report, report.slots);
    } catch (error) {
      this.#behind.add(record.id);
      throw error;
    } finally {
      report.answered = true;
      outbox.settled(record.id, report.first);
      for (const slot of report.slots) {
        slot.answered = true;
        outbox.unmiss(record.id, slot.seq);
      }
      // a turn that still waits has its own: the pictures of the others need no memory any more
      report.slots = [];
      report.now = [];
      report.custody.answered();
      onFree();
    }
  }

  /** The device is no more: nothing of it is sent or kept any more. */
  forget(device: string): void {
    this.#options.outbox.forgetDevice(device);
    this.#turns.forget(device);
  }

  /** Waits, not for ever, until what is on its way has arrived. */
  async finish(ms: number): Promise<void> {
    this.#turns.stop();
    await this.#sending.finish(ms);
  }

  /** What the broker was not told while it was stuck and the disk full: the state of now. */
  #catchUp(): void {
    const { publisher, stateOf } = this.#options;
    for (const device of this.#behind) {
      // where that fails the connection does, and on the next one all is told
      for (const message of stateOf(device)) publisher.publish(message).catch(() => {});
    }
    this.#behind.clear();
  }

  /** @param isOnDisk all of it is there already, pictures as what is retained */
  async #brokerFirst(report: Report, isOnDisk = false): Promise<void> {
    const refused = await this.#send(report);
    try {
      await this.#keep(report, notSafe(report));
    } catch (error) {
      if (!isOnDisk) await this.#arrives(report, error);
    }
    const refusal = refused ?? report.refusal;
    if (refusal !== undefined) throw refusal;
  }

  /** What the embedded broker has dies with it. */
  async #diskFirst(report: Report): Promise<void> {
    const { outbox } = this.#options;
    const entries = report.slots.filter(({ picture }) => picture === undefined);
    const pictures = report.slots.flatMap(({ picture }) => picture ?? []);
    try {
      await outbox.keep(
        entries.map((slot) => itemOf(slot, report)),
        report.record,
        pictures,
      );
    } catch (error) {
      // those who listen are told all the same
      if (this.flows) await this.#send(report);
      throw error;
    }
    for (const slot of entries) slot.stored = true;
    if (this.flows) await this.#brokerFirst(report, true);
    else this.#sending.freeAll(entries);
  }

  /** @returns the refusal of something that the broker will never take */
  #send(report: Report): Promise<unknown> {
    const now = this.#sending.send(report.now.flatMap(lettersOfNow), report.received);
    return this.#sending.inTime([...now, ...this.#turns.take(report)], report.waited);
  }

  /** Writes what is nowhere yet. */
  async #keep(report: Report, slots: readonly Slot[]): Promise<void> {
    if (slots.length === 0) return;
    const { outbox, isGone } = this.#options;
    for (const slot of leftOf(report, slots)) this.#sending.miss(slot);
    // of a device that was removed meanwhile nothing is written, least of all its record
    if (!isGone(report.record)) {
      await outbox.keep(
        slots.map((slot) => itemOf(slot, report)),
        report.record,
      );
    }
    for (const slot of slots) {
      slot.stored = true;
      if (slot.done) outbox.done(slot.seq);
    }
    const left = leftOf(report, slots);
    for (const { custody } of left) custody?.arrived();
    this.#sending.freeAll(left);
  }

  /**
   * Where the disk takes nothing, only the broker's acknowledgement is left to wait for: of a turn that is
   * held too, which would else go live behind an answer that it failed.
   * @throws NotKept where it does not come in time, PublishRefused
   */
  async #arrives(report: Report, notKept: unknown): Promise<void> {
    const { clock, deadline } = this.#options;
    if (this.flows && report.turn.parts.length > 0) {
      await within(
        clock,
        deadline,
        report.release.then(() => Promise.all(report.sent)),
      );
    }
    if (notSafe(report).length === 0) return;
    this.#turns.drop(report);
    throw notKept;
  }
}

function notSafe({ slots }: Report): readonly Slot[] {
  return slots.filter(({ done, stored }) => !done && !stored);
}
