import { Approvals } from '../bridge/approvals.ts';
import { Info } from '../bridge/info.ts';
import type { Metrics } from '../bridge/metrics.ts';
import { Notices } from '../bridge/notices.ts';
import { statsOf } from '../bridge/stats.ts';
import { bridgeInfo, noticeTypes } from '../homeassistant/bridge.ts';
import * as messages from '../homeassistant/messages.ts';
import { notice as noticePayload } from '../homeassistant/payloads/turn.ts';
import type { Frame } from './frame.ts';
import type { Line } from './line.ts';
import type { Memory } from './memory.ts';

/** What the bridge says of itself. */
export interface News {
  readonly notices: Notices;
  readonly info: Info;
  readonly approvals: Approvals;
}

export function newsOf(
  frame: Frame,
  { registry }: Memory,
  { publisher, joined }: Line,
  metrics: Metrics,
): News {
  const { settings, version, startedAt, clock, log, now } = frame;
  const { topics } = frame.context;
  const notices = new Notices({
    log,
    metrics,
    now,
    publish: (change) => {
      const payload = noticePayload(change, noticeTypes, now());
      publisher.publish(messages.passing(topics.bridgeEvent, payload)).catch(() => {});
      info.changed();
    },
  });
  const approvals = new Approvals({
    settings,
    registry,
    notices,
    onPending: () => info.changed(),
  });
  const info: Info = new Info({
    clock,
    publisher,
    message: () => {
      const { pending } = approvals;
      const stats = statsOf(metrics, pending.length);
      // what waits on disk leaves without a push
      if (stats.queue > 0) info.changed();
      const about = { version, startedAt, logLevel: log.level, stats, pending };
      return messages.retained(topics.bridgeInfo, bridgeInfo(settings, about));
    },
    isJoined: () => joined.isOpen,
  });
  return { notices, info, approvals };
}
