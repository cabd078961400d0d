import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AedesOptions } from 'aedes';
import type { Message } from '../domain/message.ts';
import { Audience } from './audience.ts';
import { type BrokerUser, Doorkeeper } from './doorkeeper.ts';
import { CannotListen } from './errors.ts';
import type { Log } from './log.ts';
import { Newest } from './newest.ts';

export interface EmbeddedOptions {
  /** address to listen on; `::` is every address of both kinds */
  readonly host: string;
  /** 0: any free one */
  readonly port: number;
  readonly users: readonly BrokerUser[];
  /** first part of the bridge's topics */
  readonly base: string;
  /** Home Assistant's discovery prefix, and the topic of its birth message */
  readonly discovery: { readonly prefix: string; readonly status: string };
  readonly limits?: {
    /** bytes */
    readonly maxPacket?: number;
    readonly clients?: number;
  };
  readonly log: Log;
  /** what is retained before anybody can join */
  readonly retained?: AsyncIterable<Message>;
}

export interface EmbeddedBroker {
  readonly port: number;
  /** how many are joined */
  clients(): number;
  /** whether somebody but the bridge is subscribed to the topic at this moment */
  hears(topic: string): boolean;
  /** whether nothing waits in this process for a client that takes it slowly */
  isDelivered(): boolean;
  close(): Promise<void>;
}

const MAX_PACKET = 2_000_000;
const MAX_CLIENTS = 100;
/** Bytes that are taken of who has not shown a password yet: a packet is kept until it is whole. */
const ANONYMOUS = 128 * 1024;
/**
 * aedes delivers in step: a client that takes nothing holds up all others once so many bytes wait for
 * it, until it is thrown out after this time, ms. Home Assistant stalls for seconds at its start.
 */
const UNREAD = 4_000_000;
const SLOW_CLIENT = 5_000;

/**
 * An MQTT broker (3.1.1 and 5) within the bridge, for those who have none. It asks for user name and
 * password always, keeps all in memory, and forgets a session with its connection: nothing is queued
 * for who is absent. It acknowledges before it has delivered, so its acknowledgement promises nothing.
 * @throws CannotListen where the port is taken or not allowed
 */
export async function startEmbeddedBroker(options: EmbeddedOptions): Promise<EmbeddedBroker> {
  const { limits = {}, log } = options;
  const doorkeeper = new Doorkeeper(options);
  const newest = new Newest();
  const aedes = await Aedes.createBroker(aedesOptions(options, doorkeeper, newest));
  const audience = new Audience(aedes, (client) => doorkeeper.isGuest(client));
  for await (const { topic, payload, qos } of options.retained ?? []) {
    await new Promise<void>((resolve, reject) => {
      const packet = { cmd: 'publish', topic, payload, qos, retain: true, dup: false } as const;
      newest.take(packet);
      aedes.publish(packet, (error) => (error ? reject(error) : resolve()));
    });
  }
  aedes.on('clientReady', (client) => doorkeeper.joined(client));
  aedes.on('clientDisconnect', (client) => doorkeeper.left(client));
  aedes.on('clientError', (client, err) => log.debug({ client: client.id, err }, 'mqtt client'));
  aedes.on('connectionError', (_, err) => log.debug({ err }, 'mqtt connection'));

  const sockets = new Set<Socket>();
  const server = createServer({ highWaterMark: UNREAD, noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    const client = aedes.handle(socket);
    socket.prependListener('readable', () => {
      if (socket.bytesRead <= ANONYMOUS || doorkeeper.isKnown(client)) return;
      log.debug({ address: socket.remoteAddress }, 'too much from somebody who has not joined');
      socket.destroy();
    });
  });
  // sockets that have not said who they are count too
  server.maxConnections = 2 * (limits.clients ?? MAX_CLIENTS);
  try {
    await listen(server, options.host, options.port);
  } catch (error) {
    await new Promise<void>((resolve) => aedes.close(resolve));
    throw error;
  }
  server.on('error', (err) => log.error({ err }, 'the embedded broker'));

  return {
    port: portOf(server),
    clients: () => aedes.connectedClients,
    hears: (topic) => audience.hears(topic),
    isDelivered: () => [...sockets].every(({ writableLength }) => writableLength === 0),
    async close() {
      const closed = once(server, 'close');
      server.close();
      await new Promise<void>((resolve) => aedes.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function aedesOptions(
  { limits = {} }: EmbeddedOptions,
  doorkeeper: Doorkeeper,
  newest: Newest,
): AedesOptions {
  const most = limits.clients ?? MAX_CLIENTS;
  return {
    maximumPacketSize: limits.maxPacket ?? MAX_PACKET,
    drainTimeout: SLOW_CLIENT,
    connectTimeout: 10_000,
    // the shortest there is: 0 means no limit
    sessionExpiryIntervalLimit: 1,
    pendingSessionsLimit: most,
    preConnect(_client, packet, done) {
      // a session of MQTT 3.1.1 would be kept for ever
      if (packet.protocolVersion !== 5) packet.clean = true;
      const full = doorkeeper.clients >= most;
      done(full ? new Error(`more than ${most} clients`) : null, !full);
    },
    authenticate(client, username, password, done) {
      const refusal = doorkeeper.refusal(client, username, password);
      if (refusal === undefined) done(null, true);
      else done(Object.assign(new Error(refusal.text), { returnCode: refusal.code }), false);
    },
    authorizePublish(client, packet, done) {
      if (client === null || doorkeeper.mayPublish(client, packet)) {
        newest.take(packet);
        return done(null);
      }
      if (client.version === 5) return done(new Error('guests may command only'));
      // MQTT 3.1.1 cannot say no: aedes would drop the connection, and a broker like Mosquitto
      // acknowledges and forgets
      packet.topic = REFUSED;
      packet.retain = false;
      done(null);
    },
    authorizeForward(_client, packet) {
      return newest.isOvertaken(packet) ? null : packet;
    },
    authorizeSubscribe(_client, subscription, done) {
      done(null, subscription.topic.startsWith('$') ? null : subscription);
    },
  };
}

/** Where nobody may listen. */
const REFUSED = '$SYS/refused';

async function listen(server: Server, host: string, port: number): Promise<void> {
  try {
    server.listen({ host, port });
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (host === '::' && (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL')) {
      return listen(server, '0.0.0.0', port); // IPv6 is switched off
    }
    throw new CannotListen(`${reasons[String(code)]?.(port, host) ?? String(error)}`, {
      cause: error,
    });
  }
}

const reasons: Readonly<Record<string, (port: number, host: string) => string>> = {
  EADDRINUSE: (port) =>
    `port ${port} is taken: another broker, or this bridge, is running. Join that broker (mqtt.url) or choose another port (broker.port)`,
  EACCES: (port) => `port ${port} is not allowed to this user: choose one above 1023 (broker.port)`,
  EADDRNOTAVAIL: (_, host) => `${host} is no address of this machine (broker.host)`,
};

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening');
  return address.port;
}
