import type { Clock } from '../clock.ts';
import type { DeviceRecord } from '../domain/record.ts';
import type { Announcer } from './announcer.ts';
import type { Delivery } from './delivery.ts';
import type { Leftovers } from './leftovers.ts';
import type { Notices } from './notices.ts';
import type { Publisher } from './publisher.ts';
import type { Registry } from './registry.ts';
import type { Timers } from './timers.ts';

export interface RemovalOptions {
  readonly registry: Registry;
  readonly announcer: Pick<Announcer, 'remove'>;
  readonly delivery: Pick<Delivery, 'forget'>;
  readonly timers: Pick<Timers, 'forget'>;
  readonly publisher: Publisher;
  readonly notices: Pick<Notices, 'tell'>;
  readonly leftovers: Leftovers;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
  /** every topic that is retained of a device, pictures too */
  readonly topicsOf: (record: DeviceRecord) => readonly string[];
}

/**
 * ms until what is retained of a device goes: Home Assistant's entities, which would take an empty
 * message for a state, must be gone before.
 */
const LETTING_GO = 3_000;

/**
 * Forgets a device: nothing of it stays at the broker, and Home Assistant loses it. It comes back,
 * as a new one, with its next push.
 * @throws what the store throws
 */
export async function removeDevice(deviceId: string, options: RemovalOptions): Promise<void> {
  const { registry, announcer, delivery, timers, publisher, notices } = options;
  const { leftovers, topicsOf, clock, onError } = options;
  const record = registry.get(deviceId);
  if (record === undefined) return;
  timers.forget(deviceId);
  announcer.remove(deviceId);
  delivery.forget(deviceId);
  const topics = topicsOf(record);
  await Promise.all([leftovers.add(topics), registry.remove(deviceId)]);
  clock.after(LETTING_GO, () => {
    const back = registry.get(deviceId);
    const wanted = new Set(back === undefined ? [] : topicsOf(back));
    const [kept, gone] = [
      topics.filter((one) => wanted.has(one)),
      topics.filter((one) => !wanted.has(one)),
    ];
    Promise.all([leftovers.drop(kept), leftovers.clear(publisher, gone)]).catch(onError);
  });
  notices.tell({
    change: 'notice',
    type: 'device_removed',
    message: `${deviceId} was removed`,
    data: { device: deviceId },
  });
}
