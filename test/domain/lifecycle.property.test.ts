import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonObject } from '../../src/decode/report.ts';
import type { Change } from '../../src/domain/change.ts';
import { DeviceBench, plainPolicy, told } from './device-bench.ts';

/** What a camera may do to one alarm, and what may happen to the bridge meanwhile. */
type Happening =
  | { readonly does: 'send'; readonly status: 'start' | 'stop' | 'pulse'; readonly uuid?: number }
  | { readonly does: 'repeat' | 'eliminate' | 'restart' }
  /** seconds; `tick` says whether the bridge's timer came in time */
  | { readonly does: 'pass'; readonly seconds: number; readonly tick: boolean };

const HOLD = 30_000;
const MAXIMUM = 300_000;

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record(
    {
      does: fc.constant('send' as const),
      status: fc.constantFrom('start' as const, 'stop' as const, 'pulse' as const),
      uuid: fc.integer({ min: 1, max: 3 }),
    },
    { requiredKeys: ['does', 'status'] },
  ),
  fc.record({ does: fc.constantFrom('repeat' as const, 'eliminate' as const) }),
  fc.record({
    does: fc.constant('pass' as const),
    seconds: fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 200, max: 400 })),
    tick: fc.boolean(),
  }),
);

/** What the design says of one alarm, in the fewest words. */
class Model {
  on = false;
  started = false;
  until = 0;
  uuid: number | undefined;
  stopped: number | undefined;

  pass(now: number): void {
    if (this.on && this.until <= now) this.off();
  }

  send(status: 'start' | 'stop' | 'pulse', now: number, uuid: number | undefined): void {
    if (status === 'stop') {
      this.off();
      this.uuid = uuid ?? this.uuid;
      this.stopped = now;
      return;
    }
    // within a second of the camera's clock nobody knows which came first: its own id says so
    const isOver = status === 'start' && !this.on && this.stopped === now && uuid === this.uuid;
    if (isOver && uuid !== undefined) return;
    this.uuid = uuid;
    this.stopped = undefined;
    this.started = status === 'start' || (this.on && this.started);
    const end = now + (status === 'start' ? MAXIMUM : HOLD);
    const extends_ = this.on && status === 'pulse';
    this.until = extends_ ? Math.max(this.until, end) : end;
    this.on = true;
  }

  off(): void {
    this.on = false;
    this.started = false;
  }
}

/** Does one thing to a device. The count makes each message one of its own. */
function run(bench: DeviceBench, what: Happening, count: number, bodies: JsonObject[]): Change[] {
  switch (what.does) {
    case 'send': {
      const uuid = what.uuid === undefined ? {} : { alarm_uuid: `u/${what.uuid}` };
      const body = bench.alarmBody({
        status: what.status,
        time: bench.wall(),
        alarm_msg: `${count}`,
        ...uuid,
      });
      bodies.push(body);
      return bench.push('alarm_report', body);
    }
    case 'repeat': {
      const last = bodies.at(-1);
      return last === undefined ? [] : bench.push('alarm_report', last);
    }
    case 'eliminate':
      return bench.alarm({
        alarm_type: 'alarm_elimination',
        status: 'pulse',
        alarm_msg: `${count}`,
      });
    case 'restart':
      bench.restart();
      return [];
    case 'pass':
      if (what.tick) return bench.pass(what.seconds);
      bench.now += what.seconds * 1000;
      return [];
  }
}

const policy = { ...plainPolicy, repeatWindow: 86_400_000 };

test('an alarm is ON exactly as long as the design says, whatever happens', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 40 }), (story) => {
      const bench = new DeviceBench(policy);
      const model = new Model();
      const bodies: JsonObject[] = [];
      const events = new Set<string>();
      let published = 'OFF';
      for (const [count, what] of story.entries()) {
        const before = { ...bench.stateOf() };
        const changes = run(bench, what, count, bodies);
        // what is overdue is over by the next thing that happens to the device, if not by its timer
        const noticed = what.does !== 'pass' || what.tick;
        if (noticed && changes.length > 0) model.pass(bench.now);
        if (what.does === 'pass' && what.tick) model.pass(bench.now);
        if (what.does === 'send') model.send(what.status, bench.now, what.uuid);
        if (what.does === 'eliminate') model.off();
        expect(bench.stateOf()?.state ?? 'OFF').toBe(model.on ? 'ON' : 'OFF');

        for (const change of changes) {
          if (change.change === 'alarm') {
            if (change.live) expect(published).toBe('OFF');
            published = change.state;
          }
          if (change.change !== 'event' || change.type !== 'motion_detection') continue;
          expect(what.does).toBe('send');
          expect(change.id).toBe(bench.stateOf()?.id);
          events.add(`${change.id} ${change.body.status} ${count}`);
          // a stop belongs to the turn that ran until now
          if (change.body.status === 'stop' && before.state === 'ON') {
            expect(change.id).toBe(before.id);
          }
        }
        expect(published).toBe(bench.stateOf()?.state ?? 'OFF');
      }
      expect(events.size).toBe(bodies.length);
    }),
    { numRuns: 300 },
  );
});

test('a restart of the bridge at any moment changes nothing', () => {
  fc.assert(
    fc.property(
      fc.array(happening, { maxLength: 25 }),
      fc.infiniteStream(fc.boolean()),
      (story, restarts) => {
        const one = new DeviceBench(policy);
        const other = new DeviceBench(policy);
        const bodies: JsonObject[] = [];
        const same: JsonObject[] = [];
        for (const [count, what] of story.entries()) {
          if (restarts.next().value) other.restart();
          expect(told(run(other, what, count, same))).toEqual(told(run(one, what, count, bodies)));
        }
        other.restart();
        expect(other.record).toEqual(one.record);
      },
    ),
  );
});

test('whatever is sent again unacknowledged has the ids that it had', () => {
  fc.assert(
    fc.property(fc.array(happening, { maxLength: 20 }), (story) => {
      const bench = new DeviceBench(policy);
      const bodies: JsonObject[] = [];
      for (const [count, what] of story.entries()) {
        if (what.does !== 'send') {
          run(bench, what, count, bodies);
          continue;
        }
        const uuid = what.uuid === undefined ? {} : { alarm_uuid: `u/${what.uuid}` };
        const { status } = what;
        const body = bench.alarmBody({
          status,
          time: bench.wall(),
          alarm_msg: `${count}`,
          ...uuid,
        });
        const ids = [bench.lose('alarm_report', body), bench.push('alarm_report', body)].map(
          (changes) => changes.flatMap((change) => (change.change === 'event' ? change.id : [])),
        );
        expect(ids[0]).toHaveLength(1);
        expect(ids[1]).toEqual(ids[0]);
      }
    }),
  );
});
