import type { Publisher } from '../../../src/bridge/publisher.ts';
import type { Clock } from '../../../src/clock.ts';
import type { Message } from '../../../src/domain/message.ts';
import { ConnectionLost, NotConnected } from '../../../src/mqtt/errors.ts';

/** A message that was sent, and when. */
export interface Sent {
  readonly message: Message;
  /** ms since 1970 UTC */
  readonly at: number;
  /** how many were sent before it */
  readonly place: number;
  /** its subscriber left and came back while it was on its way: what that missed comes behind it, from the disk */
  readonly isAhead?: boolean;
}

interface InFlight extends Sent {
  /** the subscriber was there when it was sent: who comes later may be too late */
  readonly isHeard: boolean;
  /** how often the subscriber had left by then */
  readonly absences: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** ms from the embedded broker's acknowledgement to its subscriber */
const DELIVERY = 60;

/**
 * A broker that takes in order what it is sent, and acknowledges when it is told to, or never. What it
 * took is what its one subscriber got: where it is the embedded one, only while that was there, and a
 * little later than it was acknowledged, unless the process dies meanwhile.
 */
export class FakeBroker implements Publisher {
  readonly taken: Sent[] = [];
  readonly sent: Sent[] = [];
  /** payloads by topic */
  readonly retained = new Map<string, string>();
  up = true;
  frozen = false;
  hasListener = true;
  #absences = 0;
  #inFlight: InFlight[] = [];
  #delivering: Sent[] = [];
  readonly #clock: Clock;
  readonly #isEmbedded: boolean;

  constructor(clock: Clock, isEmbedded: boolean) {
    this.#clock = clock;
    this.#isEmbedded = isEmbedded;
  }

  get pending(): number {
    return this.#inFlight.length;
  }

  publish(message: Message): Promise<void> {
    if (!this.up) return Promise.reject(new NotConnected('down'));
    return new Promise((resolve, reject) => {
      const sent = { message, at: this.#clock.now(), place: this.sent.length };
      this.sent.push(sent);
      const absences = this.#absences;
      this.#inFlight.push({ ...sent, isHeard: this.hasListener, absences, resolve, reject });
    });
  }

  /** The subscriber has what was on its way to it, and leaves. */
  leave(): void {
    this.deliver();
    if (this.hasListener) this.#absences++;
    this.hasListener = false;
  }

  /** It takes so many of what is in flight, and acknowledges them in whatever order. */
  acknowledge(most: number, reversed = false): void {
    if (this.frozen) return;
    const now = this.#inFlight.splice(0, most);
    this.#take(now);
    for (const { resolve } of reversed ? now.reverse() : now) resolve();
  }

  /** The connection ends: it had taken so many of what is in flight, and nobody hears of it. */
  disconnect(hadTaken: number): void {
    this.up = false;
    this.frozen = false;
    const lost = this.#inFlight.splice(0);
    this.#take(lost.slice(0, hadTaken));
    for (const { reject } of lost) reject(new ConnectionLost('gone', 1));
  }

  /** The client is no more: what it had in flight may have arrived or not. */
  forgetClient(hadTaken: number): void {
    const lost = this.#inFlight.splice(0);
    this.#take(lost.slice(0, hadTaken));
    this.#delivering = [];
  }

  /** The subscriber has it. */
  deliver(): void {
    this.taken.push(...this.#delivering.splice(0));
  }

  #take(messages: readonly InFlight[]): void {
    for (const one of messages) {
      const { topic, payload, retain } = one.message;
      if (retain) this.retained.set(topic, payload.toString());
      if (!this.hasListener || (this.#isEmbedded && !one.isHeard)) continue;
      const isAhead = one.absences < this.#absences;
      const copy = { ...one, isAhead, message: { ...one.message, payload: copied(payload) } };
      if (!this.#isEmbedded) this.taken.push(copy);
      else if (this.#delivering.push(copy) === 1) this.#clock.after(DELIVERY, () => this.deliver());
    }
  }
}

/** As it is at this moment: the sender may do with it what it likes from then on. */
function copied(payload: Message['payload']): Message['payload'] {
  return typeof payload === 'string' ? payload : Buffer.from(payload);
}
