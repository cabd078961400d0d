import type { JsonObject } from '../decode/report.ts';
import { Recent, recentFrom } from '../domain/recent.ts';
import type { DeviceRecord } from '../domain/record.ts';
import { kinds, type ReadingKind } from '../spec/kinds.ts';
import { flag, isObject, list, map, number, object, or, type Read, text, word } from './shape.ts';

const zero = or(number, () => 0);
const texts = or(list(text), () => []);
const json: Read<JsonObject> = (value) =>
  isObject(value) ? (value as JsonObject) /* it came out of JSON.parse */ : undefined;
const kind: Read<ReadingKind> = (value) =>
  typeof value === 'string' && Object.hasOwn(kinds, value) ? (value as ReadingKind) : undefined;
const image = object({ format: word('jpeg', 'png'), at: number, bytes: zero }, {});

const alarm = object(
  { alarm: text, state: word('ON', 'OFF') },
  {
    source: text,
    label: text,
    id: text,
    uuid: text,
    since: number,
    stopped: number,
    until: number,
    data: json,
    reason: text,
  },
);

const reading = object(
  { kind, fields: texts, values: or(json, () => ({})) },
  { index: text, label: text, at: number },
);

const images = object(
  {},
  {
    snapshot: image,
    alarm: image,
    face: image,
    body: image,
    vehicle: image,
    object: image,
    plate: image,
  },
);

const channel = object(
  {
    seenIn: texts,
    alarms: or(map(alarm), () => ({})),
    events: texts,
    readings: or(map(reading), () => ({})),
    images: or(images, () => ({})),
  },
  {},
);

const counters = object(
  { pushes: zero, repeats: zero, faults: zero, refused: zero, late: zero },
  {},
);

const heartbeat = object(
  { at: number, told: number, offsets: or(list(number), () => []) },
  { doubted: number, zone: number, clock: number },
);

/** Where an earlier version had them; they stand by themselves now. */
const fingerprints: Read<Recent> = (value) => {
  if (value instanceof Recent) return value;
  const read = map(number)(value);
  return read === undefined ? undefined : recentFrom(Object.entries(read));
};

/** A device's record as the store has it, but for `recent`; {@link readDeviceRecord} reads it. */
export function recordText(record: DeviceRecord): string {
  return JSON.stringify({ ...record, recent: undefined });
}

/**
 * A device's record out of the store, whoever wrote it: what is missing gets its first value, and what
 * is wrong within it is left out. `undefined` where it is no record at all.
 */
export const readDeviceRecord: Read<DeviceRecord> = object(
  {
    id: (value) => text(value) || undefined,
    firstSeen: number,
    lastSeen: number,
    online: or(flag, () => false),
    channels: or(map(channel), () => ({})),
    counters: or(counters, () => ({ pushes: 0, repeats: 0, faults: 0, refused: 0, late: 0 })),
    numbers: or(map(number), () => ({})),
    recent: or(fingerprints, () => new Recent()),
    unknown: texts,
  },
  { name: text, generation: word('old', 'jes'), address: text, boundTo: text, heartbeat },
);
