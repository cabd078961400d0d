import { randomUUID } from 'node:crypto';
import { Alarm, type Clock, systemClock } from '../clock.ts';
import type { Message } from '../domain/message.ts';
import { InvalidTopic, NotAcknowledged, NotConnected, PacketTooLarge } from './errors.ts';
import { Link, type LinkOptions, type Welcome } from './link.ts';
import type { Log } from './log.ts';
import { type Reason, reasonOf } from './reasons.ts';
import { readRetained } from './retained.ts';
import { type MqttVersion, packetSize } from './size.ts';
import { Subscriptions } from './subscriptions.ts';
import { canPublishTo } from './topics.ts';
import { Window } from './window.ts';

export interface BrokerOptions extends LinkOptions {
  readonly version: 'auto' | MqttVersion;
  /** first part of the bridge's topics: its own markers come back under it */
  readonly base: string;
  /** largest packet ever sent, bytes; the broker's own limit and 2 MB bound it too */
  readonly maxPacket: number;
  /** ms until a message counts as not acknowledged, where `publish` is told nothing else */
  readonly ackTimeoutMs?: number;
  /** ms without any acknowledgement after which the broker counts as gone */
  readonly stallMs?: number;
  readonly log: Log;
  readonly clock?: Clock;
}

export interface PublishOptions {
  /** ms until {@link NotAcknowledged} */
  readonly deadline?: number;
  /** `losses` of the {@link ConnectionLost} that this very message had before */
  readonly losses?: number;
}

export type Listener = (topic: string, payload: Buffer, info: { readonly retain: boolean }) => void;

/** The connection to the broker, kept up by itself. */
export interface Broker {
  readonly connected: boolean;
  /** of the connection, or of the last attempt */
  readonly version: MqttVersion;
  /** bytes of the largest packet that is sent */
  readonly maxPacket: number;
  /** messages without an acknowledgement yet, and those that wait for their turn */
  readonly pending: { readonly inFlight: number; readonly waiting: number };
  /**
   * Publishes in the order of the calls. Resolves at PUBACK (QoS 1) or when it is written (QoS 0).
   * @throws PacketTooLarge, InvalidTopic, NotConnected, TooManyWaiting, NotAcknowledged,
   *   ConnectionLost (`setAside` at the second time), PublishRefused
   */
  publish(message: Message, options?: PublishOptions): Promise<void>;
  /**
   * Calls `listener` with what comes under `filter`, over reconnects too; the bridge's own messages
   * are left out where the broker speaks MQTT 5. The answer ends it.
   */
  subscribe(filter: string, listener: Listener): () => void;
  /**
   * What the broker holds retained under the filters, none of which should match more than some
   * hundred topics (see `retained.ts`). @throws NotConnected, NotAcknowledged, Error of a refusal
   */
  readRetained(filters: readonly string[]): Promise<Map<string, Buffer>>;
  /** Every connection, the first too, once it is subscribed. Nothing unacknowledged is sent again by itself. */
  onConnect(listener: (info: { readonly sessionPresent: boolean }) => void): void;
  onDisconnect(listener: (reason: string) => void): void;
  /** Publishes these, waits shortly for their acknowledgement, and leaves without the will. */
  close(last?: readonly Message[]): Promise<void>;
}

/** Mosquitto 2.1's default limit. */
const LARGEST_PACKET = 2_000_000;
/** Mosquitto's `max_inflight_messages`, for brokers that name none. */
const IN_FLIGHT = 20;
const BYTES_IN_FLIGHT = 8_000_000;
const WAITING = 2_000;
const BYTES_WAITING = 32_000_000;
const ACK_TIMEOUT = 2_000;
const STALL = 20_000;
const LAST_WORDS = 1_000;
const ROUND_TRIP = 10_000;
const RETRY_FIRST = 500;
const RETRY_MOST = 5_000;
/** A connection that held so long was a good one: the next attempt comes at once. */
const GOOD_AFTER = 10_000;

/** Connects, and goes on trying until `close`. Failures are in the log, each once until it changes. */
export function connectBroker(options: BrokerOptions): Broker {
  return new Connection(options);
}

class Connection implements Broker {
  readonly #options: BrokerOptions;
  readonly #clock: Clock;
  readonly #window: Window;
  readonly #subscriptions: Subscriptions;
  readonly #retry: Alarm;
  readonly #connectListeners: ((info: { sessionPresent: boolean }) => void)[] = [];
  readonly #disconnectListeners: ((reason: string) => void)[] = [];
  #link: Link | undefined;
  #connected = false;
  #version: MqttVersion;
  #limit: number;
  #upSince = 0;
  #attempts = 0;
  #lastReason = '';
  #closing = false;

