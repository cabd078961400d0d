import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ConnectionLost,
  NotAcknowledged,
  NotConnected,
  PublishRefused,
  TooManyWaiting,
} from '../../src/mqtt/errors.ts';
import type { Packet } from '../../src/mqtt/size.ts';
import { Window } from '../../src/mqtt/window.ts';
import { FakeClock } from './fake-clock.ts';

const packet = (topic: string, bytes = 1): Packet => ({
  topic,
  payload: Buffer.alloc(bytes),
  qos: 1,
  retain: false,
});

function bench(limit = 20, bounds: { waiting?: number; waitingBytes?: number } = {}) {
  const clock = new FakeClock();
  const sent: { topic: string; done: (error?: Error) => void }[] = [];
  let stalls = 0;
  const window = new Window({
    clock,
    stallAfter: 20_000,
    onStall: () => {
      stalls += 1;
    },
    inFlightBytes: 1_000,
    waiting: bounds.waiting ?? 1_000,
    waitingBytes: bounds.waitingBytes ?? 100_000,
  });
  const open = () => window.open(({ topic }, done) => sent.push({ topic, done }), limit);
  open();
  return {
    clock,
    window,
    sent,
    open,
    stalls: () => stalls,
    topics: () => sent.map((s) => s.topic),
  };
}

