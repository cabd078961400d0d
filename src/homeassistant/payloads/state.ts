import type { Json, JsonObject } from '../../decode/report.ts';
import { defined, isoOf } from '../../domain/json.ts';
import { alarmRules, heartbeatInterval, policyOf } from '../../domain/policy.ts';
import type { AlarmRecord, DeviceRecord } from '../../domain/record.ts';
import type { Context } from '../context.ts';
import { dataKeys } from '../json.ts';

/** `<device>/state`. */
export function deviceState(record: DeviceRecord): JsonObject {
  const { heartbeat } = record;
  return defined({
    name: record.name,
    generation: record.generation,
    address: record.address,
    first_seen: isoOf(record.firstSeen),
    last_seen: isoOf(record.lastSeen),
    heartbeat:
      heartbeat &&
      defined({
        last: isoOf(heartbeat.at),
        interval: heartbeat.told,
        // seconds: nobody reads a camera's clock more exactly
        clock_offset: heartbeat.clock === undefined ? undefined : seconds(heartbeat.clock),
        time_zone_offset: heartbeat.zone,
      }),
    counters: { ...record.counters },
    channels: Object.keys(record.channels),
  }) as JsonObject;
}

/** `<device>/settings`: the numbers in force, whoever set them. */
export function numbersInForce(record: DeviceRecord, { settings }: Context): JsonObject {
  const policy = policyOf(settings, record.id, 0);
  const numbers: Record<string, Json> = {
    heartbeat_interval: heartbeatInterval(record, policy),
  };
  for (const [channel, { alarms }] of Object.entries(record.channels)) {
    for (const { alarm } of Object.values(alarms)) {
      const { hold, maximum } = alarmRules(record, channel, alarm, policy);
      if (hold !== 'lasting') numbers[`hold/${channel}/${alarm}`] = hold / 1000;
      numbers[`maximum/${channel}/${alarm}`] = maximum === 'none' ? 0 : maximum / 1000;
    }
  }
  return numbers;
}

/** `…/alarm/<alarm>`: the state and, as attributes, the turn. */
export function alarmState(channel: string, alarm: AlarmRecord): JsonObject {
  return defined({
    state: alarm.state,
    id: alarm.id,
    since: alarm.since === undefined ? undefined : isoOf(alarm.since),
    until: alarm.until === undefined ? undefined : isoOf(alarm.until),
    reason: alarm.reason,
    alarm: alarm.alarm,
    source: alarm.source,
    channel,
    label: alarm.label,
    ...dataKeys(alarm.data),
  }) as JsonObject;
}

function seconds(ms: number): number {
  return Math.round(ms / 1000);
}
