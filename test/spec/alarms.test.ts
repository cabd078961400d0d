import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { alarmOf, alarmRows } from '../../src/spec/alarms.ts';

const rows = Object.entries(alarmRows);

/** Protocol §4, word for word; names of one thing joined by `=`. */
const listed = `
  motion_detection people_detection=pd_alarm region_invasion_alarm tripwire_detection
  tripwire_and_invasion_alarm cover_alarm=video_occlusion high_altitude_parabolic=falling_detection
  temperature_detection material_temperature_detection people_gathering overcrowding_detection
  crowd_density passenger_flow wandering_detection move_quickly people_leaving leaving_detection
  take_and_leave scene_change object_moved object_left space_occupancy_detection road_occupied_detect
  virtual_focus=virtual_focus_detection firework_detection=firesmoke_alarm voice_detection
  voice_rise_detection voice_drop_detection scream_detection baby_cry_detection pet_detection
  face_dectection_alarm face_recognition_alarm face_recognition_whitelist face_recognition_blacklist
  face_recognition_stranger face_mask_alarm face_no_mask_alarm mask_detection
  ebike_detection=ebike_det=ebike_detection_alarm license_plate_alarm white_list_alarm
  new_energy_alarm plate_recognition plate_other_alarm dual_parking_new_energy
  dual_parking_non_new_energy dual_parking_exit_detected dual_parking_whitelist
  dual_parking_blacklist dual_parking_unknown dual_parking_occupied dual_parking_idle disk_error
  disk_full disk_miss disk_failure hard_disk_alarm device_storage_exception network_alarm
  hardware_alarm disconnect power_off device_online device_offline device_exception video_miss
  external_alarm alarm_input alarm_input_box internal_alarm manual_alarm ipc_switch_alarm
  security_alarm modbus_alarm alarm_elimination`
  .trim()
  .split(/\s+/)
  .map((one) => one.split('='));

describe('alarm types', () => {
  test('every type of the protocol has a row, names of one thing the same', () => {
    for (const names of listed) {
      const keys = new Set(names.map((name) => alarmOf(name)?.key));
      expect(keys.size, names.join(' = ')).toBe(1);
      expect([...keys][0], names.join(' = ')).toBeDefined();
    }
    expect(rows.length).toBe(listed.length);
  });

  test('no name belongs to two rows', () => {
    const names = rows.flatMap(([key, row]) => [key, ...(row.aliases ?? [])]);
    expect(new Set(names).size).toBe(names.length);
  });

  test('a type is found in whatever case, and nothing is found that is not there', () => {
    expect(alarmOf(' Motion_Detection ')?.key).toBe('motion_detection');
    expect(alarmOf('constructor')).toBeUndefined();
    expect(alarmOf('')).toBeUndefined();
  });

  test('every row has a fixture, and every fixture a row', () => {
    const folder = new URL('../fixtures/alarms/', import.meta.url);
    const fixtures = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
    expect(fixtures.toSorted()).toEqual(rows.map(([key]) => key).toSorted());
  });

  test('names are distinct in both languages', () => {
    for (const language of ['en', 'zh'] as const) {
      const names = rows.map(([, row]) => row.name[language]);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test('a guard who leaves is no letter that comes', () => {
    expect(alarmOf('leaving_detection')?.row.name.en).toBe('Guard post left');
  });

  test.each(rows)('%s looks like something: a device class or an icon', (_key, row) => {
    expect(row.deviceClass ?? row.icon).toBeDefined();
  });

  test('what happens only is never on; what may last has no maximum, detections minutes', () => {
    const events = rows.filter(([, row]) => row.role === 'event').map(([key]) => key);
    expect(events.toSorted()).toEqual([
      'alarm_elimination',
      'device_offline',
      'device_online',
      'disconnect',
      'dual_parking_exit_detected',
      'dual_parking_idle',
      'power_off',
    ]);
    const conditions =
      /^(dual_parking_(occupied|idle|exit)|cover_|virtual_focus|disk_|hard_disk|network_|temperature_|material_|modbus_)/;
    for (const [key, row] of rows) {
      if (conditions.test(key)) expect(row.maximum, key).toBe('none');
      if (row.maximum !== 'none') expect(row.maximum, key).toBeLessThanOrEqual(1800);
    }
  });
});
