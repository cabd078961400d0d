import type { Item, OutboxDisk } from '../../../src/bridge/outbox.ts';
import type { RecordStore } from '../../../src/bridge/registry.ts';
import type { DeviceRecord } from '../../../src/domain/record.ts';
import { restarted } from '../../domain/device-bench.ts';

/** A disk whose writes and reads take until `sync`; those written and not synced are gone with the power. */
export class FakeDisk implements OutboxDisk, RecordStore {
  readonly safe = new Map<number, Item>();
  /** devices as they were written */
  readonly records = new Map<string, DeviceRecord>();
  #syncing: Writing[] = [];
  #reading: (() => void)[] = [];
  readonly #answersFirst: boolean;
  wasFull = false;
  #isFull = false;

  /** @param answersFirst a bug on purpose: it says that it is done before it is */
  constructor(answersFirst: boolean) {
    this.#answersFirst = answersFirst;
  }

  set full(full: boolean) {
    this.#isFull = full;
    this.wasFull ||= full;
  }

  async load() {
    const entries = [...this.safe.values()].map(({ entry }) => entry);
    return { entries: entries.sort((one, other) => one.seq - other.seq), bad: 0 };
  }

  write(change: Change): Promise<void> {
    const record = change.record && restarted(change.record);
    return new Promise((resolve, reject) => {
      const fails = this.#isFull;
      this.#syncing.push({ change, record, fails, resolve, reject });
      if (this.#answersFirst && !fails) resolve();
    });
  }

  /** Without a sync: it outlives a kill. */
  async saveDevices(records: readonly DeviceRecord[]): Promise<void> {
    if (this.#isFull) throw new Error('no space left');
    for (const record of records) this.records.set(record.id, restarted(record));
  }

  async removeDevice({ id }: DeviceRecord): Promise<void> {
    this.records.delete(id);
  }

  loadDevices(): DeviceRecord[] {
    return [...this.records.values()].map(restarted);
  }

  forget(seqs: readonly number[]): void {
    for (const seq of seqs) this.safe.delete(seq);
  }

  read(seq: number): Promise<Buffer | undefined> {
    return new Promise((resolve) => {
      this.#reading.push(() => resolve(this.safe.get(seq)?.payload));
    });
  }

  sync(): void {
    for (const { change, record, fails, resolve, reject } of this.#syncing.splice(0)) {
      if (fails) {
        reject(new Error('no space left'));
        continue;
      }
      for (const seq of change.forget) this.safe.delete(seq);
      for (const { entry, payload } of change.put) {
        this.safe.set(entry.seq, { entry, payload: Buffer.from(payload) });
      }
      if (record !== undefined) this.records.set(record.id, record);
      resolve();
    }
    for (const read of this.#reading.splice(0)) read();
  }

  powerOff(): void {
    this.#syncing = [];
    this.#reading = [];
  }
}

type Change = Parameters<OutboxDisk['write']>[0];

interface Writing {
  readonly change: Change;
  readonly record: DeviceRecord | undefined;
  readonly fails: boolean;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}
