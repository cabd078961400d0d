import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DiscoveryJob, Pacer } from '../../src/mqtt/pacer.ts';

const PACE = 250;

function job(deviceId: string, payload: string, more: Partial<DiscoveryJob> = {}): DiscoveryJob {
  return {
    topic: `homeassistant/device/${deviceId}/config`,
    payload,
    retain: true,
    deviceId,
    announces: false,
    rereads: false,
    urgent: false,
    bridge: false,
    step: false,
    ...more,
  };
}

interface Published {
  readonly at: number;
  readonly job: DiscoveryJob;
}

/** Asks the pacer as a bridge would, until it has nothing more to say. */
function drain(pacer: Pacer, from = 0, until = Number.POSITIVE_INFINITY): Published[] {
  const published: Published[] = [];
  let now = from;
  for (let next = pacer.next(now); next !== undefined; next = pacer.next(now)) {
    if ('job' in next) published.push({ at: now, job: next.job });
    else {
      expect(next.waitUntil).toBeGreaterThan(now);
      if (next.waitUntil > until) break;
      now = next.waitUntil;
    }
  }
  return published;
}

const payloads = (published: readonly Published[]) =>
  published.map(({ job: { payload } }) => payload);

describe('the pacer', () => {
  it('is idle with nothing to do, and sends a single payload at once and once', () => {
    const pacer = new Pacer({ pace: PACE });
    expect(pacer.next(0)).toBeUndefined();
    pacer.add(job('a', '1'), 5);
    expect(drain(pacer, 5)).toEqual([{ at: 5, job: job('a', '1') }]);
  });

  it("sends the bridge's device first, then those for whom an event waits", () => {
    const pacer = new Pacer({ pace: PACE });
    pacer.add(job('a', 'first come'), 0);
    pacer.add(job('b', 'hurried'), 0);
    pacer.add(job('c', 'urgent', { urgent: true }), 0);
    pacer.add(job('bridge', 'bridge', { bridge: true }), 0);
    pacer.hurry('b');
    const published = drain(pacer);
    expect(payloads(published)).toEqual(['bridge', 'hurried', 'urgent', 'first come']);
    expect(published.map(({ at }) => at)).toEqual([0, 250, 500, 750]);
  });

  it('lets the newest payload of a topic take the place of one that waits', () => {
    const pacer = new Pacer({ pace: PACE });
    pacer.add(job('a', 'old', { announces: true }), 0);
    pacer.add(job('b', 'other'), 0);
    pacer.add(job('a', 'new'), 0);
    expect(pacer.announcing('a')).toBe(true);
    const published = drain(pacer);
    expect(payloads(published)).toEqual(['new', 'other']);
    expect(published[0]?.job.announces).toBe(true);
    expect(pacer.announcing('a')).toBe(false);
  });

  it('sends every step of a device in order, those of one topic a second apart', () => {
    const pacer = new Pacer({ pace: PACE });
    const other = { topic: 'homeassistant/device/a_1/config' };
    pacer.add(job('a', 'before'), 0);
    pacer.add(job('a', 'migrate', { step: true, retain: false }), 0);
    pacer.add(job('a', 'channel', { step: true, ...other }), 0);
    pacer.add(job('a', 'clean', { step: true }), 0);
    pacer.add(job('a', 'after'), 0);
    pacer.add(job('a', 'after all'), 0);
    const published = drain(pacer, 0, 4_500);
    expect(payloads(published)).toEqual(['before', 'migrate', 'channel', 'clean', 'after all']);
    expect(published.map(({ at }) => at)).toEqual([0, 1_000, 1_250, 2_000, 3_000]);
  });

  it('sends the last payload of a run once more, a few seconds after', () => {
    const pacer = new Pacer({ pace: PACE });
    pacer.add(job('a', '1', { announces: true }), 0);
    pacer.next(0);
    pacer.add(job('a', '2', { announces: true }), 10);
    const published = drain(pacer, 10);
    expect(published).toEqual([
      { at: 1_000, job: job('a', '2', { announces: true }) },
      { at: 4_000, job: job('a', '2') },
    ]);
  });

  it.each([
    ['a cleared topic', { payload: '' }],
    ['what is not retained', { retain: false }],
  ])('never repeats %s', (_, more) => {
    const pacer = new Pacer({ pace: PACE });
    pacer.add(job('a', '1'), 0);
    pacer.next(0);
    pacer.add(job('a', '2', more), 0);
    expect(drain(pacer, 0)).toHaveLength(1);
    expect(pacer.next(60_000)).toBeUndefined();
  });

  it('sends nothing of a topic that somebody took away, neither what waits nor once more', () => {
    const pacer = new Pacer({ pace: PACE });
    pacer.add(job('a', '1'), 0);
    drain(pacer, 0, 1);
    pacer.add(job('a', '2'), 1_100);
    drain(pacer, 1_100, 1_200);
    pacer.add(job('a', '3'), 1_300);
    pacer.add(job('b', 'other'), 1_300);
    pacer.drop(job('a', '').topic);
    expect(payloads(drain(pacer, 1_300))).toEqual(['other']);
  });

  it('repeats nothing where a silence lies between two changes', () => {
    const pacer = new Pacer({ pace: PACE });
    for (const now of [0, 3_000, 6_000]) {
      pacer.add(job('a', String(now)), now);
      expect(payloads(drain(pacer, now))).toEqual([String(now)]);
    }
  });

  it('takes back what could not be published, unless something newer waits', () => {
    const pacer = new Pacer({ pace: PACE });
    const failed = job('a', '1', { announces: true });
    pacer.add(failed, 0);
    pacer.next(0);
    pacer.retry(failed, 100);
    expect(payloads(drain(pacer, 100, 2_000))).toEqual(['1']);
    pacer.add(job('a', '2'), 2_000);
    pacer.retry(failed, 2_000);
    const published = drain(pacer, 2_000, 3_000);
    expect(payloads(published)).toEqual(['2']);
    expect(published[0]?.job.announces).toBe(true);
  });

  it('overtakes nobody for ever', () => {
    const pacer = new Pacer({ pace: 1_000, topicGap: 1_000 });
    pacer.add(job('patient', 'patient'), 0);
    let waited: number | undefined;
    for (let now = 0; waited === undefined && now < 120_000; now += 1_000) {
      for (const id of ['x', 'y', 'z']) pacer.add(job(id, `${id} ${now}`, { urgent: true }), now);
      const next = pacer.next(now);
      if (next && 'job' in next && next.job.payload === 'patient') waited = now;
    }
    expect(waited).toBeLessThanOrEqual(33_000);
  });

  it('keeps every rule for any load', () => {
    const load = fc.array(
      fc.record({
        gap: fc.nat(600),
        device: fc.nat(4),
        topic: fc.nat(1),
        step: fc.boolean(),
        urgent: fc.boolean(),
        announces: fc.boolean(),
      }),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(load, (items) => {
        const pacer = new Pacer({ pace: PACE });
        const added: DiscoveryJob[] = [];
        const published: Published[] = [];
        let now = 0;
        for (const [index, { gap, device, topic, ...flags }] of items.entries()) {
          const deviceId = `d${device}`;
          const next = job(deviceId, String(index), {
            ...flags,
            topic: `homeassistant/device/${deviceId}_${topic}/config`,
            bridge: device === 0,
          });
          added.push(next);
          pacer.add(next, now);
          published.push(...drain(pacer, now, now + gap));
          now = Math.max(now + gap, published.at(-1)?.at ?? 0);
        }
        published.push(...drain(pacer, now));

        for (const [index, { at }] of published.entries()) {
          expect(at - (published[index - 1]?.at ?? -PACE)).toBeGreaterThanOrEqual(PACE);
        }
        for (const deviceId of new Set(added.map((one) => one.deviceId))) {
          const mine = published.filter(({ job: one }) => one.deviceId === deviceId);
          const steps = added.filter((one) => one.step && one.deviceId === deviceId);
          const stepsOut = mine.filter(({ job: one }) => one.step);
          // once each in order, but for the repetition at the end of a run
          expect([...new Set(stepsOut.map(({ job: one }) => one.payload))]).toEqual(
            steps.map((one) => one.payload),
          );
        }
        for (const topic of new Set(added.map((one) => one.topic))) {
          const its = published.filter(({ job: one }) => one.topic === topic);
          for (const [index, { at }] of its.entries()) {
            expect(at - (its[index - 1]?.at ?? -1_000)).toBeGreaterThanOrEqual(1_000);
          }
          const last = added.findLast((one) => one.topic === topic);
          const out = published.findLast(({ job: one }) => one.topic === topic);
          expect(out?.job.payload).toBe(last?.payload);
        }
        expect(pacer.size).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});
