import { Alarm, type Clock } from '../clock.ts';
import type { Message } from '../domain/message.ts';
import { ConnectionLost, PublishRefused } from '../mqtt/errors.ts';
import { type Entry, type Kept, newestOnly } from '../outbox/entry.ts';
import type { Outbox } from './outbox.ts';
import type { Publisher } from './publisher.ts';

export interface DrainOptions {
  readonly outbox: Outbox;
  readonly publisher: Publisher;
  readonly clock: Clock;
  /** nothing live waits for the broker, and it answers in time */
  readonly isQuiet: () => boolean;
  /** everything retained of a device as it is now, but pictures; nothing where it is no more */
  readonly stateOf: (device: string) => readonly Message[];
  /** whether a topic is heard, where the broker keeps nothing for who comes later */
  readonly hears?: (topic: string) => boolean;
  /** an event left for the history, late */
  readonly onLate: () => void;
  /** all that waited is with the broker, so many entries */
  readonly onEmpty: (entries: number) => void;
  /** it was sent before, and nobody knows whether it arrived */
  readonly onAgain: () => void;
}

/** Entries on their way at once: live traffic has the broker's window to itself but for these. */
const AT_ONCE = 4;
/** ms until it is looked again, where live traffic came first */
const LOOK_AGAIN = 50;
/** ms until it is looked again, where nobody listens: who comes later is not waited for by anybody */
const LISTENERS = 1_000;
/** ms between two looks for what is too old */
const AGING = 60_000;

/** Empties the outbox into the broker: each device in its order, never in the way of what is live. */
export class Drain {
  readonly #options: DrainOptions;
  readonly #again: Alarm;
  readonly #aging: Alarm;
  /** connections lost with an entry in flight, by place */
  readonly #losses = new Map<number, number>();
  #sending = 0;
  /** sent since it was empty */
  #sent = 0;
  #stopped = false;

  constructor(options: DrainOptions) {
    this.#options = options;
    this.#again = new Alarm(options.clock, () => this.poke());
    this.#aging = new Alarm(options.clock, () => this.#age());
    this.#age();
  }

  /** Something may have become free to leave. */
  poke(): void {
    const { outbox, isQuiet, hears, clock } = this.#options;
    if (outbox.size === 0) this.#tellEmpty();
    if (this.#stopped || outbox.size === 0) return;
    for (const entry of outbox.heads()) {
      if (this.#sending >= AT_ONCE) return;
      if (entry.kept === 'history' && hears?.(entry.topic) === false) {
        this.#again.sooner(clock.now() + LISTENERS);
        continue;
      }
      if (!isQuiet()) {
        this.#again.sooner(clock.now() + LOOK_AGAIN);
        return;
      }
      this.#send(entry).catch(() => {});
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#again.at(undefined);
    this.#aging.at(undefined);
  }

  async #send(entry: Entry): Promise<void> {
    const { outbox, onAgain } = this.#options;
    const { seq } = entry;
    this.#sending++;
    outbox.hold(seq);
    try {
      if (this.#losses.has(seq)) onAgain();
      if (await this.#publish(entry)) this.#published(entry);
      // what becomes of the newer one decides
      else outbox.free(seq);
    } catch (error) {
      this.#failed(entry, error);
    } finally {
      this.#sending--;
    }
    this.poke();
  }

  #published({ seq, kept, topic }: Entry): void {
    const { outbox, onLate, hears, clock } = this.#options;
    this.#losses.delete(seq);
    if (kept === 'history' && hears?.(topic) === false) {
      // who listened is gone again, perhaps without it
      outbox.free(seq);
      this.#again.sooner(clock.now() + LISTENERS);
      return;
    }
    outbox.done(seq);
    this.#sent++;
    if (kept === 'history') onLate();
  }

  /** A large one in whose sending the connection was lost twice may be the cause; an event never is. */
  #failed(entry: Entry, error: unknown): void {
    const { outbox, clock } = this.#options;
    const isLoss = error instanceof ConnectionLost;
    if (isLoss) this.#losses.set(entry.seq, error.losses);
    const isCause = isLoss && error.setAside && entry.kept === 'picture';
    if (error instanceof PublishRefused || isCause) {
      this.#losses.delete(entry.seq);
      outbox.drop(entry);
    } else {
      outbox.free(entry.seq);
      this.#again.sooner(clock.now() + LOOK_AGAIN);
    }
  }

  /** @returns false where something newer went past it while it was read: it was not sent then */
  async #publish(entry: Entry): Promise<boolean> {
    const { seq, kept, topic, device } = entry;
    const { outbox, publisher, stateOf } = this.#options;
    if (kept === 'state') {
      await Promise.all(stateOf(device).map((message) => publisher.publish(message)));
      return true;
    }
    // while it is read it is not on its way: nothing of its device overtakes it
    const isOrdered = !newestOnly.has(kept);
    if (isOrdered) outbox.miss(device, seq);
    let sent: Promise<void> | undefined;
    try {
      const payload = await outbox.read(entry);
      if (payload === undefined) return true;
      if (!outbox.isWanted(entry)) return false;
      const losses = isOrdered ? 0 : (this.#losses.get(seq) ?? 0);
      sent = publisher.publish({ topic, payload, ...flags[kept] }, { losses });
    } finally {
      outbox.unmiss(device, seq);
    }
    await sent;
    return true;
  }

  #tellEmpty(): void {
    const sent = this.#sent;
    this.#sent = 0;
    if (sent > 0) this.#options.onEmpty(sent);
  }

  #age(): void {
    const { outbox, clock } = this.#options;
    outbox.expire(clock.now());
    this.#aging.at(clock.now() + AGING);
  }
}

const flags = {
  picture: { retain: true, qos: 1 },
  history: { retain: false, qos: 1 },
  report: { retain: false, qos: 1 },
} as const satisfies Readonly<
  Record<Exclude<Kept, 'state'>, { readonly retain: boolean; readonly qos: 0 | 1 }>
>;
