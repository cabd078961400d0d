import type { WallTime } from '../decode/report.ts';
import type { Moment } from './event.ts';
import { defined } from './json.ts';
import type { HeartbeatRecord } from './record.ts';
import { hostZone, instantOf, offsetAt, type Zone } from './time.ts';

/** A camera whose battery is empty starts in 1970 or at its firmware's year; all are older than this. */
const CLOCK_IS_SET = Date.UTC(2020, 0, 1);
/** No camera is right about this: a mangled number, and past it dates stop to exist. */
const CLOCK_IS_SANE = Date.UTC(2100, 0, 1);

const QUARTER = 15 * 60_000;
/** No place on earth is further from UTC. */
const WESTMOST = -12 * 60;
const EASTMOST = 14 * 60;
/** How many heartbeats are remembered, and how many of one zone make it steady. */
const REMEMBERED = 5;
const STEADY = 3;
/** A clock that jumped by more was set: what it said before says nothing any more. */
const JUMP = 30_000;
/** A heartbeat is not held up for longer: one that falls behind by more shows another zone. */
const LONGEST_HOLD_UP = QUARTER - JUMP;
/** A first heartbeat this near to a quarter of an hour is believed at once. */
const NEAR_QUARTER = 120_000;

/** Whether a wall clock can be believed at all. */
export function isUsable(wall: WallTime): boolean {
  return wall.ms >= CLOCK_IS_SET && wall.ms < CLOCK_IS_SANE;
}

/** What a moment is made of besides the wall clock itself. */
export interface ClockContext {
  /** ms since 1970 UTC */
  readonly received: number;
  /** the setting `devices.<id>.time_zone` */
  readonly timeZone?: string | undefined;
  readonly heartbeat?: HeartbeatRecord | undefined;
  /** ms by the camera's corrected clock after which what it sends is late */
  readonly lateAfter: number;
}

/**
 * When something happened by a camera's wall clock. Without one, or with one before 2020, it is the
 * time of receipt. Late is judged only by a clock that heartbeats have shown.
 */
export function momentOf(wall: WallTime | undefined, context: ClockContext): Moment {
  const { received } = context;
  if (wall === undefined || !isUsable(wall)) {
    return defined({
      at: received,
      received,
      source: 'receipt' as const,
      late: false,
      wall: wall?.ms,
    });
  }
  const at = instantOf(wall.ms, zoneOf(context), received);
  const ahead = clockAhead(context);
  const late = ahead !== undefined && received - (at - ahead) > context.lateAfter;
  return { at, received, source: 'camera', late, wall: wall.ms };
}

/** The instant of any other wall clock of the same camera; `undefined` where it cannot be believed. */
export function instantOfWall(wall: WallTime, context: ClockContext): number | undefined {
  return isUsable(wall) ? instantOf(wall.ms, zoneOf(context), context.received) : undefined;
}

/** The zone of a camera's clock: the setting, else what its heartbeats show, else the host's. */
export function zoneOf(context: Pick<ClockContext, 'timeZone' | 'heartbeat'>): Zone {
  const { timeZone, heartbeat } = context;
  return timeZone ?? heartbeat?.zone ?? firstGuess(heartbeat?.offsets.at(-1)) ?? hostZone;
}

/**
 * Takes one more heartbeat's offset into account: zone and clock offset follow. One that falls behind
 * was held up or is of a clock that was set back: the next heartbeat tells.
 */
export function learnOffset(
  heartbeat: HeartbeatRecord,
  offset: number,
  context: Pick<ClockContext, 'timeZone'>,
): void {
  const { doubted } = heartbeat;
  delete heartbeat.doubted;
  const jump = offset - (heartbeat.offsets.at(-1) ?? offset);
  const isConfirmed = doubted !== undefined && Math.abs(offset - doubted) <= JUMP;
  if (jump < -JUMP && jump >= -LONGEST_HOLD_UP && !isConfirmed) {
    heartbeat.doubted = offset;
    return;
  }
  const before = Math.abs(jump) > JUMP ? [] : heartbeat.offsets;
  heartbeat.offsets = [...before, offset].slice(-REMEMBERED);
  const zone = steadyZone(heartbeat.offsets);
  if (zone !== undefined) heartbeat.zone = zone;
  const ahead = clockAhead({ ...context, heartbeat });
  if (ahead === undefined) delete heartbeat.clock;
  else heartbeat.clock = ahead;
}

/**
 * How far the camera's clock is ahead, ms, its zone taken out as it was at the last heartbeat: it may
 * have another by now. `undefined` before its first heartbeat.
 */
function clockAhead(context: Pick<ClockContext, 'timeZone' | 'heartbeat'>): number | undefined {
  const { heartbeat } = context;
  if (heartbeat === undefined || heartbeat.offsets.length === 0) return undefined;
  return median(heartbeat.offsets) - offsetAt(zoneOf(context), heartbeat.at);
}

function steadyZone(offsets: readonly number[]): number | undefined {
  if (offsets.length < STEADY) return undefined;
  const zones = new Set(offsets.slice(-STEADY).map(quarterOf));
  const [zone] = zones;
  return zones.size === 1 && zone !== undefined && isZone(zone) ? zone : undefined;
}

function firstGuess(offset: number | undefined): number | undefined {
  if (offset === undefined) return undefined;
  const zone = quarterOf(offset);
  const rest = Math.abs(offset - zone * 60_000);
  return isZone(zone) && rest <= NEAR_QUARTER ? zone : undefined;
}

/** Minutes east of UTC, to a quarter of an hour. */
function quarterOf(offset: number): number {
  // + 0: never -0, which JSON does not keep
  return Math.round(offset / QUARTER) * 15 + 0;
}

function isZone(minutes: number): boolean {
  return minutes >= WESTMOST && minutes <= EASTMOST;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : Math.round(((sorted[middle - 1] ?? 0) + upper) / 2);
}
