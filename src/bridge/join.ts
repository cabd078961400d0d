import type { Logger } from 'pino';
import type { Settings } from '../config/schema.ts';
import type { Secrets } from '../config/secrets.ts';
import { type Broker, connectBroker } from '../mqtt/broker.ts';

export interface JoinOptions {
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly log: Logger;
  /** of the embedded broker; 0 where there is none */
  readonly brokerPort: number;
}

/** Joins the broker of the settings, or the embedded one by the bridge's own account. */
export function joinBroker(options: JoinOptions, stateTopic: string): Broker {
  const { settings, secrets, log, brokerPort } = options;
  const { mqtt } = settings;
  const embedded = brokerPort !== 0;
  const { username, password } = embedded ? secrets.internal : secrets.broker;
  return connectBroker({
    url: embedded ? `mqtt://127.0.0.1:${brokerPort}` : mqtt.url,
    username,
    password,
    clientId: mqtt.client_id,
    version: mqtt.version,
    base: mqtt.base_topic,
    tls: { ca: mqtt.ca, cert: mqtt.cert, key: mqtt.key, verify: mqtt.verify },
    keepalive: mqtt.keepalive,
    maxPacket: mqtt.max_packet,
    ackTimeoutMs: mqtt.ack_timeout * 1000,
    will: { topic: stateTopic, payload: 'offline', retain: true, qos: 1 },
    log,
  });
}
