import { beforeEach, describe, expect, test } from 'vitest';
import { Lingering } from '../../src/bridge/lingering.ts';
import { FakeClock } from '../mqtt/fake-clock.ts';
import { FakeDisk } from './model/disk.ts';

describe('what the embedded broker has acknowledged', () => {
  const clock = new FakeClock();
  let disk: FakeDisk;
  let lingering: Lingering;
  let isDelivered: boolean;

  beforeEach(async () => {
    disk = new FakeDisk(false);
    isDelivered = true;
    lingering = new Lingering({ disk, clock, isDelivered: () => isDelivered });
    const entries = [1, 2, 3].map((seq) => ({ seq, device: 'A', at: 0, bytes: 1 }));
    const put = entries.map((entry) => ({
      entry: { ...entry, kept: 'history', topic: 't' } as const,
      payload: Buffer.from('p'),
    }));
    const written = lingering.write({ put, forget: [] });
    disk.sync();
    await written;
  });

  const left = () => [...disk.safe.keys()];

  test('stays on disk for a tenth of a second, each by itself', () => {
    lingering.forget([1]);
    clock.pass(60);
    lingering.forget([2]);
    clock.pass(39);
    expect(left()).toEqual([1, 2, 3]);
    clock.pass(1);
    expect(left()).toEqual([2, 3]);
    clock.pass(100);
    expect(left()).toEqual([3]);
    expect(clock.timers).toBe(0);
  });

  test('stays while a slow client has not taken it, but not for ever', () => {
    isDelivered = false;
    lingering.forget([1]);
    clock.pass(5_000);
    expect(left()).toEqual([1, 2, 3]);
    lingering.forget([2]);
    clock.pass(5_000);
    expect(left()).toEqual([2, 3]);
    isDelivered = true;
    clock.pass(100);
    expect(left()).toEqual([3]);
  });

  test('goes at once when the broker is about to close', () => {
    lingering.forget([1, 2]);
    lingering.forgetAll();
    expect(left()).toEqual([3]);
    expect(clock.timers).toBe(0);
  });
});
