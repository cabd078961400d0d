import type { Clock } from '../clock.ts';
import type { Message } from '../domain/message.ts';
import type { DeviceRecord } from '../domain/record.ts';
import type { Topics } from '../homeassistant/topics.ts';
import type { Broker } from '../mqtt/broker.ts';
import { PublishRefused } from '../mqtt/errors.ts';
import type { Announcer } from './announcer.ts';
import type { Delivery } from './delivery.ts';
import type { Gate } from './gate.ts';
import type { Info } from './info.ts';
import type { Metrics } from './metrics.ts';
import type { Log } from './notices.ts';
import { inParts } from './parts.ts';
import type { Publisher } from './publisher.ts';
import type { Registry } from './registry.ts';

export interface SessionOptions {
  readonly broker: Broker;
  readonly publisher: Publisher;
  readonly registry: Registry;
  readonly announcer: Announcer;
  readonly delivery: Delivery;
  readonly joined: Gate;
  readonly topics: Topics;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly log: Log;
  /** everything retained of a device but availability and pictures, from its record alone */
  readonly stateOf: (record: DeviceRecord) => readonly Message[];
  readonly availabilityOf: (record: DeviceRecord) => Message;
  readonly info: Info;
  /** to be done before anything is published */
  readonly beforeRestore: () => Promise<void>;
  /** to be done before the bridge says that it is there */
  readonly beforeOnline: () => Promise<void>;
  readonly onJoined: () => void;
}

/** ms until it is tried again, where the broker went away in the middle */
const AGAIN = 5_000;
/** so many messages at once: what waits for the broker is bounded */
const AT_ONCE = 500;

/** What happens when the broker comes and goes. */
export class Session {
  readonly #options: SessionOptions;
  #joins = 0;
  #running: Promise<void> = Promise.resolve();

  constructor(options: SessionOptions) {
    this.#options = options;
    const { broker, metrics } = options;
    broker.onConnect(() => {
      if (this.#joins > 0) metrics.reconnects.inc();
      this.#joins++;
      this.#join();
    });
    broker.onDisconnect(() => {
      options.joined.shut();
      options.announcer.stop();
    });
  }

  /** Home Assistant was born: what the broker lost is brought back. */
  birth(): void {
    this.#running = this.#running.then(() => this.#reconcile()).catch(this.#failed('birth'));
  }

  /**
   * Old state up to date first, then availability, then the live turn: the order in which Home
   * Assistant takes nothing old for new.
   */
  #join(): void {
    const { joined, delivery } = this.#options;
    this.#running = this.#running
      .then(() => this.#options.beforeRestore())
      .then(() => this.#restore())
      .then(() => this.#reconcile())
      .then(() => {
        joined.open();
        delivery.release();
        this.#options.onJoined();
      })
      .catch((error: unknown) => {
        this.#failed('join')(error);
        this.#options.clock.after(AGAIN, () => this.#retry());
      });
  }

  #retry(): void {
    const { broker, joined } = this.#options;
    if (broker.connected && !joined.isOpen) this.#join();
  }

  async #restore(): Promise<void> {
    const { registry, topics, stateOf, availabilityOf, info, beforeOnline } = this.#options;
    const records = registry.all();
    for (const some of inParts(messagesOf(records, stateOf), AT_ONCE)) await this.#publish(some);
    for (const some of inParts(records, AT_ONCE)) await this.#publish(some.map(availabilityOf));
    await info.publish();
    await beforeOnline();
    await this.#publish([{ topic: topics.bridgeState, payload: 'online', retain: true, qos: 1 }]);
  }

  /** What the broker refuses by its access list is told, and does not keep the rest back. */
  async #publish(messages: readonly Message[]): Promise<void> {
    const { publisher, log } = this.#options;
    await Promise.all(
      messages.map((message) =>
        publisher.publish(message).catch((error: unknown) => {
          if (!(error instanceof PublishRefused)) throw error;
          log.error({ topic: message.topic, reason: error.message }, 'the broker refuses a topic');
        }),
      ),
    );
  }

  async #reconcile(): Promise<void> {
    const { announcer, broker, registry } = this.#options;
    if (broker.connected) await announcer.reconcile(() => registry.all());
  }

  #failed(what: string): (error: unknown) => void {
    return (err) => this.#options.log.warn({ err, what }, 'the broker went away in the middle');
  }
}

function* messagesOf(
  records: readonly DeviceRecord[],
  stateOf: SessionOptions['stateOf'],
): Generator<Message> {
  for (const record of records) yield* stateOf(record);
}
