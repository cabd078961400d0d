import type { AlarmStatus, FieldsOf, Json, JsonObject, Picture } from '../decode/report.ts';
import { alarmOf } from '../spec/alarms.ts';
import { kinds } from '../spec/kinds.ts';
import { channelKey } from './channel.ts';
import type { AlarmEvent, ChannelKey, DomainEvent, Moment, ReadingEvent } from './event.ts';
import { fieldsFed, inWords } from './extension.ts';
import { defined, isoOf, own } from './json.ts';
import { cut, limits } from './limits.ts';
import { type NormalizeContext, reportMoment } from './normalize-context.ts';

/** The class of a timed snapshot; 1 is an alarm (protocol §2 "event"). */
const ALARM_CLASS = 1;
const SNAPSHOT_CLASS = 3;

/** An alarm whose type is missing or empty. */
const UNNAMED = 'unnamed';

/** An alarm as any of the three reports brings it. */
export interface RawAlarm {
  readonly origin: string;
  readonly moment: Moment;
  readonly channel: ChannelKey;
  readonly type: string | undefined;
  readonly status: AlarmStatus | { readonly unknown: string } | undefined;
  /** whether its class lets an alarm run that no row knows */
  readonly isAlarm: boolean;
  /** whether its class lets a known alarm run */
  readonly mayBeAlarm: boolean;
  readonly class?: number | undefined;
  readonly uuid?: string | undefined;
  readonly label?: string | undefined;
  readonly delay?: number | undefined;
  readonly picture?: Picture | undefined;
  readonly extension: JsonObject;
  /** what else the camera sent with it */
  readonly rest?: JsonObject;
}

/** `alarm_report`: the report itself says that it is an alarm. */
export function alarmReport(
  fields: FieldsOf<'alarm_report'>,
  context: NormalizeContext,
): readonly DomainEvent[] {
  return alarmEvents({
    origin: 'alarm_report',
    moment: reportMoment(fields.time, context),
    channel: channelKey(fields.channel),
    type: fields.type,
    status: fields.status,
    isAlarm: true,
    mayBeAlarm: true,
    uuid: fields.uuid,
    label: fields.label,
    picture: fields.picture,
    extension: fields.extension ?? {},
  });
}

/** `event_report`: its class says what it is. */
export function eventReport(
  fields: FieldsOf<'event_report'>,
  context: NormalizeContext,
): readonly DomainEvent[] {
  const origin = 'event_report';
  const moment = reportMoment(fields.time, context);
  const channel = channelKey(fields.channel, fields.channel_type);
  const extension = fields.extension ?? {};
  if (fields.event === SNAPSHOT_CLASS) {
    if (fields.picture === undefined) return [];
    const attributes = defined({ type: fields.type, label: fields.label, ...inWords(extension) });
    const { picture } = fields;
    return [{ kind: 'picture', origin, moment, channel, image: 'snapshot', picture, attributes }];
  }
  return alarmEvents({
    origin,
    moment,
    channel,
    type: fields.type,
    status: fields.status,
    isAlarm: fields.event === ALARM_CLASS,
    mayBeAlarm: [ALARM_CLASS, 0, undefined].includes(fields.event),
    class: fields.event,
    label: fields.label,
    picture: fields.picture,
    extension,
  });
}

/**
 * An alarm, and before it what its extension data says of faces, plates and parking spaces: that is to
 * be there when the alarm sets something off.
 */
export function alarmEvents(raw: RawAlarm): readonly DomainEvent[] {
  const { origin, moment, channel, status } = raw;
  const words = inWords(raw.extension);
  const type = cut(raw.type?.trim() ?? '', limits.alarmType) || UNNAMED;
  const found = alarmOf(type);
  const isKnown = found !== undefined;
  const alarm: AlarmEvent = {
    kind: 'alarm',
    origin,
    moment,
    channel,
    alarm: found?.key ?? type,
    type,
    known: isKnown,
    runs: type !== UNNAMED && (isKnown ? raw.mayBeAlarm : raw.isAlarm),
    status,
    data: { ...raw.rest, ...words },
    ...defined({
      class: raw.class,
      source: sourceText(found?.row.source && own(words, found.row.source)),
      uuid: raw.uuid?.trim() || undefined,
      label: cut(raw.label?.trim() ?? '', limits.name) || undefined,
      delay: raw.delay,
      picture: raw.picture,
    }),
  };
  return [...fedReading(alarm, found?.row.reading, words), alarm];
}

function fedReading(
  alarm: AlarmEvent,
  reading: 'face' | 'plate' | 'parking' | undefined,
  words: JsonObject,
): readonly ReadingEvent[] {
  if (reading === undefined) return [];
  const read = fieldsFed(reading, words);
  // a parking space that is free has no plate: that is news too
  if (Object.keys(read).length === 0 && reading !== 'parking') return [];
  const { moment, channel, origin, source } = alarm;
  const values = { seen_at: isoOf(moment.at), ...read };
  const label = own(words, 'parking_name');
  return [
    {
      kind: 'reading',
      origin,
      moment,
      channel,
      reading,
      values,
      ...(kinds[reading].indexed ? { index: source ?? '0' } : {}),
      ...(kinds[reading].indexed && typeof label === 'string' && label !== ''
        ? { label: cut(label, limits.name) }
        : {}),
    },
  ];
}

function sourceText(value: Json | undefined): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? cut(value.trim(), limits.alarmType) || undefined : undefined;
}
