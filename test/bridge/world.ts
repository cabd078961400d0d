import { setImmediate as turn } from 'node:timers/promises';
import { Delivery } from '../../src/bridge/delivery.ts';
import { Drain } from '../../src/bridge/drain.ts';
import { type Item, Outbox, type OutboxDisk } from '../../src/bridge/outbox.ts';
import type { Publisher } from '../../src/bridge/publisher.ts';
import type { Turn } from '../../src/bridge/report.ts';
import type { Clock } from '../../src/clock.ts';
import type { Change, EventChange } from '../../src/domain/change.ts';
import { newRecord } from '../../src/domain/device.ts';
import type { Message } from '../../src/domain/message.ts';
import type { DeviceRecord } from '../../src/domain/record.ts';
import { ConnectionLost, NotConnected } from '../../src/mqtt/errors.ts';
import { Holds } from '../../src/mqtt/holds.ts';

export const HOLD = 1_000;
export const LIVE_WITHIN = 10_000;
export const DEADLINE = 2_000;

/** A clock that is moved by hand. */
export class FakeClock implements Clock {
  #now = 1_000_000;
  #timers: { at: number; action: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, action: () => void): () => void {
    const timer = { at: this.#now + ms, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await settle();
      const due = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== due);
      this.#now = Math.max(this.#now, due.at);
      due.action();
    }
    this.#now = end;
    await settle();
  }

  /** The process is gone, and its timers with it. */
  forget(): void {
    this.#timers = [];
  }
}

/** Everything that needs no time happens. */
export async function settle(): Promise<void> {
  for (let times = 0; times < 4; times++) await turn();
}

/** A disk whose writes take until `sync`; those not synced are gone with the power. */
export class FakeDisk implements OutboxDisk {
  readonly safe = new Map<number, Item>();
  #syncing: { change: Parameters<OutboxDisk['write']>[0]; resolve: () => void }[] = [];
  readonly #answersFirst: boolean;
  full = false;

  /** @param answersFirst a bug on purpose: it says that it is done before it is */
  constructor(answersFirst: boolean) {
    this.#answersFirst = answersFirst;
  }

  async load() {
    const entries = [...this.safe.values()].map(({ entry }) => entry);
    return { entries: entries.sort((one, other) => one.seq - other.seq), bad: 0 };
  }

  write(change: Parameters<OutboxDisk['write']>[0]): Promise<void> {
    if (this.full) return Promise.reject(new Error('no space left'));
    return new Promise((resolve) => {
      this.#syncing.push({ change, resolve });
      if (this.#answersFirst) resolve();
    });
  }

  forget(seqs: readonly number[]): void {
    for (const seq of seqs) this.safe.delete(seq);
  }

  async read(seq: number): Promise<Buffer | undefined> {
    return this.safe.get(seq)?.payload;
  }

  sync(): void {
    for (const { change, resolve } of this.#syncing.splice(0)) {
      for (const seq of change.forget) this.safe.delete(seq);
      for (const item of change.put) this.safe.set(item.entry.seq, item);
      resolve();
    }
  }

  powerOff(): void {
    this.#syncing = [];
  }
}

interface InFlight {
  readonly message: Message;
  readonly at: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** A broker that takes in order what it is sent, and acknowledges when it is told to, or never. */
export class FakeBroker implements Publisher {
  /** all that it took, in order, with the time at which it was sent */
  readonly taken: { readonly message: Message; readonly at: number }[] = [];
  #inFlight: InFlight[] = [];
  up = true;
  frozen = false;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get pending(): number {
    return this.#inFlight.length;
  }

  publish(message: Message): Promise<void> {
    if (!this.up) return Promise.reject(new NotConnected('down'));
    return new Promise((resolve, reject) => {
      this.#inFlight.push({ message, at: this.#clock.now(), resolve, reject });
    });
  }

  /** It takes so many of what is in flight, and acknowledges them in whatever order. */
  acknowledge(most: number, reversed = false): void {
    if (this.frozen) return;
    const now = this.#inFlight.splice(0, most);
    for (const { message, at } of now) this.taken.push({ message, at });
    for (const { resolve } of reversed ? now.reverse() : now) resolve();
  }

  /** The connection ends: it had taken so many of what is in flight, and nobody hears of it. */
  disconnect(hadTaken: number): void {
    this.up = false;
    this.frozen = false;
    const lost = this.#inFlight.splice(0);
    for (const { message, at } of lost.slice(0, hadTaken)) this.taken.push({ message, at });
    for (const { reject } of lost) reject(new ConnectionLost('gone', 1));
  }

  /** The client is no more: what it had in flight may have arrived or not. */
  forgetClient(hadTaken: number): void {
    const lost = this.#inFlight.splice(0);
    for (const { message, at } of lost.slice(0, hadTaken)) this.taken.push({ message, at });
  }
}

/** What was told of one numbered report. */
export interface Told {
  readonly device: string;
  readonly number: number;
  readonly at: number;
}

/** A bridge's delivery and outbox between a broker and a disk that do as they are told. */
export class World {
  readonly clock = new FakeClock();
  readonly disk: FakeDisk;
  readonly broker: FakeBroker;
  /** reports answered with 0 */
  readonly promised: Told[] = [];
  readonly refused: Told[] = [];
  delivery: Delivery | undefined;
  drain: Drain | undefined;
  holds = newHolds();
  outbox: Outbox | undefined;
  #numbers = new Map<string, number>();
  readonly #pushed = new Map<string, number>();
  #life = 0;
  #joined = true;

