import type { ReadingKind } from './kinds.ts';
import type { Name } from './name.ts';
import type { TagName } from './tags.ts';

/** A target type of a META record (protocol §3, tag 0x1). */
export interface TargetRow {
  readonly key: string;
  readonly name: Name;
  /** which reading its values become; absent where no tags are published */
  readonly kind?: ReadingKind;
  /** where OBJ_PIC goes */
  readonly image: 'face' | 'body' | 'vehicle' | 'object' | 'plate';
  /** the tag that tells several of them apart */
  readonly index?: TagName;
  /** the tag that names one of them */
  readonly label?: TagName;
}

/** 12 is not defined; 14 and 16 have no published tags. */
export const targets = {
  1: { key: 'face', name: { en: 'Face', zh: '人脸' }, kind: 'face', image: 'face' },
  2: { key: 'body', name: { en: 'Person', zh: '人体' }, kind: 'body', image: 'body' },
  3: {
    key: 'motor_vehicle',
    name: { en: 'Motor vehicle', zh: '机动车' },
    kind: 'vehicle',
    image: 'vehicle',
  },
  4: {
    key: 'non_motor_vehicle',
    name: { en: 'Non-motor vehicle', zh: '非机动车' },
    kind: 'vehicle',
    image: 'vehicle',
  },
  5: {
    key: 'customer_counter',
    name: { en: 'Customer counter', zh: '客流统计' },
    kind: 'people',
    image: 'object',
  },
  6: { key: 'heat_map', name: { en: 'Heat map', zh: '热度图' }, kind: 'heatmap', image: 'object' },
  7: {
    key: 'hot_area',
    name: { en: 'Hot area', zh: '热区' },
    kind: 'hotarea',
    image: 'object',
    index: 'REGION_ID',
    label: 'REGION_NAME',
  },
  8: {
    key: 'customer_counter_basic',
    name: { en: 'Customer counter basic data', zh: '客流统计基础数据' },
    kind: 'people_track',
    image: 'object',
  },
  9: {
    key: 'hot_area_basic',
    name: { en: 'Hot area basic data', zh: '热区基础数据' },
    kind: 'hotarea_track',
    image: 'object',
    index: 'REGION_ID',
    label: 'REGION_NAME',
  },
  10: {
    key: 'external_sensor',
    name: { en: 'External sensor', zh: '外接传感器' },
    kind: 'sensor',
    image: 'object',
    index: 'EXTERNAL_SENSOR_ID',
    label: 'EXTERNAL_SENSOR_NAME',
  },
  11: { key: 'common', name: { en: 'Object', zh: '通用目标' }, kind: 'object', image: 'object' },
  13: {
    key: 'queue_length',
    name: { en: 'Queue length', zh: '排队长度' },
    kind: 'queue',
    image: 'object',
  },
  14: {
    key: 'license_plate',
    name: { en: 'Licence plate', zh: '车牌识别' },
    kind: 'plate',
    image: 'plate',
  },
  15: {
    key: 'ocr',
    name: { en: 'Text recognition', zh: '字符识别' },
    kind: 'text',
    image: 'object',
  },
  16: {
    key: 'customer_group',
    name: { en: 'Customer group counter', zh: '客群统计' },
    kind: 'people',
    image: 'object',
  },
} as const satisfies Readonly<Record<number, TargetRow>>;

/** The number of a target that a row knows. */
export type TargetNumber = keyof typeof targets;
