import type { FieldsOf, Json, Rectangle } from '../decode/report.ts';
import { unknownKey } from '../spec/enums.ts';
import { channelKey, DEVICE_CHANNEL } from './channel.ts';
import { isUsable } from './clock.ts';
import type { DomainEvent, HeartbeatEvent, ReadingEvent } from './event.ts';
import { defined } from './json.ts';
import { cut, limits } from './limits.ts';
import { type NormalizeContext, reportMoment } from './normalize-context.ts';

/** `keepalive`: its clock against ours. */
export function heartbeat(
  fields: FieldsOf<'keepalive'>,
  context: NormalizeContext,
): readonly DomainEvent[] {
  const event: HeartbeatEvent = {
    kind: 'heartbeat',
    origin: 'keepalive',
    moment: reportMoment(fields.time, context),
    channel: DEVICE_CHANNEL,
    ...(fields.time !== undefined && isUsable(fields.time)
      ? { offset: fields.time.ms - context.receivedAt }
      : {}),
  };
  return [event];
}

/** What `alarm["@n"]` says of a register (protocol §2 "modbus"). */
const limitWords: ReadonlyMap<number, string> = new Map([
  [0, 'below'],
  [1, 'above'],
]);

/** `reportData.do`: registers and limits. Without an `alarm` object the limits stay as they were. */
export function modbus(
  fields: FieldsOf<'modbus'>,
  context: NormalizeContext,
): readonly DomainEvent[] {
  const { registers, limits: exceeded } = fields;
  if (registers === undefined && exceeded === undefined) return [];
  const words = Object.entries(exceeded ?? {}).map(
    ([register, value]) => [register, limitWords.get(value) ?? unknownKey(value)] as const,
  );
  return [
    {
      kind: 'reading',
      origin: 'modbus',
      moment: reportMoment(fields.time, context),
      channel: DEVICE_CHANNEL,
      reading: 'modbus',
      values: {
        ...(registers && { registers }),
        ...(exceeded && { limits: Object.fromEntries(words) }),
      },
    },
  ];
}

/** `report_temper_data`: one reading a rectangle. */
export function temperature(
  fields: FieldsOf<'report_temper_data'>,
  context: NormalizeContext,
): readonly DomainEvent[] {
  const moment = reportMoment(undefined, context);
  const channel = channelKey(fields.channel);
  return (fields.rectangles ?? []).map((rectangle, position): ReadingEvent => {
    return {
      kind: 'reading',
      origin: 'report_temper_data',
      moment,
      channel,
      reading: 'temperature',
      index: String(rectangle.id ?? position),
      values: rectangleValues(rectangle),
      ...(rectangle.name ? { label: cut(rectangle.name, limits.name) } : {}),
    };
  });
}

function rectangleValues(rectangle: Rectangle): Readonly<Record<string, Json>> {
  const { temperature: measured, threshold } = rectangle;
  return defined({
    temperature: measured,
    threshold,
    over_threshold:
      measured === undefined || threshold === undefined ? undefined : measured > threshold,
  }) as Readonly<Record<string, Json>>;
}

/** `snap_report`: a whole picture, of no channel and no time. */
export function snapshot(
  fields: FieldsOf<'snap_report'>,
  context: NormalizeContext,
): readonly DomainEvent[] {
  const { picture, file_name, mid } = fields;
  if (picture === undefined) return [];
  return [
    {
      kind: 'picture',
      origin: 'snap_report',
      moment: reportMoment(undefined, context),
      channel: DEVICE_CHANNEL,
      image: 'snapshot',
      picture,
      attributes: defined({ file_name, mid }),
    },
  ];
}
