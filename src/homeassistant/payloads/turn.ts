import type { Json, JsonObject } from '../../decode/report.ts';
import type { EventChange, NoticeChange, PictureChange } from '../../domain/change.ts';
import { isoOf } from '../../domain/json.ts';
import { dataKeys, fitted, objectOf } from '../json.ts';

/**
 * Keys of an event's payload that Home Assistant would take for the entity's own: it filters none.
 */
const entitysOwn: ReadonlySet<string> = new Set([
  'assumed_state',
  'device_class',
  'entity_id',
  'entity_picture',
  'event_type',
  'event_types',
  'friendly_name',
  'icon',
  'restored',
  'supported_features',
  'unit_of_measurement',
]);

/** What everything else in an event's attributes may be, besides `data`. */
const BODY_BYTES = 3000;

/** The whole of an event, for the history. */
export function eventWhole(change: EventChange): JsonObject {
  const whole: Record<string, Json> = {
    event_type: change.type,
    id: change.id,
    channel: change.channel,
    time: isoOf(change.at),
    received: isoOf(change.received),
  };
  for (const [key, value] of Object.entries(change.body)) {
    if (!entitysOwn.has(key)) whole[key] = value;
  }
  return whole;
}

/** `<device>/<channel>/event`: the same {@link eventWhole}, in a size that Home Assistant keeps as attributes. */
export function eventLive(whole: JsonObject): JsonObject {
  const { data, ...body } = whole;
  return { ...fitted(body, BODY_BYTES).object, ...dataKeys(objectOf(data)) };
}

/** `…/image/<image>/attributes`: when it was taken and the turn that it belongs to. */
export function pictureAttributes({
  channel,
  image,
  picture,
  attributes,
}: PictureChange): JsonObject {
  const { at, data, ...rest } = attributes;
  return {
    ...fitted(rest, BODY_BYTES).object,
    ...(typeof at === 'number' ? { time: isoOf(at) } : { time: at ?? null }),
    channel,
    image,
    bytes: picture.bytes.length,
    ...dataKeys(objectOf(data)),
  };
}

/**
 * `bridge/event`. `event_type` is one of those that Home Assistant was told of, `type` says exactly
 * what it is.
 *
 * @param known the types that the bridge's event entity has
 */
export function notice(change: NoticeChange, known: readonly string[], now: number): JsonObject {
  const eventType: Json = known.includes(change.type) ? change.type : 'other';
  return {
    event_type: eventType,
    type: change.type,
    time: isoOf(now),
    message: change.message,
    ...dataKeys(change.data),
  };
}
