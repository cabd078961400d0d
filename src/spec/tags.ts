import type { EnumName } from './enums.ts';

/** How the value of a tag is read; each has one reader in `decode/values.ts`. Integers are big-endian. */
export type TagType =
  /** an unsigned integer of 1, 2, 4 or 8 bytes */
  | 'unsigned'
  /** the same, as a decimal string: 64 bits do not fit a double */
  | 'id'
  /** a signed integer of 1, 2, 4 or 8 bytes */
  | 'signed'
  /** an unsigned integer, 1 yes, 0 no */
  | 'flag'
  /** a number of `spec/targets.ts` */
  | 'target'
  /** an unsigned integer: ms of the camera's wall clock; below 10^11 it is seconds */
  | 'wall_time'
  /** UTF-8 or GBK, NUL-padded */
  | 'text'
  | 'bytes'
  /** a JPEG or PNG */
  | 'picture'
  /** u16 width, height */
  | 'size'
  /** u16 x, y, w, h */
  | 'rect'
  /** N times u16 x, y */
  | 'points'
  /** N times u16, hundredths of a percent */
  | 'percents'
  /** u8 number of areas; each: u8 number of points, then u16 x, y a point */
  | 'area_rules'
  /** N times u16 id, x, y, w, h */
  | 'area_objects';

/** One tag of the second layer (protocol §3). */
export interface TagRow {
  /** as the vendor writes it */
  readonly name: string;
  readonly type: TagType;
  /** the bytes that an integer is documented with; real ones have any of 1, 2, 4, 8 */
  readonly width?: 1 | 2 | 4 | 8;
  readonly enumeration?: EnumName;
  /** a value above `limit` is no member of the enumeration but a quantity in `unit` */
  readonly above?: { readonly limit: number; readonly unit: string };
  readonly unit?: string;
  /** the value is what was sent divided by this */
  readonly scale?: 100;
  /** biometric: for who asks for it alone */
  readonly biometric?: true;
  readonly doc: { readonly en: string };
  /** the vendor's document, or its public SDK headers */
  readonly source: 'document' | 'sdk';
}

const percent = { type: 'unsigned', width: 2, unit: '%', scale: 100 } as const;
const people = { type: 'unsigned', width: 4, unit: 'people' } as const;
const flag = { type: 'flag', width: 1 } as const;
const choice = { type: 'unsigned', width: 1 } as const;
const number = { type: 'unsigned', width: 4 } as const;
const time = { type: 'wall_time', width: 8 } as const;
const document = { source: 'document' } as const;
const sdk = { source: 'sdk' } as const;

