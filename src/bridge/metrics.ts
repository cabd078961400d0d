/** The values of one count's labels, by label. */
type Labels<L extends string> = Readonly<Record<L, string>>;

export interface Counted<L extends string = string> {
  readonly labels: Labels<L>;
  readonly value: number;
}

/** A number that grows. */
class Count {
  #value = 0;

  get value(): number {
    return this.#value;
  }

  inc(by = 1): void {
    this.#value += by;
  }
}

/** One for each combination of labels, of which there are few values. */
class CountBy<L extends string> {
  readonly #names: readonly L[];
  readonly #counted = new Map<string, { readonly labels: Labels<L>; readonly count: Count }>();

  constructor(...names: L[]) {
    this.#names = names;
  }

  inc(labels: Labels<L>, by = 1): void {
    this.of(labels).inc(by);
  }

  /** The one of these labels, for who counts it all the time. */
  of(labels: Labels<L>): Count {
    const key = this.#names.map((name) => labels[name]).join('\0');
    const counted = this.#counted.get(key) ?? { labels, count: new Count() };
    this.#counted.set(key, counted);
    return counted.count;
  }

  /** Those that were counted. */
  values(): readonly Counted<L>[] {
    const counted = [...this.#counted.values()].filter(({ count }) => count.value > 0);
    return counted.map(({ labels, count }) => ({ labels, value: count.value }));
  }
}

/** What others count, or is read off when it is asked for. */
export interface Sources {
  /** what the HTTP side refused, by reason */
  readonly refused: () => Readonly<Record<string, number>>;
  readonly devices: () => number;
  /** the broker is joined */
  readonly connected: () => boolean;
  readonly outbox: Queue;
  /** ms since 1970 UTC */
  readonly now: () => number;
}

/** The outbox as it is now. */
export interface Queue {
  readonly size: number;
  readonly bytes: number;
  /** receipt of the oldest, ms since 1970 UTC */
  readonly oldest: number | undefined;
}

/**
 * What the bridge counts, for `/metrics` and for its own device in Home Assistant: plain numbers, which
 * cost a push next to nothing.
 */
export class Metrics {
  readonly #sources: Sources;
  /** pushes answered, by report's method and outcome (`ok`, `repeat`, or the answer's problem) */
  readonly pushes = new CountBy('report', 'outcome');
  /** MQTT messages, by outcome: `sent`, `left_out`, `failed` */
  readonly messages = new CountBy('outcome');
  /** events that came too late to be live */
  readonly late = new Count();
  /** parts of reports that could not be read */
  readonly faults = new Count();
  /** things met that no table knows, by what they are */
  readonly unknown = new CountBy('what');
  /** reports that could not be handed on: possibly lost */
  readonly lost = new Count();
  readonly reconnects = new Count();
  /** entries of the outbox given up, by why */
  readonly dropped = new CountBy('why');
  /** messages sent again of which nobody knows whether they had arrived */
  readonly again = new Count();

  constructor(sources: Sources) {
    this.#sources = sources;
  }

  /** requests refused, by reason */
  refused(): readonly Counted<'reason'>[] {
    const refused = Object.entries(this.#sources.refused());
    return refused.map(([reason, value]) => ({ labels: { reason }, value }));
  }

  get devices(): number {
    return this.#sources.devices();
  }

  get connected(): boolean {
    return this.#sources.connected();
  }

  get outbox(): Queue {
    return this.#sources.outbox;
  }

  /** seconds since the receipt of the oldest entry of the outbox */
  get outboxAge(): number {
    const { oldest } = this.outbox;
    return oldest === undefined ? 0 : Math.max(0, this.#sources.now() - oldest) / 1000;
  }
}
