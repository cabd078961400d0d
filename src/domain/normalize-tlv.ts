import { extensionOf, findItem, tagValue } from '../decode/items.ts';
import type {
  AlarmStatus,
  JsonObject,
  Picture,
  TlvItem,
  TlvRecord,
  WallTime,
} from '../decode/report.ts';
import { layers } from '../spec/tags.ts';
import { type TargetRow, targets } from '../spec/targets.ts';
import { channelKey } from './channel.ts';
import type {
  ChannelKey,
  DomainEvent,
  ImageKind,
  Moment,
  PictureEvent,
  Place,
  UnknownEvent,
} from './event.ts';
import { toJson } from './json.ts';
import { alarmEvents } from './normalize-alarm.ts';
import { type NormalizeContext, reportMoment } from './normalize-context.ts';
import { restOf, targetReadings } from './tlv-values.ts';
import { unknownItems } from './unknown.ts';

/** Events of a TLV body (protocol §3), record by record. */
export function tlvReport(
  records: readonly TlvRecord[],
  context: NormalizeContext,
): readonly DomainEvent[] {
  const events: DomainEvent[] = [];
  const momentAt = momentsOf(context);
  for (const record of records) {
    const { layer, items } = record;
    const place: Place = {
      moment: momentAt(tagValue(items, 'PTS')),
      channel: channelOf(items),
      origin: originOf(layer),
    };
    const read = layerReaders[layer] ?? unknownLayer;
    events.push(...read(record, place, context), ...unknownItems(items, place));
  }
  return events;
}

/** Moments of wall clocks: the records of a push mostly have the same. */
function momentsOf(context: NormalizeContext): (wall: WallTime | undefined) => Moment {
  let last: { readonly ms: number | undefined; readonly moment: Moment } | undefined;
  return (wall) => {
    if (last === undefined || last.ms !== wall?.ms) {
      last = { ms: wall?.ms, moment: reportMoment(wall, context) };
    }
    return last.moment;
  };
}

/** @param what the layer or the target */
function originOf(what: string): string {
  return origins.get(what) ?? `tlv_report:${what}`;
}

/** Of those that a row knows: a text is put together once, not for every record. */
const origins: ReadonlyMap<string, string> = new Map(
  [...Object.keys(layers), ...Object.values(targets).map(({ key }) => key)].map((what) => [
    what,
    `tlv_report:${what}`,
  ]),
);

type LayerReader = (
  record: TlvRecord,
  place: Place,
  context: NormalizeContext,
) => readonly DomainEvent[];

const layerReaders: Readonly<Record<string, LayerReader>> = { META: meta, ALAM: alam, AREA: area };

/** Metadata: what was seen, and its pictures before it. */
function meta(record: TlvRecord, place: Place, context: NormalizeContext): readonly DomainEvent[] {
  const { items } = record;
  const number = tagValue(items, 'TARGET');
  const row = number === undefined ? undefined : targetOf(number);
  const target = row?.key ?? `TARGET_${number ?? 'none'}`;
  const { moment, channel } = place;
  const seen: Place = { moment, channel, origin: originOf(target) };
  const shown = pictures(items, row?.image ?? 'object', target, seen, context);
  if (row === undefined) return [...shown, unknownRecord('target', target, items, seen)];
  const readings = targetReadings(row, items, seen, context);
  return shown.length === 0 ? readings : [...shown, ...readings];
}

function targetOf(number: number): TargetRow | undefined {
  const rows: Readonly<Record<number, TargetRow>> = targets;
  return rows[number];
}

/** The alarm; its picture is the whole one, else the crop. */
function alam(record: TlvRecord, place: Place, context: NormalizeContext): readonly DomainEvent[] {
  const { items } = record;
  const whole = pictureOf(items, 'SNAPSHOT');
  const crop = pictureOf(items, 'OBJ_PIC');
  const own: ImageKind = whole === undefined ? 'object' : 'snapshot';
  const others = pictures(items, 'object', 'alarm', place, context);
  return [
    ...others.filter((event) => event.image !== own),
    ...alarmEvents({
      ...place,
      type: tagValue(items, 'ALARM_TYPE'),
      status: statusOf(findItem(items, 'ALARM_STATUS')),
      isAlarm: true,
      mayBeAlarm: true,
      label: tagValue(items, 'ALARM_NAME'),
      delay: tagValue(items, 'ALARM_DELAY'),
      picture: whole ?? crop,
      extension: extensionOf(items),
      rest: restOf(items, context.policy),
    }),
  ];
}

const statuses: ReadonlySet<string> = new Set(['start', 'stop', 'pulse']);

function statusOf(
  item: TlvItem | undefined,
): AlarmStatus | { readonly unknown: string } | undefined {
  const key = item?.key;
  if (key === undefined) return undefined;
  return statuses.has(key) ? (key as AlarmStatus) : { unknown: String(item?.value) };
}

/** Frames of detection and the rules' outlines. */
function area(record: TlvRecord, place: Place): readonly DomainEvent[] {
  const { items } = record;
  const all = (name: string) =>
    items.flatMap((item) => (item.name === name && Array.isArray(item.value) ? item.value : []));
  const size = tagValue(items, 'PIC_SIZE');
  const data = {
    objects: toJson(all('AREA_OBJ')),
    rules: toJson(all('AREA_RULE')),
    ...(size && { size: toJson(size) }),
  };
  return [{ ...place, kind: 'area', data }];
}

function unknownLayer(record: TlvRecord, place: Place): readonly DomainEvent[] {
  return [unknownRecord('layer', record.layer, record.items, place)];
}

function unknownRecord(
  what: string,
  name: string,
  items: readonly TlvItem[],
  place: Place,
): UnknownEvent {
  const data = Object.fromEntries(items.map((item) => [item.name, toJson(item.value)]));
  return { ...place, kind: 'unknown', what, name, data };
}

/** Which tag is which image; OBJ_PIC is what the target says. */
const pictureTags = [
  ['SNAPSHOT', 'snapshot'],
  ['OBJ_PIC', undefined],
  ['VEHICLE_PLATE_PIC', 'plate'],
] as const;

/** @param crop what OBJ_PIC is */
function pictures(
  items: readonly TlvItem[],
  crop: ImageKind,
  target: string,
  place: Place,
  context: NormalizeContext,
): readonly PictureEvent[] {
  const events: PictureEvent[] = [];
  let attributes: JsonObject | undefined;
  for (const [tag, image] of pictureTags) {
    const picture = pictureOf(items, tag);
    if (picture === undefined) continue;
    attributes ??= { target, ...restOf(items, context.policy) };
    events.push({ ...place, kind: 'picture', image: image ?? crop, picture, attributes });
  }
  return events;
}

function pictureOf(
  items: readonly TlvItem[],
  tag: 'SNAPSHOT' | 'OBJ_PIC' | 'VEHICLE_PLATE_PIC',
): Picture | undefined {
  const value = tagValue(items, tag);
  return value !== undefined && 'format' in value ? value : undefined;
}

function channelOf(items: readonly TlvItem[]): ChannelKey {
  return channelKey(tagValue(items, 'CHANNELID'), tagValue(items, 'CHANNEL_TYPE'));
}