/** Every tag that is known, by its number. Targets 14 and 16 have no published tags. */
export const tags = {
  1: { ...document, name: 'TARGET', type: 'target', width: 4, doc: { en: 'target type' } },
  2: { ...document, name: 'AI_NAME', type: 'text', doc: { en: "the algorithm's name" } },
  3: {
    ...document,
    name: 'DEVICEID',
    type: 'text',
    doc: { en: "the channel's or the device's id: an attribute, not proof of who pushes" },
  },
  4: { ...document, ...number, name: 'CHANNELID', doc: { en: 'channel number' } },
  5: { ...document, ...time, name: 'PTS', doc: { en: 'wall clock of the camera' } },
  6: { ...document, name: 'PIC_SIZE', type: 'size', doc: { en: 'width and height of the image' } },
  7: { ...document, name: 'OBJ_RECT', type: 'rect', doc: { en: 'where the object is' } },
  8: { ...document, name: 'OBJ_ID', type: 'id', width: 8, doc: { en: "the object's id" } },
  9: { ...document, name: 'OBJ_PIC', type: 'picture', doc: { en: 'crop of the object' } },
  10: { ...document, name: 'SNAPSHOT', type: 'picture', doc: { en: 'the whole picture' } },
  11: { ...sdk, name: 'CHANNEL_SN', type: 'text', doc: { en: "the channel's own device id" } },
  12: {
    ...sdk,
    ...choice,
    name: 'CHANNEL_TYPE',
    enumeration: 'channel_type',
    doc: { en: 'what the channel number counts (alarms only)' },
  },
  13: { ...sdk, name: 'SNAP_FILE', type: 'text', doc: { en: 'path of a picture on the device' } },
  16: { ...document, name: 'OBJ_NAME', type: 'text', doc: { en: "the object's name" } },

  65537: {
    ...document,
    ...flag,
    name: 'FACE_INFO',
    doc: { en: 'attributes follow; else it is a capture only' },
  },
  65538: {
    ...document,
    ...choice,
    name: 'FACE_GENDER',
    enumeration: 'gender',
    doc: { en: 'gender' },
  },
  65539: {
    ...document,
    ...choice,
    name: 'FACE_AGEGROUP',
    enumeration: 'age_group',
    above: { limit: 5, unit: 'years' },
    doc: { en: 'age group; above 5 it is age in years, as an older header has it' },
  },
  65540: { ...document, ...flag, name: 'FACE_MASK', doc: { en: 'wears a mask' } },
  65541: {
    ...document,
    ...choice,
    name: 'FACE_EXPRESSION',
    enumeration: 'expression',
    doc: { en: 'expression' },
  },
  65542: { ...document, ...flag, name: 'FACE_HAT', doc: { en: 'wears a hat' } },
  65543: { ...document, ...flag, name: 'FACE_BEARD', doc: { en: 'has a beard' } },
  65544: { ...document, ...choice, name: 'FACE_HAIR', enumeration: 'hair', doc: { en: 'hair' } },
  65545: {
    ...document,
    ...choice,
    name: 'FACE_GLASS',
    enumeration: 'glasses',
    doc: { en: 'glasses' },
  },
  65546: {
    ...document,
    name: 'FACE_FEATURE',
    type: 'bytes',
    biometric: true,
    doc: { en: 'a biometric vector' },
  },
  65547: {
    ...document,
    ...percent,
    name: 'FACE_SIMILARITY',
    doc: { en: 'likeness to the face in the library' },
  },
  65548: { ...document, ...flag, name: 'FACE_LIVENESS', doc: { en: 'is a live person' } },
  65549: {
    ...document,
    name: 'FACE_ID',
    type: 'bytes',
    biometric: true,
    doc: { en: 'id in the face library' },
  },
  65551: {
    ...document,
    name: 'FACE_TEMPERATURE',
    type: 'unsigned',
    width: 2,
    unit: '°C',
    scale: 100,
    doc: { en: 'temperature of the face' },
  },

  131073: {
    ...sdk,
    ...flag,
    name: 'BODY_INFO',
    doc: { en: 'attributes follow (the header repeats 0x20002, an evident slip)' },
  },
  131074: {
    ...sdk,
    ...choice,
    name: 'BODY_AGE',
    enumeration: 'body_age',
    doc: { en: 'age group' },
  },
  131075: {
    ...sdk,
    ...choice,
    name: 'BODY_GENDER',
    enumeration: 'gender',
    doc: { en: 'gender' },
  },
  131076: {
    ...sdk,
    ...choice,
    name: 'BODY_UPPER_STYLE',
    enumeration: 'upper_style',
    doc: { en: 'sleeves' },
  },
  131077: {
    ...sdk,
    ...choice,
    name: 'BODY_UPPER_COLOR',
    enumeration: 'clothes_color',
    doc: { en: 'colour of the top' },
  },
  131078: {
    ...sdk,
    ...choice,
    name: 'BODY_UPPER_TEXTURE',
    enumeration: 'texture',
    doc: { en: 'texture of the top' },
  },
  131079: {
    ...sdk,
    ...choice,
    name: 'BODY_LOWER_STYLE',
    enumeration: 'lower_style',
    doc: { en: 'trousers or skirt' },
  },
  131080: {
    ...sdk,
    ...choice,
    name: 'BODY_LOWER_COLOR',
    enumeration: 'clothes_color',
    doc: { en: 'colour of trousers or skirt' },
  },
  131081: {
    ...sdk,
    ...choice,
    name: 'BODY_SHAPE',
    enumeration: 'body_shape',
    doc: { en: 'build' },
  },
  131082: { ...sdk, ...flag, name: 'BODY_LUGGAGE', doc: { en: 'carries luggage' } },
  131083: {
    ...sdk,
    ...choice,
    name: 'BODY_GLASS',
    enumeration: 'glasses',
    doc: { en: 'glasses' },
  },
  131084: { ...sdk, ...flag, name: 'BODY_HAT', doc: { en: 'wears a hat' } },

  196609: { ...sdk, ...flag, name: 'VEHICLE_INFO', doc: { en: 'attributes follow' } },
  196610: {
    ...sdk,
    ...choice,
    name: 'VEHICLE_TYPE',
    enumeration: 'vehicle_type',
    doc: { en: 'type of vehicle (1 to 7)' },
  },
  196611: { ...sdk, name: 'VEHICLE_PLATE_RECT', type: 'rect', doc: { en: 'where the plate is' } },
  196612: { ...sdk, name: 'VEHICLE_PLATE_NO', type: 'text', doc: { en: 'what the plate says' } },
  196613: { ...sdk, name: 'VEHICLE_PLATE_PIC', type: 'picture', doc: { en: 'crop of the plate' } },

  262145: { ...document, ...people, name: 'CUSTOMER_COUNT_IN', doc: { en: 'people who entered' } },
  262146: { ...document, ...people, name: 'CUSTOMER_COUNT_OUT', doc: { en: 'people who left' } },
  262147: { ...document, ...people, name: 'CUSTOMER_PASS', doc: { en: 'people who passed by' } },
  262148: { ...document, ...people, name: 'CUSTOMER_COUNT_KEEP', doc: { en: 'people inside' } },
  262177: {
    ...sdk,
    name: 'CUSTOMER_HUMAN_ID',
    type: 'id',
    width: 4,
    doc: { en: "the visitor's number" },
  },
  262178: { ...sdk, ...time, name: 'CUSTOMER_ENTER_TIME', doc: { en: 'when the visitor came' } },
  262179: { ...sdk, ...time, name: 'CUSTOMER_LEAVE_TIME', doc: { en: 'when the visitor left' } },
  262180: { ...sdk, ...time, name: 'CUSTOMER_CROSS_TIME', doc: { en: 'when the visitor passed' } },

  327681: { ...sdk, name: 'HOTMAP_SIZE', type: 'size', doc: { en: 'width and height of the map' } },
  327682: { ...sdk, name: 'HOTMAP_DATA', type: 'bytes', doc: { en: 'the heat map' } },

  393217: { ...sdk, ...people, name: 'REGIONAL_HUMAN_COUNT', doc: { en: 'people in the area' } },
  393218: {
    ...sdk,
    ...people,
    name: 'REGIONAL_HUMAN_STAY',
    doc: { en: 'people who stayed longer than set' },
  },
  393219: {
    ...sdk,
    ...percent,
    name: 'REGIONAL_HUMAN_STAY_RATE',
    doc: { en: 'share of those who stayed' },
  },
  393220: {
    ...sdk,
    ...number,
    name: 'REGIONAL_HUMAN_STAY_AVERAGE_TIME',
    unit: 's',
    doc: { en: 'average stay' },
  },
  393221: { ...sdk, name: 'REGION_NAME', type: 'text', doc: { en: "the area's name" } },
  393222: { ...sdk, ...number, name: 'REGION_ID', doc: { en: "the area's number" } },
  393249: {
    ...sdk,
    name: 'REGIONAL_HUMAN_ID',
    type: 'id',
    width: 4,
    doc: { en: "the visitor's number" },
  },
  393250: { ...sdk, ...time, name: 'REGIONAL_ENTER_TIME', doc: { en: 'when the visitor came' } },
  393251: { ...sdk, ...time, name: 'REGIONAL_LEAVE_TIME', doc: { en: 'when the visitor left' } },

  458753: {
    ...sdk,
    ...number,
    name: 'EXTERNAL_SENSOR_ID',
    doc: { en: "the sensor's index, not its identity" },
  },
  458754: { ...sdk, name: 'EXTERNAL_SENSOR_NAME', type: 'text', doc: { en: "the sensor's name" } },
  458755: {
    ...sdk,
    name: 'EXTERNAL_SENSOR_VALUE',
    type: 'signed',
    width: 8,
    scale: 100,
    doc: { en: 'what it measures, in EXTERNAL_SENSOR_UNIT' },
  },
  458756: { ...sdk, name: 'EXTERNAL_SENSOR_UNIT', type: 'text', doc: { en: 'unit of the value' } },

  589825: { ...sdk, ...people, name: 'HUMAN_QUEUE_LENGTH', doc: { en: 'people in the queue' } },

  655361: {
    ...document,
    ...choice,
    name: 'OCR_REGION_NUM',
    doc: { en: 'number of regions; each repeats 0xA0002 to 0xA0006' },
  },
  655362: {
    ...document,
    name: 'OCR_REGION_POINTS',
    type: 'points',
    doc: { en: 'the four corners of the region' },
  },
  655363: { ...document, name: 'OCR_REGION_NAME', type: 'text', doc: { en: "the region's name" } },
  655364: { ...document, name: 'OCR_TEXT', type: 'text', doc: { en: 'what was read' } },
  655365: { ...document, ...percent, name: 'OCR_CONFIDENCE', doc: { en: 'confidence' } },
  655366: {
    ...document,
    name: 'OCR_EACH_CONFIDENCE',
    type: 'percents',
    unit: '%',
    doc: { en: 'confidence of each character' },
  },

  268500993: { ...sdk, name: 'AREA_RULE', type: 'area_rules', doc: { en: 'areas of detection' } },
  268500994: {
    ...sdk,
    name: 'AREA_OBJ',
    type: 'area_objects',
    doc: { en: 'objects in the areas' },
  },
  536936449: { ...sdk, name: 'ALARM_TYPE', type: 'text', doc: { en: 'alarm type' } },
  536936450: {
    ...sdk,
    name: 'ALARM_NAME',
    type: 'text',
    doc: { en: 'readable name of the alarm' },
  },
  536936451: {
    ...sdk,
    ...choice,
    name: 'ALARM_STATUS',
    enumeration: 'alarm_status',
    doc: { en: 'start, stop or pulse' },
  },
  536936452: {
    ...sdk,
    ...number,
    name: 'ALARM_DELAY',
    unit: 's',
    doc: { en: 'with pulse: how long until the alarm is over (seconds assumed)' },
  },
} as const satisfies Readonly<Record<number, TagRow>>;

