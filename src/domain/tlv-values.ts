import { extensionOf, findItem, groupRegions, jsonOf } from '../decode/items.ts';
import type { Json, JsonObject, TlvItem } from '../decode/report.ts';
import { kinds, type ReadingField, type ReadingKind } from '../spec/kinds.ts';
import { type TagName, type TagRow, tags } from '../spec/tags.ts';
import type { TargetRow } from '../spec/targets.ts';
import { instantOfWall } from './clock.ts';
import type { Place, ReadingEvent } from './event.ts';
import { inWords } from './extension.ts';
import { isoOf, toJson } from './json.ts';
import { cut, limits } from './limits.ts';
import { clockOf, type NormalizeContext } from './normalize-context.ts';
import type { Policy } from './policy.ts';

/** The readings of a META record: one, or one a region where its tags repeat. */
export function targetReadings(
  target: TargetRow,
  items: readonly TlvItem[],
  place: Place,
  context: NormalizeContext,
): readonly ReadingEvent[] {
  const { kind } = target;
  if (kind === undefined) return [];
  const { indexed, sighting } = kinds[kind];
  const own = tagsOf(target, kind);
  const shared = items.filter((item) => !own.has(item.name));
  const readings: ReadingEvent[] = [];
  const { moment, channel, origin } = place;
  for (const [position, group] of groupsOf(items, kind, own).entries()) {
    const read = fieldValues(kind, group, context);
    if (read.size === 0 && !sighting) continue;
    const values: Record<string, Json> = sighting ? { seen_at: isoOf(moment.at) } : {};
    addTags(values, shared, context.policy, NONE);
    addTags(values, group, context.policy, fieldTags(kind));
    addExtension(values, shared);
    for (const [field, value] of read) values[field] = value;
    const label = textOf(group, target.label ?? labels[kind]);
    const reading = { moment, channel, origin, kind: 'reading', reading: kind, values } as const;
    readings.push(
      indexed || label
        ? {
            ...reading,
            ...(indexed ? { index: indexOf(group, target, position) } : {}),
            ...(label ? { label: cut(label, limits.name) } : {}),
          }
        : reading,
    );
  }
  return readings;
}

/** Kinds whose regions are named by a tag that their target's row does not mention. */
const labels: Partial<Record<ReadingKind, TagName>> = { text: 'OCR_REGION_NAME' };

function indexOf(group: readonly TlvItem[], target: TargetRow, position: number): string {
  const value = firstOf(group, target.index)?.value;
  return typeof value === 'number' || typeof value === 'string' ? String(value) : String(position);
}

function textOf(items: readonly TlvItem[], tag: TagName | undefined): string | undefined {
  const value = firstOf(items, tag)?.value;
  return typeof value === 'string' ? value.trim() || undefined : undefined;
}

function firstOf(items: readonly TlvItem[], tag: TagName | undefined): TlvItem | undefined {
  return tag === undefined ? undefined : findItem(items, tag);
}

const tagSets = new Map<TargetRow | ReadingKind, ReadonlySet<string>>();

/** A row's tags, made once. */
function once(row: TargetRow | ReadingKind, make: () => ReadonlySet<string>): ReadonlySet<string> {
  const known = tagSets.get(row);
  if (known !== undefined) return known;
  const made = make();
  tagSets.set(row, made);
  return made;
}

/** The tags that belong to one of several, not to the record as a whole. */
function tagsOf(target: TargetRow, kind: ReadingKind): ReadonlySet<string> {
  return once(target, () => madeTagsOf(target, kind));
}

function madeTagsOf(target: TargetRow, kind: ReadingKind): ReadonlySet<string> {
  const extra = [
    target.index,
    target.label,
    ...(kind === 'sensor' ? ['EXTERNAL_SENSOR_UNIT'] : []),
  ];
  return new Set([...fieldTags(kind), ...extra.filter((tag) => tag !== undefined)]);
}

function fieldTags(kind: ReadingKind): ReadonlySet<string> {
  const fields: Readonly<Record<string, ReadingField>> = kinds[kind].fields;
  return once(kind, () => new Set(Object.values(fields).flatMap((field) => field.tag ?? [])));
}

/** A new one begins where a tag comes that the present one has already. */
function groupsOf(
  items: readonly TlvItem[],
  kind: ReadingKind,
  own: ReadonlySet<string>,
): readonly (readonly TlvItem[])[] {
  if (kind === 'text') return groupRegions(items);
  const mine = items.filter((item) => own.has(item.name));
  if (!kinds[kind].indexed) return [mine];
  const groups: TlvItem[][] = [[]];
  for (const item of mine) {
    const current = groups.at(-1);
    if (current?.every((one) => one.name !== item.name)) current.push(item);
    else groups.push([item]);
  }
  return groups;
}

/** The fields of a kind that a tag has the value of, in the order of its row. */
type TaggedField = readonly [field: string, tag: TagName, row: ReadingField];

