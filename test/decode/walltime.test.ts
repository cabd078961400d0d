import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseWallTime } from '../../src/decode/walltime.ts';

const at = (iso: string) => ({ ms: Date.parse(`${iso}Z`) });

describe('parseWallTime', () => {
  it.each([
    ['2021-07-16 00:00:00', '2021-07-16T00:00:00'],
    ['2021-07-16T08:09:10', '2021-07-16T08:09:10'],
    ['2021/7/6 8:09:1', '2021-07-06T08:09:01'],
    ['  2021-07-16   08:09:10 ', '2021-07-16T08:09:10'],
    ['2021-07-16 08:09:10.25', '2021-07-16T08:09:10.250'],
    ['2024-02-29 23:59:59', '2024-02-29T23:59:59'],
    ['1970-01-01 00:00:00', '1970-01-01T00:00:00'],
  ])('reads %j', (text, iso) => {
    expect(parseWallTime(text)).toEqual(at(iso));
  });

  it.each([
    ...[
      '',
      'now',
      '2021-07-16',
      '00:00:00',
      '2021-02-29 00:00:00',
      '2021-13-01 00:00:00',
      '0000-00-00 00:00:00',
    ],
    ...[
      '2021-07-16 24:00:00',
      '2021-07-16 23:60:00',
      '2021-07-16 23:59:60',
      '0001-01-01 00:00:00',
      '21-07-16 00:00:00',
    ],
    ...[
      '2021-07-16 08:09:10Z',
      '2021-07-16 08:09:10+08:00',
      '2021-07-16 08:09:10 PM',
      '1626393600',
    ],
  ])('refuses %j', (text) => {
    expect(parseWallTime(text)).toBeUndefined();
  });

  it('reads every second from 1970 to 2099', () => {
    const ms = fc
      .integer({ min: 0, max: Date.UTC(2100, 0) / 1000 - 1 })
      .map((second) => second * 1000);
    fc.assert(
      fc.property(ms, (time) => {
        const text = new Date(time).toISOString().slice(0, 19).replace('T', ' ');
        expect(parseWallTime(text)).toEqual({ ms: time });
      }),
    );
  });

  it('reads any text without throwing', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseWallTime(text)).toBeUndefined();
      }),
    );
  });
});
