import { Alarm, type Clock } from '../clock.ts';
import type { DeviceRecord } from '../domain/record.ts';

/** Where records are kept; `store/store.ts` is one. */
export interface RecordStore {
  saveDevices(records: readonly DeviceRecord[]): Promise<void>;
  removeDevice(id: string): Promise<void>;
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

/** The devices known, in memory, written behind. */
export class Registry {
  readonly #records = new Map<string, DeviceRecord>();
  readonly #changed = new Set<string>();
  readonly #options: RegistryOptions;
  readonly #save: Alarm;
  /** the write under way, and the one that begins when it is done */
  #writing: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(records: readonly DeviceRecord[], options: RegistryOptions) {
    this.#options = options;
    for (const record of records) this.#records.set(record.id, record);
    this.#save = new Alarm(options.clock, () => {
      this.flush().catch(options.onError);
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
    this.#save.sooner(clock.now() + (urgent ? Math.min(SOON, saveAfter) : saveAfter));
  }

  async remove(id: string): Promise<void> {
    this.#records.delete(id);
    this.#changed.delete(id);
    await this.#options.store.removeDevice(id);
  }

  /** Writes what changed, now; those who ask while it is being written share the next write. */
  flush(): Promise<void> {
    if (this.#next !== undefined) return this.#next;
    if (this.#writing === undefined) return this.#begin();
    const begin = () => {
      this.#next = undefined;
      return this.#begin();
    };
    this.#next = this.#writing.then(begin, begin);
    return this.#next;
  }

  #begin(): Promise<void> {
    const writing = this.#write().finally(() => {
      this.#writing = undefined;
    });
    this.#writing = writing;
    return writing;
  }

  async #write(): Promise<void> {
    this.#save.at(undefined);
    const records = [...this.#changed].flatMap((id) => this.#records.get(id) ?? []);
    this.#changed.clear();
    if (records.length === 0) return;
    try {
      await this.#options.store.saveDevices(records);
    } catch (error) {
      for (const { id } of records) if (this.#records.has(id)) this.changed(id);
      throw error;
    }
  }
}