const taggedFields: ReadonlyMap<ReadingKind, readonly TaggedField[]> = new Map(
  (Object.keys(kinds) as ReadingKind[]).map((kind) => [kind, taggedFieldsOf(kind)]),
);

function taggedFieldsOf(kind: ReadingKind): readonly TaggedField[] {
  const fields: Readonly<Record<string, ReadingField>> = kinds[kind].fields;
  return Object.entries(fields).flatMap(([field, row]): readonly TaggedField[] =>
    row.tag === undefined ? [] : [[field, row.tag, row]],
  );
}

function fieldValues(
  kind: ReadingKind,
  items: readonly TlvItem[],
  context: NormalizeContext,
): ReadonlyMap<string, Json> {
  const values = new Map<string, Json>();
  for (const [field, tag, row] of taggedFields.get(kind) ?? []) {
    const item = findItem(items, tag);
    if (item?.value === undefined) continue;
    if (item.unit === 'years' && row.enumeration !== undefined) {
      // FACE_AGEGROUP above 5 is no group but years (protocol §3)
      values.set('age', toJson(item.value));
      continue;
    }
    const value = fieldValue(row, item, context);
    if (value !== undefined) values.set(field, value);
  }
  return values;
}

function fieldValue(row: ReadingField, item: TlvItem, context: NormalizeContext): Json | undefined {
  const { value, key } = item;
  if (row.platform === 'binary_sensor') return typeof value === 'boolean' ? value : undefined;
  if (row.enumeration !== undefined) return key;
  if (typeof value === 'object' && 'ms' in value && typeof value.ms === 'number') {
    const instant = instantOfWall({ ms: value.ms }, clockOf(context));
    return instant === undefined ? undefined : isoOf(instant);
  }
  return toJson(value);
}

/** Tags that say where a record belongs, not what it says. */
const PLACING: ReadonlySet<string> = new Set(['TARGET', 'CHANNELID', 'CHANNEL_TYPE', 'PTS']);
const ALARM_TAGS = ['ALARM_TYPE', 'ALARM_NAME', 'ALARM_STATUS', 'ALARM_DELAY'];
const EVENT_TAGS: ReadonlySet<string> = new Set([...PLACING, ...ALARM_TAGS]);

/** Names that read better than the tag's in lower case. */
const names: Readonly<Record<string, string>> = {
  DEVICEID: 'device_id',
  EXTERNAL_SENSOR_UNIT: 'unit',
  HOTMAP_SIZE: 'size',
  HOTMAP_DATA: 'data',
  OCR_REGION_POINTS: 'points',
  OCR_EACH_CONFIDENCE: 'each_confidence',
};

/** What of a tag of bytes is published, base64; more than that by its length. */
const BYTES_SHOWN = 256 * 1024;

/** What becomes of a tag whose value nobody took: pictures and what places a record are left out. */
interface RestRow {
  readonly key: string;
  readonly biometric: boolean;
}

const restRows: ReadonlyMap<string, RestRow> = new Map(
  Object.values<TagRow>(tags)
    .filter(({ name, type }) => type !== 'picture' && !EVENT_TAGS.has(name))
    .map(({ name, biometric }) => [
      name,
      { key: names[name] ?? name.toLowerCase(), biometric: biometric === true },
    ]),
);

/**
 * Everything else that a record says: attributes by the tag's name in lower case, the JSON extension in
 * words. Pictures are left out, and what identifies a face unless it was asked for.
 */
export function restOf(
  items: readonly TlvItem[],
  policy: Pick<Policy, 'faceFeatures'>,
): JsonObject {
  const rest: Record<string, Json> = {};
  addTags(rest, items, policy, NONE);
  addExtension(rest, items);
  return rest;
}

const NONE: ReadonlySet<string> = new Set();

/** The tags of {@link restOf}, without those that were taken. */
function addTags(
  values: Record<string, Json>,
  items: readonly TlvItem[],
  policy: Pick<Policy, 'faceFeatures'>,
  taken: ReadonlySet<string>,
): void {
  for (const { name, value, key } of items) {
    const row = restRows.get(name);
    if (row === undefined || value === undefined || taken.has(name)) continue;
    if (!row.biometric || policy.faceFeatures) values[row.key] = key ?? restValue(value);
  }
}

function addExtension(values: Record<string, Json>, items: readonly TlvItem[]): void {
  // most records have none; the tree that one is read from has no `__proto__`
  if (items.some(isExtension)) Object.assign(values, inWords(extensionOf(items)));
}

function isExtension(item: TlvItem): boolean {
  return jsonOf(item) !== undefined;
}

function restValue(value: NonNullable<TlvItem['value']>): Json {
  if (typeof value === 'object' && 'bytes' in value && Buffer.isBuffer(value.bytes)) {
    if (value.bytes.length <= BYTES_SHOWN) return value.bytes.toString('base64');
  }
  return toJson(value);
}
