import type { DeviceSettings, Settings } from '../config/schema.ts';
import type { Json, JsonObject } from '../decode/report.ts';
import { extensions } from '../spec/extensions.ts';
import { kinds } from '../spec/kinds.ts';
import { tags } from '../spec/tags.ts';
import type { ChannelKey, DomainEvent, ImageKind, Normalized } from './event.ts';
import { own } from './json.ts';
import type { DeviceRecord } from './record.ts';

/** What of a device is published of people. */
export interface Privacy {
  readonly pictures: ReadonlySet<string>;
  /** what the camera thinks of a face */
  readonly faces: boolean;
  readonly plates: boolean;
}

/** What the settings say of a device: its own before those for all. */
export function privacyOf(
  { publish, devices }: Pick<Settings, 'publish' | 'devices'>,
  deviceId: string,
): Privacy {
  const device: DeviceSettings | undefined = own(devices, deviceId);
  const made = known.get(publish) ?? new Map<DeviceSettings | undefined, Privacy>();
  known.set(publish, made);
  const privacy = made.get(device) ?? newPrivacy(publish, device);
  made.set(device, privacy);
  return privacy;
}

/** Settings stay what they are, and are asked for with every push. */
const known = new WeakMap<Settings['publish'], Map<DeviceSettings | undefined, Privacy>>();

function newPrivacy(publish: Settings['publish'], device: DeviceSettings | undefined): Privacy {
  return {
    pictures: new Set(device?.pictures ?? publish.pictures),
    faces: device?.face_attributes ?? publish.face_attributes,
    plates: device?.plates ?? publish.plates,
  };
}

const tagNames = Object.values(tags).map(({ name }) => name);
const spelled = (name: string) => [name, name.toLowerCase()];

/** As devices send them and as they are published. */
const plateKeys: ReadonlySet<string> = new Set([
  ...Object.keys(extensions).filter((key) => key.endsWith('plate_no')),
  ...tagNames.filter((name) => name.endsWith('PLATE_NO')).flatMap(spelled),
]);

/** FACE_INFO says only that there are some. */
const faceKeys: ReadonlySet<string> = new Set([
  ...Object.entries(extensions).flatMap(([wire, { of, key, type }]) =>
    of.some((group) => group === 'face') && type !== 'text' ? [wire, key] : [],
  ),
  ...tagNames.filter((name) => /^FACE_(?!INFO)/.test(name)).flatMap(spelled),
]);

/** Of a face alone: other things have a name and an age as well. */
const faceReadingKeys: ReadonlySet<string> = new Set([
  ...faceKeys,
  ...Object.keys(kinds.face.fields).filter((key) => key !== 'seen_at'),
  ...spelled('OBJ_NAME'),
]);

/** Takes out of a report what is not to be published, before anybody keeps or sends it. */
export function withPrivacy(normalized: Normalized, privacy: Privacy): Normalized {
  const { events, report } = normalized;
  return {
    ...normalized,
    events: filteredAll(events, privacy),
    report: isOpen(privacy) ? report : () => reportWithPrivacy(report(), privacy),
  };
}

/** Whether nothing is taken out but pictures. */
export function isOpen({ faces, plates }: Privacy): boolean {
  return faces && plates;
}

/** Whole, a report would say what its parts may not. */
export function reportWithPrivacy(report: JsonObject, privacy: Privacy): JsonObject {
  return isOpen(privacy) ? report : { ...report, content: null, withheld: true };
}

/** An event as the history has it, or a picture's attributes, made under other settings. */
export function dataWithPrivacy(payload: JsonObject, privacy: Privacy): JsonObject {
  const { data, image } = payload;
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return payload;
  const seen = data as JsonObject;
  const isFace = image === 'face' || (image !== undefined && seen.target === 'face');
  return { ...payload, data: without(seen, hiddenKeys(privacy, isFace)) };
}

function filteredAll(events: readonly DomainEvent[], privacy: Privacy): readonly DomainEvent[] {
  const shown: DomainEvent[] = [];
  for (const event of events) {
    const one = filtered(event, privacy);
    if (one !== undefined) shown.push(one);
  }
  return shown;
}

function filtered(event: DomainEvent, privacy: Privacy): DomainEvent | undefined {
  const { pictures } = privacy;
  switch (event.kind) {
    case 'picture': {
      if (!pictures.has(event.image)) return undefined;
      const isFace = event.image === 'face' || event.attributes.target === 'face';
      const hidden = hiddenKeys(privacy, isFace);
      if (hidden.size === 0) return event;
      return { ...event, attributes: without(event.attributes, hidden) };
    }
    case 'alarm': {
      const hidden = hiddenKeys(privacy, false);
      const isShown = event.picture === undefined || pictures.has('alarm');
      if (hidden.size === 0 && isShown) return event;
      const { picture, ...rest } = event;
      const data = without(event.data, hidden);
      return { ...rest, data, ...(picture !== undefined && isShown ? { picture } : {}) };
    }
    case 'reading': {
      const hidden = hiddenKeys(privacy, event.reading === 'face');
      return hidden.size === 0 ? event : { ...event, values: without(event.values, hidden) };
    }
    case 'unknown': {
      const hidden = hiddenKeys(privacy, true);
      // the name of an unknown value says it
      const { key, tag } = event.data;
      if ([key, tag].some((one) => typeof one === 'string' && hidden.has(one))) return undefined;
      return { ...event, data: without(event.data, hidden) };
    }
    default:
      return event;
  }
}

/**
 * Takes out of a record what was published before it was switched off.
 * @returns the pictures to be cleared at the broker
 */
export function scrub(
  record: DeviceRecord,
  privacy: Privacy,
): readonly { readonly channel: ChannelKey; readonly image: ImageKind }[] {
  const any = hiddenKeys(privacy, false);
  return Object.entries(record.channels).flatMap(([channel, { alarms, readings, images }]) => {
    for (const alarm of Object.values(alarms)) {
      if (alarm.data !== undefined) alarm.data = without(alarm.data, any);
    }
    for (const reading of Object.values(readings)) {
      const hidden = hiddenKeys(privacy, reading.kind === 'face');
      reading.values = without(reading.values, hidden);
      reading.fields = reading.fields.filter((field) => !hidden.has(field));
    }
    const off = (Object.keys(images) as ImageKind[]).filter((kind) => !privacy.pictures.has(kind));
    for (const image of off) delete images[image];
    return off.map((image) => ({ channel, image }));
  });
}

const nothing: ReadonlySet<string> = new Set();
const withPlates = {
  face: new Set([...faceReadingKeys, ...plateKeys]),
  any: new Set([...faceKeys, ...plateKeys]),
};

function hiddenKeys({ faces, plates }: Privacy, ofFace: boolean): ReadonlySet<string> {
  if (faces) return plates ? nothing : plateKeys;
  if (!plates) return ofFace ? withPlates.face : withPlates.any;
  return ofFace ? faceReadingKeys : faceKeys;
}

function without(object: JsonObject, hidden: ReadonlySet<string>): JsonObject {
  if (hidden.size === 0) return object;
  return Object.fromEntries(
    Object.entries(object).flatMap(([key, value]): [string, Json][] =>
      hidden.has(key) ? [] : [[key, inner(value, hidden)]],
    ),
  );
}

function inner(value: Json, hidden: ReadonlySet<string>): Json {
  if (Array.isArray(value)) return value.map((item) => inner(item, hidden));
  if (typeof value !== 'object' || value === null) return value;
  return without(value as JsonObject, hidden);
}
