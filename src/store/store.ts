import { chmod, mkdir, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import type { DeviceRecord } from '../domain/record.ts';
import { DeviceShelf } from './devices.ts';
import { giveWay } from './give-way.ts';
import { LevelOutbox, type OutboxStore } from './outbox.ts';
import { Recovery } from './recovery.ts';

/** Another process has the data folder. */
export class StoreLocked extends Error {
  override readonly name = 'StoreLocked';
}

/** The data folder cannot be used: the message says why. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** Discovery payloads that the bridge published, by topic: what is to be cleared one day. */
export interface Published {
  load(): Promise<Map<string, string>>;
  put(topic: string, payload: string): Promise<void>;
  delete(topic: string): Promise<void>;
}

/** Small JSON values by name. */
export interface Meta {
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
}

/** What must survive a restart. One process has it at a time. */
export interface Store {
  /** where the store before this one went, if it was corrupt */
  readonly setAside: string | undefined;
  /** Every device known. Records that cannot be read are set aside and counted. */
  loadDevices(): Promise<{ records: DeviceRecord[]; bad: number }>;
  saveDevice(record: DeviceRecord): Promise<void>;
  /** All of them or none. */
  saveDevices(records: readonly DeviceRecord[]): Promise<void>;
  /** What is still to be written of this record does not bring it back. */
  removeDevice(record: DeviceRecord): Promise<void>;
  readonly published: Published;
  readonly meta: Meta;
  readonly outbox: OutboxStore;
  close(): Promise<void>;
}

type Level = ClassicLevel<string, string>;

const FOLDER = 'store';
/** bytes of a device's record, about */
const RECORD = 8_000;

/**
 * Opens the store in the data folder, which is made where it is missing, for the owner alone. A
 * corrupt store is renamed (`store.corrupt-<time>`) and a new one begun: `setAside` tells.
 * @throws StoreLocked, StoreUnavailable
 */
export async function openStore(dir: string, now = Date.now()): Promise<Store> {
  const folder = join(dir, FOLDER);
  await makePrivate(dir);
  await makePrivate(folder);
  try {
    return new LevelStore(await open(folder), folder, undefined);
  } catch (error) {
    if (!isCorrupt(error)) throw explained(error, folder);
    const aside = join(
      dir,
      `${FOLDER}.corrupt-${new Date(now).toISOString().replaceAll(':', '-')}`,
    );
    await rename(folder, aside);
    await makePrivate(folder);
    return new LevelStore(await open(folder), folder, aside);
  }
}

class LevelStore implements Store {
  readonly setAside: string | undefined;
  readonly #level: Level;
  #recovery: Recovery | undefined;
  readonly #devices: DeviceShelf;
  readonly #bad;
  readonly published: Published;
  readonly meta: Meta;
  readonly outbox: OutboxStore;

  constructor(level: Level, folder: string, setAside: string | undefined) {
    this.#level = level;
    this.setAside = setAside;
    this.#devices = new DeviceShelf(level);
    this.#bad = level.sublevel('bad');
    const published = level.sublevel('published');
    const meta = level.sublevel('meta');
    const own = [...this.#devices.parts, this.#bad, published, meta];
    this.outbox = new LevelOutbox(level, this.#devices, (parts) => {
      this.#recovery = new Recovery(folder, level, [...own, ...parts]);
      return this.#recovery;
    });
    this.published = {
      load: async () => new Map(await published.iterator().all()),
      put: (topic, payload) => published.put(topic, payload),
      delete: (topic) => published.del(topic),
    };
    this.meta = {
      get: async (key) => parse(await meta.get(key)),
      put: (key, value) => meta.put(key, JSON.stringify(value)),
    };
  }

  async loadDevices(): Promise<{ records: DeviceRecord[]; bad: number }> {
    const { records, bad } = await this.#devices.load();
    if (bad.length > 0) await this.#putAside(bad);
    return { records, bad: bad.length };
  }

  saveDevice(record: DeviceRecord): Promise<void> {
    return this.saveDevices([record]);
  }

  async saveDevices(records: readonly DeviceRecord[]): Promise<void> {
    const write = async () => {
      // as they are when it is written: never older than what another batch wrote meanwhile
      const { operations, written } = this.#devices.saving(records);
      await this.#level.batch([...operations]);
      written();
    };
    await (this.#recovery?.run(records.length * RECORD, write) ?? write());
  }

  removeDevice(record: DeviceRecord): Promise<void> {
    return this.#devices.remove(record);
  }

  async close(): Promise<void> {
    await this.outbox.idle();
    await this.#level.close();
  }

  async #putAside(bad: readonly [string, string][]): Promise<void> {
    await this.#level.batch(
      bad.flatMap(([key, value]) => [
        { type: 'put', sublevel: this.#bad, key, value } as const,
        this.#devices.removal(key),
      ]),
    );
  }
}

/** Opens and reads all of it once, for some corruption shows only then. Its outbox has a bound. */
async function open(folder: string): Promise<Level> {
  const level: Level = new ClassicLevel(folder);
  try {
    await level.open();
    await giveWay(level);
    for await (const _ of level.iterator({ fillCache: false }));
  } catch (error) {
    await level.close();
    throw error;
  }
  for (const file of await readdir(folder)) await chmod(join(folder, file), 0o600).catch(() => {});
  return level;
}

async function makePrivate(dir: string): Promise<void> {
  try {
    await mkdir(dir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw explained(error, dir);
  }
  // a folder of somebody else's, mounted for us: its owner decides
  await chmod(dir, 0o700).catch(() => {});
}

function parse(value: string | undefined): unknown {
  if (value === undefined) return undefined;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** LevelDB calls a missing or empty file of its own an I/O error. */
function isCorrupt(error: unknown): boolean {
  const { code, message } = innermost(error);
  if (code === 'LEVEL_CORRUPTION') return true;
  return code === 'LEVEL_IO_ERROR' && /No such file|Invalid argument/.test(message);
}

function explained(error: unknown, folder: string): Error {
  const { code, message } = innermost(error);
  if (code === 'LEVEL_LOCKED') {
    return new StoreLocked(
      `another jvs2mqtt uses ${folder}: stop it, or give this one a data folder of its own (data.dir)`,
      { cause: error },
    );
  }
  return new StoreUnavailable(
    `the data folder ${folder} cannot be used (${message}): may this user write there? (data.dir)`,
    { cause: error },
  );
}

function innermost(error: unknown): { code: unknown; message: string } {
  if (!(error instanceof Error)) return { code: undefined, message: String(error) };
  if (error.cause instanceof Error) return innermost(error.cause);
  return { code: 'code' in error ? error.code : undefined, message: error.message };
}
