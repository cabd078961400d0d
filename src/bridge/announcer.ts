import { Alarm, type Clock } from '../clock.ts';
import type { JsonObject } from '../decode/report.ts';
import type { DeviceRecord } from '../domain/record.ts';
import { Shape } from '../domain/shape.ts';
import { planDiscovery } from '../homeassistant/discovery.ts';
import type { Broker } from '../mqtt/broker.ts';
import { InvalidTopic, PacketTooLarge, PublishRefused } from '../mqtt/errors.ts';
import type { Holds } from '../mqtt/holds.ts';
import type { DiscoveryJob, Pacer } from '../mqtt/pacer.ts';

/** Where it is kept what was published, so that it can be cleared one day. */
export interface PublishedStore {
  put(topic: string, payload: string): Promise<void>;
  delete(topic: string): Promise<void>;
}

export interface AnnouncerOptions {
  readonly broker: Pick<Broker, 'connected' | 'publish' | 'readRetained'>;
  readonly pacer: Pacer;
  readonly holds: Holds<unknown>;
  readonly store: PublishedStore;
  readonly clock: Clock;
  /** discovery prefix */
  readonly prefix: string;
  /** what a device's discovery should be, by topic; the bridge's own for `undefined` */
  readonly wanted: (record: DeviceRecord | undefined) => ReadonlyMap<string, JsonObject>;
  /** turns may go that waited for a payload */
  readonly onAnnounced: () => void;
  /** entities of the device read their states otherwise from now on */
  readonly onReread: (deviceId: string) => void;
  /** a payload that this broker will never take was left out */
  readonly onLeftOut: (topic: string, error: Error) => void;
  readonly onError: (error: unknown) => void;
}

/** The owner of the bridge's own payload: no device can have the empty id. */
const BRIDGE = '';

/** The topics that are wanted of one owner, and the last shape that their payloads were made of. */
interface Owned {
  readonly topics: readonly string[];
  readonly shape: Shape;
}

/** Keeps Home Assistant's discovery payloads as they should be: publishes changes, at its pace. */
export class Announcer {
  readonly #options: AnnouncerOptions;
  /** what the broker has, or will have once the queue is through: texts, for of thousands few are ever read */
  readonly #planned: Map<string, string>;
  readonly #owned = new Map<string, Owned>();
  /** by topic */
  readonly #owners = new Map<string, string>();
  readonly #pump: Alarm;
  #running = false;
  #publishing = false;

  /** @param published what earlier runs left at the broker, by topic */
  constructor(options: AnnouncerOptions, published: ReadonlyMap<string, string>) {
    this.#options = options;
    this.#planned = new Map(published);
    this.#pump = new Alarm(options.clock, () => this.#next());
  }

  /** The device that a discovery topic is of. */
  ownerOf(topic: string): string | undefined {
    return this.#owners.get(topic) || undefined;
  }

