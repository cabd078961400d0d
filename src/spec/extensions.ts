import type { EnumName } from './enums.ts';
import type { Name } from './name.ts';

/** How a value of extension data is read; each has one reader in `decode/extension.ts`. */
export type ExtensionType =
  /** a string, or a number as its digits */
  | 'text'
  /** a whole number; a string of digits is taken too */
  | 'integer'
  /** 1 or 0, as true or false */
  | 'flag'
  /** a value of an enumeration, as its stable key */
  | 'enumeration';

/** Which alarms bring it (protocol §2 "Extension data"). */
export type ExtensionGroup = 'face' | 'parking' | 'plate';

export interface ExtensionRow {
  /** its name on the wire: the vendor's, but for the vendor's slips of the pen */
  readonly key: string;
  readonly name: Name;
  readonly type: ExtensionType;
  readonly enumeration?: EnumName;
  readonly of: readonly ExtensionGroup[];
  /** what its name does not say */
  readonly meaning?: Name;
}

const face = ['face'] as const;
const parking = ['parking'] as const;
const car = ['parking', 'plate'] as const;

/**
 * Every key of extension data (`extends` / `extern`), by the name that devices send. Keys of no row are
 * kept as they are.
 */
export const extensions = {
  thumbnail_file_path: {
    key: 'thumbnail_file_path',
    name: { en: 'Thumbnail', zh: '缩略图' },
    type: 'text',
    of: face,
    meaning: { en: 'a path on the device', zh: '设备内存储路径' },
  },
  gender: {
    key: 'gender',
    name: { en: 'Gender', zh: '性别' },
    type: 'enumeration',
    enumeration: 'gender',
    of: face,
  },
  age: {
    key: 'age_range',
    name: { en: 'Age range', zh: '年龄范围' },
    type: 'enumeration',
    enumeration: 'age_range',
    of: face,
    meaning: { en: 'a group of ages, not years', zh: '代表年龄段，不是具体年龄' },
  },
  mask: { key: 'mask', name: { en: 'Mask', zh: '口罩' }, type: 'flag', of: face },
  expression: {
    key: 'expression',
    name: { en: 'Expression', zh: '表情' },
    type: 'enumeration',
    enumeration: 'expression',
    of: face,
  },
  hat: { key: 'hat', name: { en: 'Hat', zh: '帽子' }, type: 'flag', of: face },
  bread: {
    key: 'beard',
    name: { en: 'Beard', zh: '胡子' },
    type: 'flag',
    of: face,
    meaning: { en: "the vendor's spelling of beard", zh: '厂商的拼写' },
  },
  hair: {
    key: 'hair',
    name: { en: 'Hair', zh: '头发' },
    type: 'enumeration',
    enumeration: 'hair',
    of: face,
  },
  glass: {
    key: 'glasses',
    name: { en: 'Glasses', zh: '眼镜' },
    type: 'enumeration',
    enumeration: 'glasses',
    of: face,
  },
  parking_id: {
    key: 'parking_id',
    name: { en: 'Parking space', zh: '车位' },
    type: 'integer',
    of: parking,
    meaning: { en: '0 left, 1 right', zh: '0 左车位，1 右车位' },
  },
  parking_name: {
    key: 'parking_name',
    name: { en: 'Name of the parking space', zh: '车位名称' },
    type: 'text',
    of: parking,
  },
  plate_no: { key: 'plate_no', name: { en: 'Plate', zh: '车牌号' }, type: 'text', of: car },
  plate_type: {
    key: 'plate_type',
    name: { en: 'Plate type', zh: '车牌类型' },
    type: 'enumeration',
    enumeration: 'plate_type',
    of: car,
  },
  plate_color: {
    key: 'plate_color',
    name: { en: 'Plate colour', zh: '车牌颜色' },
    type: 'enumeration',
    enumeration: 'plate_color',
    of: car,
  },
  vehicle_type: {
    key: 'vehicle_type',
    name: { en: 'Vehicle type', zh: '车辆类型' },
    type: 'enumeration',
    enumeration: 'vehicle_type',
    of: car,
  },
  vehicle_color: {
    key: 'vehicle_color',
    name: { en: 'Vehicle colour', zh: '车辆颜色' },
    type: 'enumeration',
    enumeration: 'vehicle_color',
    of: car,
  },
  vehicle_orient: {
    key: 'vehicle_orient',
    name: { en: 'Vehicle facing', zh: '车辆朝向' },
    type: 'enumeration',
    enumeration: 'vehicle_orient',
    of: car,
  },
  entry_type: {
    key: 'entry_type',
    name: { en: 'List', zh: '名单' },
    type: 'enumeration',
    enumeration: 'entry_type',
    of: parking,
  },
  lock_id: {
    key: 'lock_id',
    name: { en: 'Ground lock', zh: '地锁' },
    type: 'text',
    of: parking,
  },
  entry_plate_no: {
    key: 'entry_plate_no',
    name: { en: 'Plate on entry', zh: '进场车牌号' },
    type: 'text',
    of: parking,
  },
  alarm_type: {
    key: 'alarm_type',
    name: { en: 'Plate alarm', zh: '车牌报警类型' },
    type: 'text',
    of: ['plate'],
    meaning: {
      en: 'which plates were asked for: all, new_energy, non_new_energy, plate_number',
      zh: '报警类型：all、new_energy、non_new_energy、plate_number',
    },
  },
} as const satisfies Readonly<Record<string, ExtensionRow>>;
