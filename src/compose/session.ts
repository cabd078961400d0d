import type { Announcer } from '../bridge/announcer.ts';
import type { Metrics } from '../bridge/metrics.ts';
import { remember } from '../bridge/residence.ts';
import { Session } from '../bridge/session.ts';
import { sweep } from '../bridge/sweep.ts';
import type { DeviceRecord } from '../domain/record.ts';
import * as messages from '../homeassistant/messages.ts';
import type { Frame } from './frame.ts';
import type { Line } from './line.ts';
import type { Memory } from './memory.ts';
import type { News } from './news.ts';
import type { Post } from './post.ts';

export function sessionOf(
  frame: Frame,
  memory: Memory,
  { broker, publisher, joined, presence }: Line,
  { info }: News,
  { delivery, drain }: Post,
  announcer: Announcer,
  metrics: Metrics,
): Session {
  const { context, store, clock, log, version, onError } = frame;
  const { topics } = context;
  const { registry, leftovers } = memory;
  let { leftBehind } = memory;
  const topicsOf = (record: DeviceRecord) => messages.topicsOfDevice(record, context);
  const clearLeftovers = async () => {
    // a device that was removed may be back, with the same topics
    if (leftovers.size > 0) await leftovers.drop(registry.all().flatMap(topicsOf));
    await leftovers.clear(publisher);
  };
  /** Once with each run: what only the one before had is cleared. The embedded broker has nothing of it. */
  const tidyUp = async () => {
    if (leftBehind !== 'nothing' && frame.brokerPort === 0) {
      await sweep(registry.all(), leftBehind, { broker, publisher, topics, topicsOf });
    }
    leftBehind = 'nothing';
    await remember(store.meta, version);
  };
  return new Session({
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
    beforeRestore: clearLeftovers,
    beforeOnline: () => presence.comeBack(),
    onJoined: () => {
      drain.poke();
      tidyUp().catch(onError);
    },
  });
}
