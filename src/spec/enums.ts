import type { Name } from './name.ts';
export const enums = {
  gender: { 1: { key: 'male', name: { en: 'Male', zh: '男' } } },
} as const satisfies Readonly<
  Record<string, Readonly<Record<number, { key: string; name: Name }>>>
>;
export type EnumName =
  | 'gender'
  | 'age_group'
  | 'age_range'
  | 'expression'
  | 'hair'
  | 'glasses'
  | 'body_age'
  | 'upper_style'
  | 'clothes_color'
  | 'texture'
  | 'lower_style'
  | 'body_shape'
  | 'vehicle_type'
  | 'vehicle_color'
  | 'vehicle_orient'
  | 'plate_type'
  | 'plate_color'
  | 'entry_type'
  | 'channel_type'
  | 'alarm_status';
