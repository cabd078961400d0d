import { Bag, type Bagged } from '../bag.ts';
import { Alarm, type Clock } from '../clock.ts';
import { Deadlines } from '../deadlines.ts';
import { ConnectionLost, NotAcknowledged, NotConnected, TooManyWaiting } from './errors.ts';
import type { Packet } from './size.ts';

/** Writes a packet; `done` once the broker has it (QoS 1), or once it is written (QoS 0). */
export type Send = (packet: Packet, done: (error?: Error) => void) => void;

export interface WindowOptions {
  readonly clock: Clock;
  /** ms without any acknowledgement, while some is due, after which the broker counts as gone */
  readonly stallAfter: number;
  readonly onStall: () => void;
  /** bytes in flight, and messages and bytes that wait; one message may exceed each */
  readonly inFlightBytes: number;
  readonly waiting: number;
  readonly waitingBytes: number;
}

interface Entry extends Bagged {
  readonly packet: Packet;
  readonly losses: number;
  readonly deadline: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  cancel: () => void;
  /** which of all that were sent it was */
  turn: number;
}

/**
 * The messages on their way to the broker, in the order in which they were given: so many in flight
 * as the broker takes (MQTT 5 §3.3.4; mqtt.js has no such bound), the others waiting, few of them.
 *
 * What was in flight when a connection is lost is given back, not sent again: only the caller knows
 * what must come first on a new connection. A message given up at its deadline keeps its place
 * in the window until the broker answers or the connection ends, so a frozen broker grows nothing.
 */
export class Window {
  readonly #options: WindowOptions;
  readonly #inFlight = new Bag<Entry>();
  readonly #stall: Alarm;
  readonly #deadlines: Deadlines;
  #waiting: Entry[] = [];
  #inFlightBytes = 0;
  #waitingBytes = 0;
  #send: Send | undefined;
  #limit = 0;
  #closedWhy = 'not yet';
  #progress = 0;
  #pumping = false;
  #turns = 0;

  constructor(options: WindowOptions) {
    this.#options = options;
    this.#stall = new Alarm(options.clock, () => this.#checkStall());
    this.#deadlines = new Deadlines(options.clock);
  }

  get inFlight(): number {
    return this.#inFlight.size;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** A new connection that takes `limit` messages at once. */
  open(send: Send, limit: number): void {
    this.#send = send;
    this.#limit = Math.max(1, limit);
  }

  /** The connection ended: everything is given back to those who gave it. */
  close(why: string): void {
    const lost = this.#inFlight.takeAll().sort((one, other) => one.turn - other.turn);
    const unsent = this.#waiting;
    this.#send = undefined;
    this.#closedWhy = why;
    this.#waiting = [];
    this.#inFlightBytes = 0;
    this.#waitingBytes = 0;
    this.#stall.at(undefined);
    for (const entry of lost) settle(entry, new ConnectionLost(why, entry.losses + 1));
    for (const entry of unsent) settle(entry, new NotConnected(why));
    this.#deadlines.clear();
  }

  /**
   * Sends a message when its turn comes.
   * @param deadline ms until {@link NotAcknowledged}
   * @param losses how often the connection was lost with this message in flight: one with any is sent
   *   alone, so that a loss shows whether it is the cause
   * @throws NotConnected, TooManyWaiting, NotAcknowledged, ConnectionLost, PublishRefused
   */
  add(packet: Packet, deadline: number, losses: number): Promise<void> {
    if (this.#send === undefined) return Promise.reject(new NotConnected(this.#closedWhy));
    if (!this.#roomToWait(packet)) return Promise.reject(new TooManyWaiting());
    return new Promise((resolve, reject) => {
      const entry: Entry = {
        packet,
        losses,
        deadline,
        resolve,
        reject,
        cancel: () => {},
        turn: 0,
        place: -1,
      };
      entry.cancel = this.#deadlines.after(deadline, () => this.#giveUp(entry));
      this.#waiting.push(entry);
      this.#waitingBytes += packet.payload.length;
      this.#pump();
    });
  }

  #roomToWait(packet: Packet): boolean {
    const { waiting, waitingBytes } = this.#options;
    if (this.#waiting.length === 0) return true;
    return (
      this.#waiting.length < waiting && this.#waitingBytes + packet.payload.length <= waitingBytes
    );
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      for (let head = this.#waiting[0]; head !== undefined; head = this.#waiting[0]) {
        if (this.#send === undefined || !this.#roomToSend(head)) break;
        this.#waiting.shift();
        this.#waitingBytes -= head.packet.payload.length;
        this.#launch(head, this.#send);
      }
    } finally {
      this.#pumping = false;
    }
  }

  #roomToSend(entry: Entry): boolean {
    if (this.#inFlight.size === 0) return true;
    if (entry.losses > 0 || this.#inFlight.size >= this.#limit) return false;
    if (this.#inFlight.some(({ losses }) => losses > 0)) return false;
    return this.#inFlightBytes + entry.packet.payload.length <= this.#options.inFlightBytes;
  }

  #launch(entry: Entry, send: Send): void {
    entry.turn = ++this.#turns;
    this.#inFlight.add(entry);
    this.#inFlightBytes += entry.packet.payload.length;
    const now = this.#options.clock.now();
    if (this.#inFlight.size === 1) this.#progress = now;
    this.#stall.sooner(now + this.#options.stallAfter);
    send(entry.packet, (error) => this.#answered(entry, error));
  }

  #answered(entry: Entry, error: Error | undefined): void {
    if (!this.#inFlight.delete(entry)) return;
    this.#inFlightBytes -= entry.packet.payload.length;
    this.#progress = this.#options.clock.now();
    settle(entry, error);
    this.#pump();
  }

  #giveUp(entry: Entry): void {
    const at = this.#waiting.indexOf(entry);
    if (at >= 0) {
      this.#waiting.splice(at, 1);
      this.#waitingBytes -= entry.packet.payload.length;
    }
    entry.reject(new NotAcknowledged(entry.deadline, at < 0));
    this.#pump();
  }

  #checkStall(): void {
    if (this.#inFlight.size === 0) return;
    const due = this.#progress + this.#options.stallAfter;
    if (due > this.#options.clock.now()) this.#stall.at(due);
    else this.#options.onStall();
  }
}

function settle(entry: Entry, error: Error | undefined): void {
  entry.cancel();
  if (error === undefined) entry.resolve();
  else entry.reject(error);
}
