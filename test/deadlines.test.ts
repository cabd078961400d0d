import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Deadlines } from '../src/deadlines.ts';
import { FakeClock } from './mqtt/fake-clock.ts';

describe('many deadlines on one timer', () => {
  test('fire at their time, each once, but for those that are called off', () => {
    const deadline = fc.record({
      ms: fc.nat(1_000),
      begins: fc.nat(500),
      callOff: fc.option(fc.nat(1_500), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(deadline, { maxLength: 30 }), (wanted) => {
        const clock = new FakeClock();
        const deadlines = new Deadlines(clock);
        const fired: [number, number][] = [];
        wanted.forEach(({ ms, begins, callOff }, index) => {
          clock.after(begins, () => {
            const cancel = deadlines.after(ms, () => fired.push([index, clock.now()]));
            if (callOff !== undefined) clock.after(callOff, cancel);
          });
        });
        clock.pass(5_000);
        const expected = wanted.flatMap(({ ms, begins, callOff }, index) =>
          callOff === undefined || callOff > ms ? [[index, begins + ms]] : [],
        );
        const both = wanted.flatMap(({ ms, callOff }, index) => (callOff === ms ? [index] : []));
        const told = fired.filter(([index]) => !both.includes(index));
        expect(told.sort(([a], [b]) => a - b)).toEqual(expected);
        expect(clock.timers).toBe(0);
      }),
    );
  });

  test('share a timer', () => {
    const clock = new FakeClock();
    const deadlines = new Deadlines(clock);
    for (let at = 1; at <= 100; at++) deadlines.after(at * 10, () => {});
    expect(clock.timers).toBe(1);
    deadlines.clear();
    expect(clock.timers).toBe(0);
  });
});
