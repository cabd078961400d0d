import type { Name } from './name.ts';

/**
 * The alarm types seen in the vendor's software (protocol §4). Adding one is one row here and one
 * fixture under `test/fixtures/alarms/`. A type that no row knows works too, as `unknownAlarm` says.
 *
 * Of several names of one thing the key is the one that the vendor's document uses, else the one
 * that says what it is.
 */
export interface AlarmRow {
  /** other names that firmware gives the same thing */
  readonly aliases?: readonly string[];
  readonly name: Name;
  /** `alarm` is ON and OFF; `event` never is: it only happens */
  readonly role: 'alarm' | 'event';
  /** device class of a Home Assistant binary_sensor */
  readonly deviceClass?: AlarmClass;
  /** where no device class gives one */
  readonly icon?: string;
  /** seconds that a pulse keeps it ON; `lasting`: until something ends it */
  readonly hold: number | 'lasting';
  /** seconds after which a start without its stop is over; `none` for a condition: it may last */
  readonly maximum: number | 'none';
  /** the key of extension data that tells several of them on one channel apart */
  readonly source?: 'parking_id';
  /** the alarm of the same source that this one ends */
  readonly clears?: 'dual_parking_occupied';
  /** it ends every alarm of the device */
  readonly eliminates?: true;
  /** the kind of reading that its extension data feeds, of the same source */
  readonly reading?: 'face' | 'plate' | 'parking';
}

/** The binary_sensor classes in use. */
export type AlarmClass =
  | 'heat'
  | 'motion'
  | 'occupancy'
  | 'problem'
  | 'safety'
  | 'smoke'
  | 'sound'
  | 'tamper';

/** Something is seen for a moment: over after minutes where the camera never says so. */
const detection = { role: 'alarm', hold: 30, maximum: 300 } as const;
/** What moves. Home Assistant's own motion triggers listen to this class. */
const motion = { ...detection, deviceClass: 'motion' } as const;
/** Somebody or something is there and may stay a while. */
const occupancy = { ...detection, deviceClass: 'occupancy', maximum: 600 } as const;
const sound = { ...detection, deviceClass: 'sound' } as const;
/** Something is so until it is mended: no maximum. */
const condition = { role: 'alarm', hold: 60, maximum: 'none' } as const;
const problem = { ...condition, deviceClass: 'problem' } as const;
const heat = { ...condition, deviceClass: 'heat' } as const;
/** A contact somewhere, of which nobody but its owner knows the meaning. */
const input = { ...condition, hold: 30, icon: 'mdi:electric-switch' } as const;
const face = { ...detection, icon: 'mdi:face-recognition', reading: 'face' } as const;
const plate = { ...detection, icon: 'mdi:car-info', reading: 'plate' } as const;
/** A car was read at a parking space: a moment, even where it is sent as a start (protocol §2). */
const parked = {
  role: 'alarm',
  hold: 30,
  maximum: 30,
  icon: 'mdi:parking',
  source: 'parking_id',
  reading: 'parking',
} as const;
/** The space is free again: ends what `dual_parking_occupied` began. */
const parkingOver = {
  role: 'event',
  hold: 0,
  maximum: 'none',
  icon: 'mdi:parking',
  source: 'parking_id',
  clears: 'dual_parking_occupied',
  reading: 'parking',
} as const;
const occurrence = { role: 'event', hold: 0, maximum: 'none' } as const;

