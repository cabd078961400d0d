import type { EnumName } from './enums.ts';
import type { Name } from './name.ts';
import type { TagName } from './tags.ts';

/**
 * The kinds of reading: what can be read from a device besides alarms and pictures. One row is one
 * topic (`<device>/<channel>/<kind>[/<index>]`), one field is one key of its JSON and one entity.
 * Normalizing, messages, discovery and the documentation all derive from here.
 */
export interface KindRow {
  readonly name: Name;
  /** several of them can exist, told apart by an index (a rectangle's id, a region's) */
  readonly indexed: boolean;
  /** each report of it is one thing seen, not the value of a lasting quantity: gets `seen_at` */
  readonly sighting: boolean;
  readonly fields: Readonly<Record<string, ReadingField>>;
}

export interface ReadingField {
  readonly name: Name;
  readonly platform: 'sensor' | 'binary_sensor';
  /** the TLV tag whose value it is */
  readonly tag?: TagName;
  /** the key of extension data (protocol §2) whose value it is */
  readonly extension?: string;
  readonly deviceClass?: string;
  /** a sign of every language, or a word of each */
  readonly unit?: string | Name;
  readonly stateClass?: 'measurement' | 'total' | 'total_increasing';
  /** it only grows until it starts over, where `devices.<id>.people_counts` says `total` */
  readonly counter?: true;
  /** digits after the point that are worth showing */
  readonly precision?: number;
  readonly enumeration?: EnumName;
  readonly icon?: string;
  readonly diagnostic?: true;
  /** off by default in Home Assistant: noise to most */
  readonly hidden?: true;
  /** the one that an indexed kind is about: its entity has the name of the whole */
  readonly main?: true;
}

const seenAt = {
  name: { en: 'Last seen', zh: '最近出现' },
  platform: 'sensor',
  deviceClass: 'timestamp',
} as const;

const people = {
  platform: 'sensor',
  unit: { en: 'people', zh: '人' },
  stateClass: 'measurement',
  precision: 0,
} as const;
const hiddenEnum = { platform: 'sensor', deviceClass: 'enum', hidden: true } as const;
const hiddenFlag = { platform: 'binary_sensor', hidden: true } as const;
const hiddenText = { platform: 'sensor', hidden: true } as const;
const hiddenTime = { platform: 'sensor', deviceClass: 'timestamp', hidden: true } as const;

const plateFields = {
  plate_no: {
    name: { en: 'Plate', zh: '车牌号' },
    platform: 'sensor',
    tag: 'VEHICLE_PLATE_NO',
    extension: 'plate_no',
    icon: 'mdi:card-text-outline',
  },
  plate_type: {
    ...hiddenEnum,
    name: { en: 'Plate type', zh: '车牌类型' },
    extension: 'plate_type',
    enumeration: 'plate_type',
  },
  plate_color: {
    ...hiddenEnum,
    name: { en: 'Plate colour', zh: '车牌颜色' },
    extension: 'plate_color',
    enumeration: 'plate_color',
  },
  vehicle_type: {
    ...hiddenEnum,
    name: { en: 'Vehicle type', zh: '车辆类型' },
    tag: 'VEHICLE_TYPE',
    extension: 'vehicle_type',
    enumeration: 'vehicle_type',
  },
  vehicle_color: {
    ...hiddenEnum,
    name: { en: 'Vehicle colour', zh: '车辆颜色' },
    extension: 'vehicle_color',
    enumeration: 'vehicle_color',
  },
  vehicle_orient: {
    ...hiddenEnum,
    name: { en: 'Vehicle facing', zh: '车辆朝向' },
    extension: 'vehicle_orient',
    enumeration: 'vehicle_orient',
  },
  entry_type: {
    name: { en: 'List', zh: '名单' },
    platform: 'sensor',
    deviceClass: 'enum',
    extension: 'entry_type',
    enumeration: 'entry_type',
    icon: 'mdi:playlist-check',
  },
} as const;

