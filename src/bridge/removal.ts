import type { DeviceRecord } from '../domain/record.ts';
import type { Announcer } from './announcer.ts';
import type { Leftovers } from './leftovers.ts';
import type { Notices } from './notices.ts';
import type { Publisher } from './publisher.ts';
import type { Registry } from './registry.ts';
import type { Timers } from './timers.ts';

export interface RemovalOptions {
  readonly registry: Registry;
  readonly announcer: Announcer;
  readonly timers: Timers;
  readonly publisher: Publisher;
  readonly notices: Notices;
  readonly leftovers: Leftovers;
  /** every topic that is retained of a device, pictures too */
  readonly topicsOf: (record: DeviceRecord) => readonly string[];
}

/**
 * Forgets a device: nothing of it stays at the broker, and Home Assistant loses it. It comes back,
 * as a new one, with its next push.
 * @throws what `Publisher.publish` throws
 */
export async function removeDevice(deviceId: string, options: RemovalOptions): Promise<void> {
  const { registry, announcer, timers, publisher, notices, leftovers, topicsOf } = options;
  const record = registry.get(deviceId);
  if (record === undefined) return;
  timers.forget(deviceId);
  announcer.remove(deviceId);
  const topics = topicsOf(record);
  // all begins in one turn of the loop: what the device pushes next comes behind it
  await Promise.all([
    leftovers.add(topics),
    registry.remove(deviceId),
    leftovers.clear(publisher, topics),
  ]);
  notices.tell({
    change: 'notice',
    type: 'device_removed',
    message: `${deviceId} was removed`,
    data: { device: deviceId },
  });
}
