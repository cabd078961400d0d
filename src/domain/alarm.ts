import type { AlarmStatus, JsonObject } from '../decode/report.ts';
import type { Moment } from './event.ts';
import { stableId } from './fingerprint.ts';
import { defined } from './json.ts';
import { limits } from './limits.ts';
import type { AlarmRules } from './policy.ts';
import type { AlarmReason, AlarmRecord } from './record.ts';

/** One message of an alarm's life. */
export interface Turn {
  readonly status: AlarmStatus;
  readonly moment: Moment;
  /** the camera's own id of the turn */
  readonly uuid?: string | undefined;
  readonly label?: string | undefined;
  /** seconds until a pulse is over (ALARM_DELAY) */
  readonly delay?: number | undefined;
  readonly data: JsonObject;
  /** of the report that it came by */
  readonly fingerprint: string;
  /** the turn's id if it begins here */
  readonly id: string;
}

/** The outcome of a turn. */
export interface Step {
  readonly alarm: AlarmRecord;
  /** the id that the turn's event and picture carry */
  readonly id: string;
  /** its state or attributes changed, and it is to be published */
  readonly changed: boolean;
  /** it went ON just now, in time */
  readonly live: boolean;
}

/** An alarm that was never ON. */
export function quiet(alarm: string, source: string | undefined, reason: AlarmReason): AlarmRecord {
  return defined({ alarm, source, state: 'OFF' as const, reason });
}

/**
 * The id of the turn that an event begins: the same when the camera sends it again, over restarts too.
 * The camera's own id alone is not enough, for its counter starts over (protocol §2 "alarm").
 */
export function turnId(
  place: { readonly deviceId: string; readonly channel: string; readonly alarmId: string },
  event: { readonly uuid?: string | undefined; readonly moment: Moment },
  fingerprint: string,
): string {
  const { deviceId, channel, alarmId } = place;
  const { uuid, moment } = event;
  const own = uuid === undefined || moment.source === 'receipt' ? fingerprint : moment.wall;
  return stableId(deviceId, channel, alarmId, uuid, own);
}

/**
 * The lifecycle, one message further. Late ones: a pulse is over, a start counts for what may last
 * (a covered lens), a stop always does; but nothing late undoes what came about after it, and no start
 * turns on what its own stop has ended already.
 */
export function advance(alarm: AlarmRecord, turn: Turn, rules: AlarmRules): Step {
  return steps[turn.status](alarm, turn, rules);
}

const steps: Readonly<
  Record<AlarmStatus, (alarm: AlarmRecord, turn: Turn, rules: AlarmRules) => Step>
> = { start, stop, pulse };

function start(alarm: AlarmRecord, turn: Turn, rules: AlarmRules): Step {
  const { moment } = turn;
  if (isOver(alarm, turn)) return missed(alarm, turn, alarm.id);
  if (moment.late && (!rules.condition || isOvertaken(alarm, moment))) return missed(alarm, turn);
  const until = rules.maximum === 'none' ? undefined : moment.received + rules.maximum;
  const id = alarm.state === 'ON' && isOfTurn(alarm, turn) ? alarm.id : undefined;
  return turnedOn(alarm, turn, { until, reason: 'start', id });
}

function pulse(alarm: AlarmRecord, turn: Turn, rules: AlarmRules): Step {
  const { moment } = turn;
  if (moment.late) return missed(alarm, turn);
  const started = alarm.state === 'ON' && alarm.reason === 'start';
  const end = pulseEnd(turn, rules);
  if (started) {
    // its stop is still to come: a pulse in between can only lengthen it
    const until = later(alarm.until, end);
    return turnedOn(alarm, turn, { until, reason: 'start', id: undefined });
  }
  const extended = alarm.state === 'ON' && turn.delay === undefined;
  const until = extended ? later(alarm.until, end) : end;
  return turnedOn(alarm, turn, { until, reason: 'pulse', id: undefined });
}

