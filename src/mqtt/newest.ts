/** What of a packet says whether it is the newest of its topic. */
export interface Retainable {
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly retain: boolean;
  /** of the broker that it was published at; none in the copy that a new subscriber gets */
  readonly brokerId?: string | null;
}

/**
 * What is retained by topic. aedes sends a new subscriber what is retained while what is published goes
 * past it: old state could come behind new one and stay for good.
 */
export class Newest {
  readonly #payloads = new Map<string, string | Buffer>();

  /** It is about to be published. */
  take({ topic, payload, retain }: Retainable): void {
    if (!retain) return;
    if (payload.length === 0) this.#payloads.delete(topic);
    else this.#payloads.set(topic, payload);
  }

  /**
   * Whether it is on its way to a new subscriber while there is something newer, which the
   * subscription itself brings.
   */
  isOvertaken({ topic, payload, retain, brokerId }: Retainable): boolean {
    if (!retain || brokerId) return false;
    const newest = this.#payloads.get(topic);
    return newest === undefined || !(newest === payload || same(newest, payload));
  }
}

function same(one: string | Buffer, other: string | Buffer): boolean {
  return bytes(one).equals(bytes(other));
}

function bytes(payload: string | Buffer): Buffer {
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}
