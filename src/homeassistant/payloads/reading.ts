import type { Json, JsonObject } from '../../decode/report.ts';
import { defined, isoOf, own } from '../../domain/json.ts';
import type { DeviceRecord, ReadingRecord } from '../../domain/record.ts';
import { kindRows, type ReadingField } from '../../spec/kinds.ts';
import type { Context } from '../context.ts';
import { attributeBytes, shortened } from '../json.ts';
import { registers } from './registers.ts';

/** How the value of a field becomes the state of its entity. */
export type FieldType = 'flag' | 'label' | 'time' | 'number' | 'text';

/** What a row says of its values. */
export function fieldType(row: ReadingField): FieldType {
  if (row.platform === 'binary_sensor') return 'flag';
  if (row.enumeration !== undefined) return 'label';
  if (row.deviceClass === 'timestamp') return 'time';
  const measured = row.deviceClass ?? row.unit ?? row.stateClass ?? row.precision;
  return measured === undefined ? 'text' : 'number';
}

/**
 * What Home Assistant can take for a field of that type: it logs an error for a number that is none
 * and for a time that no calendar has.
 */
const readers: Readonly<Record<FieldType, (value: Json) => Json>> = {
  flag: (value) => (typeof value === 'boolean' ? value : null),
  label: (value) => (typeof value === 'string' ? value : null),
  time: (value) => {
    const date =
      typeof value === 'string' || typeof value === 'number' ? new Date(value) : undefined;
    return date === undefined || Number.isNaN(date.getTime()) ? null : date.toISOString();
  },
  number: (value) => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) ? number : null;
  },
  text: (value) => {
    const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
    // whole in the attributes of its entity, which must not be larger
    return typeof text === 'string' ? (shortened(text, attributeBytes) ?? '') : text;
  },
};

/** `…/<kind>[/<index>]`: current values, flat; `undefined` where there are none yet. */
export function readingState(
  record: DeviceRecord,
  reading: ReadingRecord,
  { settings }: Context,
): JsonObject | undefined {
  const { at } = reading;
  const about = defined({
    time: at === undefined ? undefined : isoOf(at),
    index: reading.index,
    label: reading.label,
  }) as JsonObject;
  if (reading.kind === 'modbus') return { ...registers(reading, settings, record.id), ...about };
  const { sighting, fields } = kindRows[reading.kind];
  const values = Object.entries(reading.values);
  if (values.length === 0) return undefined;
  const seen = sighting && at !== undefined ? { seen_at: isoOf(at) } : {};
  const read = values.map(([key, value]): [string, Json] => {
    const row = own(fields, key);
    return [key, row === undefined ? value : readers[fieldType(row)](value)];
  });
  return { ...seen, ...Object.fromEntries(read), ...about };
}
