import { Delivery } from '../../src/bridge/delivery.ts';
import { Drain } from '../../src/bridge/drain.ts';
import { Lingering } from '../../src/bridge/lingering.ts';
import { Outbox } from '../../src/bridge/outbox.ts';
import { Registry } from '../../src/bridge/registry.ts';
import type { Turn } from '../../src/bridge/report.ts';
import { retainedTree } from '../../src/bridge/restore.ts';
import { Timers } from '../../src/bridge/timers.ts';
import { defaultSettings } from '../../src/config/convict.ts';
import { decodeReport } from '../../src/decode/decode.ts';
import { whole } from '../../src/decode/received.ts';
import { applyReport, confirm, newRecord } from '../../src/domain/device.ts';
import type { Normalized } from '../../src/domain/event.ts';
import { fingerprint } from '../../src/domain/fingerprint.ts';
import { normalize } from '../../src/domain/normalize.ts';
import type { DeviceRecord } from '../../src/domain/record.ts';
import { contextOf } from '../../src/homeassistant/context.ts';
import * as messages from '../../src/homeassistant/messages.ts';
import { Holds } from '../../src/mqtt/holds.ts';
import { plainPolicy, START } from '../domain/device-bench.ts';
import { FakeBroker } from './model/broker.ts';
import { FakeClock, settle } from './model/clock.ts';
import { FakeDisk } from './model/disk.ts';

export const HOLD = 1_000;
export const LIVE_WITHIN = 10_000;
export const DEADLINE = 2_000;
/** ms after which every alarm is over */
export const ALL_OVER = 700_000;

const settings = defaultSettings();
const context = contextOf(settings);

/** A report of a camera, and what its camera was told of it each time that it sent it. */
export interface Report {
  readonly device: string;
  readonly number: number;
  readonly picture: Buffer | undefined;
  readonly body: Buffer;
  readonly told: Told[];
}

interface Told {
  /** ms since 1970 UTC */
  readonly sentAt: number;
  /** messages that were sent before, when it was sent and when it was told */
  readonly from: number;
  until?: number;
  code?: 0 | 503;
}

export interface WorldOptions {
  /** a bug on purpose: the disk says that it is done before it is */
  readonly answersFirst?: boolean;
  /** a bug on purpose: what the alarms are is not written with their answer */
  readonly forgetsAlarms?: boolean;
  /** a bug on purpose: what the embedded broker acknowledged leaves the disk before it is delivered */
  readonly forgetsFirst?: boolean;
  /** the broker is the bridge's own: it dies with it */
  readonly embedded?: boolean;
}

/** The bridge's pipeline, timers and outbox between a broker and a disk that do as they are told. */
export class World {
  readonly clock = new FakeClock(START);
  readonly disk: FakeDisk;
  readonly broker: FakeBroker;
  readonly reports: Report[] = [];
  delivery: Delivery | undefined;
  /** ms that each report has waited before it is delivered */
  waited = 0;
  holds = newHolds();
  readonly #options: WorldOptions;
  #drain: Drain | undefined;
  #outbox: Outbox | undefined;
  #registry: Registry | undefined;
  #timers: Timers | undefined;
  /** counted by crashes */
  #life = 0;
  #joined = false;

  constructor(options: WorldOptions = {}) {
    this.#options = options;
    this.disk = new FakeDisk(options.answersFirst === true);
    this.broker = new FakeBroker(this.clock, this.isEmbedded);
  }

