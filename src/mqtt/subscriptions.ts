import type { Listener } from './broker.ts';
import type { Log } from './log.ts';
import { matches } from './topics.ts';

/** What subscribing needs of a connection. */
export interface Subscriber {
  subscribe(filters: readonly string[], qos: 0 | 1, noLocal: boolean): Promise<void>;
  unsubscribe(filters: readonly string[]): Promise<void>;
}

type Overhearer = (topic: string, payload: Buffer, retain: boolean) => void;

/** Who listens to what, over all connections. */
export class Subscriptions {
  readonly #log: Log;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #overhearers = new Set<Overhearer>();
  #link: Subscriber | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  has(filter: string): boolean {
    return this.#listeners.has(filter);
  }

  add(filter: string, listener: Listener): () => void {
    const others = this.#listeners.get(filter);
    if (others === undefined) {
      this.#listeners.set(filter, new Set([listener]));
      this.#ask([filter]);
    } else others.add(listener);
    return () => this.#remove(filter, listener);
  }

  /** Hears every message that comes, whatever it was subscribed for. */
  overhear(overhearer: Overhearer): () => void {
    this.#overhearers.add(overhearer);
    return () => this.#overhearers.delete(overhearer);
  }

  open(link: Subscriber): void {
    this.#link = link;
    this.#ask([...this.#listeners.keys()]);
  }

  close(): void {
    this.#link = undefined;
  }

  dispatch(topic: string, payload: Buffer, retain: boolean): void {
    for (const overhearer of this.#overhearers) overhearer(topic, payload, retain);
    for (const [filter, listeners] of this.#listeners) {
      if (!matches(filter, topic)) continue;
      for (const listener of listeners) this.#tell(listener, topic, payload, retain);
    }
  }

  #tell(listener: Listener, topic: string, payload: Buffer, retain: boolean): void {
    try {
      listener(topic, payload, { retain });
    } catch (error) {
      this.#log.error({ err: error, topic }, 'a message from the broker could not be handled');
    }
  }

  #remove(filter: string, listener: Listener): void {
    const listeners = this.#listeners.get(filter);
    if (!listeners?.delete(listener) || listeners.size > 0) return;
    this.#listeners.delete(filter);
    this.#link?.unsubscribe([filter]).catch(() => {});
  }

  #ask(filters: readonly string[]): void {
    const link = this.#link;
    if (link === undefined || filters.length === 0) return;
    link.subscribe(filters, 1, true).catch((error: unknown) => {
      if (this.#link !== link) return;
      this.#log.warn(
        { filters, err: error },
        'the broker refused a subscription: see its access list',
      );
    });
  }
}
