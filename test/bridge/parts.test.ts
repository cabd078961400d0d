import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AreaLimit } from '../../src/bridge/areas.ts';
import { Gate } from '../../src/bridge/gate.ts';
import { inParts } from '../../src/bridge/parts.ts';
import { Registry } from '../../src/bridge/registry.ts';
import { Throttle } from '../../src/bridge/throttle.ts';
import { Alarm } from '../../src/clock.ts';
import { sparingly } from '../../src/compose/sparingly.ts';
import { newRecord } from '../../src/domain/device.ts';
import { limits } from '../../src/domain/limits.ts';
import type { DeviceRecord } from '../../src/domain/record.ts';
import { FakeClock } from '../mqtt/fake-clock.ts';

describe('a timer that is moved about', () => {
  test('fires once, at the last time it was set to', () => {
    const clock = new FakeClock();
    const fired: number[] = [];
    const alarm = new Alarm(clock, () => fired.push(clock.now()));
    alarm.at(1_000);
    alarm.at(3_000);
    alarm.sooner(2_000);
    alarm.sooner(9_000);
    clock.pass(10_000);
    expect(fired).toEqual([2_000]);
    expect(clock.timers).toBe(0);
  });

  test('that is put off again and again makes few timers, and fires when it is left alone', () => {
    const clock = new FakeClock();
    let made = 0;
    const counting = {
      now: () => clock.now(),
      after(ms: number, action: () => void) {
        made++;
        return clock.after(ms, action);
      },
    };
    const fired: number[] = [];
    const alarm = new Alarm(counting, () => fired.push(clock.now()));
    for (let turn = 0; turn < 1_000; turn++) {
      alarm.at(clock.now() + 300);
      clock.pass(10);
    }
    expect(fired).toEqual([]);
    clock.pass(1_000);
    expect(fired).toEqual([10_290]);
    expect(made).toBeLessThan(50);
  });

  test('fires when it was last set to, however it is moved', () => {
    const step = fc.record({
      due: fc.option(fc.nat({ max: 60 }), { nil: undefined }),
      pass: fc.nat({ max: 40 }),
    });
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const clock = new FakeClock();
        const fired: number[] = [];
        const expected: number[] = [];
        const alarm = new Alarm(clock, () => fired.push(clock.now()));
        for (const { due, pass } of [...steps, { due: 1, pass: 1 }]) {
          const instant = due === undefined ? undefined : clock.now() + due;
          alarm.at(instant);
          clock.pass(pass);
          if (instant !== undefined && instant <= clock.now()) expected.push(instant);
          expect(fired).toEqual(expected);
        }
        expect(clock.timers).toBe(0);
      }),
    );
  });

  test('is stopped by nothing to wait for', () => {
    const clock = new FakeClock();
    const alarm = new Alarm(clock, () => expect.unreachable());
    alarm.at(5);
    alarm.at(undefined);
    clock.pass(100);
  });
});

describe('many things', () => {
  test('come in their order, so many at once, made no sooner than they are taken', () => {
    let made = 0;
    function* numbers() {
      while (made < 7) yield made++;
    }
    const parts = inParts(numbers(), 3);
    expect(parts.next().value).toEqual([0, 1, 2]);
    expect(made).toBe(3);
    expect([...parts]).toEqual([[3, 4, 5], [6]]);
    expect([...inParts([], 3)]).toEqual([]);
  });
});

describe('telling the same thing', () => {
  test('is withheld past the measure, and counted when it is told again', () => {
    const throttle = new Throttle({ most: 2, window: 60_000, keys: 10 });
    const told = [0, 1, 2, 3, 60_000, 60_001].map((now) => throttle.allow('a', now));
    expect(told).toEqual([0, 0, undefined, undefined, 2, 0]);
  });

  test('of one is not withheld for another, and memory is bounded', () => {
    const throttle = new Throttle({ most: 1, window: 60_000, keys: 3 });
    for (const key of ['a', 'b', 'c', 'd']) expect(throttle.allow(key, 0)).toBe(0);
    expect(throttle.allow('d', 1)).toBeUndefined();
    // forgotten for the others' sake
    expect(throttle.allow('a', 1)).toBe(0);
  });

  test('never happens more often than allowed in any window', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30_000), { maxLength: 200 }), (gaps) => {
        const throttle = new Throttle({ most: 3, window: 60_000, keys: 5 });
        let now = 0;
        const told = gaps.flatMap((gap) => {
          now += gap;
          return throttle.allow('a', now) === undefined ? [] : [now];
        });
        // a window begins with what is told first in it, so two of them can meet
        for (const at of told) {
          expect(told.filter((one) => one >= at && one < at + 60_000).length).toBeLessThanOrEqual(
            6,
          );
        }
      }),
    );
  });
});

