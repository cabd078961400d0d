import type { Name } from './name.ts';

/** One value of an enumeration. */
export interface EnumOption {
  /** what goes over the wire: stable, of no language */
  readonly key: string;
  readonly name: Name;
}

/** An enumeration: its options by the value that devices send, a number or (`entry_type`) a word. */
export type Enumeration = Readonly<Record<number | string, EnumOption>>;

/**
 * Every enumeration of the protocol (§2 "Extension data", §3). -1 stands in a camera's own filters
 * for "any" and turns up in data too.
 */
export const enums = {
  gender: {
    1: { key: 'male', name: { en: 'Male', zh: '男' } },
    2: { key: 'female', name: { en: 'Female', zh: '女' } },
  },
  /** FACE_AGEGROUP to 5; above it is years */
  age_group: {
    1: { key: 'child', name: { en: 'Child', zh: '儿童' } },
    2: { key: 'teenager', name: { en: 'Teenager', zh: '少年' } },
    3: { key: 'young', name: { en: 'Young', zh: '青年' } },
    4: { key: 'middle_aged', name: { en: 'Middle-aged', zh: '中年' } },
    5: { key: 'elderly', name: { en: 'Elderly', zh: '老年' } },
  },
  /** `age` of a face's extension: a group, not years */
  age_range: {
    1: { key: '0-10', name: { en: '0-10', zh: '0-10岁' } },
    2: { key: '10-20', name: { en: '10-20', zh: '10-20岁' } },
    3: { key: '20-40', name: { en: '20-40', zh: '20-40岁' } },
    4: { key: '40-60', name: { en: '40-60', zh: '40-60岁' } },
    5: { key: '60-100', name: { en: '60-100', zh: '60-100岁' } },
  },
  expression: {
    1: { key: 'smile', name: { en: 'Smile', zh: '微笑' } },
    2: { key: 'angry', name: { en: 'Angry', zh: '愤怒' } },
    3: { key: 'sad', name: { en: 'Sad', zh: '悲伤' } },
    4: { key: 'normal', name: { en: 'Normal', zh: '正常' } },
    5: { key: 'surprised', name: { en: 'Surprised', zh: '惊讶' } },
  },
  hair: {
    1: { key: 'long', name: { en: 'Long', zh: '长发' } },
    2: { key: 'short', name: { en: 'Short', zh: '短发' } },
  },
  glasses: {
    0: { key: 'none', name: { en: 'No glasses', zh: '无' } },
    1: { key: 'glasses', name: { en: 'Glasses', zh: '普通眼镜' } },
    2: { key: 'sunglasses', name: { en: 'Sunglasses', zh: '太阳眼镜' } },
  },
  body_age: {
    1: { key: 'teenager', name: { en: 'Teenager', zh: '少年' } },
    2: { key: 'young', name: { en: 'Young', zh: '青年' } },
    3: { key: 'elderly', name: { en: 'Elderly', zh: '老年' } },
  },
  upper_style: {
    1: { key: 'long_sleeves', name: { en: 'Long sleeves', zh: '长袖' } },
    2: { key: 'short_sleeves', name: { en: 'Short sleeves', zh: '短袖' } },
  },
  clothes_color: {
    1: { key: 'black', name: { en: 'Black', zh: '黑色' } },
    2: { key: 'blue', name: { en: 'Blue', zh: '蓝色' } },
    3: { key: 'green', name: { en: 'Green', zh: '绿色' } },
    4: { key: 'white_grey', name: { en: 'White or grey', zh: '白色/灰色' } },
    5: {
      key: 'yellow_orange_brown',
      name: { en: 'Yellow, orange or brown', zh: '黄色/橙色/棕色' },
    },
    6: { key: 'red_pink_purple', name: { en: 'Red, pink or purple', zh: '红色/粉色/紫色' } },
  },
  texture: {
    1: { key: 'plain', name: { en: 'Plain', zh: '纯色' } },
    2: { key: 'stripes', name: { en: 'Stripes', zh: '条纹' } },
    3: { key: 'checks', name: { en: 'Checks', zh: '格子' } },
  },
  lower_style: {
    1: { key: 'trousers', name: { en: 'Trousers', zh: '长裤' } },
    2: { key: 'shorts', name: { en: 'Shorts', zh: '短裤' } },
    3: { key: 'skirt', name: { en: 'Skirt', zh: '裙子' } },
  },
  body_shape: {
    1: { key: 'medium', name: { en: 'Medium', zh: '中等' } },
    2: { key: 'heavy', name: { en: 'Heavy', zh: '胖' } },
    3: { key: 'slim', name: { en: 'Slim', zh: '瘦' } },
  },
  /** of extensions; VEHICLE_TYPE knows 1 to 7 of it */
  vehicle_type: {
    '-1': { key: 'all', name: { en: 'All', zh: '全部' } },
    0: { key: 'unknown', name: { en: 'Unknown', zh: '未知' } },
    1: { key: 'car', name: { en: 'Car', zh: '小轿车' } },
    2: { key: 'suv', name: { en: 'SUV', zh: 'SUV' } },
    3: { key: 'van', name: { en: 'Van', zh: '面包车' } },
    4: { key: 'truck', name: { en: 'Truck', zh: '卡车' } },
    5: { key: 'bicycle', name: { en: 'Bicycle', zh: '自行车' } },
    6: { key: 'motorcycle', name: { en: 'E-bike or motorcycle', zh: '电动车/摩托车' } },
    7: { key: 'tricycle', name: { en: 'Tricycle', zh: '三轮车' } },
    8: { key: 'bus', name: { en: 'Bus', zh: '客车' } },
    9: { key: 'pickup', name: { en: 'Pickup', zh: '皮卡' } },
    10: { key: 'lorry', name: { en: 'Lorry', zh: '货车' } },
  },
  vehicle_color: {
    '-1': { key: 'all', name: { en: 'All', zh: '全部' } },
    0: { key: 'unknown', name: { en: 'Unknown', zh: '未知' } },
    1: { key: 'black', name: { en: 'Black', zh: '黑色' } },
    2: { key: 'blue', name: { en: 'Blue', zh: '蓝色' } },
    3: { key: 'brown', name: { en: 'Brown', zh: '棕色' } },
    4: { key: 'grey', name: { en: 'Grey', zh: '灰色' } },
    5: { key: 'yellow', name: { en: 'Yellow', zh: '黄色' } },
    6: { key: 'green', name: { en: 'Green', zh: '绿色' } },
    7: { key: 'purple', name: { en: 'Purple', zh: '紫色' } },
    8: { key: 'red', name: { en: 'Red', zh: '红色' } },
    9: { key: 'white', name: { en: 'White', zh: '白色' } },
  },
  vehicle_orient: {
    '-1': { key: 'all', name: { en: 'All', zh: '全部' } },
    0: { key: 'unknown', name: { en: 'Unknown', zh: '未知' } },
    1: { key: 'front', name: { en: 'Front', zh: '正面' } },
    2: { key: 'back', name: { en: 'Back', zh: '背面' } },
    3: { key: 'side', name: { en: 'Side', zh: '侧面' } },
  },
  plate_type: {
    '-1': { key: 'all', name: { en: 'All', zh: '全部' } },
    0: { key: 'none', name: { en: 'No plate', zh: '无车牌' } },
    1: { key: 'large_vehicle', name: { en: 'Large vehicle', zh: '大型汽车号牌' } },
    2: { key: 'small_vehicle', name: { en: 'Small vehicle', zh: '小型汽车号牌' } },
    3: { key: 'embassy', name: { en: 'Embassy', zh: '使馆汽车号牌' } },
    4: { key: 'consulate', name: { en: 'Consulate', zh: '领馆汽车号牌' } },
    5: { key: 'trailer', name: { en: 'Trailer', zh: '挂车号牌' } },
    6: { key: 'learner', name: { en: 'Learner', zh: '教练车号牌' } },
    7: { key: 'police', name: { en: 'Police', zh: '警车号牌' } },
    8: { key: 'hong_kong', name: { en: 'Hong Kong', zh: '香港出入境号牌' } },
    9: { key: 'macau', name: { en: 'Macau', zh: '澳门出入境号牌' } },
    10: { key: 'armed_police', name: { en: 'Armed police', zh: '武警号牌' } },
    11: { key: 'military', name: { en: 'Military', zh: '军队号牌' } },
    12: { key: 'new_energy', name: { en: 'New energy', zh: '新能源号牌' } },
    13: { key: 'other', name: { en: 'Other', zh: '其他号牌' } },
  },
  plate_color: {
    '-1': { key: 'all', name: { en: 'All', zh: '全部' } },
    0: { key: 'unknown', name: { en: 'Unknown', zh: '未知' } },
    1: { key: 'blue', name: { en: 'Blue', zh: '蓝牌' } },
    2: { key: 'yellow', name: { en: 'Yellow', zh: '黄牌' } },
    3: { key: 'green', name: { en: 'Green', zh: '绿牌' } },
    4: { key: 'black', name: { en: 'Black', zh: '黑牌' } },
    5: { key: 'white', name: { en: 'White', zh: '白牌' } },
  },
  /** sent as words */
  entry_type: {
    whitelist: { key: 'whitelist', name: { en: 'Allow list', zh: '白名单' } },
    blacklist: { key: 'blacklist', name: { en: 'Block list', zh: '黑名单' } },
    unknown: { key: 'unknown', name: { en: 'Unknown vehicle', zh: '陌生车辆' } },
    new_energy: { key: 'new_energy', name: { en: 'New energy', zh: '新能源' } },
    non_new_energy: { key: 'non_new_energy', name: { en: 'Not new energy', zh: '非新能源' } },
  },
  channel_type: {
    0: { key: 'video_input', name: { en: 'Video input', zh: '视频输入' } },
    1: { key: 'external_input', name: { en: 'External input', zh: '外部输入' } },
    2: { key: 'device', name: { en: 'Device', zh: '设备本身' } },
  },
  alarm_status: {
    0: { key: 'stop', name: { en: 'Stop', zh: '停止' } },
    1: { key: 'start', name: { en: 'Start', zh: '开始' } },
    2: { key: 'pulse', name: { en: 'Pulse', zh: '脉冲' } },
  },
} as const satisfies Readonly<Record<string, Enumeration>>;

