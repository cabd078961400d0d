import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { hostZone, instantOf, offsetAt } from '../../src/domain/time.ts';

const utc = (text: string) => Date.parse(`${text}Z`);

describe('a wall clock becomes an instant', () => {
  test.each([
    ['Asia/Shanghai', '2026-03-04T08:00:00', '2026-03-04T00:00:00'],
    ['America/New_York', '2026-01-10T12:00:00', '2026-01-10T17:00:00'],
    ['America/New_York', '2026-07-10T12:00:00', '2026-07-10T16:00:00'],
    ['Asia/Kolkata', '2026-07-10T12:00:00', '2026-07-10T06:30:00'],
    ['UTC', '2026-07-10T12:00:00', '2026-07-10T12:00:00'],
    [-210, '2026-07-10T12:00:00', '2026-07-10T15:30:00'],
  ])('%s: %s is %s UTC', (zone, wall, instant) => {
    expect(instantOf(utc(wall), zone, 0)).toBe(utc(instant));
  });

  test('an hour that exists twice is the one nearer to receipt', () => {
    // Berlin goes back from 03:00 to 02:00 at 01:00 UTC
    const wall = utc('2026-10-25T02:30:00');
    const first = utc('2026-10-25T00:30:00');
    const second = utc('2026-10-25T01:30:00');
    expect(instantOf(wall, 'Europe/Berlin', first + 5_000)).toBe(first);
    expect(instantOf(wall, 'Europe/Berlin', second + 5_000)).toBe(second);
  });

  test('an hour that does not exist is shifted past the gap', () => {
    // Berlin goes forward from 02:00 to 03:00 at 01:00 UTC
    const wall = utc('2026-03-29T02:30:00');
    expect(instantOf(wall, 'Europe/Berlin', 0)).toBe(utc('2026-03-29T01:30:00'));
  });

  test('what a zone shows of an instant leads back to it', () => {
    const zones = ['Asia/Shanghai', 'America/St_Johns', 'Australia/Lord_Howe', 'Europe/London'];
    fc.assert(
      fc.property(
        fc.constantFrom<string | number>(...zones, 345),
        fc.integer({ min: utc('2020-01-02T00:00:00'), max: utc('2099-01-01T00:00:00') }),
        (zone, instant) => {
          const wall = instant + offsetAt(zone, instant);
          expect(instantOf(wall, zone, instant)).toBe(instant);
        },
      ),
    );
  });

  test('a name that is no zone is refused', () => {
    expect(() => offsetAt('Nowhere/Land', 0)).toThrow(RangeError);
  });
});

describe("the host's own zone", () => {
  const before = process.env.TZ;
  afterEach(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });

  test.each(['UTC', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'Asia/Kolkata'])(
    '%s is the same as by its name',
    (name) => {
      process.env.TZ = name;
      fc.assert(
        fc.property(
          fc.integer({ min: utc('2020-01-01T00:00:00'), max: utc('2037-12-31T00:00:00') }),
          (instant) => {
            expect(offsetAt(hostZone, instant)).toBe(offsetAt(name, instant));
          },
        ),
      );
    },
  );
});
