import { createHash, timingSafeEqual } from 'node:crypto';
import type { Client, PublishPacket } from 'aedes';
import type { Log } from './log.ts';
import { matches } from './topics.ts';

/** `bridge` may publish everything; `guest` (Home Assistant) reads all, commands, and no more. */
export type Role = 'bridge' | 'guest';

export interface BrokerUser {
  readonly username: string;
  readonly password: string;
  readonly role: Role;
}

export interface DoorkeeperOptions {
  readonly users: readonly BrokerUser[];
  readonly base: string;
  readonly discovery: { readonly prefix: string; readonly status: string };
  readonly log: Log;
}

/** Why somebody is not let in, with the return code of MQTT 3.1.1 §3.2.2.3. */
export interface Refusal {
  readonly code: 2 | 4;
  readonly text: string;
}

/** Addresses remembered, so that a wrong password fills no log. */
const REMEMBERED = 100;
const NO_PASSWORD = new Uint8Array();

/** Who may join the embedded broker, and what each may publish. */
export class Doorkeeper {
  readonly #users: readonly { digest: Buffer; role: Role }[];
  readonly #commands: readonly string[];
  readonly #prefix: string;
  readonly #log: Log;
  readonly #roles = new WeakMap<Client, Role>();
  readonly #joined = new Map<string, Client>();
  readonly #turnedAway = new Set<string>();

  constructor({ users, base, discovery, log }: DoorkeeperOptions) {
    this.#users = users.map(({ username, password, role }) => ({
      digest: digest(username, Buffer.from(password)),
      role,
    }));
    this.#commands = [`${base}/bridge/request/#`, `${base}/+/set/#`, discovery.status];
    this.#prefix = `${discovery.prefix}/`;
    this.#log = log;
  }

  get clients(): number {
    return this.#joined.size;
  }

  /** Why the client is not let in; `undefined` where it is. In a time that tells nothing of the passwords. */
  refusal(client: Client, username = '', password: Uint8Array = NO_PASSWORD): Refusal | undefined {
    const given = digest(username, password);
    let role: Role | undefined;
    for (const user of this.#users) if (timingSafeEqual(user.digest, given)) role = user.role;
    if (role === undefined) {
      this.#tellOnce(client, username);
      return { code: 4, text: 'bad user name or password' };
    }
    const other = this.#joined.get(client.id);
    if (other !== undefined && this.#roles.get(other) !== role) {
      return { code: 2, text: 'the client id is in use by another user' };
    }
    this.#roles.set(client, role);
    return undefined;
  }

  /** Whether it has shown a password that is one. */
  isKnown(client: Client): boolean {
    return this.#roles.has(client);
  }

  isGuest(client: Client): boolean {
    return this.#roles.get(client) === 'guest';
  }

  joined(client: Client): void {
    this.#joined.set(client.id, client);
    this.#turnedAway.delete(addressOf(client));
  }

  left(client: Client): void {
    if (this.#joined.get(client.id) === client) this.#joined.delete(client.id);
  }

  /** Home Assistant clears a device's discovery topic when its user deletes the device. */
  mayPublish(client: Client, packet: Pick<PublishPacket, 'topic' | 'retain' | 'payload'>): boolean {
    const { topic, retain, payload } = packet;
    if (topic.startsWith('$')) return false;
    if (this.#roles.get(client) === 'bridge') return true;
    if (this.#commands.some((filter) => matches(filter, topic))) return true;
    const cleared = retain && payload.length === 0 && topic.startsWith(this.#prefix);
    if (!cleared)
      this.#log.debug({ client: client.id, topic }, 'not published: guests may command only');
    return cleared;
  }

  #tellOnce(client: Client, username: string): void {
    const address = addressOf(client);
    if (this.#turnedAway.has(address)) return;
    if (this.#turnedAway.size >= REMEMBERED) this.#turnedAway.clear();
    this.#turnedAway.add(address);
    this.#log.warn(
      { address, username },
      'turned away from the embedded broker: wrong user name or password (see `jvs2mqtt credentials`)',
    );
  }
}

/** Of user name and password together, so that neither can be told from the other's mistakes. */
function digest(username: string, password: Uint8Array): Buffer {
  const name = Buffer.from(username);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(name.length);
  return createHash('sha256').update(length).update(name).update(password).digest();
}

function addressOf(client: Client): string {
  return 'remoteAddress' in client.conn ? String(client.conn.remoteAddress) : '';
}