  get #lingers(): boolean {
    return this.isEmbedded && this.#options.forgetsFirst !== true;
  }

  get isEmbedded(): boolean {
    return this.#options.embedded === true;
  }

  async start(maxBytes = 1_000_000): Promise<void> {
    this.#life++;
    this.holds = newHolds();
    const { disk, broker, clock } = this;
    const records = disk.loadDevices();
    if (this.isEmbedded) await this.#restore(records);
    const store = this.#options.forgetsAlarms === true ? FORGETFUL : disk;
    const registry = new Registry(records, { store, clock, saveAfter: 3_000, onError });
    const { outbox } = await Outbox.open({
      disk: this.#lingers ? new Lingering({ disk, clock, isDelivered: () => true }) : disk,
      maxBytes,
      maxAge: 1_000_000_000,
      onDropped: () => {},
    });
    const heard = this.isEmbedded ? { hears: () => broker.hasListener } : {};
    const delivery = new Delivery({
      ...heard,
      publisher: broker,
      outbox,
      holds: this.holds,
      produce: (change, record) => messages.messagesOf(change, record, context, clock.now()),
      clock,
      isJoined: () => this.#joined && broker.up,
      deadline: DEADLINE,
      liveWithin: LIVE_WITHIN,
      onLate: () => {},
      onLost: () => {},
      onAgain: () => {},
      onStuck: () => {},
      stateOf: (device) => stateOf(registry.get(device)),
      isGone: (record) => registry.get(record.id) !== record,
      onFree: () => drain.poke(),
    });
    const drain: Drain = new Drain({
      ...heard,
      outbox,
      publisher: broker,
      clock,
      isQuiet: () => delivery.flows,
      stateOf: (device) => stateOf(registry.get(device)),
      onLate: () => {},
      onAgain: () => {},
      onEmpty: () => {},
    });
    const timers: Timers = new Timers({
      clock,
      policyOf: () => plainPolicy,
      onChanges: (record, changes) => {
        registry.changed(record.id, true);
        timers.follow(record);
        delivery.deliver(record, changes, clock.now()).catch(onError);
      },
    });
    this.#outbox = outbox;
    this.#registry = registry;
    this.#timers = timers;
    this.delivery = delivery;
    this.#drain = drain;
    for (const record of registry.all()) timers.follow(record);
    await clock.advance(0);
    this.#join();
    await settle();
  }

  /** A camera reports something new: an alarm that ends by itself, with a picture or without. */
  push(device: string, picture?: Buffer): Promise<void> {
    const number = this.reports.filter((report) => report.device === device).length + 1;
    const time = new Date(this.clock.now()).toISOString().slice(0, 19).replace('T', ' ');
    const alarm = { alarm_type: 'motion_detection', status: 'pulse', channel_id: 1 };
    const seen = picture === undefined ? {} : { jpeg_base64: picture.toString('base64') };
    const param = { ...alarm, ...seen, time, alarm_uuid: `${device}/${number}` };
    const body = Buffer.from(JSON.stringify({ param }));
    const report: Report = { device, number, picture, body, told: [] };
    this.reports.push(report);
    return this.#push(report);
  }

  /** Somebody removes the device: `removeDevice` does so. */
  async remove(device: string): Promise<void> {
    this.#timers?.forget(device);
    this.delivery?.forget(device);
    await this.#registry?.remove(device);
    await settle();
  }

  /** It sends its last report once more, byte for byte; not while it waits for its answer. */
  async pushAgain(device: string): Promise<void> {
    const last = this.reports.findLast((report) => report.device === device);
    if (last !== undefined && last.told.at(-1)?.code !== undefined) await this.#push(last);
  }

  async #push(report: Report): Promise<void> {
    const life = this.#life;
    const told: Told = { sentAt: this.clock.now(), from: this.broker.sent.length };
    report.told.push(told);
    const tell = (code: 0 | 503) => {
      if (this.#life !== life) return;
      told.code = code;
      told.until = this.broker.sent.length;
    };
    this.#take(report).then(
      () => tell(0),
      () => tell(503),
    );
    await settle();
  }

  /** As `Bridge` does it. */
  async #take({ device, body }: Report): Promise<void> {
    const [registry, timers, delivery] = [this.#registry, this.#timers, this.delivery];
    if (registry === undefined || timers === undefined || delivery === undefined) return;
    const now = this.clock.now();
    const record = registry.get(device) ?? newRecord(device, now);
    if (registry.get(device) === undefined) registry.add(record);
    const normalized = normalizedOf(body, record, now);
    const changes = applyReport(record, normalized, { now, policy: plainPolicy });
    timers.follow(record);
    await delivery.deliver(record, changes, now, {
      over: () => spoil(normalized),
      waited: this.waited,
    });
    confirm(record, normalized);
    registry.changed(device);
    await registry.flush([device]).catch(onError);
  }

  /** kill -9, or the power: nothing of the process is left but what the disk had synced. */
  async crash(hadTaken: number): Promise<void> {
    this.#life++;
    this.#joined = false;
    this.clock.forget();
    this.broker.forgetClient(hadTaken);
    if (this.isEmbedded) {
      this.broker.hasListener = false;
      this.broker.frozen = false;
      this.broker.retained.clear();
    }
    this.disk.powerOff();
    await settle();
    this.disk.powerOff();
    await this.start();
  }

  /** The connection is lost; with the embedded broker, to the one who listens. */
  async disconnect(hadTaken: number): Promise<void> {
    if (this.isEmbedded) {
      this.broker.leave();
      return;
    }
    if (!this.broker.up) return;
    this.#joined = false;
    this.broker.disconnect(hadTaken);
    this.delivery?.disconnected();
    await settle();
  }

  async connect(): Promise<void> {
    this.broker.hasListener = true;
    if (this.broker.up) return;
    this.broker.up = true;
    this.#join();
    await settle();
  }

  /** Everything comes back and has all the time that it needs. */
  async heal(): Promise<void> {
    this.broker.frozen = false;
    this.disk.full = false;
    await this.connect();
    const isIdle = () => this.broker.pending === 0 && this.#outbox?.size === 0;
    for (let round = 0, quiet = 0; round < 500; round++) {
      this.disk.sync();
      await settle();
      this.broker.acknowledge(100);
      await this.clock.advance(isIdle() ? DEADLINE : 100);
      quiet = isIdle() && this.holds.size === 0 ? quiet + 1 : 0;
      if (quiet > 3) return;
    }
    throw new Error('it never came to rest');
  }

  /** State first, then what is live; `Session` does so. */
  #join(): void {
    const life = this.#life;
    const states = (this.#registry?.all() ?? []).flatMap(stateOf);
    Promise.all(states.map((message) => this.broker.publish(message)))
      .then(() => {
        if (this.#life !== life || !this.broker.up) return;
        this.#joined = true;
        this.delivery?.release();
        this.#drain?.poke();
        return this.#sweep();
      })
      .catch(onError);
  }

  /** As `sweep` does it after a kill: alarms that no device on disk has. */
  async #sweep(): Promise<void> {
    for (const record of this.#registry?.all() ?? []) {
      const wanted = messages.topicsOfDevice(record, context);
      const topic = topicOf.alarm(record.id);
      if (!this.broker.retained.has(topic) || wanted.includes(topic)) continue;
      await this.broker.publish(messages.cleared(topic));
    }
  }

  async #restore(records: readonly DeviceRecord[]): Promise<void> {
    const retained = { topics: async () => [], get: async () => undefined, delete: async () => {} };
    const store = { outbox: { retained }, published: { load: async () => new Map() } };
    const tree = retainedTree(settings, store, records, this.clock.now());
    for await (const { topic, payload } of tree) {
      this.broker.retained.set(topic, payload.toString());
    }
  }
}

