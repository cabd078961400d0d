import { expect, test } from 'vitest';
import { giveRoom } from '../src/heap.ts';
import { FakeClock } from './mqtt/fake-clock.ts';

const MB = 1024 * 1024;
/** between two looks */
const LOOK = 10_000;

function watched(used: () => number) {
  const clock = new FakeClock();
  const flags: string[] = [];
  const stop = giveRoom({ clock, used, setFlag: (flag) => flags.push(flag) });
  return { clock, stop, flags: () => flags.splice(0) };
}

test('a heap that stays large may grow to three times before it is collected', () => {
  const { clock, flags } = watched(() => 100 * MB);
  clock.pass(3 * LOOK);
  expect(flags()).toEqual([]);
  clock.pass(LOOK);
  expect(flags()).toEqual(['--heap-growing-percent=200', '--memory-reducer-gc-count=0']);
  clock.pass(60 * LOOK);
  expect(flags()).toEqual([]);
});

test('what a burst leaves until it is collected makes no heap large', () => {
  let used = 150 * MB;
  const { clock, flags } = watched(() => used);
  clock.pass(3 * LOOK);
  used = 20 * MB;
  clock.pass(LOOK);
  used = 150 * MB;
  clock.pass(3 * LOOK);
  expect(flags()).toEqual([]);
});

test('one that became small is as V8 has it by itself', () => {
  let used = 100 * MB;
  const { clock, flags } = watched(() => used);
  clock.pass(4 * LOOK);
  flags();
  used = 30 * MB;
  clock.pass(LOOK);
  expect(flags()).toEqual(['--heap-growing-percent=0', '--memory-reducer-gc-count=2']);
});

test('nothing is looked at any more once it was stopped', () => {
  const { clock, stop, flags } = watched(() => 100 * MB);
  clock.pass(LOOK);
  stop();
  clock.pass(60 * LOOK);
  expect(flags()).toEqual([]);
  expect(clock.timers).toBe(0);
});