/** The key of an enumeration's row. */
export type EnumName = keyof typeof enums;

/** What a key of `Unknown (…)` keeps of a word that no row knows. */
const UNKNOWN_LENGTH = 40;

/** What such a key begins with. */
export const UNKNOWN = 'Unknown (';

/** The key of a value that no row knows, whatever it is a value of: `Unknown (17)`. */
export function unknownKey(value: number | bigint | string): string {
  const text = String(value);
  return `${UNKNOWN}${text.length > UNKNOWN_LENGTH ? `${text.slice(0, UNKNOWN_LENGTH)}…` : text})`;
}

/** The option that a device means by `value`; `undefined` where no row knows it. */
export function enumOption(
  name: EnumName,
  value: number | bigint | string,
): EnumOption | undefined {
  return optionsByText.get(name)?.get(String(value));
}

/** Asked for with every tag: maps, which know no `constructor` that a camera may send. */
const optionsByText: ReadonlyMap<string, ReadonlyMap<string, EnumOption>> = new Map(
  Object.entries<Enumeration>(enums).map(([name, options]) => [
    name,
    new Map(Object.entries(options)),
  ]),
);

/** The stable key of what a device sent: `male`; `Unknown (17)` where no row knows it. */
export function enumKey(name: EnumName, value: number | bigint | string): string {
  return enumOption(name, value)?.key ?? unknownKey(value);
}

/** Every option of an enumeration: the choices of a sensor, the rows of a table. */
export function enumOptions(name: EnumName): readonly EnumOption[] {
  return Object.values<EnumOption>(enums[name]);
}
