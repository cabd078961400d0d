import type { AlarmStatus } from '../decode/report.ts';
import { type AlarmRow, alarmOf } from '../spec/alarms.ts';
import { advance, isOvertaken, quiet, type Step, turnId } from './alarm.ts';
import { type Applied, type Applying, nothing } from './apply-context.ts';
import { pictureChanges } from './apply-picture.ts';
import type { AlarmChange, Change, EventChange } from './change.ts';
import { channelRecord, hasRoom, remember } from './channels.ts';
import type { AlarmEvent } from './event.ts';
import { alarmId } from './ids.ts';
import { defined, own } from './json.ts';
import { limits } from './limits.ts';
import { ENTITIES, shownFaults, tooMany, unknownThing } from './notices.ts';
import { alarmRules } from './policy.ts';
import type { AlarmRecord, ChannelRecord } from './record.ts';
import { entitiesOf, mayAdd } from './room.ts';
import { endAlarms } from './timers.ts';

/** The event type of what a channel has no room for. */
const OTHER = 'other';

/**
 * An alarm's message: picture, event, state, in that order, under one id. One that drives no lifecycle
 * is an event alone.
 */
export function applyAlarm(event: AlarmEvent, applying: Applying): Applied {
  const { record, policy, isRepeat } = applying;
  const { channel } = event;
  if (isRepeat) return nothing;
  const rules = alarmRules(record, channel, event.alarm, policy);
  if (rules.ignore) return nothing;
  const place = channelRecord(record, channel);
  if (place === undefined) return { changes: tooMany(record, 'channels') };
  const notices: Change[] = event.known
    ? []
    : [...unknownThing(record, { what: 'alarm', name: event.type, data: event.data })];
  const row = alarmOf(event.alarm)?.row;
  const status = runningStatus(event, row);
  const id = alarmId(event.alarm, event.source);
  const limit = limitOf(place, id, applying);
  const fits = limit === undefined;
  if (status !== undefined && !fits) notices.push(...tooMany(record, limit));
  const turn = turnId(
    { deviceId: record.id, channel, alarmId: id },
    event,
    applying.normalized.fingerprint,
  );
  const turned =
    status !== undefined && fits ? runTurn(place, id, turn, status, event, applying) : undefined;
  const shown = turned?.step.id ?? turn;
  return {
    before: [...notices, ...(turned?.before ?? [])],
    changes: [
      ...pictureOf(place, event, shown, applying),
      eventChange(place, event, shown, applying),
      ...(turned?.changes ?? []),
      ...consequences(place, event, row, applying),
    ],
  };
}

/** Why there is no room for the alarm; `undefined` where it is known or there is. */
function limitOf(
  place: ChannelRecord,
  id: string,
  { record, policy }: Applying,
): string | undefined {
  if (Object.hasOwn(place.alarms, id)) return undefined;
  if (!hasRoom(place.alarms, id, limits.alarmsPerChannel)) return 'alarms';
  return mayAdd(record, policy, entitiesOf.alarm) ? undefined : ENTITIES;
}

/** The status, where it drives the alarm's own state. */
function runningStatus(event: AlarmEvent, row: AlarmRow | undefined): AlarmStatus | undefined {
  if (!event.runs || row?.role === 'event') return undefined;
  return typeof event.status === 'string' ? event.status : undefined;
}

function runTurn(
  place: ChannelRecord,
  id: string,
  turn: string,
  status: AlarmStatus,
  event: AlarmEvent,
  { record, normalized, policy }: Applying,
): {
  readonly step: Step;
  readonly before: readonly Change[];
  readonly changes: readonly Change[];
} {
  const { moment, channel, uuid, label, delay, data } = event;
  const { fingerprint } = normalized;
  const known = own(place.alarms, id) ?? quiet(event.alarm, event.source, 'late');
  const rules = alarmRules(record, channel, event.alarm, policy);
  const step = advance(
    known,
    { status, moment, uuid, label, delay, data, fingerprint, id: turn },
    rules,
  );
  place.alarms[id] = step.alarm;
  const { state } = step.alarm;
  const isFirst = known.announced === undefined && step.live;
  return {
    step,
    before: isFirst ? [{ change: 'alarm', channel, alarm: id, state: 'OFF', live: false }] : [],
    changes: step.changed ? [{ change: 'alarm', channel, alarm: id, state, live: step.live }] : [],
  };
}

function pictureOf(
  place: ChannelRecord,
  event: AlarmEvent,
  id: string,
  applying: Applying,
): readonly Change[] {
  const { picture, moment, channel, alarm, data } = event;
  if (picture === undefined) return [];
  return pictureChanges(place, applying, {
    channel,
    image: 'alarm',
    picture,
    moment,
    attributes: { id, alarm, data },
    live: !moment.late,
  });
}

function eventChange(
  place: ChannelRecord,
  event: AlarmEvent,
  id: string,
  { normalized }: Applying,
): EventChange {
  const { moment, channel, status, type, label, source, uuid } = event;
  const fits = remember(place.events, event.alarm, limits.eventTypesPerChannel);
  if (!fits) remember(place.events, OTHER, limits.eventTypesPerChannel + 1);
  const { faults } = normalized;
  return {
    change: 'event',
    channel,
    type: fits ? event.alarm : OTHER,
    id,
    at: moment.at,
    received: moment.received,
    late: moment.late,
    ends: status === 'stop',
    body: defined({
      status: typeof status === 'object' ? status.unknown : status,
      type,
      label,
      source,
      uuid,
      class: event.class,
      // an event class or a status that drives no state
      runs: event.runs ? undefined : false,
      time_source: moment.source === 'receipt' ? moment.source : undefined,
      data: event.data,
      faults: faults.length > 0 ? shownFaults(faults) : undefined,
    }),
  };
}

/** What an alarm does to others: a free parking space ends the occupied one, an elimination all. */
function consequences(
  place: ChannelRecord,
  event: AlarmEvent,
  row: AlarmRow | undefined,
  applying: Applying,
): readonly Change[] {
  const { record } = applying;
  if (!event.runs || row === undefined || typeof event.status === 'object') return [];
  if (row.eliminates) {
    return endAlarms(
      record,
      (alarm) => !(event.moment.late && isOvertaken(alarm, event.moment)),
      () => event.moment.at,
      'eliminated',
    );
  }
  if (row.clears === undefined || event.status === 'stop' || event.status === undefined) return [];
  return clear(place, row.clears, event, applying);
}

function clear(
  place: ChannelRecord,
  alarm: string,
  event: AlarmEvent,
  applying: Applying,
): readonly AlarmChange[] {
  const { moment, channel, source } = event;
  const id = alarmId(alarm, source);
  if (limitOf(place, id, applying) !== undefined) return [];
  const known: AlarmRecord = own(place.alarms, id) ?? quiet(alarm, source, 'cleared');
  if (moment.late && isOvertaken(known, moment)) return [];
  const { until: _over, ...rest } = known;
  const since = known.state === 'ON' || known.since === undefined ? moment.at : known.since;
  place.alarms[id] = { ...rest, state: 'OFF', since, reason: 'cleared', data: event.data };
  return [{ change: 'alarm', channel, alarm: id, state: 'OFF', live: false }];
}
