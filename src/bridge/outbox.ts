import type { Message } from '../domain/message.ts';
import type { DeviceRecord } from '../domain/record.ts';
import { BrokerError } from '../mqtt/errors.ts';
import type { Entry, Place } from '../outbox/entry.ts';
import { Ledger, type LedgerOptions } from '../outbox/ledger.ts';
import type { Today } from '../outbox/today.ts';

/** The disk below; `store/outbox.ts` is one. */
export interface OutboxDisk {
  load(): Promise<{ entries: Entry[]; bad: number }>;
  /** Resolves once it is synced. */
  write(change: {
    readonly put: readonly Item[];
    readonly forget: readonly number[];
    readonly record?: DeviceRecord;
    readonly retained?: readonly Message[];
  }): Promise<void>;
  forget(seqs: readonly number[]): void;
  read(seq: number): Promise<Buffer | undefined>;
}

/** An entry and what it says. */
export interface Item {
  readonly entry: Entry;
  readonly payload: Buffer;
}

export interface OutboxOptions extends LedgerOptions {
  readonly disk: OutboxDisk;
  /** what earlier runs left is taken as it is without it */
  readonly today?: Today;
  /** entries were given up, for want of room or for their age */
  readonly onDropped: (entries: readonly Entry[], why: 'full' | 'old' | 'unsendable') => void;
}

export interface Opened {
  readonly outbox: Outbox;
  /** entries that could not be read */
  readonly bad: number;
  /** pictures that today's settings do not let out: they are given up */
  readonly withheld: readonly Entry[];
}

/** Neither the broker nor the disk takes it. */
export class NotKept extends BrokerError {}

/** The queue on disk: what was answered and is not with the broker yet. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #ledger: Ledger;
  #next = 1;
  /** the last place that an earlier run took */
  #inherited = 0;
  /** the last write that was asked for is done, or failed */
  #written: Promise<unknown> = Promise.resolve();

  private constructor(options: OutboxOptions) {
    this.#options = options;
    this.#ledger = new Ledger(options);
  }

  /** @returns the outbox with what earlier runs left, all of which may leave; and what it gave up of that */
  static async open(options: OutboxOptions): Promise<Opened> {
    const outbox = new Outbox(options);
    const { disk, today } = options;
    const { entries, bad } = await disk.load();
    const withheld: Entry[] = [];
    const wanted = entries.flatMap((entry) => {
      const one = today === undefined ? entry : today.entry(entry);
      if (one === undefined) withheld.push(entry);
      return one ?? [];
    });
    outbox.#ledger.load(wanted);
    // no place is taken anew before it is off the disk
    outbox.#inherited = Math.max(0, ...lastOf(entries));
    outbox.#next = outbox.#inherited + 1;
    disk.forget(withheld.map(({ seq }) => seq));
    return { outbox, bad, withheld };
  }

  get size(): number {
    return this.#ledger.size;
  }

  get bytes(): number {
    return this.#ledger.bytes;
  }

  /** Receipt of what waits longest, ms since 1970 UTC. */
  get oldest(): number | undefined {
    return this.#ledger.oldest?.at;
  }

  /** Takes places for a report, in its order; none behind them leaves before `settled`. */
  reserve(device: string, places: number): number {
    const first = this.#next;
    this.#next += Math.max(1, places);
    this.#ledger.underway(device, first);
    return first;
  }

  settled(device: string, first: number): void {
    this.#ledger.settled(device, first);
  }

  /**
   * Keeps entries of one report, held until `free`, with the device's record as it is.
   * @throws NotKept where there is no room, or the disk fails
   */
  async keep(
    items: readonly Item[],
    record: DeviceRecord | undefined,
    retained: readonly Message[] = [],
  ): Promise<void> {
    const { disk, onDropped } = this.#options;
    const admission = this.#ledger.admit(items.map(({ entry }) => entry));
    if (admission === undefined) {
      // what came before is told before
      await this.#written;
      throw new NotKept('the outbox is full (outbox.max_bytes)');
    }
    const kept = new Set(admission.kept);
    try {
      const written = disk.write({
        put: items.filter(({ entry }) => kept.has(entry)),
        forget: [...admission.replaced, ...admission.dropped].map(({ seq }) => seq),
        ...(record === undefined ? {} : { record }),
        retained,
      });
      this.#written = written.catch(() => {});
      await written;
    } catch (error) {
      this.#ledger.revert(admission);
      throw new NotKept(`the disk takes nothing: ${String(error)}`);
    }
    if (admission.dropped.length > 0) onDropped(admission.dropped, 'full');
  }

  /** The broker has it. */
  done(seq: number): void {
    if (this.#ledger.remove(seq)) this.#options.disk.forget([seq]);
  }

  hold(seq: number): void {
    this.#ledger.hold(seq);
  }

  free(seq: number): void {
    this.#ledger.free(seq);
  }

  miss(device: string, seq: number): void {
    this.#ledger.miss(device, seq);
  }

  unmiss(device: string, seq: number): void {
    this.#ledger.unmiss(device, seq);
  }

  /** It is on its way to the broker: an older picture of its topic does not leave behind it. */
  pass(place: Place): void {
    this.#ledger.pass(place);
  }

  /** It is there, or not: where it is, nobody needs an older picture of its topic. */
  passed(place: Place, arrived: boolean): void {
    const over = this.#ledger.passed(place, arrived);
    if (over === undefined || !this.#ledger.remove(over.seq)) return;
    // perhaps it is being written just now
    this.#written.then(() => this.#options.disk.forget([over.seq])).catch(() => {});
  }

  /** Whether it is still to be sent: it is there, and nothing newer of its topic is on its way. */
  isWanted(entry: Entry): boolean {
    return this.#ledger.has(entry.seq) && !this.#ledger.isPassed(entry);
  }

  waitsFor(device: string, seq: number): boolean {
    return this.#ledger.waitsFor(device, seq);
  }

  heads(): Iterable<Entry> {
    return this.#ledger.heads();
  }

  /** What it says, as today's settings allow it. */
  async read(entry: Entry): Promise<Buffer | undefined> {
    const { disk, today } = this.#options;
    const payload = await disk.read(entry.seq);
    const isInherited = entry.seq <= this.#inherited;
    if (payload === undefined || today === undefined || !isInherited) return payload;
    return today.payload(entry, payload);
  }

  /** Gives up what can never be sent. */
  drop(entry: Entry): void {
    if (!this.#ledger.remove(entry.seq)) return;
    this.#options.disk.forget([entry.seq]);
    this.#options.onDropped([entry], 'unsendable');
  }

  /** Gives up what is too old. */
  expire(now: number): void {
    const old = this.#ledger.expire(now);
    if (old.length === 0) return;
    this.#options.disk.forget(old.map(({ seq }) => seq));
    this.#options.onDropped(old, 'old');
  }

  /** The device is no more: nothing of it is sent any more. */
  forgetDevice(device: string): void {
    for (const { seq } of this.#ledger.of(device)) this.done(seq);
    this.#ledger.forget(device);
  }
}

function lastOf(entries: readonly Entry[]): readonly number[] {
  return entries.slice(-1).map(({ seq }) => seq);
}
