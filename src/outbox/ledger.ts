import { type Entry, newestOnly, type Place } from './entry.ts';
import { Ordered } from './ordered.ts';

export interface LedgerOptions {
  /** on disk, of all together */
  readonly maxBytes: number;
  /** ms since receipt after which an entry is given up */
  readonly maxAge: number;
}

/** What becomes of a report that is to be kept. */
export interface Admission {
  /** of those asked for: a newer one of the same topic, or no room for a picture, leaves one out */
  readonly kept: readonly Entry[];
  /** entries that a newer one of the same topic replaces: no loss */
  readonly replaced: readonly Entry[];
  /** pictures given up for want of room, new ones too */
  readonly dropped: readonly Entry[];
}

/**
 * The rules of the outbox: what is kept, in which order it leaves, and what gives way when it is full.
 * It holds no payload, and does nothing by itself.
 */
export class Ledger {
  readonly #options: LedgerOptions;
  readonly #all = new Ordered<Entry>();
  readonly #pictures = new Ordered<Entry>();
  readonly #lanes = new Map<string, Ordered<Entry>>();
  readonly #newest = new Map<string, Entry>();
  /** somebody sends or holds these: they do not leave by themselves */
  readonly #held = new Set<number>();
  /** of those the ones that leave just now */
  readonly #leaving = new Set<number>();
  /** devices whose first entry may leave now, as far as nobody has looked */
  readonly #ready = new Set<string>();
  /**
   * Reports on their way that may still become entries, by device. What is empty stays: a map that each push
   * adds to and deletes from makes itself anew again and again.
   */
  readonly #underway = new Map<string, number[]>();
  /** places that did not reach the broker and are not written yet, by device */
  readonly #missed = new Map<string, Set<number>>();
  /** pictures on their way to the broker past an older one that is an entry, by topic */
  readonly #passing = new Map<string, Set<number>>();
  #bytes = 0;

