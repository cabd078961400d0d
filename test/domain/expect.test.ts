import { describe, expect, test } from 'vitest';
import { newRecord } from '../../src/domain/device.ts';
import { expectThings, strangeWords } from '../../src/domain/expect.ts';
import { profiles } from '../../src/domain/profiles.ts';
import { inShort, START } from './device-bench.ts';

const fresh = () => newRecord('A1', START);

describe('what a device is expected to report', () => {
  test('is there beforehand: alarms OFF, readings without values', () => {
    const record = fresh();
    const list = ['motion_detection', 'modbus 0-2', 'temperature 0-1@2', 'people @ 1', 'snapshot'];
    expect(inShort(expectThings(record, list))).toEqual([
      'alarm motion_detection OFF',
      'reading modbus',
      'reading temperature/0',
      'reading temperature/1',
      'reading people',
    ]);
    const { channels } = record;
    expect(channels['0']?.alarms.motion_detection).toMatchObject({
      state: 'OFF',
      reason: 'expected',
      announced: true,
    });
    expect(channels['0']?.events).toEqual(['motion_detection']);
    expect(channels['0']?.images.snapshot).toEqual({ format: 'jpeg', at: 0, bytes: 0 });
    expect(channels.device?.readings.modbus).toEqual({
      kind: 'modbus',
      fields: ['0', '1', '2'],
      values: {},
    });
    expect(channels['2']?.readings['temperature/1']).toEqual({
      kind: 'temperature',
      index: '1',
      fields: ['temperature', 'threshold', 'over_threshold'],
      values: {},
    });
    expect(Object.keys(channels['1']?.readings ?? {})).toEqual(['people']);
  });

  test('leaves what is known as it is', () => {
    const record = fresh();
    const list = Object.values(profiles).flat();
    expectThings(record, list);
    const before = JSON.stringify(record);
    expect(expectThings(record, list)).toEqual([]);
    expect(JSON.stringify(record)).toBe(before);
  });

  test('is on the only video channel seen, where nothing is said', () => {
    const record = fresh();
    expectThings(record, ['motion_detection @1']);
    expectThings(record, ['disk_full@device', 'alarm_input@in0', 'cover_alarm']);
    expect(Object.keys(record.channels)).toEqual(['1', 'device', 'in0']);
    expect(Object.keys(record.channels['1']?.alarms ?? {})).toEqual([
      'motion_detection',
      'cover_alarm',
    ]);
  });

  test('may be an alias, a parking space, an event, a type that no row knows', () => {
    const record = fresh();
    expectThings(record, ['PD_ALARM', 'dual_parking_occupied', 'power_off', 'alarm:dragon']);
    expect(Object.keys(record.channels['0']?.alarms ?? {})).toEqual([
      'people_detection',
      'dual_parking_occupied/0',
      'dual_parking_occupied/1',
      'dragon',
    ]);
    expect(record.channels['0']?.events).toContain('power_off');
  });

  test('by profile, each of which is understood', () => {
    for (const [name, words] of Object.entries(profiles)) {
      expect(strangeWords(words), name).toEqual([]);
      const record = fresh();
      expect(inShort(expectThings(record, [`profile:${name}@3`]))).not.toContain(
        'notice expect_unknown',
      );
      expect(Object.keys(record.channels)).toContain('3');
    }
  });

  test.each([
    'motoin_detection',
    'profile:castle',
    'people 0-3',
    'motion_detection 1',
    'temperature 3-1',
    'motion_detection@x',
    'alarm:',
    'constructor',
    '',
  ])('nobody understands %j', (word) => {
    const record = fresh();
    expect(strangeWords([word])).toEqual([word]);
    const changes = expectThings(record, [word, 'snapshot']);
    expect(changes[0]).toMatchObject({ change: 'notice', type: 'expect_unknown' });
    expect(record.channels['0']?.images.snapshot).toBeDefined();
  });

  test('a range has its bounds', () => {
    const record = fresh();
    expectThings(record, ['modbus 0-99999', 'temperature 0-99999']);
    expect(record.channels.device?.readings.modbus?.fields).toHaveLength(128);
    expect(Object.keys(record.channels['0']?.readings ?? {})).toHaveLength(128);
  });
});
