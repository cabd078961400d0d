import type { Logger } from 'pino';
import type { Settings } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import type { Message } from '../domain/message.ts';
import { escapeId } from '../homeassistant/escape.ts';
import { defaultBase } from '../homeassistant/topics.ts';
import { type Broker, connectBroker } from '../mqtt/broker.ts';
import type { LinkOptions } from '../mqtt/link.ts';

export interface JoinOptions {
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly log: Logger;
  /** of the embedded broker; 0 where there is none */
  readonly brokerPort: number;
}

/** What is kept at the broker where the bridge is gone, and its last will. */
export function offline(stateTopic: string): Message {
  return { topic: stateTopic, payload: 'offline', retain: true, qos: 1 };
}

/** How the broker of the settings is reached, or the embedded one by the bridge's own account. */
export function linkOptions(options: JoinOptions, stateTopic: string): LinkOptions {
  const { settings, secrets, brokerPort } = options;
  const { mqtt } = settings;
  const embedded = brokerPort !== 0;
  const { username, password } = embedded ? secrets.internal : secrets.broker;
  return {
    url: embedded ? `mqtt://127.0.0.1:${brokerPort}` : mqtt.url,
    username,
    password,
    clientId: clientIdOf(settings),
    tls: { ca: mqtt.ca, cert: mqtt.cert, key: mqtt.key, verify: mqtt.verify },
    keepalive: mqtt.keepalive,
    will: offline(stateTopic),
  };
}

/** Two bridges of different base topics at one broker must not throw each other out. */
export function clientIdOf({ mqtt }: Settings): string {
  const { client_id: id, base_topic: base } = mqtt;
  return id === defaultBase && base !== defaultBase ? `${id}-${escapeId(base)}` : id;
}

/** Joins the broker. */
export function joinBroker(options: JoinOptions, stateTopic: string): Broker {
  const { settings, log } = options;
  const { mqtt } = settings;
  return connectBroker({
    ...linkOptions(options, stateTopic),
    version: mqtt.version,
    base: mqtt.base_topic,
    maxPacket: mqtt.max_packet,
    ackTimeoutMs: mqtt.ack_timeout * 1000,
    log,
  });
}
