import type { JsonObject } from '../decode/report.ts';
import type { ReadingKind } from '../spec/kinds.ts';
import type { ChannelKey, ImageKind } from './event.ts';
import type { Recent } from './recent.ts';

/**
 * What is remembered of a device: JSON but for `recent`, so that the store keeps it as it is and every
 * topic and entity can be made from it alone.
 */
export interface DeviceRecord {
  readonly id: string;
  /** as the camera calls itself */
  name?: string;
  generation?: 'old' | 'jes';
  /** ms since 1970 UTC */
  firstSeen: number;
  lastSeen: number;
  online: boolean;
  /** the address that it last pushed from */
  address?: string;
  /** the address that it first pushed from as one of several with the same account */
  boundTo?: string;
  heartbeat?: HeartbeatRecord;
  channels: Record<ChannelKey, ChannelRecord>;
  counters: DeviceCounters;
  /**
   * numbers that the user set in Home Assistant: `heartbeat_interval`, `hold/<channel>/<alarm>`,
   * `maximum/<channel>/<alarm>` (seconds, 0 for never)
   */
  numbers: Record<string, number>;
  /** for telling repeats */
  readonly recent: Recent;
  /** names of unknown things met, for telling of each once */
  unknown: string[];
}

export interface HeartbeatRecord {
  /** when the last one came */
  at: number;
  /** the interval that the camera was last told, seconds */
  told: number;
  /** the interval that it was told before that: the answer with the new one may have been lost */
  toldBefore?: number;
  /** wall clock minus UTC of the last few heartbeats, ms */
  offsets: number[];
  /** that of the last one where it fell behind, which the next one confirms or not */
  doubted?: number;
  /** the inferred zone, minutes east of UTC, once steady */
  zone?: number;
  /** how far the camera's clock is ahead, ms, the zone taken out */
  clock?: number;
}

export interface ChannelRecord {
  /** reports and TLV targets in which this channel was seen: two video channels in the same make an NVR */
  seenIn: string[];
  /** by `alarmId()` */
  alarms: Record<string, AlarmRecord>;
  /** event types met or announced, in the order met */
  events: string[];
  /** by `readingId()` */
  readings: Record<string, ReadingRecord>;
  images: Partial<Record<ImageKind, ImageRecord>>;
}

export interface AlarmRecord {
  /** canonical key */
  readonly alarm: string;
  readonly source?: string;
  /** the camera's readable name of it, for one that no row knows */
  label?: string;
  state: 'ON' | 'OFF';
  /** the turn's id, shared by binary sensor, event and picture; absent before the first turn */
  id?: string;
  /** the camera's own id of the turn */
  uuid?: string;
  /** when this state began, ms; absent before the first turn */
  since?: number;
  /** when the camera said last that it is over, ms; absent once it is ON again */
  stopped?: number;
  /** when the bridge will end it, ms; absent: never by itself */
  until?: number;
  /** what the camera sent last: under `data` */
  data?: JsonObject;
  reason?: AlarmReason;
  /** fingerprint of the report that changed it last */
  last?: string;
  /** its state was published before: from now on an `ON` needs no `OFF` in front */
  announced?: true;
}

/** Why an alarm is as it is. */
export type AlarmReason =
  | 'start'
  | 'pulse'
  | 'stop'
  /** another type ended it: the parking space is free */
  | 'cleared'
  | 'hold_over'
  | 'maximum_over'
  | 'eliminated'
  /** announced beforehand */
  | 'expected'
  /** what was sent first came too late to turn it on */
  | 'late';

export interface ReadingRecord {
  readonly kind: ReadingKind;
  readonly index?: string;
  label?: string;
  /** every field key ever seen or expected: each is an entity */
  fields: string[];
  /** current values; empty where it was only expected */
  values: JsonObject;
  at?: number;
}

/** `at` and `bytes` are 0 where the picture was only announced. */
export interface ImageRecord {
  format: 'jpeg' | 'png';
  at: number;
  bytes: number;
}

export interface DeviceCounters {
  pushes: number;
  repeats: number;
  faults: number;
  refused: number;
  late: number;
}
