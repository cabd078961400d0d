import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Recent } from '../../src/domain/recent.ts';
import { readDeviceRecord } from '../../src/store/record.ts';
import { asBefore, fullRecord } from './records.ts';

describe("a device's record", () => {
  it('is read whole, with fields that a later version may have added', () => {
    const record = { ...fullRecord('A'), later: { a: 1 } };
    expect(readDeviceRecord(JSON.parse(asBefore(record)))).toEqual(record);
  });

  it('gets first values for what an earlier version did not have', () => {
    expect(readDeviceRecord({ id: 'A', firstSeen: 1, lastSeen: 2 })).toEqual({
      id: 'A',
      firstSeen: 1,
      lastSeen: 2,
      online: false,
      channels: {},
      counters: { pushes: 0, repeats: 0, faults: 0, refused: 0, late: 0 },
      numbers: {},
      recent: new Recent(),
      unknown: [],
    });
  });

  it('leaves out what is wrong within it', () => {
    const record = fullRecord('A');
    const spoilt = {
      ...(JSON.parse(asBefore(record)) as object),
      name: 7,
      heartbeat: { at: 'noon' },
      numbers: { hold: 'long', heartbeat_interval: 30 },
      unknown: ['x', 4],
      channels: {
        ...record.channels,
        '1': 'nothing',
        '2': { alarms: { a: { alarm: 'a', state: 'MAYBE' }, b: { alarm: 'b', state: 'OFF' } } },
        '3': { readings: { x: { kind: 'no such kind' } }, images: { snapshot: { format: 'gif' } } },
      },
    };
    const { name: _, heartbeat: __, ...rest } = record;
    const empty = { seenIn: [], alarms: {}, events: [], readings: {}, images: {} };
    expect(readDeviceRecord(spoilt)).toEqual({
      ...rest,
      numbers: { heartbeat_interval: 30 },
      unknown: ['x'],
      channels: {
        ...record.channels,
        '2': { ...empty, alarms: { b: { alarm: 'b', state: 'OFF' } } },
        '3': empty,
      },
    });
  });

  it.each([
    [null],
    [[]],
    ['text'],
    [{}],
    [{ id: '', firstSeen: 1, lastSeen: 1 }],
    [{ id: 'A', firstSeen: '1' }],
  ])('%j is none', (value) => expect(readDeviceRecord(value)).toBeUndefined());

  it('never throws, and what it gives it reads again as the same', () => {
    const key = fc.constantFrom(...Object.keys(fullRecord('A')));
    fc.assert(
      fc.property(key, fc.jsonValue(), fc.jsonValue(), (field, value, whole) => {
        readDeviceRecord(whole);
        const record = readDeviceRecord({ ...fullRecord('A'), [field]: value });
        if (record !== undefined) expect(readDeviceRecord(record)).toEqual(record);
      }),
    );
  });
});
