import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Holds } from '../../src/mqtt/holds.ts';

const rules = { hold: 1_000, liveWithin: 10_000 };
const turns = (holds: Holds<string>, now: number) =>
  holds.due(now).map(({ turn, late }) => (late ? `${turn} late` : turn));

describe('holds', () => {
  it('lets a turn through where nothing was announced', () => {
    const holds = new Holds<string>(rules);
    holds.add('a', 'alarm', 100);
    expect(turns(holds, 100)).toEqual(['alarm']);
    expect(holds.next()).toBeUndefined();
  });

  it('holds the turns of a device until Home Assistant has subscribed, in their order', () => {
    const holds = new Holds<string>(rules);
    holds.announcing('a');
    holds.add('a', 'first', 0);
    holds.add('b', 'of another', 0);
    holds.add('a', 'second', 200);
    expect(turns(holds, 300)).toEqual(['of another']);
    holds.announced('a', 400);
    expect(turns(holds, 1_399)).toEqual([]);
    expect(holds.next()).toBe(1_400);
    expect(turns(holds, 1_400)).toEqual(['first', 'second']);
    expect(holds.size).toBe(0);
  });

  it('forgets what waits of a device that is gone', () => {
    const holds = new Holds<string>(rules);
    holds.announcing('a');
    holds.add('a', 'alarm', 0);
    holds.forget('a');
    expect(holds.size).toBe(0);
    expect(turns(holds, 60_000)).toEqual([]);
    holds.add('a', 'of the next life', 60_000);
    expect(turns(holds, 60_000)).toEqual(['of the next life']);
  });

  it('waits for the last of several payloads', () => {
    const holds = new Holds<string>(rules);
    holds.announcing('a');
    holds.add('a', 'alarm', 0);
    holds.announced('a', 100, true);
    expect(turns(holds, 2_000)).toEqual([]);
    holds.announced('a', 2_000);
    expect(turns(holds, 2_999)).toEqual([]);
    expect(turns(holds, 3_000)).toEqual(['alarm']);
  });

  it('waits for the last payload of any device, longer behind more of them, and not for ever', () => {
    const holds = new Holds<string>(rules);
    for (const [at, device] of ['a', 'b', 'c'].entries()) {
      holds.announcing(device);
      holds.add(device, `alarm of ${device}`, 0);
      holds.announced(device, at * 250);
    }
    // the last at 500, the hold, and three tenths of it for each of the two before
    expect(turns(holds, 2_099)).toEqual([]);
    expect(turns(holds, 2_100)).toEqual(['alarm of a', 'alarm of b', 'alarm of c']);
    holds.announcing('d');
    holds.add('d', 'alarm of d', 3_000);
    holds.announced('d', 3_000);
    for (let at = 3_250; at <= 9_000; at += 250) {
      holds.announcing('others');
      holds.announced('others', at);
    }
    expect(turns(holds, 7_999)).toEqual([]);
    expect(turns(holds, 8_000)).toEqual(['alarm of d']);
  });

  it('makes nothing late by waiting for others', () => {
    const holds = new Holds<string>(rules);
    holds.announcing('a');
    holds.add('a', 'alarm', 0);
    holds.announced('a', 6_000);
    for (let at = 6_250; at <= 20_000; at += 250) {
      holds.announcing('others');
      holds.announced('others', at);
    }
    expect(turns(holds, 8_999)).toEqual([]);
    expect(turns(holds, 9_000)).toEqual(['alarm']);
  });

  it('waits one hold for a device that comes alone, soon after others too', () => {
    const holds = new Holds<string>(rules);
    for (const [at, device] of [
      [0, 'a'],
      [250, 'b'],
      [1_250, 'c'],
    ] as const) {
      holds.announcing(device);
      holds.announced(device, at);
    }
    holds.add('c', 'alarm', 1_250);
    expect(turns(holds, 2_249)).toEqual([]);
    expect(turns(holds, 2_250)).toEqual(['alarm']);
  });

  it('lets out as late what waited too long, though nothing was announced yet', () => {
    const holds = new Holds<string>(rules);
    holds.announcing('a');
    holds.add('a', 'old', 0);
    holds.add('a', 'young', 5_000);
    expect(turns(holds, 10_000)).toEqual([]);
    expect(holds.next()).toBe(10_001);
    expect(turns(holds, 10_001)).toEqual(['old late']);
    holds.announced('a', 10_500);
    expect(turns(holds, 11_500)).toEqual(['young']);
  });

  it('waits no longer for a device that is gone', () => {
    const holds = new Holds<string>(rules);
    holds.announcing('a');
    holds.add('a', 'alarm', 0);
    holds.open('a');
    expect(turns(holds, 1)).toEqual(['alarm']);
  });

  it('gives back every turn once and in order, none live too early or too late', () => {
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ do: fc.constant('turn' as const), device: fc.nat(2) }) },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant('announcing' as const), device: fc.nat(2) }),
      },
      {
        weight: 1,
        arbitrary: fc.record({ do: fc.constant('announced' as const), device: fc.nat(2) }),
      },
      { weight: 3, arbitrary: fc.record({ do: fc.constant('pass' as const), ms: fc.nat(4_000) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const holds = new Holds<{ number: number; received: number }>(rules);
        const given = new Map<string, number[]>();
        const got = new Map<string, number[]>();
        const announced = new Map<string, number>();
        const pending = new Set<string>();
        let now = 0;
        const collect = (at: number) => {
          for (const { deviceId, turn, late } of holds.due(at)) {
            got.set(deviceId, [...(got.get(deviceId) ?? []), turn.number]);
            expect(late).toBe(at - turn.received > rules.liveWithin);
            if (late) continue;
            expect(pending.has(deviceId)).toBe(false);
            const since = at - (announced.get(deviceId) ?? Number.NEGATIVE_INFINITY);
            expect(since).toBeGreaterThanOrEqual(rules.hold);
          }
        };
        for (const [number, next] of steps.entries()) {
          if (next.do === 'pass') now += next.ms;
          else {
            const deviceId = `d${next.device}`;
            if (next.do === 'turn') {
              given.set(deviceId, [...(given.get(deviceId) ?? []), number]);
              holds.add(deviceId, { number, received: now }, now);
            } else if (next.do === 'announcing') {
              pending.add(deviceId);
              holds.announcing(deviceId);
            } else if (pending.delete(deviceId)) {
              announced.set(deviceId, now);
              holds.announced(deviceId, now);
            }
          }
          collect(now);
          expect(holds.next() ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now);
        }
        for (let at = holds.next(); at !== undefined; at = holds.next()) collect(at);
        expect(got).toEqual(given);
      }),
      { numRuns: 200 },
    );
  });
});
