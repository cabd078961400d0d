import { describe, expect, it } from 'vitest';
import { alarms } from '../../src/spec/alarms.ts';
import {
  type EnumName,
  enumKey,
  enumOption,
  enumOptions,
  enums,
  unknownKey,
} from '../../src/spec/enums.ts';

// the keys are a promise to whoever automates on them: written out here a second time
const keys = {
  gender: '1 male, 2 female',
  age_group: '1 child, 2 teenager, 3 young, 4 middle_aged, 5 elderly',
  age_range: '1 0-10, 2 10-20, 3 20-40, 4 40-60, 5 60-100',
  expression: '1 smile, 2 angry, 3 sad, 4 normal, 5 surprised',
  hair: '1 long, 2 short',
  glasses: '0 none, 1 glasses, 2 sunglasses',
  body_age: '1 teenager, 2 young, 3 elderly',
  upper_style: '1 long_sleeves, 2 short_sleeves',
  clothes_color: '1 black, 2 blue, 3 green, 4 white_grey, 5 yellow_orange_brown, 6 red_pink_purple',
  texture: '1 plain, 2 stripes, 3 checks',
  lower_style: '1 trousers, 2 shorts, 3 skirt',
  body_shape: '1 medium, 2 heavy, 3 slim',
  vehicle_type:
    '-1 all, 0 unknown, 1 car, 2 suv, 3 van, 4 truck, 5 bicycle, 6 motorcycle, 7 tricycle, 8 bus, 9 pickup, 10 lorry',
  vehicle_color:
    '-1 all, 0 unknown, 1 black, 2 blue, 3 brown, 4 grey, 5 yellow, 6 green, 7 purple, 8 red, 9 white',
  vehicle_orient: '-1 all, 0 unknown, 1 front, 2 back, 3 side',
  plate_type:
    '-1 all, 0 none, 1 large_vehicle, 2 small_vehicle, 3 embassy, 4 consulate, 5 trailer, 6 learner, 7 police, 8 hong_kong, 9 macau, 10 armed_police, 11 military, 12 new_energy, 13 other',
  plate_color: '-1 all, 0 unknown, 1 blue, 2 yellow, 3 green, 4 black, 5 white',
  entry_type:
    'whitelist whitelist, blacklist blacklist, unknown unknown, new_energy new_energy, non_new_energy non_new_energy',
  channel_type: '0 video_input, 1 external_input, 2 device',
  alarm_status: '0 stop, 1 start, 2 pulse',
} as const satisfies Record<EnumName, string>;

const names = Object.keys(enums) as EnumName[];

const promised = (name: EnumName) =>
  keys[name].split(', ').map((pair) => pair.split(' ') as [string, string]);

describe('enumerations', () => {
  it.each(names)('%s has the values and keys that were promised', (name) => {
    for (const [value, key] of promised(name)) expect(enumKey(name, value)).toBe(key);
    expect(enumOptions(name)).toHaveLength(promised(name).length);
  });

  it.each(names)('%s has keys that are stable, of no language, and each its own', (name) => {
    const found = enumOptions(name).map(({ key }) => key);
    expect(new Set(found).size).toBe(found.length);
    for (const key of found) expect(key).toMatch(/^[a-z0-9][a-z0-9_-]*$/);
  });

  it.each(names)('%s has a name in each language, each its own', (name) => {
    for (const language of ['en', 'zh'] as const) {
      const labels = enumOptions(name).map((option) => option.name[language]);
      expect(new Set(labels).size).toBe(labels.length);
      expect(labels.every((label) => label.trim() === label && label !== '')).toBe(true);
    }
  });

  it('call the lists of cars as the alarms of parking do', () => {
    const { whitelist, blacklist, unknown, new_energy, non_new_energy } = enums.entry_type;
    const alarmOf = ({ name }: { readonly name: { readonly en: string } }) =>
      `Parked: ${name.en.charAt(0).toLowerCase()}${name.en.slice(1)}`;
    expect(alarmOf(whitelist)).toBe(alarms.dual_parking_whitelist.name.en);
    expect(alarmOf(blacklist)).toBe(alarms.dual_parking_blacklist.name.en);
    expect(alarmOf(unknown)).toBe(alarms.dual_parking_unknown.name.en);
    expect(alarmOf(new_energy)).toBe(alarms.dual_parking_new_energy.name.en);
    expect(alarmOf(non_new_energy)).toBe(alarms.dual_parking_non_new_energy.name.en);
  });

  it('takes numbers, bigints and text alike', () => {
    expect(enumKey('plate_type', -1)).toBe('all');
    expect(enumKey('plate_type', 13n)).toBe('other');
    expect(enumKey('plate_type', '0')).toBe('none');
    expect(enumOption('gender', 2)).toEqual({ key: 'female', name: { en: 'Female', zh: '女' } });
  });

  it('gives what no row knows a name of its own, never an error', () => {
    expect(enumKey('gender', 17)).toBe('Unknown (17)');
    expect(enumKey('gender', 2n ** 64n - 1n)).toBe('Unknown (18446744073709551615)');
    expect(enumKey('entry_type', 'visitor')).toBe('Unknown (visitor)');
    expect(enumKey('gender', 1.5)).toBe('Unknown (1.5)');
    expect(enumOption('gender', 0)).toBeUndefined();
  });

  it('takes no property of Object for a row', () => {
    for (const word of ['constructor', '__proto__', 'toString']) {
      expect(enumKey('entry_type', word)).toBe(`Unknown (${word})`);
    }
  });

  it('keeps an unknown word short', () => {
    expect(unknownKey('x'.repeat(10_000))).toBe(`Unknown (${'x'.repeat(40)}…)`);
  });
});