  constructor(options: LedgerOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#all.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The entry that waits longest. */
  get oldest(): Entry | undefined {
    return this.#all.first();
  }

  /** Takes in what an earlier run left, whatever the bounds say. */
  load(entries: readonly Entry[]): void {
    for (const entry of entries) this.#add(entry);
  }

  /**
   * Takes entries in, all of one report, held until `free`. When it is full, the oldest pictures give
   * way, the report's own last.
   * @returns undefined where there is no room even so: nothing has changed then
   */
  admit(entries: readonly Entry[]): Admission | undefined {
    const wanted = newest(entries).filter((entry) => !this.#isOvertaken(entry));
    const replaced = wanted.flatMap((entry) => this.#sameTopic(entry) ?? []);
    const gone = new Set(replaced.map(({ seq }) => seq));
    let room = this.#options.maxBytes - this.#bytes + sum(replaced) - sum(wanted);
    const dropped: Entry[] = [];
    const own = wanted.filter(({ kept }) => kept === 'picture');
    for (const picture of chain(this.#pictures.values(), own)) {
      if (room >= 0) break;
      if (gone.has(picture.seq) || this.#held.has(picture.seq)) continue;
      dropped.push(picture);
      room += picture.bytes;
    }
    if (room < 0) return undefined;
    const given = new Set(dropped);
    const kept = wanted.filter((entry) => !given.has(entry));
    for (const entry of [...replaced, ...dropped]) this.remove(entry.seq);
    for (const entry of kept) {
      this.#add(entry);
      this.#held.add(entry.seq);
    }
    return { kept, replaced, dropped };
  }

  /** Takes an admission back that could not be written. */
  revert({ kept, replaced, dropped }: Admission): void {
    for (const { seq } of kept) this.remove(seq);
    const own = new Set(kept);
    for (const entry of [...replaced, ...dropped]) if (!own.has(entry)) this.#add(entry);
  }

  /** @returns whether it was there */
  remove(seq: number): boolean {
    const entry = this.#all.get(seq);
    if (entry === undefined) return false;
    this.#all.delete(seq);
    this.#pictures.delete(seq);
    this.#held.delete(seq);
    this.#leaving.delete(seq);
    const lane = this.#lanes.get(entry.device);
    lane?.delete(seq);
    if (lane?.size === 0) this.#lanes.delete(entry.device);
    this.#look(entry.device);
    if (this.#newest.get(keyOf(entry)) === entry) this.#newest.delete(keyOf(entry));
    this.#bytes -= entry.bytes;
    return true;
  }

  has(seq: number): boolean {
    return this.#all.get(seq) !== undefined;
  }

  /** Somebody sends it: it does not leave a second time. */
  hold(seq: number): void {
    if (!this.has(seq)) return;
    this.#held.add(seq);
    this.#leaving.add(seq);
  }

  /** Nobody sends it any more: it may leave. */
  free(seq: number): void {
    this.#held.delete(seq);
    this.#leaving.delete(seq);
    const entry = this.#all.get(seq);
    if (entry !== undefined) this.#look(entry.device);
  }

  /** A report is on its way at this place: what comes behind it does not leave before it. */
  underway(device: string, seq: number): void {
    const places = this.#underway.get(device);
    if (places === undefined) this.#underway.set(device, [seq]);
    else places.push(seq);
  }

  /** It has arrived, or is an entry by now. */
  settled(device: string, seq: number): void {
    const places = this.#underway.get(device);
    const at = places?.indexOf(seq) ?? -1;
    if (at >= 0) places?.splice(at, 1);
    this.#look(device);
  }

  /** The device is no more. */
  forget(device: string): void {
    if (this.#underway.get(device)?.length === 0) this.#underway.delete(device);
  }

  /** It did not reach the broker, and is being written: nothing of the device overtakes it. */
  miss(device: string, seq: number): void {
    const places = this.#missed.get(device) ?? new Set();
    this.#missed.set(device, places.add(seq));
  }

  /** It is written, and may leave; or it never will. */
  unmiss(device: string, seq: number): void {
    const places = this.#missed.get(device);
    places?.delete(seq);
    if (places?.size === 0) this.#missed.delete(device);
  }

  /** It is on its way to the broker: an older picture of its topic does not leave behind it. */
  pass(place: Place): void {
    if (place.kept !== 'picture') return;
    const key = keyOf(place);
    if (!this.#newest.has(key)) return;
    const places = this.#passing.get(key) ?? new Set();
    this.#passing.set(key, places.add(place.seq));
  }

  /**
   * It is not on its way any more.
   * @param arrived the broker has it
   * @returns the older picture of its topic that nobody needs for that
   */
  passed(place: Place, arrived: boolean): Entry | undefined {
    if (place.kept !== 'picture') return undefined;
    const key = keyOf(place);
    const places = this.#passing.get(key);
    places?.delete(place.seq);
    if (places?.size === 0) this.#passing.delete(key);
    const entry = this.#newest.get(key);
    if (entry === undefined || entry.seq >= place.seq) return undefined;
    this.#look(entry.device);
    return arrived ? entry : undefined;
  }

  /** Whether a newer one of its topic is on its way past it. */
  isPassed(entry: Entry): boolean {
    if (entry.kept !== 'picture') return false;
    for (const seq of this.#passing.get(keyOf(entry)) ?? []) if (seq > entry.seq) return true;
    return false;
  }

  /** Whether something of the device must leave before what is at `seq`, which is no mere state. */
  waitsFor(device: string, seq: number): boolean {
    for (const missed of this.#missed.get(device) ?? []) if (missed < seq) return true;
    for (const entry of this.#lanes.get(device)?.values() ?? []) {
      if (entry.seq >= seq) return false;
      if (!newestOnly.has(entry.kept) && !this.#held.has(entry.seq)) return true;
    }
    return false;
  }

  /** The first of each device that may leave now: one that is held keeps all behind it back. */
  *heads(): Generator<Entry> {
    for (const device of this.#ready) {
      const head = this.#lanes.get(device)?.first();
      if (head !== undefined && this.#mayLeave(head)) yield head;
      // one that leaves just now keeps its device's place; others are looked at again when something changes
      else if (head === undefined || !this.#leaving.has(head.seq)) this.#ready.delete(device);
    }
  }

  /** Entries that are too old by now, but for those that somebody holds: they are out of it. */
  expire(now: number): readonly Entry[] {
    const old = [...this.#all.values()].filter(
      ({ seq, at }) => now - at > this.#options.maxAge && !this.#held.has(seq),
    );
    for (const { seq } of old) this.remove(seq);
    return old;
  }

  /** Everything of a device: nobody wants it any more. */
  of(device: string): readonly Entry[] {
    return [...(this.#lanes.get(device)?.values() ?? [])];
  }

  #add(entry: Entry): void {
    const { seq, device, kept, bytes } = entry;
    this.#all.add(seq, entry);
    if (kept === 'picture') this.#pictures.add(seq, entry);
    const lane = this.#lanes.get(device) ?? new Ordered<Entry>();
    this.#lanes.set(device, lane);
    lane.add(seq, entry);
    this.#look(device);
    if (newestOnly.has(kept)) this.#newest.set(keyOf(entry), entry);
    this.#bytes += bytes;
  }

  /** Something of the device has changed: its first entry may be free to leave. */
  #look(device: string): void {
    if (this.#lanes.has(device)) this.#ready.add(device);
    else this.#ready.delete(device);
  }

  #mayLeave(entry: Entry): boolean {
    const { seq, device } = entry;
    if (this.#held.has(seq) || this.isPassed(entry)) return false;
    return seq < Math.min(...(this.#underway.get(device) ?? []));
  }

  #sameTopic(entry: Entry): Entry | undefined {
    return newestOnly.has(entry.kept) ? this.#newest.get(keyOf(entry)) : undefined;
  }

  #isOvertaken(entry: Entry): boolean {
    const known = this.#sameTopic(entry);
    return known !== undefined && known.seq > entry.seq;
  }
}

/** Without what a later one of the same list replaces. */
function newest(entries: readonly Entry[]): readonly Entry[] {
  const last = new Map<string, Entry>();
  for (const entry of entries) if (newestOnly.has(entry.kept)) last.set(keyOf(entry), entry);
  return entries.filter((entry) => !newestOnly.has(entry.kept) || last.get(keyOf(entry)) === entry);
}

function keyOf({ kept, device, topic }: Place): string {
  return kept === 'state' ? `state ${device}` : topic;
}

function sum(entries: readonly Entry[]): number {
  return entries.reduce((all, { bytes }) => all + bytes, 0);
}

function* chain<T>(...lists: Iterable<T>[]): Generator<T> {
  for (const list of lists) yield* list;
}
