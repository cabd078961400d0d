import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Settings } from '../config/schema.ts';
import { normalizeAddress } from './address.ts';
import { failure, problems } from './answers.ts';
import { type Connection, Connections } from './connections.ts';
import { MAX_PIPELINED, MAX_REFUSED, MAX_REQUESTS } from './limits.ts';
import type { Peers } from './peers.ts';
import { rawAnswer } from './raw.ts';
import type { Refusals } from './refusal.ts';

interface Held extends Connection {
  /** requests refused at the door since one was let in */
  refused: number;
  /** requests without an answer */
  open: number;
}

/** The sockets of a server, kept within their limits. */
export class Sockets {
  readonly #connections: Connections;
  readonly #held = new Map<string, Held>();
  readonly #refusals: Refusals;
  readonly #peers: Peers;

  constructor(http: Settings['http'], refusals: Refusals, peers: Peers) {
    this.#refusals = refusals;
    this.#peers = peers;
    this.#connections = new Connections({
      most: http.max_connections,
      mostEach: http.max_connections_per_address,
      isExempt: (address) => peers.isProxy(address),
      onRefused: (address) => this.#refuse(address, 'One of its connections was closed.'),
    });
  }

  /** @param plain whether what is written to a socket is HTTP, and not inside of TLS */
  watch(server: Server, plain: boolean): void {
    server.maxRequestsPerSocket = MAX_REQUESTS;
    server.on('connection', (socket: Socket) => {
      const held: Held = { refused: 0, open: 0, end: () => end(socket, plain) };
      const name = nameOf(socket);
      this.#held.set(name, held);
      socket.once('close', () => {
        this.#held.delete(name);
        this.#connections.closed(held);
      });
      const address = normalizeAddress(socket.remoteAddress ?? '');
      if (!this.#connections.opened(held, address)) held.end();
    });
  }

  /**
   * A request began. All that is in one packet begins at once: who sends more than is answered makes the
   * bridge hold them all.
   * @returns `last`: to be refused, and the connection with it; `ignored`: came after that
   */
  began({ socket }: IncomingMessage): 'taken' | 'last' | 'ignored' {
    const held = this.#held.get(nameOf(socket));
    if (held === undefined) return 'taken';
    held.open++;
    if (held.open <= MAX_PIPELINED) return 'taken';
    return held.open === MAX_PIPELINED + 1 ? 'last' : 'ignored';
  }

  finished({ socket }: IncomingMessage): void {
    const held = this.#held.get(nameOf(socket));
    // past it the connection is on its way out, and nothing more is taken
    if (held !== undefined && held.open <= MAX_PIPELINED) held.open--;
  }

  /**
   * Somebody came in.
   * @param device who says it is; without one its address counts
   * @returns whether the connection may be kept
   */
  admitted(incoming: IncomingMessage, device: string | undefined): boolean {
    const held = this.#held.get(nameOf(incoming.socket));
    if (held === undefined) return true;
    held.refused = 0;
    const address = this.#peers.addressOf(incoming);
    const kept = this.#connections.authenticated(held, device ?? `address ${address}`);
    if (!kept) this.#refuse(address, 'The device has too many connections.', device);
    return kept;
  }

  /** Somebody was turned away. @returns whether the connection may be kept */
  turnedAway({ socket }: IncomingMessage): boolean {
    const held = this.#held.get(nameOf(socket));
    if (held === undefined) return true;
    held.refused++;
    return held.refused < MAX_REFUSED;
  }

  #refuse(address: string, message: string, device?: string): void {
    this.#refusals.report({
      type: 'too_many_connections',
      reason: problems.too_many_connections.text,
      address,
      ...(device === undefined ? {} : { device }),
      message: `Too many connections from ${address}. ${message}`,
    });
  }
}

/** What a socket and the TLS inside of it have in common; no two that are open have the same. */
function nameOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

function end(socket: Socket, plain: boolean): void {
  if (!plain || !socket.writable) {
    socket.destroy();
    return;
  }
  const problem = 'too_many_connections';
  const answer = rawAnswer(problems[problem].status, failure('push', problem));
  socket.end(answer, () => socket.destroy());
}
