import { learnOffset } from './clock.ts';
import type { HeartbeatEvent } from './event.ts';
import { heartbeatInterval, type Policy } from './policy.ts';
import type { DeviceRecord } from './record.ts';

/** ms beyond the missed heartbeats: a camera counts its interval from the answer, and networks dawdle. */
const GRACE = 10_000;

/**
 * When a camera counts as offline if nothing more is heard of it, ms since 1970 UTC. `undefined` where
 * it is offline already, or never sent a heartbeat and silence is not said to mean anything.
 */
export function availabilityDeadline(record: DeviceRecord, policy: Policy): number | undefined {
  const { heartbeat } = record;
  if (!record.online) return undefined;
  // while the bridge was not there, nobody could be heard
  const heard = Math.max(record.lastSeen, policy.listeningSince);
  if (heartbeat === undefined) {
    return policy.silentAfter === undefined ? undefined : heard + policy.silentAfter;
  }
  const interval = Math.max(heartbeat.told, heartbeat.toldBefore ?? 0) * 1000;
  return heard + interval * policy.heartbeatsMissed + GRACE;
}

/** A heartbeat's part: which interval it is told in answer, and what its clock shows. */
export function applyHeartbeat(record: DeviceRecord, event: HeartbeatEvent, policy: Policy): void {
  const told = heartbeatInterval(record, policy);
  const { received } = event.moment;
  const previous = record.heartbeat;
  record.heartbeat = {
    ...(previous ?? { offsets: [] }),
    at: received,
    told,
  };
  if (previous !== undefined && previous.told !== told) record.heartbeat.toldBefore = previous.told;
  else delete record.heartbeat.toldBefore;
  if (event.offset === undefined) return;
  learnOffset(record.heartbeat, event.offset, { timeZone: policy.timeZone });
}
