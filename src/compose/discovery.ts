import { Announcer, type AnnouncerOptions } from '../bridge/announcer.ts';
import { leftOut } from '../bridge/notices.ts';
import { bridgeDiscovery, discoveryOf } from '../homeassistant/discovery.ts';
import { PublishRefused } from '../mqtt/errors.ts';
import { Pacer } from '../mqtt/pacer.ts';
import type { Frame } from './frame.ts';
import type { Line } from './line.ts';
import type { Memory } from './memory.ts';
import type { News } from './news.ts';
import type { Post } from './post.ts';

export function announcerOf(
  frame: Frame,
  { published }: Memory,
  { broker }: Line,
  { notices }: News,
  { holds, delivery }: Post,
): Announcer {
  const { settings, store, clock, version, log, onError } = frame;
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
    onLeftOut: (topic, error) => {
      if (!(error instanceof PublishRefused)) notices.tell(leftOut(topic, error));
      else log.error({ topic, reason: error.message }, 'the broker refuses a topic');
    },
    onError,
  };
  return new Announcer(options, published);
}
