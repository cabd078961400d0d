import { expect, test } from 'vitest';
import { Leftovers } from '../../src/bridge/leftovers.ts';
import { Registry } from '../../src/bridge/registry.ts';
import { removeDevice } from '../../src/bridge/removal.ts';
import { newRecord } from '../../src/domain/device.ts';
import { FakeClock, settle } from './model/clock.ts';
import { FakeDisk } from './model/disk.ts';

/** ms after which Home Assistant has let go of the entities */
const LET_GO = 3_000;

/** Removes a device of three topics, which then comes back with some of them; what was emptied, then and later. */
async function emptied({ back }: { readonly back: readonly string[] }) {
  const clock = new FakeClock(0);
  const meta = new Map<string, unknown>();
  const store = {
    get: async (key: string) => meta.get(key),
    put: async (key: string, value: unknown) => void meta.set(key, value),
  };
  const topics: string[] = [];
  const publisher = {
    publish: async ({ topic }: { readonly topic: string }) => void topics.push(topic),
  };
  const disk = new FakeDisk(false);
  const onError = (error: unknown) => expect.unreachable(String(error));
  const record = newRecord('A', 0);
  const registry = new Registry([record], { store: disk, clock, saveAfter: 10_000, onError });
  await removeDevice('A', {
    registry,
    announcer: { remove: () => {} },
    delivery: { forget: () => {} },
    timers: { forget: () => {} },
    notices: { tell: () => {} },
    leftovers: await Leftovers.load(store),
    publisher,
    clock,
    onError,
    topicsOf: (one) => (one === record ? ['A/1', 'A/2', 'A/3'] : back),
  });
  if (back.length > 0) registry.add(newRecord('A', 1));
  await clock.advance(LET_GO);
  const now = topics.splice(0);
  await (await Leftovers.load(store)).clear(publisher);
  await settle();
  return { now, atNextStart: topics };
}

test('what was retained of a removed device is emptied, once', async () => {
  expect(await emptied({ back: [] })).toEqual({ now: ['A/1', 'A/2', 'A/3'], atNextStart: [] });
});

test.each([
  { back: ['A/2'], now: ['A/1', 'A/3'] },
  { back: ['A/1', 'A/2', 'A/3', 'A/4'], now: [] },
])('nothing of a device that is back with $back: not at the next start either', async (row) => {
  expect(await emptied(row)).toEqual({ now: row.now, atNextStart: [] });
});
