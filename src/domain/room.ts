import type { Policy } from './policy.ts';
import type { ChannelRecord, DeviceRecord } from './record.ts';

/** About how many entities one thing of a device becomes in Home Assistant. */
export const entitiesOf = {
  /** a binary sensor, its hold and its longest time */
  alarm: 3,
  field: 1,
  /** a sensor and its limits */
  register: 2,
  image: 1,
} as const;

/** Those of every device: connected, last seen, counters, buttons. */
const ALWAYS = 10;

/**
 * Whether the device may have so many entities more. Only what is new is asked for: what is there
 * already never makes room for it.
 */
export function mayAdd(record: DeviceRecord, { mostEntities }: Policy, entities: number): boolean {
  const channels = Object.values(record.channels);
  return (
    channels.reduce((sum, channel) => sum + countOf(channel), ALWAYS) + entities <= mostEntities
  );
}

function countOf({ alarms, events, images, readings }: ChannelRecord): number {
  const fields = Object.values(readings).map(
    ({ kind, fields: { length } }) =>
      length * (kind === 'modbus' ? entitiesOf.register : entitiesOf.field),
  );
  return (
    Object.keys(alarms).length * entitiesOf.alarm +
    Object.keys(images).length * entitiesOf.image +
    (events.length > 0 ? 1 : 0) +
    fields.reduce((sum, one) => sum + one, 0)
  );
}
