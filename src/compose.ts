import { AreaLimit } from './bridge/areas.ts';
import { expose } from './bridge/exposition.ts';
import { Metrics } from './bridge/metrics.ts';
import { leftOut } from './bridge/notices.ts';
import { moveOut } from './bridge/residence.ts';
import { Timers } from './bridge/timers.ts';
import { Bridge } from './bridge.ts';
import { announcerOf } from './compose/discovery.ts';
import { frameOf, type Surroundings } from './compose/frame.ts';
import { openLine } from './compose/line.ts';
import { recall } from './compose/memory.ts';
import { newsOf } from './compose/news.ts';
import { takeOrders } from './compose/orders.ts';
import { postOf } from './compose/post.ts';
import { sessionOf } from './compose/session.ts';
import type { Change } from './domain/change.ts';
import type { DeviceRecord } from './domain/record.ts';
import { createHttpServer, type HttpServer } from './http/server.ts';

export interface Composed {
  readonly http: HttpServer;
  /** Finishes what is in flight, says `offline`, and lets go of everything. */
  close(): Promise<void>;
}

/** ms that a stop waits for acknowledgements; what has none then is on disk */
const LAST_ACKNOWLEDGEMENTS = 1_000;

/** Puts the parts of the bridge together; with `main.ts` and `compose/` the only place that constructs. */
export async function compose(surroundings: Surroundings): Promise<Composed> {
  const frame = frameOf(surroundings);
  const { settings, secrets, log, clock, version, policyOf, now, onError } = frame;
  // before anything is opened: a certificate that cannot be used ends the start, and nothing may outlive that
  const http: HttpServer = createHttpServer({
    settings,
    credentials: { password: secrets.auth.password },
    handle: (push) => bridge.handle(push),
    now,
    log,
    status: () => ({ broker: broker.connected ? 'connected' : 'disconnected', version }),
    metrics: () => expose(metrics),
    onRefusal: (refusal) => news.notices.refusal(refusal),
    known: frame.devices.records.flatMap(({ id, address }) =>
      address === undefined ? [] : [{ address, device: id }],
    ),
  });
  const memory = await recall(frame, (entries, why) =>
    metrics.dropped.inc({ why }, entries.length),
  );
  const { registry, outbox } = memory;
  const metrics: Metrics = new Metrics({
    refused: () => http.refused(),
    devices: () => registry.size,
    connected: () => line.broker.connected,
    outbox,
    now,
  });
  metrics.dropped.inc({ why: 'withheld' }, memory.withheld);

  // from here on without an `await`: the broker may answer before everybody listens
  const line = openLine(frame, metrics, ({ topic }, error) => {
    news.notices.tell(leftOut(topic, error));
  });
  const { broker, joined, presence } = line;
  const news = newsOf(frame, memory, line, metrics);
  const post = postOf(frame, memory, line, news, metrics);
  const { delivery, drain } = post;
  const announcer = announcerOf(frame, memory, line, news, post);
  const tell = (record: DeviceRecord, changes: readonly Change[]) => {
    announcer.update(record, false);
    timers.follow(record);
    const told = changes.filter(
      (change) => change.change !== 'notice' || news.notices.note(change),
    );
    delivery.deliver(record, told, now()).catch(onError);
  };
  const timers: Timers = new Timers({
    clock,
    policyOf,
    onChanges: (record, changes) => {
      // what is over is so after a kill too
      registry.changed(record.id, true);
      tell(record, changes);
    },
  });
  for (const record of registry.all()) timers.follow(record);
  const session = sessionOf(frame, memory, line, news, post, announcer, metrics);
  const onBirth = () => session.birth();
  const areas = new AreaLimit(settings.publish.areas, () => broker.pending.waiting === 0);
  takeOrders(frame, memory, line, news, { announcer, delivery, timers, areas, tell, onBirth });
  const bridge = new Bridge({
    ...news,
    settings,
    clock,
    registry,
    policyOf,
    announcer,
    delivery,
    timers,
    metrics,
    areas,
    joined,
  });

  return {
    http,
    async close() {
      await http.close(settings.shutdown.grace * 1000);
      timers.stop();
      news.info.stop();
      announcer.stop();
      delivery.release();
      await delivery.finish(LAST_ACKNOWLEDGEMENTS);
      drain.stop();
      memory.forgetDelivered();
      // what cannot be written is not lost for it: it stops all the same
      await registry
        .flush()
        .then(() => moveOut(surroundings.store.meta))
        .catch(onError);
      await presence.leave();
    },
  };
}
