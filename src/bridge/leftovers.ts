import { cleared } from '../homeassistant/messages.ts';
import { PublishRefused } from '../mqtt/errors.ts';
import type { Publisher } from './publisher.ts';

/** Where small values are kept; `store/store.ts` has one. */
export interface MetaStore {
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
}

const KEY = 'leftovers';
/** so many at once: what waits for the broker is bounded */
const AT_ONCE = 500;

/**
 * Topics whose retained messages nobody wants any more, until the broker has let go of them: written
 * down before, so that neither a broker that is away nor a restart makes the bridge forget them.
 */
export class Leftovers {
  readonly #store: MetaStore;
  readonly #topics: Set<string>;

  private constructor(store: MetaStore, topics: readonly string[]) {
    this.#store = store;
    this.#topics = new Set(topics);
  }

  static async load(store: MetaStore): Promise<Leftovers> {
    const kept = await store.get(KEY);
    const topics = Array.isArray(kept) ? kept.filter((topic) => typeof topic === 'string') : [];
    return new Leftovers(store, topics);
  }

  get size(): number {
    return this.#topics.size;
  }

  async add(topics: Iterable<string>): Promise<void> {
    for (const topic of topics) this.#topics.add(topic);
    await this.#save();
  }

  /** These are wanted again: at the next start too. */
  async drop(topics: Iterable<string>): Promise<void> {
    const { size } = this;
    for (const topic of topics) this.#topics.delete(topic);
    if (this.size < size) await this.#save();
  }

  /**
   * To be called on each connection, before anything current is published.
   * @param topics all that are left over, where it is not said which of them
   * @throws what `publish` throws, but for what the broker refuses by its access list
   */
  async clear(publisher: Publisher, topics: readonly string[] = [...this.#topics]): Promise<void> {
    if (topics.length === 0) return;
    for (let from = 0; from < topics.length; from += AT_ONCE) {
      const some = topics.slice(from, from + AT_ONCE);
      await Promise.all(some.map((topic) => publisher.publish(cleared(topic)).catch(orRefused)));
      for (const topic of some) this.#topics.delete(topic);
    }
    await this.#save();
  }

  #save(): Promise<void> {
    return this.#store.put(KEY, [...this.#topics]);
  }
}

function orRefused(error: unknown): void {
  if (!(error instanceof PublishRefused)) throw error;
}
