import type { Announcer } from '../bridge/announcer.ts';
import type { AreaLimit } from '../bridge/areas.ts';
import { listenToCommands } from '../bridge/commands.ts';
import type { Delivery } from '../bridge/delivery.ts';
import { deviceApproved } from '../bridge/notices.ts';
import { removeDevice } from '../bridge/removal.ts';
import type { Timers } from '../bridge/timers.ts';
import type { Change } from '../domain/change.ts';
import { newRecord } from '../domain/device.ts';
import type { DeviceRecord } from '../domain/record.ts';
import * as messages from '../homeassistant/messages.ts';
import type { Frame } from './frame.ts';
import type { Line } from './line.ts';
import type { Memory } from './memory.ts';
import type { News } from './news.ts';

export interface Executors {
  readonly announcer: Announcer;
  readonly delivery: Delivery;
  readonly timers: Timers;
  readonly areas: AreaLimit;
  /** announces and publishes what changed of a device though no push said so */
  readonly tell: (record: DeviceRecord, changes: readonly Change[]) => void;
  /** Home Assistant was born */
  readonly onBirth: () => void;
}

/** Listens to what others at the broker ask for: commands, and what is removed in Home Assistant. */
export function takeOrders(
  frame: Frame,
  { registry, leftovers }: Memory,
  { broker, publisher }: Line,
  { notices, info, approvals }: News,
  { announcer, delivery, timers, areas, tell, onBirth }: Executors,
): void {
  const { settings, context, clock, log, now, onError } = frame;
  const remove = (deviceId: string) => {
    areas.forget(deviceId);
    return removeDevice(deviceId, {
      registry,
      announcer,
      delivery,
      timers,
      publisher,
      notices,
      leftovers,
      clock,
      onError,
      topicsOf: (record) => messages.topicsOfDevice(record, context),
    });
  };
  listenToCommands({
    broker,
    topics: context.topics,
    registry,
    log,
    now,
    // what the user is shown as set is so after a kill too
    onChanges: async (record, changes) => {
      registry.changed(record.id);
      await registry.flush([record.id]).catch(onError);
      // it may be removed by now
      if (registry.get(record.id) === record) tell(record, changes);
    },
    remove,
    setLogLevel: (level) => {
      log.level = level;
      info.publish().catch(onError);
    },
    approve: async (deviceId) => {
      if (approvals.refusal !== undefined) return approvals.refusal;
      if (registry.get(deviceId) === undefined) registry.add(newRecord(deviceId, now()));
      // what cannot be written is not lost for it: it stops all the same
      await registry.flush().catch(onError);
      approvals.approved(deviceId);
      notices.tell(deviceApproved(deviceId));
      return undefined;
    },
  });
  broker.subscribe(settings.homeassistant.status_topic, (_topic, payload) => {
    if (payload.toString() === 'online') onBirth();
  });
  broker.subscribe(`${settings.homeassistant.prefix}/device/+/config`, (topic, payload) => {
    if (payload.length > 0 || !announcer.clearedByOther(topic)) return;
    const owner = announcer.ownerOf(topic);
    if (owner !== undefined) remove(owner).catch(onError);
  });
}
