import type { ClassicLevel } from 'classic-level';
import { stableId } from '../domain/fingerprint.ts';
import { type Recent, recentFrom } from '../domain/recent.ts';
import type { DeviceRecord } from '../domain/record.ts';
import { readDeviceRecord, recordText } from './record.ts';

type Level = ClassicLevel<string, string>;

/** Characters of a key that name the device. */
const NAME = 20;
/** Behind the last character of a fingerprint. */
const END = '~';

/** What belongs into a batch that saves devices, and what is to be done when it is written. */
export interface Saving {
  readonly operations: readonly Operation[];
  /** bytes, about */
  readonly bytes: number;
  readonly written: () => void;
}

type Part = ReturnType<typeof partOf>;
type Operation =
  | { readonly type: 'put'; readonly sublevel: Part; readonly key: string; readonly value: string }
  | { readonly type: 'del'; readonly sublevel: Part; readonly key: string };

function partOf(level: Level, name: string) {
  return level.sublevel(name);
}

/**
 * Device records in the store's LevelDB. The fingerprints of a device's recent reports, which may be a
 * thousand, are a line each: only what changed is written with every alarm.
 */
export class DeviceShelf {
  readonly #records: Part;
  readonly #recent: Part;
  /** removed, though a write that was asked for before may still name them */
  readonly #gone = new WeakSet<DeviceRecord>();

  constructor(level: Level) {
    this.#records = partOf(level, 'device');
    this.#recent = partOf(level, 'recent');
  }

  /** What is opened anew with the level. */
  get parts(): readonly Part[] {
    return [this.#records, this.#recent];
  }

  /** All records that can be read, and what cannot, as it is on disk. */
  async load(): Promise<{ records: DeviceRecord[]; bad: [string, string][] }> {
    const recent = await this.#loadRecent();
    const records: DeviceRecord[] = [];
    const bad: [string, string][] = [];
    for await (const [id, value] of this.#records.iterator()) {
      const record = readDeviceRecord(parsed(value));
      if (record?.id !== id) bad.push([id, value]);
      else {
        const own = recent.get(stableId(id));
        records.push(own === undefined ? record : { ...record, recent: savedRecent(own) });
      }
    }
    return { records, bad };
  }

  /** @param all but for those that were removed since */
  saving(all: readonly DeviceRecord[]): Saving {
    const records = all.filter((record) => !this.#gone.has(record));
    const taken = records.map(({ recent }) => ({ recent, written: new Map(recent.unsaved) }));
    const operations = records.flatMap((record) => [
      { type: 'put', sublevel: this.#records, key: record.id, value: recordText(record) } as const,
      ...this.#changes(record),
    ]);
    return {
      operations,
      bytes: operations.reduce((all, one) => all + one.key.length + textOf(one).length, 0),
      written: () => {
        for (const { recent, written } of taken) recent.saved(written);
      },
    };
  }

  async remove(record: DeviceRecord): Promise<void> {
    this.#gone.add(record);
    const { id } = record;
    await this.#records.del(id);
    const name = stableId(id);
    await this.#recent.clear({ gte: name, lt: name + END });
  }

  /** A record that cannot be read goes from here. */
  removal(id: string): Operation {
    return { type: 'del', sublevel: this.#records, key: id };
  }

  #changes({ id, recent }: DeviceRecord): readonly Operation[] {
    if (recent.unsaved.size === 0) return [];
    const name = stableId(id);
    return [...recent.unsaved].map(([fingerprint, at]): Operation => {
      const key = name + fingerprint;
      if (at === undefined) return { type: 'del', sublevel: this.#recent, key };
      return { type: 'put', sublevel: this.#recent, key, value: String(at) };
    });
  }

  async #loadRecent(): Promise<Map<string, [string, number][]>> {
    const found = new Map<string, [string, number][]>();
    for await (const [key, value] of this.#recent.iterator()) {
      const name = key.slice(0, NAME);
      const own = found.get(name) ?? [];
      found.set(name, own);
      const at = Number(value);
      if (Number.isFinite(at)) own.push([key.slice(NAME), at]);
    }
    return found;
  }
}

function savedRecent(entries: readonly [string, number][]): Recent {
  const recent = recentFrom(entries);
  recent.saved(new Map(recent.unsaved));
  return recent;
}

function textOf(operation: Operation): string {
  return operation.type === 'put' ? operation.value : '';
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