export const alarms = {
  motion_detection: { ...motion, name: { en: 'Motion', zh: '移动侦测' } },
  people_detection: {
    ...motion,
    aliases: ['pd_alarm'],
    name: { en: 'Person', zh: '人形检测' },
  },
  region_invasion_alarm: { ...motion, name: { en: 'Intrusion', zh: '区域入侵' } },
  tripwire_detection: { ...motion, name: { en: 'Line crossing', zh: '绊线检测' } },
  tripwire_and_invasion_alarm: {
    ...motion,
    name: { en: 'Line crossing or intrusion', zh: '绊线与区域入侵' },
  },
  cover_alarm: {
    ...condition,
    aliases: ['video_occlusion'],
    name: { en: 'Lens covered', zh: '镜头遮挡' },
    deviceClass: 'tamper',
  },
  falling_detection: {
    ...detection,
    aliases: ['high_altitude_parabolic'],
    name: { en: 'Object thrown from height', zh: '高空抛物' },
    deviceClass: 'safety',
  },
  temperature_detection: { ...heat, name: { en: 'Temperature alarm', zh: '测温报警' } },
  material_temperature_detection: {
    ...heat,
    name: { en: 'Material temperature alarm', zh: '物料温度报警' },
  },
  people_gathering: { ...occupancy, name: { en: 'Gathering', zh: '人员聚集' } },
  overcrowding_detection: { ...occupancy, name: { en: 'Overcrowding', zh: '超员检测' } },
  crowd_density: { ...occupancy, name: { en: 'Crowd density', zh: '人群密度' } },
  passenger_flow: {
    ...detection,
    name: { en: 'Passenger flow alarm', zh: '客流报警' },
    icon: 'mdi:account-group',
  },
  wandering_detection: { ...motion, name: { en: 'Loitering', zh: '徘徊检测' } },
  move_quickly: { ...motion, name: { en: 'Fast movement', zh: '快速移动' } },
  people_leaving: {
    ...detection,
    name: { en: 'People leaving', zh: '人员离开' },
    icon: 'mdi:account-arrow-right',
    maximum: 1800,
  },
  leaving_detection: {
    ...detection,
    name: { en: 'Guard post left', zh: '离岗检测' },
    icon: 'mdi:account-off',
    maximum: 1800,
  },
  take_and_leave: {
    ...detection,
    name: { en: 'Object taken or left', zh: '物品拿取遗留' },
    icon: 'mdi:bag-suitcase',
  },
  scene_change: {
    ...detection,
    name: { en: 'Scene change', zh: '场景变更' },
    deviceClass: 'tamper',
  },
  object_moved: {
    ...detection,
    name: { en: 'Object removed', zh: '物品移走' },
    icon: 'mdi:package-variant-remove',
  },
  object_left: {
    ...detection,
    name: { en: 'Object left behind', zh: '物品遗留' },
    icon: 'mdi:bag-suitcase',
  },
  space_occupancy_detection: { ...occupancy, name: { en: 'Space occupied', zh: '占位检测' } },
  road_occupied_detect: { ...occupancy, name: { en: 'Road occupied', zh: '道路占用' } },
  virtual_focus: {
    ...problem,
    aliases: ['virtual_focus_detection'],
    name: { en: 'Out of focus', zh: '虚焦检测' },
  },
  firesmoke_alarm: {
    ...detection,
    aliases: ['firework_detection'],
    name: { en: 'Fire and smoke', zh: '烟火检测' },
    deviceClass: 'smoke',
    hold: 60,
    maximum: 600,
  },
  voice_detection: { ...sound, name: { en: 'Sound', zh: '声音检测' } },
  voice_rise_detection: { ...sound, name: { en: 'Sound rises', zh: '声强突升' } },
  voice_drop_detection: { ...sound, name: { en: 'Sound drops', zh: '声强突降' } },
  scream_detection: { ...sound, name: { en: 'Scream', zh: '尖叫检测' } },
  baby_cry_detection: { ...sound, name: { en: 'Baby crying', zh: '婴儿哭声' } },
  pet_detection: { ...motion, name: { en: 'Pet', zh: '宠物检测' } },
  /** the vendor's spelling */
  face_dectection_alarm: { ...face, name: { en: 'Face', zh: '人脸检测' } },
  face_recognition_alarm: { ...face, name: { en: 'Face recognised', zh: '人脸识别' } },
  face_recognition_whitelist: { ...face, name: { en: 'Face on allow list', zh: '人脸白名单' } },
  face_recognition_blacklist: { ...face, name: { en: 'Face on block list', zh: '人脸黑名单' } },
  face_recognition_stranger: { ...face, name: { en: 'Stranger', zh: '陌生人' } },
  face_mask_alarm: {
    ...face,
    name: { en: 'Face with mask', zh: '佩戴口罩' },
    icon: 'mdi:face-mask',
  },
  face_no_mask_alarm: {
    ...face,
    name: { en: 'Face without mask', zh: '未戴口罩' },
    icon: 'mdi:face-mask-outline',
  },
  mask_detection: {
    ...face,
    name: { en: 'Mask detection', zh: '口罩检测' },
    icon: 'mdi:face-mask',
  },
  ebike_detection: {
    ...detection,
    aliases: ['ebike_det', 'ebike_detection_alarm'],
    name: { en: 'E-bike', zh: '电动车检测' },
    icon: 'mdi:moped-electric',
  },
  license_plate_alarm: { ...plate, name: { en: 'Licence plate', zh: '车牌报警' } },
  white_list_alarm: { ...plate, name: { en: 'Plate on allow list', zh: '车牌白名单' } },
  new_energy_alarm: {
    ...plate,
    name: { en: 'New energy vehicle', zh: '新能源车' },
    icon: 'mdi:car-electric',
  },
  plate_recognition: { ...plate, name: { en: 'Plate recognised', zh: '车牌识别' } },
  plate_other_alarm: { ...plate, name: { en: 'Other plate', zh: '其他车牌' } },
  dual_parking_new_energy: {
    ...parked,
    name: { en: 'Parked: new energy', zh: '双车位新能源' },
  },
  dual_parking_non_new_energy: {
    ...parked,
    name: { en: 'Parked: not new energy', zh: '双车位非新能源' },
  },
  dual_parking_exit_detected: {
    ...parkingOver,
    name: { en: 'Parking space left', zh: '双车位离场' },
  },
  dual_parking_whitelist: { ...parked, name: { en: 'Parked: allow list', zh: '双车位白名单' } },
  dual_parking_blacklist: { ...parked, name: { en: 'Parked: block list', zh: '双车位黑名单' } },
  dual_parking_unknown: {
    ...parked,
    name: { en: 'Parked: unknown vehicle', zh: '双车位陌生车辆' },
  },
  dual_parking_occupied: {
    ...condition,
    name: { en: 'Parking space occupied', zh: '双车位占位' },
    deviceClass: 'occupancy',
    hold: 'lasting',
    source: 'parking_id',
    reading: 'parking',
  },
  dual_parking_idle: { ...parkingOver, name: { en: 'Parking space free', zh: '双车位空闲' } },
  disk_error: { ...problem, name: { en: 'Disk error', zh: '硬盘错误' } },
  disk_full: { ...problem, name: { en: 'Disk full', zh: '硬盘满' } },
  disk_miss: { ...problem, name: { en: 'Disk missing', zh: '硬盘丢失' } },
  disk_failure: { ...problem, name: { en: 'Disk failure', zh: '硬盘故障' } },
  hard_disk_alarm: { ...problem, name: { en: 'Disk alarm', zh: '硬盘报警' } },
  device_storage_exception: { ...problem, name: { en: 'Storage fault', zh: '存储异常' } },
  network_alarm: { ...problem, name: { en: 'Network fault', zh: '网络报警' } },
  hardware_alarm: { ...problem, name: { en: 'Hardware fault', zh: '硬件报警' } },
  disconnect: {
    ...occurrence,
    name: { en: 'Disconnected', zh: '断开连接' },
    icon: 'mdi:lan-disconnect',
  },
  power_off: { ...occurrence, name: { en: 'Powered off', zh: '断电' }, icon: 'mdi:power-off' },
  device_online: {
    ...occurrence,
    name: { en: 'Device online', zh: '设备上线' },
    icon: 'mdi:lan-connect',
  },
  device_offline: {
    ...occurrence,
    name: { en: 'Device offline', zh: '设备离线' },
    icon: 'mdi:lan-disconnect',
  },
  device_exception: { ...problem, name: { en: 'Device fault', zh: '设备异常' } },
  video_miss: { ...problem, name: { en: 'Video lost', zh: '视频丢失' } },
  external_alarm: { ...input, name: { en: 'External alarm', zh: '外部报警' } },
  alarm_input: { ...input, name: { en: 'Alarm input', zh: '报警输入' } },
  alarm_input_box: { ...input, name: { en: 'Alarm input box', zh: '报警盒输入' } },
  internal_alarm: {
    ...detection,
    name: { en: 'Internal alarm', zh: '内部报警' },
    icon: 'mdi:alarm-light',
  },
  manual_alarm: {
    ...detection,
    name: { en: 'Manual alarm', zh: '手动报警' },
    icon: 'mdi:alarm-light',
  },
  ipc_switch_alarm: { ...input, name: { en: 'Camera switch alarm', zh: 'IPC开关量报警' } },
  security_alarm: {
    ...detection,
    name: { en: 'Security alarm', zh: '安全报警' },
    deviceClass: 'safety',
  },
  modbus_alarm: { ...problem, name: { en: 'Modbus alarm', zh: 'Modbus报警' } },
  alarm_elimination: {
    ...occurrence,
    name: { en: 'Alarms cleared', zh: '报警消除' },
    icon: 'mdi:alarm-light-off-outline',
    eliminates: true,
  },
} as const satisfies Readonly<Record<string, AlarmRow>>;

/** The canonical name of an alarm that a row knows. */
export type AlarmKey = keyof typeof alarms;

/** The same rows, each as the interface has it: for those that go through all of them. */
export const alarmRows: Readonly<Record<AlarmKey, AlarmRow>> = alarms;

/** How an alarm type runs that no row knows (rule: the unknown is a citizen). Its name is its type. */
export const unknownAlarm = {
  ...detection,
  icon: 'mdi:alarm-light',
} as const satisfies Omit<AlarmRow, 'name'>;

const rows = Object.entries(alarmRows) as [AlarmKey, AlarmRow][];
const byName: ReadonlyMap<string, { readonly key: AlarmKey; readonly row: AlarmRow }> = new Map(
  rows.flatMap(([key, row]) => [key, ...(row.aliases ?? [])].map((name) => [name, { key, row }])),
);

/**
 * The row of an alarm type, by its key or an alias, in whatever case it was sent.
 *
 * @returns `undefined` for a type that no row knows
 */
export function alarmOf(
  type: string,
): { readonly key: AlarmKey; readonly row: AlarmRow } | undefined {
  return byName.get(type.trim().toLowerCase());
}
