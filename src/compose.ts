import type { Logger } from 'pino';
import { Announcer } from './bridge/announcer.ts';
import { Approvals } from './bridge/approvals.ts';
import { AreaLimit } from './bridge/areas.ts';
import { listenToCommands } from './bridge/commands.ts';
import { Delivery } from './bridge/delivery.ts';
import { Drain } from './bridge/drain.ts';
import { Gate } from './bridge/gate.ts';
import { Info } from './bridge/info.ts';
import { joinBroker, linkOptions } from './bridge/join.ts';
import { Leftovers } from './bridge/leftovers.ts';
import { createMetrics } from './bridge/metrics.ts';
import { deviceApproved, leftOut, Notices } from './bridge/notices.ts';
import { Outbox } from './bridge/outbox.ts';
import { Presence } from './bridge/presence.ts';
import { BrokerPublisher } from './bridge/publisher.ts';
import { Registry } from './bridge/registry.ts';
import { removeDevice } from './bridge/removal.ts';
import type { Turn } from './bridge/report.ts';
import { remember, settleIn } from './bridge/residence.ts';
import { Session } from './bridge/session.ts';
import { statsOf } from './bridge/stats.ts';
import { sweep } from './bridge/sweep.ts';
import { Timers } from './bridge/timers.ts';
import { Bridge } from './bridge.ts';
import type { Clock } from './clock.ts';
import type { Settings } from './config/schema.ts';
import type { Secrets } from './config/secrets.ts';
import type { Change, NoticeChange } from './domain/change.ts';
import { newRecord } from './domain/device.ts';
import { expectThings } from './domain/expect.ts';
import { policyOf } from './domain/policy.ts';
import { privacyOf, scrub } from './domain/privacy.ts';
import type { DeviceRecord } from './domain/record.ts';
import { bridgeInfo, noticeTypes } from './homeassistant/bridge.ts';
import { contextOf } from './homeassistant/context.ts';
import { bridgeDiscovery, discoveryOf } from './homeassistant/discovery.ts';
import * as messages from './homeassistant/messages.ts';
import { notice as noticePayload } from './homeassistant/payloads/turn.ts';
import { createHttpServer, type HttpServer } from './http/server.ts';
import { PublishRefused } from './mqtt/errors.ts';
import { Holds } from './mqtt/holds.ts';
import { Pacer } from './mqtt/pacer.ts';
import type { Store } from './store/store.ts';

export interface Surroundings {
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly store: Store;
  /** what the store knew at the start */
  readonly devices: Awaited<ReturnType<Store['loadDevices']>>;
  readonly log: Logger;
  readonly clock: Clock;
  readonly version: string;
  /** of the embedded broker; 0 where there is none */
  readonly brokerPort: number;
  /** whether anybody but the bridge hears a topic at the embedded broker */
  readonly hears?: (topic: string) => boolean;
}

export interface Composed {
  readonly http: HttpServer;
  /** Finishes what is in flight, says `offline`, and lets go of everything. */
  close(): Promise<void>;
}

/** ms between a change of a record and its writing: changes are written together */
const SAVE_AFTER = 3_000;

/** ms that a message's acknowledgement is heard of: longer than a silent broker counts as there */
const ACKNOWLEDGED = 60_000;
/** ms that a stop waits for acknowledgements; what has none then is on disk */
const LAST_ACKNOWLEDGEMENTS = 1_000;
/** messages in flight from which on live traffic has the broker to itself */
const BUSY = 12;