/** The number of a tag that a row knows. */
export type TagNumber = keyof typeof tags;

/** The vendor's name of a tag that a row knows. */
export type TagName = (typeof tags)[TagNumber]['name'];

/** The type of the tag of that name. */
export type TagTypeOf<N extends TagName> = Extract<
  (typeof tags)[TagNumber],
  { readonly name: N }
>['type'];

/** What the first-layer T says that a record is; other letters are kept as they are. */
export const layers = {
  META: { doc: { en: 'metadata' } },
  ALAM: { doc: { en: 'alarm' } },
  AREA: { doc: { en: 'frames of detection' } },
} as const;

/** The letters of a first-layer T that is known. */
export type LayerName = keyof typeof layers;

const rows: ReadonlyMap<number, TagRow> = new Map(
  Object.entries(tags).map(([tag, row]) => [Number(tag), row]),
);

const numbers: ReadonlyMap<string, TagNumber> = new Map(
  [...rows].map(([tag, row]) => [row.name, tag as TagNumber]),
);

/** The row of a tag; `undefined` where none knows it. */
export function tagRow(tag: number): TagRow | undefined {
  return rows.get(tag);
}

/** The name of a tag: the vendor's, or `TAG_0x1000E` for one that no row knows. */
export function tagName(tag: number): string {
  return rows.get(tag)?.name ?? `TAG_0x${tag.toString(16).toUpperCase()}`;
}

/** The number of the tag of that name; `undefined` where no row has it. */
export function tagNumber(name: TagName): TagNumber;
export function tagNumber(name: string): TagNumber | undefined;
export function tagNumber(name: string): TagNumber | undefined {
  return numbers.get(name);
}
