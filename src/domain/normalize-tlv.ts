import { extensionOf, findItem, tagValue } from '../decode/items.ts';
import type { AlarmStatus, Picture, TlvItem, TlvRecord } from '../decode/report.ts';
import { type TargetRow, targets } from '../spec/targets.ts';
import { channelKey } from './channel.ts';
import type {
  ChannelKey,
  DomainEvent,
  ImageKind,
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
  return records.flatMap((record) => {
    const place: Place = {
      moment: reportMoment(tagValue(record.items, 'PTS'), context),
      channel: channelOf(record.items),
      origin: `tlv_report:${record.layer}`,
    };
    const events = (layerReaders[record.layer] ?? unknownLayer)(record, place, context);
    return [...events, ...unknownItems(record.items, place)];
  });
}

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
  const seen: Place = { ...place, origin: `tlv_report:${target}` };
  return [
    ...pictures(items, row?.image ?? 'object', target, seen, context),
    ...(row === undefined
      ? [unknownRecord('target', target, items, seen)]
      : targetReadings(row, items, seen, context)),
  ];
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
function pictures(
  items: readonly TlvItem[],
  crop: ImageKind,
  target: string,
  place: Place,
  context: NormalizeContext,
): readonly PictureEvent[] {
  const tags = [
    ['SNAPSHOT', 'snapshot'],
    ['OBJ_PIC', crop],
    ['VEHICLE_PLATE_PIC', 'plate'],
  ] as const;
  return tags.flatMap(([tag, image]) => {
    const picture = pictureOf(items, tag);
    if (picture === undefined) return [];
    const attributes = { target, ...restOf(items, context.policy) };
    return [{ ...place, kind: 'picture' as const, image, picture, attributes }];
  });
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
