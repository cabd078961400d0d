import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Holds } from '../../src/mqtt/holds.ts';
import { PlainHolds } from './plain-holds.ts';

const device = fc.nat(6).map((number) => `d${number}`);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('add' as const), device, age: fc.nat(2_000) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('announcing' as const), device }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('announced' as const), device, more: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('open' as const), device }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('forget' as const), device }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('drop' as const), device }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.oneof(fc.nat(200), fc.nat(4_000)),
    }),
  },
);
const options = fc.constantFrom(
  { hold: 1_000, liveWithin: 10_000 },
  { hold: 0, liveWithin: 10_000 },
  { hold: 3_000, liveWithin: 2_000 },
);

it('says the same as the rules written down plainly, whatever comes', () => {
  fc.assert(
    fc.property(options, fc.array(step, { maxLength: 150 }), (rules, steps) => {
      const [holds, plain] = [new Holds<number>(rules), new PlainHolds<number>(rules)];
      let now = 0;
      const look = () => {
        expect(holds.next()).toBe(plain.next());
        expect(holds.due(now)).toEqual(plain.due(now));
        expect(holds.size).toBe(plain.size);
      };
      for (const [turn, next] of steps.entries()) {
        if (next.do === 'pass') now += next.ms;
        else {
          // what passes is what would come out at once
          const passes =
            next.do === 'add' ? holds.passes(next.device, now - next.age, now) : undefined;
          for (const one of [holds, plain]) {
            if (next.do === 'add') one.add(next.device, turn, now - next.age);
            else if (next.do === 'announced') one.announced(next.device, now, next.more);
            else if (next.do === 'drop') one.drop(next.device, one.waitingOf(next.device)[1] ?? -1);
            else one[next.do](next.device);
          }
          if (passes !== undefined && 'device' in next) {
            const released = { deviceId: next.device, turn, ...passes };
            expect(plain.due(now)).toContainEqual(released);
            expect(holds.due(now)).toContainEqual(released);
          }
        }
        look();
      }
      for (let at = holds.next(); at !== undefined; at = holds.next()) {
        now = Math.max(now, at);
        look();
      }
    }),
    { numRuns: 1_000 },
  );
});