  /**
   * Makes discovery follow the record.
   * @param urgent a live event waits for it
   */
  update(record: DeviceRecord, urgent: boolean): void {
    const known = this.#owned.get(record.id)?.shape;
    const shape = known ?? new Shape();
    if (!shape.follow(record) && known !== undefined) {
      if (urgent && this.#options.pacer.announcing(record.id)) this.#options.pacer.hurry(record.id);
      return;
    }
    this.#set(record.id, this.#options.wanted(record), shape, urgent);
  }

  /** The bridge's own device. */
  announceBridge(): void {
    this.#set(BRIDGE, this.#options.wanted(undefined), new Shape(), false);
  }

  /** The device is gone: nothing of it stays, nor comes. */
  remove(deviceId: string): void {
    this.#set(deviceId, new Map(), new Shape(), true);
    this.#owned.delete(deviceId);
  }

  /**
   * The topic was emptied.
   * @returns whether somebody else did it, so that what was announced there is not wanted any more
   */
  clearedByOther(topic: string): boolean {
    if (!this.#planned.delete(topic)) return false;
    this.#options.pacer.drop(topic);
    this.#options.store.delete(topic).catch(this.#options.onError);
    return true;
  }

  /** The broker is gone: nothing waits for an announcement that cannot come. */
  stop(): void {
    this.#running = false;
    this.#pump.at(undefined);
    this.#options.pacer.clear();
    for (const id of this.#owned.keys()) this.#options.holds.open(id);
  }

  /**
   * Brings back what the broker does not have, and clears what nobody wants any more. To be called
   * after each connection and on Home Assistant's birth message.
   * @param records all devices; asked for once the broker has answered, for they come and go meanwhile
   */
  async reconcile(records: () => readonly DeviceRecord[]): Promise<void> {
    const held = await this.#held();
    this.#running = true;
    const before = new Map(this.#owners);
    if (held !== undefined) this.#adopt(held);
    this.#owned.clear();
    this.#owners.clear();
    this.announceBridge();
    for (const record of records()) {
      const shape = new Shape();
      shape.follow(record);
      this.#set(record.id, this.#options.wanted(record), shape, false);
    }
    this.#clearOrphans(before);
    this.#next();
  }

  /** What the broker holds; `undefined` where it does not let us look: then what was published counts. */
  async #held(): Promise<ReadonlyMap<string, Buffer> | undefined> {
    const { broker, prefix, onError } = this.#options;
    // those of a prefix that was changed since are still to be cleared
    const filters = [...this.#planned.keys()].map((topic) =>
      topic.replace(/[^/]+\/config$/, '+/config'),
    );
    try {
      const held = await broker.readRetained([
        ...new Set([`${prefix}/device/+/config`, ...filters]),
      ]);
      // of many at once a broker may leave some out: what seems to be gone is asked for by its name
      const missing = [...this.#planned.keys()].filter((topic) => !held.has(topic));
      const found = missing.length === 0 ? [] : await broker.readRetained(missing);
      return new Map([...held, ...found]);
    } catch (error) {
      if (!broker.connected) throw error;
      onError(error);
      return undefined;
    }
  }

  #adopt(held: ReadonlyMap<string, Buffer>): void {
    for (const topic of this.#planned.keys()) if (!held.has(topic)) this.#planned.delete(topic);
    for (const [topic, payload] of held) {
      const known = this.#planned.has(topic) || this.ownerOf(topic) !== undefined;
      if (known) this.#planned.set(topic, payload.toString());
    }
  }

  /** Payloads of devices that are no more, by a store that remembers them. */
  #clearOrphans(before: ReadonlyMap<string, string>): void {
    for (const topic of this.#planned.keys()) {
      if (this.#owners.has(topic)) continue;
      this.#plan(before.get(topic) ?? topic, new Map(), [topic], false);
    }
  }

  #set(
    owner: string,
    topics: ReadonlyMap<string, JsonObject>,
    shape: Shape,
    urgent: boolean,
  ): void {
    const old = this.#owned.get(owner)?.topics ?? [];
    const wanted = [...topics.keys()];
    for (const topic of old) this.#owners.delete(topic);
    for (const topic of wanted) this.#owners.set(topic, owner);
    this.#owned.set(owner, { topics: wanted, shape });
    if (this.#running) this.#plan(owner, topics, [...new Set([...old, ...wanted])], urgent);
  }

  #plan(
    owner: string,
    wanted: ReadonlyMap<string, JsonObject>,
    topics: readonly string[],
    urgent: boolean,
  ): void {
    const texts = new Map([...wanted].map(([topic, payload]) => [topic, JSON.stringify(payload)]));
    if (topics.every((topic) => texts.get(topic) === this.#planned.get(topic))) return;
    const { pacer, holds, clock } = this.#options;
    const previous = new Map<string, JsonObject>();
    for (const topic of topics) {
      const text = this.#planned.get(topic);
      if (text !== undefined) previous.set(topic, parse(text));
    }
    const steps = planDiscovery(previous, wanted);
    // what Home Assistant let go of has to be announced again, even if it is to be cleared: nothing
    // else reaches it any more
    const isMove = steps.some(({ retain }) => !retain);
    for (const [index, step] of steps.entries()) {
      const { topic, announces, rereads, retain } = step;
      const payload = step.payload === '' ? '' : JSON.stringify(step.payload);
      if (payload === '') this.#planned.delete(topic);
      else if (retain) this.#planned.set(topic, payload);
      const isStep = isMove || steps.slice(index + 1).some((later) => later.topic === topic);
      const bridge = owner === BRIDGE;
      const job = {
        topic,
        payload,
        retain,
        deviceId: owner,
        announces,
        rereads,
        urgent,
        bridge,
        step: isStep,
      };
      pacer.add(job, clock.now());
      if (announces) holds.announcing(owner);
    }
    if (steps.length > 0) this.#pump.sooner(clock.now());
  }

  #next(): void {
    if (!this.#running || this.#publishing) return;
    const { pacer, clock } = this.#options;
    const next = pacer.next(clock.now());
    if (next === undefined) return;
    if ('waitUntil' in next) {
      this.#pump.at(next.waitUntil);
      return;
    }
    this.#publishing = true;
    this.#publish(next.job)
      .catch(this.#options.onError)
      .finally(() => {
        this.#publishing = false;
        this.#next();
      });
  }

  async #publish(job: DiscoveryJob): Promise<void> {
    const { broker, pacer, holds, store, clock, onAnnounced, onLeftOut } = this.#options;
    const { topic, payload, retain } = job;
    let leftOut: Error | undefined;
    try {
      await broker.publish({ topic, payload, retain, qos: 1 });
    } catch (error) {
      leftOut = finalOf(error);
      if (leftOut === undefined) {
        if (this.#running) pacer.retry(job, clock.now());
        throw error;
      }
      onLeftOut(topic, leftOut);
    }
    if (job.announces) {
      // left out: turns that waited for it would be late for nothing
      holds.announced(job.deviceId, clock.now(), pacer.announcing(job.deviceId));
      onAnnounced();
    }
    if (!retain || leftOut !== undefined) return;
    if (job.rereads) this.#options.onReread(job.deviceId);
    if (payload === '') await store.delete(topic);
    else await store.put(topic, payload);
  }
}

/** The error, where the same broker says the same however often it is asked. */
function finalOf(error: unknown): Error | undefined {
  const isFinal =
    error instanceof PacketTooLarge ||
    error instanceof InvalidTopic ||
    error instanceof PublishRefused;
  return isFinal ? error : undefined;
}

function parse(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : {};
  } catch {
    return {};
  }
}