test('the log says the same a few times a minute, and how often it did not', () => {
  let now = 0;
  const lines: object[] = [];
  const write = (fields: object) => lines.push(fields);
  const log = { debug: write, info: write, warn: write, error: write };
  const say = sparingly(log, () => now);
  for (let time = 0; time < 10; time++) say('warn', 'full', { time }, 'the outbox is full');
  say('info', 'empty', {}, 'it is empty');
  now = 60_000;
  say('warn', 'full', { time: 10 }, 'the outbox is full');
  expect(lines).toEqual([{ time: 0 }, { time: 1 }, { time: 2 }, {}, { time: 10, withheld: 7 }]);
});

describe('detection frames', () => {
  test('pass a few times a second and channel', () => {
    const areas = new AreaLimit(5);
    const passed = Array.from({ length: 1000 }, (_, ms) => areas.allows('A', '0', ms));
    expect(passed.filter(Boolean)).toHaveLength(5);
    expect(areas.allows('A', '1', 500)).toBe(true);
    expect(areas.allows('B', '0', 500)).toBe(true);
  });

  test('give way to all that waits for the broker', () => {
    let hasRoom = true;
    const areas = new AreaLimit(5, () => hasRoom);
    expect(areas.allows('A', '0', 0)).toBe(true);
    hasRoom = false;
    expect(areas.allows('A', '0', 1_000)).toBe(false);
    hasRoom = true;
    expect(areas.allows('A', '0', 1_001)).toBe(true);
  });

  test('of a device that is forgotten leave nothing behind', () => {
    const areas = new AreaLimit(5);
    for (const [device, channel] of [
      ['A', '0'],
      ['A', '1'],
      ['B', '0'],
    ] as const) {
      expect(areas.allows(device, channel, 0)).toBe(true);
    }
    areas.forget('A');
    expect(areas.allows('A', '0', 1)).toBe(true);
    expect(areas.allows('A', '1', 1)).toBe(true);
    expect(areas.allows('B', '0', 1)).toBe(false);
  });

  test('of ever new channels are no more than those that a device may have', () => {
    const areas = new AreaLimit(5);
    const passedAt = (now: number, first: number) =>
      Array.from({ length: 1000 }, (_, at) => areas.allows('A', `${first + at}`, now)).filter(
        Boolean,
      );
    expect(passedAt(0, 0)).toHaveLength(limits.channels);
    expect(passedAt(199, 0)).toHaveLength(0);
    expect(areas.allows('B', '0', 199)).toBe(true);
    expect(passedAt(200, 5000)).toHaveLength(limits.channels);
    expect(passedAt(400, 5000)).toHaveLength(limits.channels);
  });

  test('can be switched off', () => {
    expect(new AreaLimit(0).allows('A', '0', 0)).toBe(false);
  });
});

describe('the door', () => {
  test('lets those in who wait when it opens, and tells all when it stays shut', async () => {
    const clock = new FakeClock();
    const gate = new Gate(clock, 2_000);
    const waits = gate.pass();
    clock.pass(1_000);
    gate.open();
    expect(await waits).toBe(true);
    expect(await gate.pass()).toBe(true);
    expect(clock.timers).toBe(0);
    gate.shut();
    const [first, second] = [gate.pass(), gate.pass()];
    clock.pass(2_000);
    expect(await Promise.all([first, second])).toEqual([false, false]);
    // nobody waits any more
    expect(await gate.pass()).toBe(false);
    gate.open();
    expect(await gate.pass()).toBe(true);
  });
});

describe('records', () => {
  const options = (saved: string[][], fail: { now: boolean }) => ({
    store: {
      saveDevices: async (records: readonly DeviceRecord[]) => {
        if (fail.now) throw new Error('disk full');
        saved.push(records.map(({ id }) => id));
      },
      removeDevice: async () => {},
    },
    saveAfter: 3_000,
    onError: () => {},
  });

  test('that could not be written are written later', async () => {
    const clock = new FakeClock();
    const saved: string[][] = [];
    const fail = { now: true };
    const registry = new Registry([], { ...options(saved, fail), clock });
    registry.add(newRecord('A', 0));
    await expect(registry.flush()).rejects.toThrow('disk full');
    fail.now = false;
    clock.pass(3_000);
    await registry.flush();
    expect(saved).toEqual([['A']]);
  });

  test('of a removed device are not written again', async () => {
    const clock = new FakeClock();
    const saved: string[][] = [];
    const registry = new Registry([newRecord('A', 0)], {
      ...options(saved, { now: false }),
      clock,
    });
    registry.changed('A');
    await registry.remove('A');
    await registry.flush();
    expect(saved).toEqual([]);
    expect(registry.get('A')).toBeUndefined();
  });
});
