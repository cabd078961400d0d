import type { Message } from '../domain/message.ts';
import type { Broker, PublishOptions } from '../mqtt/broker.ts';
import { InvalidTopic, PacketTooLarge } from '../mqtt/errors.ts';
import type { Metrics } from './metrics.ts';

/** Where messages go: resolves once the broker acknowledged them. */
export interface Publisher {
  publish(message: Message, options?: PublishOptions): Promise<void>;
}

export interface BrokerPublisherOptions {
  readonly broker: Broker;
  readonly metrics: Metrics;
  /**
   * ms that an acknowledgement is waited for, where nothing else is said: longer than the time after which
   * a silent broker counts as gone, so that one that comes late is heard of
   */
  readonly deadline: number;
  /** a retained topic is emptied */
  readonly onCleared: (topic: string) => void;
  /** a message that can never be sent was left out */
  readonly onLeftOut: (message: Message, error: Error) => void;
}

const SENT = Promise.resolve();

/** On its way to the broker. */
interface Sending {
  readonly payload: string;
  readonly done: Promise<void>;
}

/**
 * Straight to the broker. What can never be sent is left out and told, and fails nothing else; a
 * retained text that the broker has already is not sent again.
 */
export class BrokerPublisher implements Publisher {
  readonly #options: BrokerPublisherOptions;
  /** what is retained by this connection's messages, by topic: the text alone where it is acknowledged */
  readonly #kept = new Map<string, string | Sending>();
  readonly #onSent: () => void;

  constructor(options: BrokerPublisherOptions) {
    this.#options = options;
    options.broker.onDisconnect(() => this.#kept.clear());
    const sent = options.metrics.messages.of({ outcome: 'sent' });
    this.#onSent = () => sent.inc();
  }

  /** @throws the errors of `Broker.publish`, but for what can never be sent */
  publish(message: Message, options: PublishOptions = {}): Promise<void> {
    const { topic, payload, retain } = message;
    if (retain && payload.length === 0) this.#options.onCleared(topic);
    if (!retain || typeof payload !== 'string') return this.#send(message, options);
    const kept = this.#kept.get(topic);
    if (kept === payload) return SENT;
    if (typeof kept === 'object' && kept.payload === payload) return kept.done;
    const sending: Sending = { payload, done: this.#send(message, options) };
    if (payload === '') this.#kept.delete(topic);
    else this.#kept.set(topic, sending);
    const isLast = () => this.#kept.get(topic) === sending;
    // of one that is emptied too: a failure that nobody waits for must not end the process
    sending.done.then(
      () => isLast() && this.#kept.set(topic, payload),
      () => isLast() && this.#kept.delete(topic),
    );
    return sending.done;
  }

  #send(message: Message, options: PublishOptions): Promise<void> {
    const { broker, deadline } = this.#options;
    const sending = broker.publish(message, { deadline, ...options });
    return sending.then(this.#onSent, (error: unknown) => this.#failed(message, error));
  }

  #failed(message: Message, error: unknown): void {
    const { metrics, onLeftOut } = this.#options;
    if (error instanceof PacketTooLarge || error instanceof InvalidTopic) {
      metrics.messages.inc({ outcome: 'left_out' });
      onLeftOut(message, error);
      return;
    }
    metrics.messages.inc({ outcome: 'failed' });
    throw error;
  }
}
