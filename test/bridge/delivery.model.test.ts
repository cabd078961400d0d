import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIVE_WITHIN, World } from './world.ts';

/** One thing that happens; what a number means depends on it. */
type Step =
  | { readonly do: 'push' | 'announcing' | 'announced'; readonly device: string }
  | { readonly do: 'acknowledge'; readonly most: number; readonly reversed: boolean }
  | { readonly do: 'disconnect' | 'crash'; readonly hadTaken: number }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'connect' | 'freeze' | 'thaw' | 'sync' };

const device = fc.constantFrom('A', 'B');
const hadTaken = fc.nat(4);
const step: fc.Arbitrary<Step> = fc.oneof(
  { arbitrary: fc.record({ do: fc.constant('push' as const), device }), weight: 6 },
  {
    arbitrary: fc.record({
      do: fc.constantFrom('announcing' as const, 'announced' as const),
      device,
    }),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      do: fc.constant('acknowledge' as const),
      most: fc.integer({ min: 1, max: 8 }),
      reversed: fc.boolean(),
    }),
    weight: 5,
  },
  {
    arbitrary: fc.record({
      do: fc.constantFrom('disconnect' as const, 'crash' as const),
      hadTaken,
    }),
    weight: 2,
  },
  {
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(50, 2_100, 12_000),
    }),
    weight: 3,
  },
  {
    arbitrary: fc.record({
      do: fc.constantFrom('connect' as const, 'freeze' as const, 'thaw' as const, 'sync' as const),
    }),
    weight: 5,
  },
);

async function take(world: World, taken: Step): Promise<void> {
  if (taken.do === 'push') return world.push(taken.device);
  if (taken.do === 'acknowledge') return world.broker.acknowledge(taken.most, taken.reversed);
  if (taken.do === 'disconnect') return world.disconnect(taken.hadTaken);
  if (taken.do === 'crash') return world.crash(taken.hadTaken);
  if (taken.do === 'wait') return world.clock.advance(taken.ms);
  if (taken.do === 'connect') return world.connect();
  if (taken.do === 'announcing') return world.holds.announcing(taken.device);
  if (taken.do === 'announced') {
    world.holds.announced(taken.device, world.clock.now());
    return world.delivery?.release();
  }
  if (taken.do === 'sync') return world.disk.sync();
  world.broker.frozen = taken.do === 'freeze';
}

/** Lets it all happen, then lets everything heal, and looks at what the broker has. */
async function judge(steps: readonly Step[], answersFirst: boolean): Promise<void> {
  const world = new World(answersFirst);
  await world.start();
  for (const each of steps) await take(world, each);
  await world.heal();
  for (const { device: of, number } of world.promised) {
    expect(world.numbers(of, 'history'), `${of} ${number} was answered 0`).toContain(number);
  }
  for (const of of ['A', 'B']) {
    const first = [...new Set(world.numbers(of, 'history'))];
    expect(first, `the history of ${of} is in order`).toEqual([...first].sort((a, b) => a - b));
    const live = world.numbers(of, 'event');
    expect(live, 'an event is live once').toEqual([...new Set(live)]);
  }
  const late = world.broker.taken.filter(({ message, at }) => {
    const { number } = JSON.parse(message.payload.toString());
    const pushed = world.pushed(message.topic, number);
    return message.topic.endsWith('/event') && at > pushed + LIVE_WITHIN;
  });
  expect(late, 'nothing late is live').toEqual([]);
}

const runs = fc.array(step, { minLength: 1, maxLength: 30 });

describe('delivery and outbox, whatever happens', () => {
  test('what was answered 0 reaches the broker, in order, and nothing late is live', async () => {
    await fc.assert(
      fc.asyncProperty(runs, (steps) => judge(steps, false)),
      { numRuns: 150 },
    );
  });

  test('the same test finds an answer that comes before the sync', async () => {
    const found = await fc.check(
      fc.asyncProperty(runs, (steps) => judge(steps, true)),
      { numRuns: 2_000, endOnFailure: true },
    );
    expect(found.failed).toBe(true);
    expect(String(found.errorInstance)).toContain('was answered 0');
  });
});
