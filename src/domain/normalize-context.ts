import type { WallTime } from '../decode/report.ts';
import { type ClockContext, momentOf } from './clock.ts';
import type { Moment } from './event.ts';
import type { Policy } from './policy.ts';
import type { DeviceRecord } from './record.ts';

/** What normalizing needs to know besides the report. */
export interface NormalizeContext {
  /** from `identify()` */
  readonly deviceId: string;
  /** ms since 1970 UTC */
  readonly receivedAt: number;
  /** of the body, from `fingerprint()` */
  readonly fingerprint: string;
  readonly policy: Policy;
  /** what is known of the device so far; its heartbeats tell its time zone */
  readonly record?: DeviceRecord | undefined;
}

/** The same, as far as time is concerned. */
export function clockOf(context: NormalizeContext): ClockContext {
  return {
    received: context.receivedAt,
    timeZone: context.policy.timeZone,
    lateAfter: context.policy.lateAfter,
    heartbeat: context.record?.heartbeat,
  };
}

/** When a report's events happened. */
export function reportMoment(wall: WallTime | undefined, context: NormalizeContext): Moment {
  return momentOf(wall, clockOf(context));
}
