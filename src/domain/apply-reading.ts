import type { Json, JsonObject } from '../decode/report.ts';
import { kinds } from '../spec/kinds.ts';
import { type Applied, type Applying, nothing } from './apply-context.ts';
import { channelRecord, hasRoom, remember } from './channels.ts';
import type { ReadingEvent } from './event.ts';
import { readingId } from './ids.ts';
import { own } from './json.ts';
import { limits } from './limits.ts';
import { tooMany } from './notices.ts';
import type { ReadingRecord } from './record.ts';

/**
 * Current values. A sighting replaces the one before; of a lasting quantity what the report leaves out
 * stays as it was. What comes late replaces nothing newer.
 */
export function applyReading(event: ReadingEvent, { record }: Applying): Applied {
  const { channel, reading, index, label, moment } = event;
  const place = channelRecord(record, channel);
  if (place === undefined) return { changes: tooMany(record, 'channels') };
  const id = readingId(reading, index);
  if (!hasRoom(place.readings, id, limits.readingsPerChannel)) {
    return { changes: tooMany(record, 'readings') };
  }
  const known: ReadingRecord = own(place.readings, id) ?? {
    kind: reading,
    ...(index === undefined ? {} : { index }),
    fields: [],
    values: {},
  };
  if (moment.late && known.at !== undefined && known.at > moment.at) return nothing;
  const { values, overflow } = withinLimits(event, known);
  const name = label ?? known.label;
  place.readings[id] = {
    ...known,
    ...(name === undefined ? {} : { label: name }),
    values: kinds[reading].sighting ? values : { ...known.values, ...values },
    at: moment.at,
  };
  return {
    changes: [
      ...(overflow ? tooMany(record, 'modbus registers') : []),
      { change: 'reading', channel, reading, ...(index === undefined ? {} : { index }) },
    ],
  };
}

/** Remembers the fields, which become entities; registers are the only ones that no row lists. */
function withinLimits(
  event: ReadingEvent,
  known: ReadingRecord,
): { readonly values: JsonObject; readonly overflow: boolean } {
  const { values, reading } = event;
  const registers = reading === 'modbus' ? values.registers : undefined;
  if (!isMap(registers)) {
    const rows: object = kinds[reading].fields;
    const fields = Object.keys(values).filter((key) => Object.hasOwn(rows, key));
    for (const field of fields) remember(known.fields, field, limits.fieldsPerReading);
    return { values, overflow: false };
  }
  const entries = Object.entries(registers);
  const kept = entries.filter(([key]) => remember(known.fields, key, limits.fieldsPerReading));
  const previous = known.values.registers;
  return {
    values: {
      ...values,
      registers: { ...(isMap(previous) ? previous : {}), ...Object.fromEntries(kept) },
    },
    overflow: kept.length < entries.length,
  };
}

function isMap(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
