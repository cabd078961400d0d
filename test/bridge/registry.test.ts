import { beforeEach, describe, expect, test } from 'vitest';
import { Registry } from '../../src/bridge/registry.ts';
import { newRecord } from '../../src/domain/device.ts';
import { FakeClock } from '../mqtt/fake-clock.ts';

const SAVE_AFTER = 3_000;

describe('records in memory', () => {
  let clock: FakeClock;
  let saved: string[][];

  const registryOf = (...ids: string[]) =>
    new Registry(
      ids.map((id) => newRecord(id, 0)),
      {
        clock,
        saveAfter: SAVE_AFTER,
        store: {
          saveDevices: async (records) => {
            saved.push(records.map(({ id }) => id));
          },
          removeDevice: async () => {},
        },
        onError: (error) => expect.unreachable(String(error)),
      },
    );

  beforeEach(() => {
    clock = new FakeClock();
    saved = [];
  });

  test('are written together, after a while', () => {
    const registry = registryOf('A', 'B');
    registry.changed('A');
    clock.pass(SAVE_AFTER / 2);
    registry.changed('B');
    expect(saved).toEqual([]);
    clock.pass(SAVE_AFTER / 2);
    expect(saved).toEqual([['A', 'B']]);
  });

  test('of which a killed bridge would know nothing are written at once; the others wait', async () => {
    const registry = registryOf('A', 'B');
    registry.changed('A');
    registry.changed('B', true);
    registry.add(newRecord('C', 0));
    clock.pass(SAVE_AFTER / 10);
    expect(saved).toEqual([['B', 'C']]);
    await registry.flush([]);
    clock.pass(SAVE_AFTER);
    expect(saved).toEqual([['B', 'C'], ['A']]);
    clock.pass(2 * SAVE_AFTER);
    expect(saved).toHaveLength(2);
  });

  test('can be written one by one, and no more often than they change', async () => {
    const registry = registryOf('A', 'B');
    registry.changed('A');
    registry.changed('B', true);
    await registry.flush(['B']);
    expect(saved).toEqual([['B']]);
    await registry.flush(['B']);
    clock.pass(SAVE_AFTER);
    await registry.flush([]);
    expect(saved).toEqual([['B'], ['A']]);
    registry.changed('A');
    registry.changed('B');
    await registry.flush();
    clock.pass(2 * SAVE_AFTER);
    expect(saved).toEqual([['B'], ['A'], ['A', 'B']]);
  });

  test('of a large estate are written by parts, and who asks for one waits for one part', async () => {
    const ids = Array.from({ length: 50 }, (_, at) => `D${at}`);
    const registry = registryOf(...ids);
    for (const id of ids) registry.changed(id);
    clock.pass(SAVE_AFTER);
    registry.changed('D49');
    await registry.flush(['D49']);
    expect(saved.map((some) => some.length)).toEqual([20, 21]);
    expect(saved.at(-1)).toContain('D49');
    await registry.flush([]);
    await registry.flush([]);
    expect(saved.flat().sort()).toEqual(ids.sort());
  });

  test('that wait while others are written go together, and none is said to be written before it is', async () => {
    const written: (() => void)[] = [];
    const registry = new Registry(
      ['A', 'B', 'C'].map((id) => newRecord(id, 0)),
      {
        clock,
        saveAfter: SAVE_AFTER,
        store: {
          saveDevices: (records) => {
            saved.push(records.map(({ id }) => id));
            return new Promise((resolve) => void written.push(resolve));
          },
          removeDevice: async () => {},
        },
        onError: (error) => expect.unreachable(String(error)),
      },
    );
    const told: string[] = [];
    const flush = (id: string) => {
      registry.changed(id);
      return registry.flush([id]).then(() => told.push(id));
    };
    const all = [flush('A'), flush('B'), flush('C')];
    expect(saved).toEqual([['A']]);
    written[0]?.();
    await all[0];
    expect(saved).toEqual([['A'], ['B', 'C']]);
    expect(told).toEqual(['A']);
    written[1]?.();
    await Promise.all(all);
    expect(told).toEqual(['A', 'B', 'C']);
    expect(saved).toHaveLength(2);
  });
});
