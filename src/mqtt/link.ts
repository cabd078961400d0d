import { Socket } from 'node:net';
import { connect, type IClientOptions, type MqttClient, ReasonCodes } from 'mqtt';
import type { Message } from '../domain/message.ts';
import { PublishRefused } from './errors.ts';
import { type Reason, reasonOf, reasonOfDisconnect } from './reasons.ts';
import type { MqttVersion, Packet } from './size.ts';
import { readTls, type TlsOptions } from './tls.ts';
import { Unstored } from './unstored.ts';

export interface LinkOptions {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://` */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly clientId: string;
  readonly tls: TlsOptions;
  /** seconds between pings */
  readonly keepalive: number;
  readonly will: Message;
}

/** What the broker said when it took the connection. */
export interface Welcome {
  readonly sessionPresent: boolean;
  /** bytes; absent: no limit, or MQTT 3.1.1 (MQTT 5 §3.2.2.3.6) */
  readonly maximumPacketSize?: number;
  /** (MQTT 5 §3.2.2.3.3) */
  readonly receiveMaximum?: number;
  /** (MQTT 5 §3.2.2.3.5) */
  readonly retainAvailable: boolean;
}

export interface LinkHandlers {
  up(welcome: Welcome): void;
  /** the connection ended, or never came to be; called once */
  down(reason: Reason): void;
  message(topic: string, payload: Buffer, retain: boolean): void;
}

const CONNECT_TIMEOUT = 10_000;
const END_TIMEOUT = 500;

/**
 * One connection to the broker, from its start to its end: the only thing here that knows mqtt.js.
 * A new connection is a new client, so nothing that mqtt.js keeps over reconnects is in play: it
 * would send what was unacknowledged again, one by one and before anybody is asked, without bound.
 */
export class Link {
  readonly version: MqttVersion;
  readonly #client: MqttClient;
  readonly #handlers: LinkHandlers;
  #reason: Reason | undefined;
  #unacknowledged = 0;
  #down = false;

  /** @throws Error where a TLS file cannot be read or the URL is none */
  constructor(options: LinkOptions, version: MqttVersion, handlers: LinkHandlers) {
    this.version = version;
    this.#handlers = handlers;
    this.#client = connect(clientOptions(options, version));
    const stream: unknown = this.#client.stream;
    // else small packets wait up to 40 ms for the peer's TCP to acknowledge those before
    if (stream instanceof Socket) stream.setNoDelay(true);
    this.#listen();
  }

  /** Writes a message; `done` at PUBACK (QoS 1) or once it is written, never when the connection ends. */
  send(packet: Packet, done: (error?: Error) => void): void {
    const { topic, payload, qos, retain, expiry } = packet;
    const properties =
      expiry === undefined ? {} : { properties: { messageExpiryInterval: expiry } };
    if (qos > 0) this.#unacknowledged += 1;
    this.#client.publish(topic, payload, { qos, retain, ...properties }, (error) => {
      const refused = error ? refusalOf(error) : undefined;
      // any other error is the end of the connection, of which `down` tells
      if (this.#down || (error && refused === undefined)) return;
      if (qos > 0) this.#unacknowledged -= 1;
      done(refused);
    });
  }

  /** @throws Error where the broker refuses a filter, or the connection ends */
  async subscribe(filters: readonly string[], qos: 0 | 1, noLocal: boolean): Promise<void> {
    const nl = noLocal && this.version === '5' ? { nl: true } : {};
    await this.#client.subscribeAsync([...filters], { qos, ...nl });
  }

  async unsubscribe(filters: readonly string[]): Promise<void> {
    await this.#client.unsubscribeAsync([...filters]);
  }

  /** Ends with a DISCONNECT, so that the will is not published; with unacknowledged messages, without. */
  end(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.destroy(), END_TIMEOUT);
      this.#client.once('close', () => {
        clearTimeout(timer);
        resolve();
      });
      this.#client.end(this.#unacknowledged > 0 || !this.#client.connected);
    });
  }

  /** Breaks the connection off; the broker publishes the will. */
  destroy(reason?: Reason): void {
    this.#reason ??= reason;
    this.#client.end(true);
    this.#client.stream.destroy();
  }

  #listen(): void {
    const client = this.#client;
    client.on('connect', ({ sessionPresent, properties = {} }) => {
      const { maximumPacketSize, receiveMaximum, retainAvailable } = properties;
      this.#handlers.up({
        sessionPresent,
        retainAvailable: retainAvailable !== false,
        ...(maximumPacketSize === undefined ? {} : { maximumPacketSize }),
        ...(receiveMaximum === undefined ? {} : { receiveMaximum }),
      });
    });
    client.on('message', (topic, payload, packet) =>
      this.#handlers.message(topic, payload, packet.retain),
    );
    client.on('disconnect', (packet) => {
      const code = packet.reasonCode ?? 0;
      this.destroy(reasonOfDisconnect(code, nameOf(code)));
    });
    // mqtt.js leaves the socket open after some errors, a malformed packet for one
    client.on('error', (error) => this.destroy(reasonOf(error)));
    client.on('close', () => {
      if (this.#down) return;
      this.#down = true;
      this.#handlers.down(this.#reason ?? CLOSED);
    });
  }
}

/** Brokers that do not know MQTT 5 may simply hang up: another version is worth a try. */
const CLOSED: Reason = {
  text: 'the broker closed the connection; if it goes on, does another client have the same mqtt.client_id?',
  versionRefused: true,
};

function nameOf(code: number): string {
  return (ReasonCodes as Readonly<Record<number, string>>)[code] || 'disconnected by the broker';
}

function refusalOf(error: Error): PublishRefused | undefined {
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'number' ? new PublishRefused(nameOf(code), code) : undefined;
}

/** What mqtt.js is told of a connection: a clean session that ends with it. */
export function clientOptions(options: LinkOptions, version: MqttVersion): IClientOptions {
  const { username, password, clientId, keepalive, will } = options;
  const five = version === '5';
  return {
    ...addressOf(options.url),
    clientId,
    keepalive,
    protocolVersion: five ? 5 : 4,
    clean: true,
    ...(five ? { properties: { sessionExpiryInterval: 0 } } : {}),
    ...(username === '' ? {} : { username, password }),
    ...readTls(options.tls),
    will: {
      topic: will.topic,
      payload: Buffer.from(will.payload),
      qos: will.qos,
      retain: will.retain,
    },
    connectTimeout: CONNECT_TIMEOUT,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    outgoingStore: new Unstored(),
    // a dozen lines for each message, made and thrown away
    log: () => {},
  };
}

/** What mqtt.js makes of a URL, without the `url.parse` that Node warns of. @throws TypeError where it is none */
function addressOf(url: string): Pick<IClientOptions, 'protocol' | 'host' | 'port' | 'path'> {
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const isWebSocket = protocol.startsWith('ws');
  return {
    protocol: protocol.slice(0, -1) as NonNullable<IClientOptions['protocol']>,
    // it makes a URL of a WebSocket's again; a socket's has no brackets around IPv6
    host: isWebSocket ? hostname : hostname.replace(/^\[(.*)\]$/, '$1'),
    ...(port === '' ? {} : { port: Number(port) }),
    ...(isWebSocket ? { path: pathname + search } : {}),
  };
}
