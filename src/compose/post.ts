import { Delivery } from '../bridge/delivery.ts';
import { Drain } from '../bridge/drain.ts';
import type { Metrics } from '../bridge/metrics.ts';
import type { Turn } from '../bridge/report.ts';
import * as messages from '../homeassistant/messages.ts';
import { Holds } from '../mqtt/holds.ts';
import type { Frame } from './frame.ts';
import type { Line } from './line.ts';
import type { Memory } from './memory.ts';
import type { News } from './news.ts';
import { sparingly } from './sparingly.ts';

/** How changes reach the broker: at once, when Home Assistant is ready, or from disk. */
export interface Post {
  readonly holds: Holds<Turn>;
  readonly delivery: Delivery;
  readonly drain: Drain;
}

/** messages in flight from which on live traffic has the broker to itself */
const BUSY = 12;

export function postOf(
  frame: Frame,
  { registry, outbox }: Memory,
  { broker, publisher, joined }: Line,
  { notices }: News,
  metrics: Metrics,
): Post {
  const { settings, context, clock, now } = frame;
  const say = sparingly(frame.log, now);
  const hears = frame.embedded === undefined ? {} : { hears: frame.embedded.hears };
  const liveWithin = settings.events.live_within * 1000;
  const stateOf = (device: string) => {
    const record = registry.get(device);
    if (record === undefined) return [];
    return [...messages.retainedOf(record, context), messages.availabilityOf(record, context)];
  };
  const holds = new Holds<Turn>({ hold: settings.homeassistant.subscribe_hold * 1000, liveWithin });
  const delivery = new Delivery({
    ...hears,
    publisher,
    outbox,
    holds,
    isJoined: () => joined.isOpen,
    deadline: settings.mqtt.ack_timeout * 1000,
    liveWithin,
    onFree: () => drain.poke(),
    produce: (change, record) => messages.messagesOf(change, record, context, now()),
    clock,
    onLate: () => metrics.late.inc(),
    onLost: (record, error) => notices.turnLost(record.id, error),
    onAgain: () => metrics.again.inc(),
    stateOf,
    isGone: (record) => registry.get(record.id) !== record,
    onStuck: () => {
      say('warn', 'stuck', {}, 'the broker acknowledges nothing: reports wait on disk');
    },
  });
  const drain: Drain = new Drain({
    ...hears,
    outbox,
    publisher,
    clock,
    isQuiet: () => delivery.flows && broker.pending.waiting === 0 && broker.pending.inFlight < BUSY,
    stateOf,
    onLate: () => metrics.late.inc(),
    onAgain: () => metrics.again.inc(),
    onEmpty: (entries) => {
      say('info', 'empty', { entries }, 'what had waited on disk is with the broker');
    },
  });
  broker.onDisconnect(() => delivery.disconnected());
  return { holds, delivery, drain };
}
