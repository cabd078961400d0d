import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { learnOffset, momentOf, zoneOf } from '../../src/domain/clock.ts';
import type { HeartbeatRecord } from '../../src/domain/record.ts';
import { hostZone } from '../../src/domain/time.ts';

const HOUR = 3_600_000;
const received = Date.UTC(2026, 2, 4, 12);
const lateAfter = 60_000;

function heartbeats(offsets: readonly number[], timeZone?: string): HeartbeatRecord {
  const heartbeat: HeartbeatRecord = { at: received, told: 60, offsets: [] };
  for (const offset of offsets) learnOffset(heartbeat, offset, { timeZone });
  return heartbeat;
}

describe("the zone of a camera's clock", () => {
  test('is the setting before all else', () => {
    const heartbeat = heartbeats([8 * HOUR, 8 * HOUR, 8 * HOUR]);
    expect(zoneOf({ timeZone: 'Europe/Berlin', heartbeat })).toBe('Europe/Berlin');
  });

  test('is to a quarter of an hour what steady heartbeats show', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -48, max: 56 }),
        fc.integer({ min: -400_000, max: 400_000 }),
        fc.array(fc.integer({ min: -15_000, max: 15_000 }), { minLength: 3, maxLength: 8 }),
        (quarters, error, delays) => {
          const offsets = delays.map((delay) => quarters * 900_000 + error + delay);
          expect(heartbeats(offsets).zone).toBe(quarters * 15);
        },
      ),
    );
  });

  test('is believed at once where the first heartbeat is near to a quarter', () => {
    expect(zoneOf({ heartbeat: heartbeats([8 * HOUR + 1500]) })).toBe(480);
    expect(zoneOf({ heartbeat: heartbeats([8 * HOUR + 300_000]) })).toBe(hostZone);
  });

  test('is not what no place on earth has', () => {
    const heartbeat = heartbeats([20 * HOUR, 20 * HOUR, 20 * HOUR]);
    expect(heartbeat.zone).toBeUndefined();
    expect(zoneOf({ heartbeat })).toBe(hostZone);
  });

  test('stays while heartbeats disagree, and follows once they are steady again', () => {
    const heartbeat = heartbeats([HOUR, HOUR, HOUR, 2 * HOUR, 2 * HOUR]);
    expect(heartbeat.zone).toBe(60);
    learnOffset(heartbeat, 2 * HOUR, {});
    expect(heartbeat.zone).toBe(120);
  });
});

describe('the moment of a report', () => {
  test('without a usable clock is the time of receipt, never late', () => {
    const heartbeat = heartbeats([0, 0, 0]);
    for (const ms of [undefined, 0, Date.UTC(2019, 11, 31), 9e15]) {
      const wall = ms === undefined ? undefined : { ms };
      const moment = momentOf(wall, { received, lateAfter, heartbeat });
      expect(moment).toMatchObject({ at: received, source: 'receipt', late: false });
    }
  });

  test('is never late before a heartbeat has shown the clock', () => {
    const wall = { ms: received - 5 * HOUR };
    expect(momentOf(wall, { received, lateAfter, timeZone: 'UTC' })).toMatchObject({
      at: received - 5 * HOUR,
      source: 'camera',
      late: false,
    });
  });

  test('is late by the clock corrected by what heartbeats showed, whatever zone and error', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -14 * HOUR, max: 14 * HOUR }),
        fc.integer({ min: 0, max: 300_000 }),
        fc.constantFrom(undefined, 'Asia/Shanghai', 'America/New_York'),
        (offset, age, timeZone) => {
          const heartbeat = heartbeats([offset, offset, offset], timeZone);
          const wall = { ms: received + offset - age };
          const { late } = momentOf(wall, { received, lateAfter, heartbeat, timeZone });
          expect(late).toBe(age > lateAfter);
        },
      ),
    );
  });

  test('one heartbeat that was held up does not spoil the others', () => {
    const heartbeat = heartbeats([1000, 1000, -20_000, 1000, 1000]);
    expect(heartbeat.clock).toBe(1000);
  });

  test('one that was held up for longer is believed only once the next one confirms it', () => {
    const heartbeat = heartbeats([1000, -90_000]);
    expect(heartbeat.clock).toBe(1000);
    const wall = { ms: received - 120_000 };
    expect(momentOf(wall, { received, lateAfter, heartbeat }).late).toBe(true);
    expect(heartbeats([1000, -90_000, 1000, -90_000]).clock).toBe(1000);
    expect(heartbeats([1000, -90_000, -91_000]).clock).toBe(-91_000);
  });

  test('is in time on either side of the hour in which the clocks are put back', () => {
    const timeZone = 'Europe/Berlin';
    const change = Date.UTC(2026, 9, 25, 1);
    const heartbeat: HeartbeatRecord = { at: change - 30_000, told: 60, offsets: [] };
    learnOffset(heartbeat, 2 * HOUR, { timeZone });
    for (const after of [-10_000, 10_000]) {
      const now = change + after;
      const wall = { ms: now + (after < 0 ? 2 : 1) * HOUR };
      const moment = momentOf(wall, { received: now, lateAfter, heartbeat, timeZone });
      expect(moment).toMatchObject({ at: now, late: false });
    }
    heartbeat.at = change + 30_000;
    learnOffset(heartbeat, HOUR, { timeZone });
    expect(heartbeat.clock).toBe(0);
  });

  test('a clock that was set is judged by what it says now', () => {
    const heartbeat = heartbeats([-HOUR, -HOUR, -HOUR, 0], 'UTC');
    expect(heartbeat.clock).toBe(0);
    const wall = { ms: received };
    expect(momentOf(wall, { received, lateAfter, heartbeat, timeZone: 'UTC' }).late).toBe(false);
  });
});
