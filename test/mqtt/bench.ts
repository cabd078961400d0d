import type { Message } from '../../src/domain/message.ts';
import { type Broker, type BrokerOptions, connectBroker } from '../../src/mqtt/broker.ts';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../src/mqtt/embedded.ts';
import type { Log } from '../../src/mqtt/log.ts';
import { Mosquitto } from '../support/mosquitto.ts';

export interface Line {
  readonly level: keyof Log;
  readonly text: string;
  readonly fields: object;
}

/** A log that can be looked into, and waited for. */
export class MemoryLog implements Log {
  readonly lines: Line[] = [];
  readonly debug = this.#writer('debug');
  readonly info = this.#writer('info');
  readonly warn = this.#writer('warn');
  readonly error = this.#writer('error');
  readonly #waiting = new Set<() => void>();

  get warnings(): string[] {
    return this.lines.filter(({ level }) => level === 'warn').map(({ text }) => text);
  }

  /** The first line, had or to come, with this text in it. */
  waitFor(text: string): Promise<Line> {
    return new Promise((resolve) => {
      const look = () => {
        const found = this.lines.find((line) => line.text.includes(text));
        if (found === undefined) return;
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }

  #writer(level: keyof Log): (fields: object, text: string) => void {
    return (fields, text) => {
      this.lines.push({ level, text, fields });
      for (const look of this.#waiting) look();
    };
  }
}

export const BRIDGE = { username: 'bridge', password: 'secret of the bridge' };
export const GUEST = { username: 'guest', password: 'secret of the guest' };

/** A broker to test against, whichever it is. */
export interface Target {
  readonly url: string;
  stop(): Promise<void>;
}

/** Both brokers that the bridge is made for, with the users {@link BRIDGE} and {@link GUEST}. */
export const targets: Readonly<Record<string, () => Promise<Target>>> = {
  mosquitto: () =>
    Mosquitto.start({
      users: { [BRIDGE.username]: BRIDGE.password, [GUEST.username]: GUEST.password },
      lines: ['max_packet_size 2000000'],
    }),
  embedded: async () => {
    const broker = await embedded();
    return { url: `mqtt://127.0.0.1:${broker.port}`, stop: () => broker.close() };
  },
};

export function embedded(port = 0, log: Log = new MemoryLog()): Promise<EmbeddedBroker> {
  return startEmbeddedBroker({
    host: '127.0.0.1',
    port,
    users: [
      { ...BRIDGE, role: 'bridge' },
      { ...GUEST, role: 'guest' },
    ],
    base: 'jvs2mqtt',
    discovery: { prefix: 'homeassistant', status: 'homeassistant/status' },
    log,
  });
}

export const WILL = {
  topic: 'jvs2mqtt/bridge/state',
  payload: 'offline',
  qos: 1,
  retain: true,
} as const;

export function optionsFor(url: string, more: Partial<BrokerOptions> = {}): BrokerOptions {
  return {
    url,
    ...BRIDGE,
    clientId: `test-${Math.random().toString(36).slice(2)}`,
    version: 'auto',
    base: 'jvs2mqtt',
    tls: { verify: true },
    keepalive: 30,
    maxPacket: 2_000_000,
    will: WILL,
    log: new MemoryLog(),
    ...more,
  };
}

/** A broker that has joined. */
export async function joined(url: string, more: Partial<BrokerOptions> = {}): Promise<Broker> {
  const broker = connectBroker(optionsFor(url, more));
  await connection(broker);
  return broker;
}

/** The next connection. */
export function connection(broker: Broker): Promise<{ sessionPresent: boolean }> {
  return new Promise((resolve) => broker.onConnect(resolve));
}

export function disconnection(broker: Broker): Promise<string> {
  return new Promise((resolve) => broker.onDisconnect(resolve));
}

export const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

/** A message, QoS 1 and not retained where nothing else is said. */
export const say = (
  topic: string,
  payload: Message['payload'],
  more: Partial<Message> = {},
): Message => ({ topic, payload, qos: 1, retain: false, ...more });
