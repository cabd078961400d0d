import type { Change } from '../domain/change.ts';
import type { Message } from '../domain/message.ts';
import type { DeviceRecord } from '../domain/record.ts';
import type { History, Outgoing } from '../homeassistant/messages.ts';
import { delayed, type Kept, keptOf } from '../outbox/entry.ts';
import { Custody } from './custody.ts';
import type { Item } from './outbox.ts';

/** One place of a report in the outbox: taken at once, filled only where the broker is not in time. */
export interface Slot {
  seq: number;
  readonly device: string;
  readonly kept: Kept;
  readonly topic: string;
  /** what is kept of it */
  readonly payload: () => Buffer;
  /** the picture itself, where it is one */
  readonly picture: Message | undefined;
  /** messages of it that are with the broker and not acknowledged */
  open: number;
  failed: boolean;
  /** one of them was sent, and nobody knows whether it arrived */
  unsure: boolean;
  /** on disk, or given way to something newer there */
  stored: boolean;
  done: boolean;
  /** its camera was told what became of it: what is not stored by then never is */
  answered: boolean;
  /** where it needs bytes that its report was decoded into */
  custody: Custody | undefined;
}

/** A message on its way, and the slot that it fills. */
export interface Letter {
  readonly message: Message;
  readonly slot: Slot | undefined;
  /** it is for its moment alone: it goes in time or not at all */
  readonly fleeting?: boolean;
  /** topics of which one must be heard where an acknowledgement alone promises nothing */
  readonly reaches?: readonly string[];
}

/** A change and what it becomes. */
export interface Part {
  readonly change: Change;
  readonly outgoing: Outgoing;
  readonly slots: ReadonlyMap<string, Slot>;
  readonly history: Slot | undefined;
}

/** The live part of one report: picture, attributes, event, state, in this order and together. */
export interface Turn {
  readonly report: Report;
  /** what of it still waits */
  parts: readonly Part[];
}

/** Everything of one report that is on its way. */
export class Report {
  readonly record: DeviceRecord;
  /** ms since 1970 UTC */
  readonly received: number;
  readonly first: number;
  now: readonly Part[];
  readonly turn: Turn;
  slots: readonly Slot[];
  readonly custody: Custody;
  /** its turn is held for Home Assistant */
  waits = false;
  /** its turn is held no more: to be called once it is on its way */
  released = () => {};
  /** settles with that */
  readonly release: Promise<void>;
  /** the turn's publications, once it was let go with the broker there */
  sent: readonly Promise<void>[] = [];
  /** the broker will never take some of it, which was not told yet */
  refusal: unknown;
  /** ms that its camera had waited before */
  waited = 0;
  /** its camera was told what became of it */
  answered = false;

  constructor(
    record: DeviceRecord,
    received: number,
    first: number,
    { now, live, slots }: Parts,
    custody: Custody,
  ) {
    this.record = record;
    this.received = received;
    this.first = first;
    this.now = now;
    this.turn = { report: this, parts: live };
    this.slots = slots;
    this.custody = custody;
    this.release = new Promise((resolve) => {
      this.released = resolve;
    });
  }
}

interface Parts {
  readonly now: readonly Part[];
  /** of its turn */
  readonly live: readonly Part[];
  readonly slots: readonly Slot[];
}

type Produced = { readonly change: Change; readonly outgoing: Outgoing };

/**
 * @param reserve gives the first of so many places
 * @param over called once nobody needs what the report was decoded into
 */
export function reportOf(
  record: DeviceRecord,
  received: number,
  produced: readonly Produced[],
  reserve: (places: number) => number,
  over: () => void,
): Report {
  const slots: Slot[] = [];
  const isOfTurn = ({ change }: Produced) => isLive(change);
  const others = produced.filter((one) => !isOfTurn(one));
  const now = partsOf(others, record.id, slots);
  const live = partsOf(produced.filter(isOfTurn), record.id, slots);
  const first = reserve(slots.length);
  const custody = new Custody(over);
  slots.forEach((slot, index) => {
    slot.seq = first + index;
    if (slot.picture === undefined || typeof slot.picture.payload === 'string') return;
    slot.custody = custody;
    custody.needed();
  });
  return new Report(record, received, first, { now, live, slots }, custody);
}

/**
 * What each change becomes, its slots put behind `slots`. Not within {@link reportOf}: its closures would keep
 * every slot, and so every picture, as long as a turn waits.
 */
function partsOf(list: readonly Produced[], device: string, slots: Slot[]): Part[] {
  const add = (slot: Slot) => {
    slots.push(slot);
    return slot;
  };
  // however many topics they are, they are brought up to date together
  let state: Slot | undefined;
  const slotFor = (kept: Kept, message: Message) => {
    if (kept !== 'state') return add(slotOf(device, kept, message));
    state ??= add(slotOf(device, 'state', message));
    return state;
  };
  return list.map(({ change, outgoing }): Part => {
    const kept = keptOf[change.change];
    const own = new Map<string, Slot>();
    if (kept !== undefined) {
      for (const message of outgoing.always) own.set(message.topic, slotFor(kept, message));
    }
    const history = outgoing.history && add(historySlot(device, outgoing.history));
    return { change, outgoing, slots: own, history };
  });
}

/** The places of a part. */
export function slotsOf({ slots, history }: Part): Slot[] {
  return [...slots.values(), ...(history === undefined ? [] : [history])];
}

/** Those that nobody sends: not on their way, and not of a turn that is held. */
export function leftOf(report: Report, slots: readonly Slot[]): readonly Slot[] {
  const held = new Set(report.waits ? report.turn.parts.flatMap(slotsOf) : []);
  return slots.filter((slot) => slot.open === 0 && !slot.done && !held.has(slot));
}

/** What is written of it. */
export function itemOf(slot: Slot, { record, received }: Report): Item {
  const { seq, kept, topic } = slot;
  const payload = slot.payload();
  // the entry itself, the keys and the log's own are some more
  const bytes = payload.length + 2 * topic.length + 200;
  return { entry: { seq, device: record.id, kept, topic, bytes, at: received }, payload };
}

/** What keeps its order behind a turn that waits. */
function isLive(change: Change): boolean {
  return (
    change.change === 'event' ||
    change.change === 'alarm' ||
    (change.change === 'picture' && change.live)
  );
}

/** Of an event: its text is made where somebody reads it. */
function historySlot(device: string, { topic, message }: History): Slot {
  return newSlot(device, 'history', topic, () => bytesOf(message(true)));
}

function slotOf(device: string, kept: Kept, message: Message): Slot {
  const { topic } = message;
  if (kept === 'state') return newSlot(device, kept, '', () => EMPTY);
  if (kept === 'picture') return newSlot(device, kept, topic, () => bytesOf(message), message);
  if (kept !== 'report') return newSlot(device, kept, topic, () => bytesOf(message));
  return newSlot(device, kept, topic, () => Buffer.from(delayed(message.payload.toString())));
}

function bytesOf({ payload }: Message): Buffer {
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}

function newSlot(
  device: string,
  kept: Kept,
  topic: string,
  payload: () => Buffer,
  picture?: Message,
): Slot {
  return {
    seq: 0,
    device,
    kept,
    topic,
    picture,
    payload,
    open: 0,
    failed: false,
    unsure: false,
    stored: false,
    done: false,
    answered: false,
    custody: undefined,
  };
}

const EMPTY = Buffer.alloc(0);
