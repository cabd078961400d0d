import { matches } from './topics.ts';

/** What reading needs of a connection. */
export interface Reader {
  subscribe(filter: string): Promise<void>;
  unsubscribe(filters: readonly string[]): Promise<void>;
  /** publishes a message of no meaning to us ourselves, and waits until it comes back */
  roundTrip(): Promise<void>;
  /** is called with every message that comes; the answer ends that */
  listen(listener: (topic: string, payload: Buffer, retain: boolean) => void): () => void;
}

/** Round trips in a row with nothing retained before them, after which nothing more is to come. */
const QUIET_TRIPS = 3;

/**
 * What the broker holds retained under the filters, by topic.
 *
 * A broker that delivers in order (Mosquitto) has sent it all when a message published after the
 * subscription comes back; others (aedes) send retained messages beside the rest, so it takes some
 * round trips with nothing between them. Subscribed at QoS 0 and one filter at a time: of QoS 1
 * Mosquitto drops what is past `max_queued_messages` (1,000), of QoS 0 only where the socket is
 * full as well. Let no filter match more than that.
 */
export async function readRetained(
  reader: Reader,
  filters: readonly string[],
): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  // topics asked for by their names may be thousands
  const named = new Set(filters);
  const patterns = filters.filter((filter) => /[+#]/.test(filter));
  let heard = 0;
  const stop = reader.listen((topic, payload, retain) => {
    const isWanted = named.has(topic) || patterns.some((pattern) => matches(pattern, topic));
    if (!retain || payload.length === 0 || !isWanted) return;
    heard += 1;
    found.set(topic, payload);
  });
  try {
    for (const filter of filters) {
      await reader.subscribe(filter);
      await reader.roundTrip();
    }
    for (let quiet = 0; quiet < QUIET_TRIPS; ) {
      const before = heard;
      await reader.roundTrip();
      quiet = heard === before ? quiet + 1 : 0;
    }
    await reader.unsubscribe(filters);
    return found;
  } finally {
    stop();
  }
}
