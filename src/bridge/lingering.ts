import { Alarm, type Clock } from '../clock.ts';
import type { OutboxDisk } from './outbox.ts';

export interface LingeringOptions {
  readonly disk: OutboxDisk;
  readonly clock: Clock;
  /** whether all that the broker acknowledged is out of this process */
  readonly isDelivered: () => boolean;
}

/** ms that an entry stays behind its acknowledgement */
const LINGER = 100;
/** ms after which it goes in any case: who takes nothing for so long is thrown out by the broker */
const LONGEST = 10_000;

/**
 * The disk of an outbox whose broker acknowledges before it delivers, and dies with the process: what is
 * done stays until it was delivered. A kill in between makes a duplicate of it, and loses nothing.
 */
export class Lingering implements OutboxDisk {
  readonly #options: LingeringOptions;
  readonly #look: Alarm;
  #done: { readonly seq: number; readonly at: number }[] = [];

  constructor(options: LingeringOptions) {
    this.#options = options;
    this.#look = new Alarm(options.clock, () => this.#forgetDelivered());
  }

  load(): ReturnType<OutboxDisk['load']> {
    return this.#options.disk.load();
  }

  write(change: Parameters<OutboxDisk['write']>[0]): Promise<void> {
    return this.#options.disk.write(change);
  }

  read(seq: number): Promise<Buffer | undefined> {
    return this.#options.disk.read(seq);
  }

  forget(seqs: readonly number[]): void {
    const at = this.#options.clock.now();
    for (const seq of seqs) this.#done.push({ seq, at });
    this.#look.sooner(at + LINGER);
  }

  /** All are delivered, or never will be: the broker is about to close. */
  forgetAll(): void {
    this.#look.at(undefined);
    this.#options.disk.forget(this.#done.splice(0).map(({ seq }) => seq));
  }

  #forgetDelivered(): void {
    const { clock, disk, isDelivered } = this.#options;
    const before = clock.now() - (isDelivered() ? LINGER : LONGEST);
    const young = this.#done.findIndex(({ at }) => at > before);
    const gone = this.#done.splice(0, young < 0 ? this.#done.length : young);
    if (gone.length > 0) disk.forget(gone.map(({ seq }) => seq));
    if (this.#done.length > 0) this.#look.at(clock.now() + LINGER);
  }
}