/** Puts the parts of the bridge together; with `main.ts` the only place that constructs. */
export async function compose(surroundings: Surroundings): Promise<Composed> {
  const { settings, secrets, store, log, clock, version } = surroundings;
  const context = contextOf(settings);
  const { topics } = context;
  const startedAt = clock.now();
  const policy = (deviceId: string) => policyOf(settings, deviceId, startedAt);
  const onError = (err: unknown) => log.warn({ err }, 'not done yet; it is tried again');

  const { records, bad } = surroundings.devices;
  const published = await store.published.load();
  if (bad > 0) log.error({ bad }, 'device records could not be read and were set aside');
  const leftovers = await Leftovers.load(store.meta);
  for (const record of records) {
    const off = scrub(record, privacyOf(settings, record.id));
    if (off.length === 0) continue;
    await leftovers.add(
      off.flatMap(({ channel, image }) => [
        topics.image(record.id, channel, image),
        topics.imageAttributes(record.id, channel, image),
      ]),
    );
  }
  let { updated } = await settleIn(store.meta, { context, version, records, leftovers });
  const registry = new Registry(records, { store, clock, saveAfter: SAVE_AFTER, onError });
  const { outbox, bad: unread } = await Outbox.open({
    disk: store.outbox,
    maxBytes: settings.outbox.max_bytes,
    maxAge: settings.outbox.max_age * 1000,
    onDropped: (entries, why) => {
      metrics.dropped.inc({ why }, entries.length);
      const kinds = [...new Set(entries.map(({ kept }) => kept))];
      log.warn({ why, entries: entries.length, kinds }, 'the outbox gave something up');
    },
  });
  if (unread > 0) log.error({ unread }, 'entries of the outbox could not be read');
  const metrics = createMetrics(
    () => http.refused(),
    outbox,
    () => clock.now(),
  );
  metrics.devices.set(registry.size);

  // from here on without an `await`: the broker may answer before everybody listens
  const broker = joinBroker(surroundings, topics.bridgeState);
  const joined = new Gate(clock, settings.mqtt.ack_timeout * 1000);
  const presence = new Presence({
    broker,
    link: linkOptions(surroundings, topics.bridgeState),
    stateTopic: topics.bridgeState,
    grace: settings.mqtt.restart_grace,
    embedded: surroundings.brokerPort !== 0,
    isJoined: () => joined.isOpen,
    log,
  });
  const publisher = new BrokerPublisher({
    broker,
    metrics,
    deadline: ACKNOWLEDGED,
    onCleared: (topic) => {
      if (surroundings.hears !== undefined) store.outbox.retained.delete([topic]).catch(onError);
    },
    onLeftOut: ({ topic }, error) => notices.tell(leftOut(topic, error)),
  });
  const notices: Notices = new Notices({
    log,
    metrics,
    now: () => clock.now(),
    publish: (change: NoticeChange) => {
      const payload = noticePayload(change, noticeTypes, clock.now());
      publisher.publish(messages.passing(topics.bridgeEvent, payload)).catch(() => {});
      info.changed();
    },
  });
  const info: Info = new Info({
    clock,
    publisher,
    message: async () => {
      const { pending } = approvals;
      const stats = await statsOf(metrics, pending.length);
      const about = { version, startedAt, logLevel: log.level, stats, pending };
      return messages.retained(topics.bridgeInfo, bridgeInfo(settings, about));
    },
    isJoined: () => joined.isOpen,
  });
  const approvals: Approvals = new Approvals({
    settings,
    registry,
    notices,
    onPending: () => info.changed(),
  });
  const holds = new Holds<Turn>({
    hold: settings.homeassistant.subscribe_hold * 1000,
    liveWithin: settings.events.live_within * 1000,
  });
  const heard = surroundings.hears === undefined ? {} : { hears: surroundings.hears };
  const delivery: Delivery = new Delivery({
    ...heard,
    publisher,
    outbox,
    holds,
    isJoined: () => joined.isOpen,
    deadline: settings.mqtt.ack_timeout * 1000,
    liveWithin: settings.events.live_within * 1000,
    onFree: () => drain.poke(),
    produce: (change, record) => messages.messagesOf(change, record, context, clock.now()),
    clock,
    onLate: () => metrics.late.inc(),
    onLost: (record, error) => notices.turnLost(record.id, error),
  });
  const drain: Drain = new Drain({
    ...heard,
    outbox,
    publisher,
    clock,
    isQuiet: () => delivery.flows && broker.pending.waiting === 0 && broker.pending.inFlight < BUSY,
    stateOf: (device) => {
      const record = registry.get(device);
      if (record === undefined) return [];
      return [...messages.retainedOf(record, context), messages.availabilityOf(record, context)];
    },
    onLate: () => metrics.late.inc(),
    onAgain: () => metrics.again.inc(),
  });
  broker.onDisconnect(() => delivery.disconnected());
  const announcer = new Announcer(
    {
      broker,
      pacer: new Pacer({ pace: settings.homeassistant.pace * 1000 }),
      holds,
      store: store.published,
      clock,
      prefix: settings.homeassistant.prefix,
      wanted: (record) =>
        record === undefined
          ? bridgeDiscovery(settings, version)
          : discoveryOf(record, settings, version),
      onAnnounced: () => delivery.release(),
      onLeftOut: (topic, error) => {
        if (!(error instanceof PublishRefused)) notices.tell(leftOut(topic, error));
        else log.error({ topic, reason: error.message }, 'the broker refuses a topic');
      },
      onError,
    },
    published,
  );
  const onChanges = (record: DeviceRecord, changes: readonly Change[]) => {
    // what the user has set, and what is over, is so after a kill too
    registry.changed(record.id, true);
    announcer.update(record, false);
    timers.follow(record);
    delivery.deliver(record, changes, clock.now()).catch(onError);
  };
  const timers: Timers = new Timers({ clock, policyOf: policy, onChanges });
  const bridge = new Bridge({
    settings,
    clock,
    registry,
    approvals,
    policyOf: policy,
    announcer,
    delivery,
    timers,
    notices,
    metrics,
    areas: new AreaLimit(settings.publish.areas),
    joined,
    info,
  });
  const topicsOf = (record: DeviceRecord) => messages.topicsOfDevice(record, context);
  /** Once with each version: what only the one before had is cleared. */
  const tidyUp = async () => {
    if (updated) await sweep(registry.all(), { broker, publisher, topics, topicsOf });
    updated = false;
    await remember(store.meta, version);
  };
  const remove = (deviceId: string) => {
    outbox.forgetDevice(deviceId);
    return removeDevice(deviceId, {
      registry,
      announcer,
      timers,
      publisher,
      notices,
      leftovers,
      clock,
      onError,
      topicsOf,
    });
  };
  for (const [id, device] of Object.entries(settings.devices)) {
    if (device.expect.length === 0) continue;
    const record = registry.get(id) ?? newRecord(id, startedAt);
    registry.add(record);
    for (const change of expectThings(record, device.expect)) {
      if (change.change === 'notice') log.warn({ ...change.data }, change.message);
    }
  }
  for (const record of registry.all()) timers.follow(record);

  const session = new Session({
    broker,
    publisher,
    registry,
    announcer,
    delivery,
    joined,
    topics,
    clock,
    metrics,
    log,
    stateOf: (record) => messages.retainedOf(record, context),
    availabilityOf: (record) => messages.availabilityOf(record, context),
    info,
    beforeRestore: () => leftovers.clear(publisher),
    beforeOnline: () => presence.comeBack(),
    onJoined: () => {
      drain.poke();
      tidyUp().catch(onError);
    },
  });
  listenToCommands({
    broker,
    topics,
    registry,
    log,
    now: () => clock.now(),
    onChanges,
    remove,
    setLogLevel: (level) => {
      log.level = level;
      info.publish().catch(onError);
    },
    approve: async (deviceId) => {
      if (approvals.refusal !== undefined) return approvals.refusal;
      if (registry.get(deviceId) === undefined) registry.add(newRecord(deviceId, clock.now()));
      // what cannot be written is not lost for it: it stops all the same
      await registry.flush().catch(onError);
      approvals.approved(deviceId);
      notices.tell(deviceApproved(deviceId));
      return undefined;
    },
  });
  broker.subscribe(settings.homeassistant.status_topic, (_topic, payload) => {
    if (payload.toString() === 'online') session.birth();
  });
  broker.subscribe(`${settings.homeassistant.prefix}/device/+/config`, (topic, payload) => {
    if (payload.length > 0 || !announcer.clearedByOther(topic)) return;
    const owner = announcer.ownerOf(topic);
    if (owner !== undefined) remove(owner).catch(onError);
  });

  const http = createHttpServer({
    settings,
    credentials: { password: secrets.auth.password },
    handle: (push) => bridge.handle(push),
    now: () => clock.now(),
    log,
    status: () => ({ broker: broker.connected ? 'connected' : 'disconnected', version }),
    metrics: async () => ({
      contentType: metrics.registry.contentType,
      body: await metrics.registry.metrics(),
    }),
    onRefusal: (refusal) => notices.refusal(refusal),
  });

  return {
    http,
    async close() {
      await http.close(settings.shutdown.grace * 1000);
      timers.stop();
      info.stop();
      announcer.stop();
      delivery.release();
      await delivery.finish(LAST_ACKNOWLEDGEMENTS);
      drain.stop();
      // what cannot be written is not lost for it: it stops all the same
      await registry.flush().catch(onError);
      await presence.leave();
    },
  };
}