export const kinds = {
  temperature: {
    name: { en: 'Temperature', zh: '温度' },
    indexed: true,
    sighting: false,
    fields: {
      temperature: {
        name: { en: 'Temperature', zh: '温度' },
        platform: 'sensor',
        deviceClass: 'temperature',
        unit: '°C',
        stateClass: 'measurement',
        precision: 1,
        main: true,
      },
      threshold: {
        name: { en: 'Alarm threshold', zh: '报警阈值' },
        platform: 'sensor',
        deviceClass: 'temperature',
        unit: '°C',
        precision: 1,
        diagnostic: true,
      },
      over_threshold: {
        name: { en: 'Over threshold', zh: '超温' },
        platform: 'binary_sensor',
        deviceClass: 'heat',
      },
    },
  },
  /**
   * Registers are entities of their own, made from `devices.<id>.modbus`: field keys are register
   * numbers. Values are `{"registers": {"0": 235, "1": 17}, "limits": {"1": "above"}}`, the numbers as
   * sent; `limits` lists the registers out of range (`below` or `above`), kept where a report has no
   * `alarm` object (protocol §2 "modbus"), and absent before the first one that has.
   */
  modbus: { name: { en: 'Register', zh: '寄存器' }, indexed: false, sighting: false, fields: {} },
  people: {
    name: { en: 'People', zh: '客流' },
    indexed: false,
    sighting: false,
    fields: {
      entered: {
        ...people,
        counter: true,
        name: { en: 'Entered', zh: '进店人数' },
        tag: 'CUSTOMER_COUNT_IN',
        icon: 'mdi:location-enter',
      },
      left: {
        ...people,
        counter: true,
        name: { en: 'Left', zh: '出店人数' },
        tag: 'CUSTOMER_COUNT_OUT',
        icon: 'mdi:location-exit',
      },
      passed: {
        ...people,
        counter: true,
        name: { en: 'Passed by', zh: '过店人数' },
        tag: 'CUSTOMER_PASS',
        icon: 'mdi:walk',
      },
      inside: {
        ...people,
        name: { en: 'Inside', zh: '留存人数' },
        tag: 'CUSTOMER_COUNT_KEEP',
        icon: 'mdi:account-group',
      },
    },
  },
  people_track: {
    name: { en: 'Visitor', zh: '顾客' },
    indexed: false,
    sighting: true,
    fields: {
      seen_at: { ...seenAt, hidden: true },
      human_id: { ...hiddenText, name: { en: 'Number', zh: '编号' }, tag: 'CUSTOMER_HUMAN_ID' },
      entered_at: {
        ...hiddenTime,
        name: { en: 'Entered at', zh: '进入时间' },
        tag: 'CUSTOMER_ENTER_TIME',
      },
      left_at: {
        ...hiddenTime,
        name: { en: 'Left at', zh: '离开时间' },
        tag: 'CUSTOMER_LEAVE_TIME',
      },
      crossed_at: {
        ...hiddenTime,
        name: { en: 'Crossed at', zh: '经过时间' },
        tag: 'CUSTOMER_CROSS_TIME',
      },
    },
  },
  hotarea: {
    name: { en: 'Area', zh: '热区' },
    indexed: true,
    sighting: false,
    fields: {
      people: {
        ...people,
        name: { en: 'People', zh: '人数' },
        tag: 'REGIONAL_HUMAN_COUNT',
        icon: 'mdi:account-group',
      },
      staying: {
        ...people,
        name: { en: 'Staying', zh: '停留人数' },
        tag: 'REGIONAL_HUMAN_STAY',
        icon: 'mdi:account-clock',
      },
      stay_rate: {
        name: { en: 'Stay rate', zh: '停留率' },
        platform: 'sensor',
        tag: 'REGIONAL_HUMAN_STAY_RATE',
        unit: '%',
        stateClass: 'measurement',
        precision: 1,
        icon: 'mdi:percent',
      },
      average_stay: {
        name: { en: 'Average stay', zh: '平均停留时间' },
        platform: 'sensor',
        tag: 'REGIONAL_HUMAN_STAY_AVERAGE_TIME',
        deviceClass: 'duration',
        unit: 's',
        stateClass: 'measurement',
        precision: 0,
      },
    },
  },
  hotarea_track: {
    name: { en: 'Area visitor', zh: '热区顾客' },
    indexed: true,
    sighting: true,
    fields: {
      seen_at: { ...seenAt, hidden: true },
      human_id: { ...hiddenText, name: { en: 'Number', zh: '编号' }, tag: 'REGIONAL_HUMAN_ID' },
      entered_at: {
        ...hiddenTime,
        name: { en: 'Entered at', zh: '进入时间' },
        tag: 'REGIONAL_ENTER_TIME',
      },
      left_at: {
        ...hiddenTime,
        name: { en: 'Left at', zh: '离开时间' },
        tag: 'REGIONAL_LEAVE_TIME',
      },
    },
  },
  queue: {
    name: { en: 'Queue', zh: '排队' },
    indexed: false,
    sighting: false,
    fields: {
      length: {
        ...people,
        name: { en: 'Queue length', zh: '排队人数' },
        tag: 'HUMAN_QUEUE_LENGTH',
        icon: 'mdi:human-queue',
      },
    },
  },
  face: {
    name: { en: 'Face', zh: '人脸' },
    indexed: false,
    sighting: true,
    fields: {
      seen_at: { ...seenAt, icon: 'mdi:face-recognition' },
      name: {
        name: { en: 'Name', zh: '姓名' },
        platform: 'sensor',
        tag: 'OBJ_NAME',
        icon: 'mdi:account',
      },
      gender: {
        ...hiddenEnum,
        name: { en: 'Gender', zh: '性别' },
        tag: 'FACE_GENDER',
        extension: 'gender',
        enumeration: 'gender',
      },
      age_group: {
        ...hiddenEnum,
        name: { en: 'Age group', zh: '年龄段' },
        tag: 'FACE_AGEGROUP',
        enumeration: 'age_group',
      },
      age_range: {
        ...hiddenEnum,
        name: { en: 'Age range', zh: '年龄范围' },
        extension: 'age',
        enumeration: 'age_range',
      },
      /** FACE_AGEGROUP above 5 is years (protocol §3) */
      age: {
        name: { en: 'Age', zh: '年龄' },
        platform: 'sensor',
        unit: { en: 'years', zh: '岁' },
        precision: 0,
        hidden: true,
      },
      mask: {
        ...hiddenFlag,
        name: { en: 'Mask', zh: '口罩' },
        tag: 'FACE_MASK',
        extension: 'mask',
        icon: 'mdi:face-mask',
      },
      expression: {
        ...hiddenEnum,
        name: { en: 'Expression', zh: '表情' },
        tag: 'FACE_EXPRESSION',
        extension: 'expression',
        enumeration: 'expression',
      },
      hat: {
        ...hiddenFlag,
        name: { en: 'Hat', zh: '帽子' },
        tag: 'FACE_HAT',
        extension: 'hat',
        icon: 'mdi:hat-fedora',
      },
      beard: {
        ...hiddenFlag,
        name: { en: 'Beard', zh: '胡子' },
        tag: 'FACE_BEARD',
        extension: 'bread',
        icon: 'mdi:mustache',
      },
      hair: {
        ...hiddenEnum,
        name: { en: 'Hair', zh: '头发' },
        tag: 'FACE_HAIR',
        extension: 'hair',
        enumeration: 'hair',
      },
      glasses: {
        ...hiddenEnum,
        name: { en: 'Glasses', zh: '眼镜' },
        tag: 'FACE_GLASS',
        extension: 'glass',
        enumeration: 'glasses',
      },
      similarity: {
        name: { en: 'Similarity', zh: '相似度' },
        platform: 'sensor',
        tag: 'FACE_SIMILARITY',
        unit: '%',
        precision: 1,
        hidden: true,
        icon: 'mdi:percent',
      },
      alive: {
        ...hiddenFlag,
        name: { en: 'Live person', zh: '活体' },
        tag: 'FACE_LIVENESS',
        icon: 'mdi:account-heart',
      },
      temperature: {
        name: { en: 'Body temperature', zh: '体温' },
        platform: 'sensor',
        tag: 'FACE_TEMPERATURE',
        deviceClass: 'temperature',
        unit: '°C',
        precision: 1,
      },
    },
  },
  body: {
    name: { en: 'Person', zh: '人体' },
    indexed: false,
    sighting: true,
    fields: {
      seen_at: { ...seenAt, icon: 'mdi:human' },
      age: {
        ...hiddenEnum,
        name: { en: 'Age', zh: '年龄段' },
        tag: 'BODY_AGE',
        enumeration: 'body_age',
      },
      gender: {
        ...hiddenEnum,
        name: { en: 'Gender', zh: '性别' },
        tag: 'BODY_GENDER',
        enumeration: 'gender',
      },
      upper_style: {
        ...hiddenEnum,
        name: { en: 'Top', zh: '上衣款式' },
        tag: 'BODY_UPPER_STYLE',
        enumeration: 'upper_style',
      },
      upper_color: {
        ...hiddenEnum,
        name: { en: 'Top colour', zh: '上衣颜色' },
        tag: 'BODY_UPPER_COLOR',
        enumeration: 'clothes_color',
      },
      upper_texture: {
        ...hiddenEnum,
        name: { en: 'Top texture', zh: '上衣纹理' },
        tag: 'BODY_UPPER_TEXTURE',
        enumeration: 'texture',
      },
      lower_style: {
        ...hiddenEnum,
        name: { en: 'Bottom', zh: '下装款式' },
        tag: 'BODY_LOWER_STYLE',
        enumeration: 'lower_style',
      },
      lower_color: {
        ...hiddenEnum,
        name: { en: 'Bottom colour', zh: '下装颜色' },
        tag: 'BODY_LOWER_COLOR',
        enumeration: 'clothes_color',
      },
      shape: {
        ...hiddenEnum,
        name: { en: 'Build', zh: '体型' },
        tag: 'BODY_SHAPE',
        enumeration: 'body_shape',
      },
      luggage: {
        ...hiddenFlag,
        name: { en: 'Luggage', zh: '行李' },
        tag: 'BODY_LUGGAGE',
        icon: 'mdi:bag-suitcase',
      },
      glasses: {
        ...hiddenEnum,
        name: { en: 'Glasses', zh: '眼镜' },
        tag: 'BODY_GLASS',
        enumeration: 'glasses',
      },
      hat: {
        ...hiddenFlag,
        name: { en: 'Hat', zh: '帽子' },
        tag: 'BODY_HAT',
        icon: 'mdi:hat-fedora',
      },
    },
  },
  vehicle: {
    name: { en: 'Vehicle', zh: '车辆' },
    indexed: false,
    sighting: true,
    fields: {
      seen_at: { ...seenAt, icon: 'mdi:car' },
      type: {
        name: { en: 'Type', zh: '类型' },
        platform: 'sensor',
        deviceClass: 'enum',
        tag: 'VEHICLE_TYPE',
        enumeration: 'vehicle_type',
        icon: 'mdi:car-info',
      },
      plate_no: {
        name: { en: 'Plate', zh: '车牌号' },
        platform: 'sensor',
        tag: 'VEHICLE_PLATE_NO',
        icon: 'mdi:card-text-outline',
      },
    },
  },
  object: {
    name: { en: 'Object', zh: '目标' },
    indexed: false,
    sighting: true,
    fields: {
      seen_at: { ...seenAt, icon: 'mdi:shape' },
      name: {
        name: { en: 'Name', zh: '名称' },
        platform: 'sensor',
        tag: 'OBJ_NAME',
        icon: 'mdi:shape-outline',
      },
    },
  },
  plate: {
    name: { en: 'Plate', zh: '车牌' },
    indexed: false,
    sighting: true,
    fields: { seen_at: { ...seenAt, icon: 'mdi:car' }, ...plateFields },
  },
  parking: {
    name: { en: 'Parking space', zh: '车位' },
    indexed: true,
    sighting: true,
    fields: {
      seen_at: { ...seenAt, icon: 'mdi:parking' },
      ...plateFields,
      entry_plate_no: {
        ...hiddenText,
        name: { en: 'Plate on entry', zh: '进场车牌号' },
        extension: 'entry_plate_no',
      },
      lock_id: { ...hiddenText, name: { en: 'Ground lock', zh: '地锁' }, extension: 'lock_id' },
    },
  },
  text: {
    name: { en: 'Text', zh: '文字' },
    indexed: true,
    sighting: false,
    fields: {
      text: {
        name: { en: 'Text', zh: '识别结果' },
        platform: 'sensor',
        tag: 'OCR_TEXT',
        icon: 'mdi:text-recognition',
        main: true,
      },
      confidence: {
        name: { en: 'Confidence', zh: '置信度' },
        platform: 'sensor',
        tag: 'OCR_CONFIDENCE',
        unit: '%',
        stateClass: 'measurement',
        precision: 1,
        diagnostic: true,
        hidden: true,
        icon: 'mdi:percent',
      },
    },
  },
  /** an external sensor: `unit` stands in its values and is no field; it gives the device class */
  sensor: {
    name: { en: 'Sensor', zh: '传感器' },
    indexed: true,
    sighting: false,
    fields: {
      value: {
        name: { en: 'Value', zh: '数值' },
        platform: 'sensor',
        tag: 'EXTERNAL_SENSOR_VALUE',
        stateClass: 'measurement',
        precision: 2,
        main: true,
      },
    },
  },
  heatmap: {
    name: { en: 'Heat map', zh: '热度图' },
    indexed: false,
    sighting: true,
    fields: { seen_at: { ...seenAt, hidden: true, icon: 'mdi:map' } },
  },
} as const satisfies Readonly<Record<string, KindRow>>;

/** The key of a kind's row, and the topic's segment. */
export type ReadingKind = keyof typeof kinds;

/** The same rows, each as the interface has it: for those that go through all of them. */
export const kindRows: Readonly<Record<ReadingKind, KindRow>> = kinds;
