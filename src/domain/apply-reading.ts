import type { Json, JsonObject } from '../decode/report.ts';
import { kinds } from '../spec/kinds.ts';
import { type Applied, type Applying, nothing } from './apply-context.ts';
import type { ReadingChange } from './change.ts';
import { channelRecord, hasRoom, remember } from './channels.ts';
import type { ReadingEvent } from './event.ts';
import { readingId } from './ids.ts';
import { own } from './json.ts';
import { limits } from './limits.ts';
import { ENTITIES, tooMany } from './notices.ts';
import type { Policy } from './policy.ts';
import type { DeviceRecord, ReadingRecord } from './record.ts';
import { entitiesOf, mayAdd } from './room.ts';

/**
 * Current values. A sighting replaces the one before; of a lasting quantity what the report leaves out
 * stays as it was. What comes late replaces nothing newer.
 */
export function applyReading(event: ReadingEvent, applying: Applying): Applied {
  const { record, policy, isRepeat } = applying;
  const { channel, reading, index, label, moment } = event;
  const place = channelRecord(record, channel);
  if (place === undefined) return { changes: tooMany(record, 'channels') };
  const id = readingId(reading, index);
  if (!hasRoom(place.readings, id, limits.readingsPerChannel)) {
    return { changes: tooMany(record, 'readings') };
  }
  if (!Object.hasOwn(place.readings, id) && !mayAdd(record, policy, entitiesOf.field)) {
    return { changes: tooMany(record, ENTITIES) };
  }
  const known = own(place.readings, id) ?? newReading(event);
  if (moment.late && known.at !== undefined && known.at > moment.at) return nothing;
  const { values, overflow } = withinLimits(event, known, record, policy);
  if (label !== undefined) known.label = label;
  const { sighting } = kinds[reading];
  known.values = sighting ? values : { ...known.values, ...values };
  known.at = moment.at;
  place.readings[id] = known;
  const change: ReadingChange = {
    change: 'reading',
    channel,
    reading,
    ...(index === undefined ? {} : { index }),
    // nothing of a repeat is seen again
    ...(sighting && !isRepeat ? { seen: { ...known } } : {}),
  };
  return {
    changes: overflow === undefined ? [change] : [...tooMany(record, overflow), change],
  };
}

function newReading({ reading, index }: ReadingEvent): ReadingRecord {
  return {
    kind: reading,
    ...(index === undefined ? {} : { index }),
    fields: [],
    values: {},
  };
}

/** Remembers the fields, which become entities; registers are the only ones that no row lists. */
function withinLimits(
  event: ReadingEvent,
  known: ReadingRecord,
  record: DeviceRecord,
  policy: Policy,
): { readonly values: JsonObject; readonly overflow: string | undefined } {
  const { values, reading } = event;
  const isModbus = reading === 'modbus';
  const rows: object = kinds[reading].fields;
  const seen = isModbus
    ? registersIn(values)
    : Object.keys(values).filter((key) => Object.hasOwn(rows, key));
  const isNews = !seen.every((key) => known.fields.includes(key));
  if (!isNews && !isModbus) return { values, overflow: undefined };
  const each = isModbus ? entitiesOf.register : entitiesOf.field;
  // they count as the record's own only once all are known
  const added = seen
    .filter((key) => !known.fields.includes(key))
    .filter((_, index) => mayAdd(record, policy, (index + 1) * each));
  const kept = seen.filter(
    (key) =>
      (known.fields.includes(key) || added.includes(key)) &&
      remember(known.fields, key, limits.fieldsPerReading),
  );
  const isFull = known.fields.length >= limits.fieldsPerReading;
  const overflow = kept.length === seen.length ? undefined : isFull ? 'modbus registers' : ENTITIES;
  return { values: isModbus ? withRegisters(values, known.values, kept) : values, overflow };
}

/** Those with a value, and those of which only a limit is said (protocol §2 "modbus"). */
function registersIn({ registers, limits: exceeded }: JsonObject): readonly string[] {
  return [...new Set([...keysOf(registers), ...keysOf(exceeded)])];
}

/** Values of registers stay until there are others; limits are those of all registers. */
function withRegisters(
  { registers, limits: exceeded, ...values }: JsonObject,
  previous: JsonObject,
  kept: readonly string[],
): JsonObject {
  const only = (map: JsonObject) =>
    Object.fromEntries(Object.entries(map).filter(([key]) => kept.includes(key)));
  const before = isMap(previous.registers) ? previous.registers : {};
  return {
    ...values,
    ...(isMap(registers) && { registers: { ...before, ...only(registers) } }),
    ...(isMap(exceeded) && { limits: only(exceeded) }),
  };
}

function keysOf(value: Json | undefined): readonly string[] {
  return isMap(value) ? Object.keys(value) : [];
}

function isMap(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