const failure = (promise: Promise<void>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('the window', () => {
  it('resolves at the acknowledgement and rejects at a refusal', async () => {
    const { window, sent, clock } = bench();
    const taken = window.add(packet('a'), 2_000, 0);
    const refused = failure(window.add(packet('b'), 2_000, 0));
    sent[0]?.done();
    sent[1]?.done(new PublishRefused('not authorized', 135));
    await expect(taken).resolves.toBeUndefined();
    expect(await refused).toBeInstanceOf(PublishRefused);
    expect(window.inFlight).toBe(0);
    clock.pass(20_000);
    expect(clock.timers).toBe(0);
  });

  it('has no more in flight than the broker takes, in messages and in bytes', () => {
    const { window, sent, topics } = bench(2);
    for (const topic of ['a', 'b', 'c']) void failure(window.add(packet(topic), 2_000, 0));
    expect(topics()).toEqual(['a', 'b']);
    sent[0]?.done();
    expect(topics()).toEqual(['a', 'b', 'c']);

    const heavy = bench(20);
    for (const topic of ['a', 'b']) void failure(heavy.window.add(packet(topic, 900), 2_000, 0));
    void failure(heavy.window.add(packet('c', 5_000), 2_000, 0));
    expect(heavy.topics()).toEqual(['a']);
    heavy.sent[0]?.done();
    heavy.sent[1]?.done();
    expect(heavy.topics()).toEqual(['a', 'b', 'c']);
  });

  it('refuses what is past the bounds of waiting', async () => {
    const { window } = bench(1, { waiting: 2, waitingBytes: 100 });
    const all = ['in flight', 'waits', 'waits too', 'one too many'].map((topic) =>
      failure(window.add(packet(topic), 2_000, 0)),
    );
    expect(window.waiting).toBe(2);
    expect(await all[3]).toBeInstanceOf(TooManyWaiting);

    const full = bench(1, { waiting: 9, waitingBytes: 100 });
    void failure(full.window.add(packet('a'), 2_000, 0));
    void failure(full.window.add(packet('b', 60), 2_000, 0));
    expect(await failure(full.window.add(packet('c', 60), 2_000, 0))).toBeInstanceOf(
      TooManyWaiting,
    );
  });

  it('gives up at the deadline, and the place in flight stays taken', async () => {
    const { window, clock, sent, topics } = bench(1);
    const first = failure(window.add(packet('sent'), 2_000, 0));
    const second = failure(window.add(packet('waiting'), 1_000, 0));
    clock.pass(1_000);
    expect(await second).toMatchObject({ sent: false });
    clock.pass(1_000);
    expect(await first).toBeInstanceOf(NotAcknowledged);
    expect(await first).toMatchObject({ sent: true });
    void failure(window.add(packet('next'), 2_000, 0));
    expect(topics()).toEqual(['sent']);
    sent[0]?.done();
    expect(topics()).toEqual(['sent', 'next']);
  });

  it('gives everything back when the connection is lost, and sends none of it again', async () => {
    const { window, open, topics } = bench(1);
    const flying = failure(window.add(packet('flying'), 2_000, 0));
    const waiting = failure(window.add(packet('waiting'), 2_000, 0));
    window.close('it broke');
    expect(await flying).toMatchObject({ losses: 1, setAside: false });
    expect(await waiting).toBeInstanceOf(NotConnected);
    expect(await failure(window.add(packet('later'), 2_000, 0))).toBeInstanceOf(NotConnected);
    open();
    expect(topics()).toEqual(['flying']);
    expect(window.inFlight + window.waiting).toBe(0);
  });

  it('sends a message that was lost before alone, and sets it aside the second time', async () => {
    const { window, sent, topics } = bench(20);
    void failure(window.add(packet('a'), 2_000, 0));
    const suspect = failure(window.add(packet('suspect'), 2_000, 1));
    void failure(window.add(packet('b'), 2_000, 0));
    expect(topics()).toEqual(['a']);
    sent[0]?.done();
    expect(topics()).toEqual(['a', 'suspect']);
    window.close('it broke');
    expect(await suspect).toBeInstanceOf(ConnectionLost);
    expect(await suspect).toMatchObject({ losses: 2, setAside: true });
  });

  it('notices a broker that acknowledges nothing, and none that is only slow', () => {
    const { window, clock, sent, stalls } = bench(2);
    for (const topic of ['a', 'b']) void failure(window.add(packet(topic), 60_000, 0));
    clock.pass(15_000);
    sent[0]?.done();
    clock.pass(15_000);
    expect(stalls()).toBe(0);
    clock.pass(5_000);
    expect(stalls()).toBe(1);
  });

  it('hears no answer of a connection that is gone', async () => {
    const { window, sent, open } = bench(1);
    void failure(window.add(packet('old'), 2_000, 0));
    window.close('it broke');
    open();
    void failure(window.add(packet('new'), 2_000, 0));
    sent[0]?.done();
    expect(window.inFlight).toBe(1);
  });

  it('keeps order and bounds whatever the broker does', async () => {
    const step = fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant('add'), bytes: fc.nat(1_500), losses: fc.nat(1) }),
      },
      {
        weight: 4,
        arbitrary: fc.record({ do: fc.constant('answer'), which: fc.nat(5), fails: fc.boolean() }),
      },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('lose') }) },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('pass'), ms: fc.nat(1_500) }) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { maxLength: 80 }),
        fc.integer({ min: 1, max: 4 }),
        async (steps, limit) => {
          const clock = new FakeClock();
          const onWire: { number: number; done: (error?: Error) => void }[] = [];
          const order: number[] = [];
          const window = new Window({
            clock,
            stallAfter: 20_000,
            onStall: () => {},
            inFlightBytes: 2_000,
            waiting: 5,
            waitingBytes: 4_000,
          });
          const open = () =>
            window.open(({ topic }, done) => {
              order.push(Number(topic));
              onWire.push({ number: Number(topic), done });
            }, limit);
          open();
          const settled: Promise<unknown>[] = [];
          for (const [number, next] of steps.entries()) {
            if ('bytes' in next) {
              settled.push(
                failure(window.add(packet(String(number), next.bytes), 2_000, next.losses)),
              );
            } else if ('which' in next) {
              const [entry] = onWire.splice(next.which, 1);
              entry?.done(next.fails ? new PublishRefused('no', 135) : undefined);
            } else if ('ms' in next) clock.pass(next.ms);
            else {
              window.close('it broke');
              onWire.length = 0;
              open();
            }
            expect(window.inFlight).toBe(onWire.length);
            expect(window.inFlight).toBeLessThanOrEqual(limit);
            expect(window.waiting).toBeLessThanOrEqual(6);
          }
          expect(order).toEqual([...order].sort((a, b) => a - b));
          expect(new Set(order).size).toBe(order.length);
          window.close('the end');
          await Promise.all(settled);
          expect(clock.timers).toBe(0);
        },
      ),
      { numRuns: 200 },
    );
  });
});