export const topicOf = {
  event: (device: string) => context.topics.event(device, '1'),
  history: (device: string) => context.topics.history(device),
  picture: (device: string) => context.topics.image(device, '1', 'alarm'),
  alarm: (device: string) => `jvs2mqtt/${device}/1/alarm/motion_detection`,
};

function newHolds(): Holds<Turn> {
  return new Holds<Turn>({ hold: HOLD, liveWithin: LIVE_WITHIN });
}

function stateOf(record: DeviceRecord | undefined) {
  if (record === undefined) return [];
  return [...messages.retainedOf(record, context), messages.availabilityOf(record, context)];
}

/** Nobody needs the pictures any more: whoever reads them all the same is found out. */
function spoil({ events }: Normalized): void {
  for (const event of events) if ('picture' in event) event.picture?.bytes.fill(0);
}

function normalizedOf(body: Buffer, record: DeviceRecord, receivedAt: number): Normalized {
  return normalize(decodeReport({ report: 'alarm_report', method: 'alarm_report' }, body), {
    deviceId: record.id,
    receivedAt,
    fingerprint: fingerprint(whole(body)),
    policy: plainPolicy,
    record,
  });
}

const FORGETFUL = { saveDevices: async () => {}, removeDevice: async () => {} };

/** It is tried again, or the camera is told. */
function onError(): void {}