  constructor(answersFirst = false) {
    this.disk = new FakeDisk(answersFirst);
    this.broker = new FakeBroker(this.clock);
  }

  async start(maxBytes = 1_000_000): Promise<void> {
    this.#life++;
    this.holds = newHolds();
    const { disk, broker, clock } = this;
    const { outbox } = await Outbox.open({
      disk,
      maxBytes,
      maxAge: 1_000_000_000,
      onDropped: () => {},
    });
    const isJoined = () => this.#joined && broker.up;
    this.outbox = outbox;
    const delivery = new Delivery({
      publisher: broker,
      outbox,
      holds: this.holds,
      produce,
      clock,
      isJoined,
      deadline: DEADLINE,
      liveWithin: LIVE_WITHIN,
      onLate: () => {},
      onLost: () => {},
      onFree: () => drain.poke(),
    });
    const drain: Drain = new Drain({
      outbox,
      publisher: broker,
      clock,
      isQuiet: () => delivery.flows,
      stateOf: (device) => [stateOf(device)],
      onLate: () => {},
      onAgain: () => {},
    });
    this.delivery = delivery;
    this.drain = drain;
    drain.poke();
    await settle();
  }

  /** A camera pushes its next report: an event with a picture. */
  async push(device: string): Promise<void> {
    const number = (this.#numbers.get(device) ?? 0) + 1;
    this.#numbers.set(device, number);
    this.#pushed.set(`${device}/event ${number}`, this.clock.now());
    const life = this.#life;
    const told = { device, number, at: this.clock.now() };
    this.delivery?.deliver(newRecord(device, 0), changesOf(number), told.at).then(
      () => {
        if (this.#life === life) this.promised.push(told);
      },
      () => {
        if (this.#life === life) this.refused.push(told);
      },
    );
    await settle();
  }

  /** kill -9, or the power: nothing of the process is left but what the disk had synced. */
  async crash(hadTaken: number): Promise<void> {
    this.#life++;
    this.clock.forget();
    this.broker.forgetClient(hadTaken);
    this.disk.powerOff();
    await settle();
    this.disk.powerOff();
    await this.start();
  }

  async disconnect(hadTaken: number): Promise<void> {
    if (!this.broker.up) return;
    this.broker.disconnect(hadTaken);
    this.delivery?.disconnected();
    await settle();
  }

  async connect(): Promise<void> {
    if (this.broker.up) return;
    this.broker.up = true;
    this.delivery?.release();
    this.drain?.poke();
    await settle();
  }

  /** Everything comes back and has all the time that it needs. */
  async heal(): Promise<void> {
    this.broker.frozen = false;
    this.disk.full = false;
    await this.connect();
    const isIdle = () => this.broker.pending === 0 && this.outbox?.size === 0;
    for (let round = 0; round < 500; round++) {
      this.disk.sync();
      await settle();
      this.broker.acknowledge(100);
      await this.clock.advance(isIdle() ? DEADLINE : 100);
      if (isIdle() && this.holds.size === 0 && round > 20) return;
    }
    throw new Error('it never came to rest');
  }

  /** When an event was pushed that is live now, ms. */
  pushed(topic: string, number: number): number {
    return this.#pushed.get(`${topic} ${number}`) ?? 0;
  }

  /** Numbers of a device's reports on a topic, in the order in which the broker took them. */
  numbers(device: string, what: 'history' | 'event'): number[] {
    return this.broker.taken
      .filter(({ message }) => message.topic === `${device}/${what}`)
      .map(({ message }) => JSON.parse(message.payload.toString()).number);
  }
}

function newHolds(): Holds<Turn> {
  return new Holds<Turn>({ hold: HOLD, liveWithin: LIVE_WITHIN });
}

function changesOf(number: number): Change[] {
  const event: EventChange = {
    change: 'event',
    channel: '0',
    type: 'motion_detection',
    id: String(number),
    at: 0,
    received: 0,
    late: false,
    ends: false,
    body: { number },
  };
  return [{ change: 'device' }, event];
}

function stateOf(device: string): Message {
  return { topic: `${device}/state`, payload: '{}', retain: true, qos: 1 };
}

function produce(change: Change, record: DeviceRecord) {
  const none = { always: [], live: [], history: () => [] };
  if (change.change === 'device') return { ...none, always: [stateOf(record.id)] };
  if (change.change !== 'event') return none;
  const { number } = change.body;
  const passing = (topic: string, payload: object): Message => ({
    topic: `${record.id}/${topic}`,
    payload: JSON.stringify(payload),
    retain: false,
    qos: 1,
  });
  return {
    always: [],
    live: [passing('event', { number })],
    history: (delayed: boolean) => [passing('history', { number, delayed })],
  };
}