function stop(alarm: AlarmRecord, turn: Turn): Step {
  const id = idOfStop(alarm, turn);
  if (turn.moment.late && isOvertaken(alarm, turn.moment) && !isOfTurn(alarm, turn)) {
    // the turn that runs is another
    return { alarm, id: alarm.state === 'ON' ? turn.id : id, changed: false, live: false };
  }
  const { until: _over, ...rest } = alarm;
  const next: AlarmRecord = {
    ...rest,
    ...defined({ uuid: turn.uuid ?? alarm.uuid, label: turn.label ?? alarm.label }),
    id,
    state: 'OFF',
    since: alarm.state === 'ON' || alarm.since === undefined ? turn.moment.at : alarm.since,
    stopped: turn.moment.at,
    reason: 'stop',
    data: turn.data,
    last: turn.fingerprint,
  };
  return { alarm: next, id, changed: true, live: false };
}

/** Ends an alarm that is ON for another reason than its own stop; `undefined` where it is not ON. */
export function ended(
  alarm: AlarmRecord,
  at: number,
  reason: AlarmReason,
): AlarmRecord | undefined {
  if (alarm.state === 'OFF') return undefined;
  const { until: _over, ...rest } = alarm;
  return { ...rest, state: 'OFF', since: at, reason };
}

/** Ends an alarm whose time is over; `undefined` where it is not. It ended when it should have. */
export function expired(alarm: AlarmRecord, now: number): AlarmRecord | undefined {
  if (alarm.until === undefined || alarm.until > now) return undefined;
  return ended(alarm, alarm.until, alarm.reason === 'pulse' ? 'hold_over' : 'maximum_over');
}

/** Its present state, or the stop that confirmed it, came about after that moment by the camera's clock. */
export function isOvertaken({ since, stopped }: AlarmRecord, moment: Moment): boolean {
  return Math.max(since ?? 0, stopped ?? 0) > moment.at;
}

function turnedOn(
  alarm: AlarmRecord,
  turn: Turn,
  on: { until: number | undefined; reason: AlarmReason; id: string | undefined },
): Step {
  const { until: _old, uuid: _other, stopped: _before, ...rest } = alarm;
  const resent = alarm.last === turn.fingerprint;
  const wasOn = alarm.state === 'ON';
  const id = on.id ?? turn.id;
  const next: AlarmRecord = {
    ...rest,
    ...defined({ label: turn.label ?? alarm.label, uuid: turn.uuid, until: on.until }),
    state: 'ON',
    id,
    since: wasOn && alarm.since !== undefined ? alarm.since : turn.moment.at,
    reason: on.reason,
    data: turn.data,
    last: turn.fingerprint,
  };
  return { alarm: next, id, changed: true, live: !turn.moment.late && (!wasOn || resent) };
}

/** It came too late to turn anything on; the alarm is known from now on all the same. */
function missed(alarm: AlarmRecord, turn: Turn, id = turn.id): Step {
  if (alarm.announced !== undefined) return { alarm, id, changed: false, live: false };
  const known = alarm.since === undefined ? { ...alarm, last: turn.fingerprint } : alarm;
  return { alarm: known, id, changed: true, live: false };
}

/** A stop belongs to the turn that runs, or to the one that the bridge itself took for over. */
function idOfStop(alarm: AlarmRecord, turn: Turn): string {
  if (alarm.id === undefined) return turn.id;
  const resent = alarm.last === turn.fingerprint;
  const unanswered = alarm.reason !== 'stop';
  return resent || isOfTurn(alarm, turn) || unanswered ? alarm.id : turn.id;
}

/** The camera's own id says that it is the alarm's turn; JES firmware has none (protocol §2 "event"). */
function isOfTurn(alarm: AlarmRecord, turn: Turn): boolean {
  return turn.uuid !== undefined && turn.uuid === alarm.uuid;
}

/**
 * Its stop came before it. The camera's id alone does not tell, for its counter starts over (protocol §2
 * "alarm"): what began after the stop is a turn of its own.
 */
function isOver(alarm: AlarmRecord, turn: Turn): boolean {
  const { state, stopped } = alarm;
  const endsLater = stopped !== undefined && stopped >= turn.moment.at;
  return state === 'OFF' && endsLater && isOfTurn(alarm, turn);
}

/** Until when a pulse holds, ms; `undefined`: until something ends it. */
function pulseEnd(turn: Turn, rules: AlarmRules): number | undefined {
  if (turn.delay !== undefined && turn.delay > 0) {
    return turn.moment.received + Math.min(turn.delay, limits.delay) * 1000;
  }
  return rules.hold === 'lasting' ? undefined : turn.moment.received + rules.hold;
}

/** `undefined` is never, the latest of all. */
function later(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : Math.max(one, other);
}
