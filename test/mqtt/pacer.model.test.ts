import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type DiscoveryJob, Pacer } from '../../src/mqtt/pacer.ts';
import { PlainPacer } from './plain-pacer.ts';

/** Topics of three channels each; now and then one that another device has too. */
const job = fc
  .record({
    device: fc.nat(5),
    channel: fc.nat(2),
    strange: fc.nat(9).map((n) => n === 0),
    payload: fc.constantFrom('', '1', '2'),
    retain: fc.nat(9).map((n) => n > 0),
    announces: fc.boolean(),
    rereads: fc.boolean(),
    urgent: fc.nat(4).map((n) => n === 0),
    step: fc.nat(4).map((n) => n === 0),
  })
  .map(({ device, channel, strange, ...rest }): DiscoveryJob => {
    const deviceId = device === 0 ? '' : `d${device}`;
    return {
      ...rest,
      topic: strange ? 'anybody/config' : `${deviceId}/${channel}/config`,
      deviceId,
      bridge: device === 0,
    };
  });

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('add' as const), job }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('retry' as const), job }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('drop' as const), job }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('hurry' as const), job }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('next' as const), times: fc.nat(4) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.oneof(fc.nat(300), fc.nat(4_000), fc.constant(31_000)),
    }),
  },
);

const options = fc.constantFrom(
  { pace: 0 },
  { pace: 250 },
  { pace: 100, topicGap: 700, settle: 400 },
);

it('says the same as the rules written down plainly, whatever comes', () => {
  fc.assert(
    fc.property(options, fc.array(step, { maxLength: 150 }), (pace, steps) => {
      const [pacer, plain] = [new Pacer(pace), new PlainPacer(pace)];
      let now = 0;
      const both = (): boolean => {
        const said = pacer.next(now);
        expect(said).toEqual(plain.next(now));
        if (said !== undefined && 'waitUntil' in said) now = Math.max(now, said.waitUntil);
        return said !== undefined;
      };
      for (const next of steps) {
        if (next.do === 'pass') now += next.ms;
        else if (next.do === 'next') for (let time = 0; time < next.times; time++) both();
        else {
          for (const one of [pacer, plain]) {
            if (next.do === 'add') one.add(next.job, now);
            else if (next.do === 'retry') one.retry(next.job, now);
            else if (next.do === 'drop') one.drop(next.job.topic);
            else one.hurry(next.job.deviceId);
          }
          expect(pacer.size).toBe(plain.size);
          expect(pacer.announcing(next.job.deviceId)).toBe(plain.announcing(next.job.deviceId));
        }
      }
      while (both());
    }),
    { numRuns: 1_000 },
  );
});
