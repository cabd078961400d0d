import { Alarm, type Clock } from '../clock.ts';
import type { DeviceRecord } from '../domain/record.ts';
import { inParts } from './parts.ts';

/** Where records are kept; `store/store.ts` is one. */
export interface RecordStore {
  saveDevices(records: readonly DeviceRecord[]): Promise<void>;
  removeDevice(record: DeviceRecord): Promise<void>;
}

export interface RegistryOptions {
  readonly store: RecordStore;
  readonly clock: Clock;
  /** ms between the first change and its writing: changes are written together, for a memory card's sake */
  readonly saveAfter: number;
  readonly onError: (error: unknown) => void;
}

/**
 * ms until what a killed bridge must find again is written: a device that nobody else remembers, an
 * alarm that is on. Together, for a burst is one write.
 */
const SOON = 50;
/** records that are written together where nobody waits for them */
const AT_ONCE = 20;

/** The devices known, in memory, written behind. */
export class Registry {
  readonly #records = new Map<string, DeviceRecord>();
  /** what differs from what is on disk */
  readonly #changed = new Set<string>();
  /** of that, what is written soon, and what is written next */
  #urgent: string[] = [];
  #asked: string[] = [];
  readonly #options: RegistryOptions;
  readonly #later: Alarm;
  readonly #soon: Alarm;
  /** the write under way, and the one that begins when it is done */
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(records: readonly DeviceRecord[], options: RegistryOptions) {
    this.#options = options;
    for (const record of records) this.#records.set(record.id, record);
    const { clock, onError } = options;
    this.#later = new Alarm(clock, () => {
      this.#flushByParts().catch(onError);
    });
    this.#soon = new Alarm(clock, () => {
      this.flush(this.#urgent.splice(0)).catch(onError);
    });
  }

  get size(): number {
    return this.#records.size;
  }

  get(id: string): DeviceRecord | undefined {
    return this.#records.get(id);
  }

  all(): readonly DeviceRecord[] {
    return [...this.#records.values()];
  }

  add(record: DeviceRecord): void {
    this.#records.set(record.id, record);
    this.changed(record.id, true);
  }

  /**
   * The record was changed in place: it is written in a while.
   * @param urgent it is written at once, but for a moment
   */
  changed(id: string, urgent = false): void {
    const { clock, saveAfter } = this.#options;
    this.#changed.add(id);
    if (urgent) {
      this.#urgent.push(id);
      this.#soon.sooner(clock.now() + Math.min(SOON, saveAfter));
    } else this.#later.sooner(clock.now() + saveAfter);
  }

  async remove(id: string): Promise<void> {
    const record = this.#records.get(id);
    this.#records.delete(id);
    this.#changed.delete(id);
    if (record !== undefined) await this.#options.store.removeDevice(record);
  }

  /**
   * Writes what changed of these devices now, and leaves the others for later; those who ask while it is being
   * written share the next write.
   */
  flush(ids: Iterable<string> = this.#changed): Promise<void> {
    this.#asked.push(...ids);
    if (this.#next !== undefined) return this.#next;
    if (this.#writing === undefined) return this.#begin();
    const begin = () => {
      this.#next = undefined;
      return this.#begin();
    };
    this.#next = this.#writing.then(begin, begin);
    return this.#next;
  }

  /** Thousands at once would hold up all pushes, and who asks for one alone would wait for all. */
  async #flushByParts(): Promise<void> {
    for (const some of inParts([...this.#changed], AT_ONCE)) await this.flush(some);
  }

  #begin(): Promise<void> {
    const writing = this.#write().finally(() => {
      this.#writing = undefined;
    });
    this.#writing = writing;
    return writing;
  }

  async #write(): Promise<void> {
    const ids = this.#asked.splice(0).filter((id) => this.#changed.delete(id));
    const records = ids.flatMap((id) => this.#records.get(id) ?? []);
    if (this.#changed.size === 0) this.#later.at(undefined);
    if (records.length === 0) return;
    try {
      await this.#options.store.saveDevices(records);
    } catch (error) {
      for (const { id } of records) if (this.#records.has(id)) this.changed(id);
      throw error;
    }
  }
}
