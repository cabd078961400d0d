import { Announcer, type AnnouncerOptions } from '../bridge/announcer.ts';
import { leftOut } from '../bridge/notices.ts';
import { bridgeDiscovery, discoveryOf } from '../homeassistant/discovery.ts';
import { readingsOf } from '../homeassistant/messages.ts';
import { PublishRefused } from '../mqtt/errors.ts';
import { Pacer } from '../mqtt/pacer.ts';
import type { Frame } from './frame.ts';
import type { Line } from './line.ts';
import type { Memory } from './memory.ts';
import type { News } from './news.ts';
import type { Post } from './post.ts';

export function announcerOf(
  frame: Frame,
  { published, registry }: Memory,
  { broker, joined }: Line,
  { notices }: News,
  { holds, delivery }: Post,
): Announcer {
  const { settings, context, store, clock, version, log, onError } = frame;
  const subscribeHold = settings.homeassistant.subscribe_hold * 1000;
  const tellReadings = (deviceId: string) => {
    const record = registry.get(deviceId);
    if (record === undefined || !joined.isOpen) return;
    // the broker has them already: it is for those who listen that they come again
    for (const message of readingsOf(record, context)) broker.publish(message).catch(onError);
  };
  const options: AnnouncerOptions = {
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
    // the payload has to be taken in first
    onReread: (deviceId) => void clock.after(subscribeHold, () => tellReadings(deviceId)),
    onLeftOut: (topic, error) => {
      if (!(error instanceof PublishRefused)) notices.tell(leftOut(topic, error));
      else log.error({ topic, reason: error.message }, 'the broker refuses a topic');
    },
    onError,
  };
  return new Announcer(options, published);
}
