import { statfs } from 'node:fs/promises';

/** The disk is as good as full: LevelDB needs some room to tidy up in. */
export class NoRoom extends Error {
  override readonly name = 'NoRoom';
}

/** What can be closed and opened again. */
export interface Reopened {
  open(): Promise<void>;
  close(): Promise<void>;
}

/** Bytes that are left free on the disk: two of LevelDB's write buffers. */
const SPARE = 8 * 1024 * 1024;

/** Where much is free, so many bytes are written within so long without looking again. */
const TRUSTED = { above: 64 * 1024 * 1024, bytes: 1024 * 1024, ms: 1_000 } as const;

/**
 * Writes to LevelDB that go on after a full disk. Once LevelDB could not write, it takes nothing any more
 * until it is opened anew; that needs room itself, so it waits for that.
 */
export class Recovery {
  readonly #folder: string;
  readonly #level: Reopened;
  readonly #parts: readonly Reopened[];
  #isBroken = false;
  /** bytes that may be written before the disk is looked at again, and until when */
  #trusted = 0;
  #trustedUntil = 0;
  #reopening: Promise<void> | undefined;

  /** @param parts sublevels: each closes with the level, and must be opened by itself */
  constructor(folder: string, level: Reopened, parts: readonly Reopened[]) {
    this.#folder = folder;
    this.#level = level;
    this.#parts = parts;
  }

  /**
   * @param bytes that are about to be written
   * @throws NoRoom, what `write` throws
   */
  async run(bytes: number, write: () => Promise<void>): Promise<void> {
    if (this.#isBroken || bytes > this.#trusted || performance.now() > this.#trustedUntil) {
      await this.#look(bytes);
    }
    this.#trusted -= bytes;
    if (this.#isBroken) await this.#reopen();
    try {
      await write();
    } catch (error) {
      this.#isBroken = true;
      throw error;
    }
  }

  async #look(bytes: number): Promise<void> {
    const { bavail, bsize } = await statfs(this.#folder);
    const free = bavail * bsize - SPARE;
    if (free < bytes) throw new NoRoom('the disk of the data folder is full');
    this.#trusted = free > TRUSTED.above ? Math.max(TRUSTED.bytes, bytes) : bytes;
    this.#trustedUntil = performance.now() + TRUSTED.ms;
  }

  #reopen(): Promise<void> {
    this.#reopening ??= this.#openAnew().finally(() => {
      this.#reopening = undefined;
    });
    return this.#reopening;
  }

  async #openAnew(): Promise<void> {
    await this.#level.close();
    await this.#level.open();
    for (const part of this.#parts) await part.open();
    this.#isBroken = false;
  }
}