  constructor(options: BrokerOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#version = options.version === 'auto' ? '5' : options.version;
    this.#limit = Math.min(LARGEST_PACKET, options.maxPacket);
    this.#subscriptions = new Subscriptions(options.log);
    this.#retry = new Alarm(this.#clock, () => this.#attempt());
    this.#window = new Window({
      clock: this.#clock,
      stallAfter: options.stallMs ?? STALL,
      onStall: () => this.#link?.destroy(STALLED),
      inFlightBytes: BYTES_IN_FLIGHT,
      waiting: WAITING,
      waitingBytes: BYTES_WAITING,
    });
    this.#attempt();
  }

  get connected(): boolean {
    return this.#connected;
  }

  get version(): MqttVersion {
    return this.#version;
  }

  get maxPacket(): number {
    return this.#limit;
  }

  get pending(): { inFlight: number; waiting: number } {
    return { inFlight: this.#window.inFlight, waiting: this.#window.waiting };
  }

  publish(message: Message, options: PublishOptions = {}): Promise<void> {
    if (this.#closing) return Promise.reject(new NotConnected(LEAVING));
    return this.#publish(message, options);
  }

  #publish(message: Message, options: PublishOptions): Promise<void> {
    if (!canPublishTo(message.topic)) return Promise.reject(new InvalidTopic(message.topic));
    const { payload } = message;
    const packet = {
      ...message,
      payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
    };
    const size = packetSize(packet, this.#version);
    if (size > this.#limit) return Promise.reject(new PacketTooLarge(size, this.#limit));
    const deadline = options.deadline ?? this.#options.ackTimeoutMs ?? ACK_TIMEOUT;
    return this.#window.add(packet, deadline, options.losses ?? 0);
  }

  subscribe(filter: string, listener: Listener): () => void {
    return this.#subscriptions.add(filter, listener);
  }

  async readRetained(filters: readonly string[]): Promise<Map<string, Buffer>> {
    const link = this.#link;
    if (link === undefined || !this.#connected) throw new NotConnected(this.#lastReason);
    const marker = `${this.#options.base}/bridge/response/marker/${randomUUID()}`;
    await link.subscribe([marker], 0, false);
    const found = await readRetained(
      {
        subscribe: (filter) => link.subscribe([filter], 0, true),
        unsubscribe: (done) =>
          link.unsubscribe([...done.filter((filter) => !this.#subscriptions.has(filter)), marker]),
        roundTrip: () => this.#roundTrip(marker),
        listen: (listener) => this.#subscriptions.overhear(listener),
      },
      filters,
    );
    return found;
  }

  onConnect(listener: (info: { sessionPresent: boolean }) => void): void {
    this.#connectListeners.push(listener);
  }

  onDisconnect(listener: (reason: string) => void): void {
    this.#disconnectListeners.push(listener);
  }

  async close(last: readonly Message[] = []): Promise<void> {
    this.#closing = true;
    this.#retry.at(undefined);
    await Promise.allSettled(
      last.map((message) => this.#publish(message, { deadline: LAST_WORDS })),
    );
    await this.#link?.end();
    this.#window.close(LEAVING);
  }

  #attempt(): void {
    try {
      this.#link = new Link(this.#options, this.#version, {
        up: (welcome) => this.#up(welcome),
        down: (reason) => this.#down(reason),
        message: (...message) => this.#subscriptions.dispatch(...message),
      });
    } catch (error) {
      this.#down(reasonOf(error));
    }
  }

  #up(welcome: Welcome): void {
    const { log } = this.#options;
    const link = this.#link;
    if (link === undefined) return;
    this.#connected = true;
    this.#upSince = this.#clock.now();
    this.#limit = Math.min(
      LARGEST_PACKET,
      this.#options.maxPacket,
      welcome.maximumPacketSize ?? LARGEST_PACKET,
    );
    this.#lastReason = '';
    log.info({ version: link.version, maxPacket: this.#limit }, 'joined the broker');
    if (!welcome.retainAvailable) {
      log.warn({}, 'the broker keeps no retained messages: what is retained is lost to newcomers');
    }
    this.#window.open((...message) => link.send(...message), welcome.receiveMaximum ?? IN_FLIGHT);
    this.#subscriptions.open(link);
    for (const listener of this.#connectListeners) listener(welcome);
  }

  #down(reason: Reason): void {
    const wasUp = this.#connected;
    this.#connected = false;
    this.#link = undefined;
    this.#subscriptions.close();
    this.#window.close(reason.text);
    if (wasUp && this.#clock.now() - this.#upSince >= GOOD_AFTER) this.#attempts = 0;
    if (this.#closing) return;
    this.#say(wasUp, reason);
    if (!wasUp && this.#options.version === 'auto' && reason.versionRefused) {
      this.#version = this.#version === '5' ? '3.1.1' : '5';
    }
    const wait = Math.min(RETRY_MOST, RETRY_FIRST * 2 ** this.#attempts);
    this.#attempts += 1;
    this.#retry.at(this.#clock.now() + wait * (0.8 + 0.4 * Math.random()));
    if (wasUp) for (const listener of this.#disconnectListeners) listener(reason.text);
  }

  #say(wasUp: boolean, reason: Reason): void {
    if (!wasUp && reason.text === this.#lastReason) return;
    this.#lastReason = reason.text;
    const fields = reason.code === undefined ? {} : { code: reason.code };
    const what = wasUp ? 'lost the broker' : 'cannot join the broker';
    this.#options.log.warn(fields, `${what}: ${reason.text}`);
  }

  #roundTrip(marker: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = this.#clock.after(ROUND_TRIP, () =>
        done(new NotAcknowledged(ROUND_TRIP, true)),
      );
      const stop = this.#subscriptions.overhear((topic) => {
        if (topic === marker) done();
      });
      const done = (error?: unknown) => {
        cancel();
        stop();
        if (error === undefined) resolve();
        else reject(error);
      };
      // QoS 0: an acknowledgement before it would hold it up by TCP's delayed ACK, 40 ms each time
      const message: Message = { topic: marker, payload: '', qos: 0, retain: false };
      this.publish(message, { deadline: ROUND_TRIP }).catch(done);
    });
  }
}

const LEAVING = 'the bridge leaves';

const STALLED: Reason = {
  text: 'the broker takes messages and acknowledges none',
  versionRefused: false,
};
