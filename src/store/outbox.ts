import type { ClassicLevel } from 'classic-level';
import type { Message } from '../domain/message.ts';
import type { DeviceRecord } from '../domain/record.ts';
import type { Entry } from '../outbox/entry.ts';
import type { DeviceShelf } from './devices.ts';
import type { Recovery, Reopened } from './recovery.ts';
import { isObject, number, object, text, word } from './shape.ts';

/** All of one report that is to be safe before its answer: written together or not at all. */
export interface Write {
  readonly put: readonly { readonly entry: Entry; readonly payload: Buffer }[];
  /** entries that give way to it */
  readonly forget: readonly number[];
  /** the device as it is after the report */
  readonly record?: DeviceRecord;
  /** what is to be there before an embedded broker opens its port */
  readonly retained?: readonly Message[];
}

/** The disk below the outbox. */
export interface OutboxStore {
  /** What earlier runs left, lowest place first; what cannot be read is removed and counted. */
  load(): Promise<{ entries: Entry[]; bad: number }>;
  /** Resolves once it is synced, in the order of the calls. @throws NoRoom, what LevelDB throws */
  write(change: Write): Promise<void>;
  /** They are with the broker: removed soon, without a sync. */
  forget(seqs: readonly number[]): void;
  read(seq: number): Promise<Buffer | undefined>;
  readonly retained: {
    topics(): Promise<string[]>;
    get(topic: string): Promise<Buffer | undefined>;
    delete(topics: readonly string[]): Promise<void>;
  };
  /** Resolves once all that was asked for is done. */
  idle(): Promise<void>;
}

type Level = ClassicLevel<string, string>;

interface Waiting {
  readonly change: Write;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Bytes of payload in one synced batch: what comes behind waits for the next. */
const BATCH = 8 * 1024 * 1024;

const readEntry = object(
  { device: text, kept: word('state', 'picture', 'history', 'report'), topic: text },
  { bytes: number, at: number },
);

/**
 * The outbox in the store's LevelDB. Writes that come while one is being synced go together with the
 * next sync: one for many reports.
 */
export class LevelOutbox implements OutboxStore {
  readonly #level: Level;
  readonly #recovery: Recovery;
  readonly #parts;
  readonly #devices: DeviceShelf;
  #waiting: Waiting[] = [];
  #forgotten: number[] = [];
  /** could not be removed: with the next write, else they would come out again after a restart */
  #undone: number[] = [];
  #running: Promise<void> | undefined;

  /** @param recoveryOf what writes go through, given the sublevels that are opened anew with it */
  constructor(
    level: Level,
    devices: DeviceShelf,
    recoveryOf: (parts: readonly Reopened[]) => Recovery,
  ) {
    this.#level = level;
    this.#devices = devices;
    this.#parts = {
      entries: level.sublevel('outbox'),
      payloads: level.sublevel<string, Buffer>('outbox-payload', { valueEncoding: 'buffer' }),
      retained: level.sublevel<string, Buffer>('retained', { valueEncoding: 'buffer' }),
    };
    this.#recovery = recoveryOf(Object.values(this.#parts));
  }

  async load(): Promise<{ entries: Entry[]; bad: number }> {
    const entries: Entry[] = [];
    const bad: number[] = [];
    for await (const [key, value] of this.#parts.entries.iterator()) {
      const entry = parsed(value);
      const seq = Number.parseInt(key, 16);
      if (entry === undefined) bad.push(seq);
      else entries.push({ ...entry, seq });
    }
    this.forget(bad);
    return { entries, bad: bad.length };
  }

  write(change: Write): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ change, resolve, reject });
      this.#run();
    });
  }

  forget(seqs: readonly number[]): void {
    this.#forgotten.push(...seqs);
    this.#run();
  }

  read(seq: number): Promise<Buffer | undefined> {
    return this.#parts.payloads.get(keyOf(seq));
  }

  get retained(): OutboxStore['retained'] {
    const { retained } = this.#parts;
    return {
      topics: () => retained.keys().all(),
      get: (topic) => retained.get(topic),
      delete: (topics) => retained.batch(topics.map((key) => ({ type: 'del', key }))),
    };
  }

  async idle(): Promise<void> {
    this.forget(this.#undone.splice(0));
    while (this.#running !== undefined) await this.#running;
  }

  #run(): void {
    this.#running ??= this.#work().finally(() => {
      this.#running = undefined;
      if (this.#waiting.length + this.#forgotten.length > 0) this.#run();
    });
  }

  async #work(): Promise<void> {
    // what comes in this turn of the loop goes together
    await Promise.resolve();
    const { now, bytes } = this.#take();
    const forgotten = [...this.#undone.splice(0), ...this.#forgotten.splice(0)];
    if (now.length + forgotten.length === 0) return;
    const records = new Set(now.flatMap(({ change }) => change.record ?? []));
    try {
      await this.#recovery.run(bytes, async () => {
        // as they are when it is written: never older than what another batch wrote meanwhile
        const devices = this.#devices.saving([...records]);
        const operations = [
          ...now.flatMap(({ change }) => this.#operations(change)),
          ...devices.operations,
          ...forgotten.flatMap((seq) => this.#removal(seq)),
        ];
        await this.#level.batch<string, string | Buffer>(operations, { sync: now.length > 0 });
        devices.written();
      });
      for (const { resolve } of now) resolve();
    } catch (error) {
      this.#undone.push(...forgotten);
      for (const { reject } of now) reject(error);
    }
  }

  /** The next ones, of so many bytes. */
  #take(): { now: readonly Waiting[]; bytes: number } {
    let bytes = 0;
    let count = 0;
    for (const { change } of this.#waiting) {
      const size = sizeOf(change);
      if (count > 0 && bytes + size > BATCH) break;
      bytes += size;
      count++;
    }
    return { now: this.#waiting.splice(0, count), bytes };
  }

  #operations({ put, forget, retained = [] }: Write) {
    const { entries, payloads } = this.#parts;
    return [
      ...put.flatMap(({ entry: { seq, ...entry }, payload }) => [
        operation(entries, keyOf(seq), JSON.stringify(entry)),
        { ...operation(payloads, keyOf(seq), payload), valueEncoding: 'buffer' },
      ]),
      ...forget.flatMap((seq) => this.#removal(seq)),
      ...retained.map(({ topic, payload }) => ({
        ...operation(this.#parts.retained, topic, Buffer.from(payload)),
        valueEncoding: 'buffer',
      })),
    ];
  }

  #removal(seq: number) {
    const key = keyOf(seq);
    const { entries, payloads } = this.#parts;
    return [
      { type: 'del', sublevel: entries, key } as const,
      { type: 'del', sublevel: payloads, key } as const,
    ];
  }
}

function operation<S, V>(sublevel: S, key: string, value: V) {
  return { type: 'put', sublevel, key, value } as const;
}

function parsed(value: string): Omit<Entry, 'seq'> | undefined {
  try {
    const read: unknown = JSON.parse(value);
    const entry = isObject(read) ? readEntry(read) : undefined;
    if (entry === undefined) return undefined;
    return { ...entry, bytes: entry.bytes ?? 0, at: entry.at ?? 0 };
  } catch {
    return undefined;
  }
}

function sizeOf({ put, retained = [] }: Write): number {
  const puts = put.reduce((all, { payload }) => all + payload.length, 0);
  return 1_000 + puts + retained.reduce((all, { payload }) => all + payload.length, 0);
}

/** Sorted as numbers are. */
function keyOf(seq: number): string {
  return seq.toString(16).padStart(14, '0');
}
