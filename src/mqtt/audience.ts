import type { Aedes, Client } from 'aedes';
import { matches } from './topics.ts';

/** Who listens at the embedded broker. */
export class Audience {
  readonly #filters = new Map<Client, Set<string>>();

  /** @param counts whose subscriptions count: the bridge's own hear nothing for anybody */
  constructor(aedes: Aedes, counts: (client: Client) => boolean) {
    aedes.on('subscribe', (subscriptions, client) => {
      if (!counts(client)) return;
      const filters = this.#filters.get(client) ?? new Set();
      this.#filters.set(client, filters);
      for (const { topic } of subscriptions) filters.add(topic);
    });
    aedes.on('unsubscribe', (topics, client) => {
      for (const topic of topics) this.#filters.get(client)?.delete(topic);
    });
    aedes.on('clientDisconnect', (client) => this.#filters.delete(client));
  }

  /** Whether somebody who is joined has subscribed to the topic. */
  hears(topic: string): boolean {
    for (const filters of this.#filters.values()) {
      for (const filter of filters) if (matches(filter, topic)) return true;
    }
    return false;
  }
}
