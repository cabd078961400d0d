import { expect, test } from 'vitest';
import { Crowd } from '../../src/http/crowd.ts';
import { AT_ONCE, CROWD_CHECK } from '../../src/http/limits.ts';
import { FakeClock } from '../mqtt/fake-clock.ts';

/** A crowd, how busy the loop is while it waits, and who is in. */
function start() {
  const clock = new FakeClock();
  const loop = { utilization: 0 };
  const crowd = new Crowd(clock, () => loop.utilization);
  const inside: object[] = [];
  const come = (pushes: number) => {
    for (let push = 0; push < pushes; push += 1) {
      const who = {};
      const turn = crowd.admit(who, `${push}`);
      if (turn === undefined) inside.push(who);
      else void turn.then(() => inside.push(who));
    }
  };
  const look = async () => {
    clock.pass(CROWD_CHECK);
    await Promise.resolve();
  };
  const leave = async (pushes: number) => {
    for (const who of inside.splice(0, pushes)) crowd.release(who);
    await Promise.resolve();
  };
  return { clock, loop, inside, come, look, leave };
}

const { least, most } = AT_ONCE;

test('while the loop has no time to spare, few are in however long the others wait', async () => {
  const { loop, inside, come, look, leave } = start();
  loop.utilization = 1;
  come(most);
  for (let looks = 0; looks < 20; looks += 1) await look();
  expect(inside).toHaveLength(least);
  await leave(5);
  expect(inside).toHaveLength(least);
});

test('where those that are in wait themselves, more come in at each look, up to the most', async () => {
  const { inside, come, look } = start();
  come(most + 10);
  const counts = [inside.length];
  while (inside.length < most) {
    await look();
    counts.push(inside.length);
  }
  expect(counts).toEqual([least, least * 2, least * 4, least * 8, most]);
  await look();
  expect(inside).toHaveLength(most);
});

test('fewer again once the loop is busy: nobody is sent away, and nobody comes in before few are left', async () => {
  const { loop, inside, come, look, leave } = start();
  come(most + 10);
  for (let looks = 0; looks < 4; looks += 1) await look();
  loop.utilization = 0.95;
  for (let looks = 0; looks < 4; looks += 1) await look();
  expect(inside).toHaveLength(most);
  await leave(most - least);
  expect(inside).toHaveLength(least);
  await leave(1);
  expect(inside).toHaveLength(least);
});

test('once nobody waits it is looked no longer, and the next find it as it was left', async () => {
  const { clock, loop, inside, come, look, leave } = start();
  expect(clock.timers).toBe(0);
  come(least + 1);
  expect(clock.timers).toBe(1);
  await look();
  expect(inside).toHaveLength(least + 1);
  await look();
  expect(clock.timers).toBe(0);
  await leave(least + 1);
  come(least * 2 + 1);
  expect(inside).toHaveLength(least * 2);
  loop.utilization = 1;
  await look();
  await leave(1);
  expect(inside).toHaveLength(least * 2 - 1);
});
