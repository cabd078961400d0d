import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pictureOf } from '../support/picture.ts';
import type { Sent } from './model/broker.ts';
import { ALL_OVER, LIVE_WITHIN, type Report, topicOf, World, type WorldOptions } from './world.ts';

const DEVICES = ['A', 'B'] as const;

/** One thing that happens. */
function step(name: string, run: (world: World) => Promise<void> | void) {
  return {
    check: () => true,
    run: async (_: object, world: World) => run(world),
    toString: () => name,
  };
}

const device = fc.constantFrom(...DEVICES);
const hadTaken = fc.nat(4);
const push = device.map((of) => step(`push ${of}`, (world) => world.push(of)));

const SMALLEST = 2_000;
/** Each longer than those before; as many as there can be pushes. */
const pictures = Array.from({ length: 30 }, (_, index) => pictureOf(SMALLEST + index));
const pictureFor = (of: string, { reports }: World) =>
  pictures[reports.filter(({ device: by }) => by === of).length];

/** Each as often as it is there. */
const steps = [
  device.map((of) =>
    step(`push ${of} with a picture`, (world) => world.push(of, pictureFor(of, world))),
  ),
  push,
  push,
  push,
  device.map((of) => step(`push ${of} again`, (world) => world.pushAgain(of))),
  device.map((of) => step(`announcing ${of}`, ({ holds }) => holds.announcing(of))),
  device.map((of) =>
    step(`announced ${of}`, ({ holds, clock, delivery }) => {
      holds.announced(of, clock.now());
      delivery?.release();
    }),
  ),
  ...[1, 2].map(() =>
    fc
      .tuple(fc.integer({ min: 1, max: 12 }), fc.boolean())
      .map(([most, reversed]) =>
        step(`acknowledge ${most}${reversed ? ' reversed' : ''}`, ({ broker }) =>
          broker.acknowledge(most, reversed),
        ),
      ),
  ),
  hadTaken.map((had) => step(`disconnect ${had}`, (world) => world.disconnect(had))),
  ...[1, 2].map(() => hadTaken.map((had) => step(`crash ${had}`, (world) => world.crash(had)))),
  fc
    .constantFrom(50, 2_100, 12_000, 40_000)
    .map((ms) => step(`wait ${ms}`, ({ clock }) => clock.advance(ms))),
  fc.constant(step('connect', (world) => world.connect())),
  ...[1, 2].map(() => fc.constant(step('sync', ({ disk }) => disk.sync()))),
  fc.constant(step('acknowledge all', ({ broker }) => broker.acknowledge(100))),
  fc.boolean().map((frozen) =>
    step(frozen ? 'freeze' : 'thaw', ({ broker }) => {
      broker.frozen = frozen;
    }),
  ),
  fc.boolean().map((full) =>
    step(full ? 'disk full' : 'room on disk', ({ disk }) => {
      disk.full = full;
    }),
  ),
];

/** Lets it all happen, then lets everything heal, and looks at what the broker has. */
function judged(options: WorldOptions) {
  return fc.asyncProperty(fc.commands(steps, { maxCommands: 30 }), async (commands) => {
    const world = new World(options);
    await world.start();
    await fc.asyncModelRun(() => ({ model: {}, real: world }), commands);
    await world.heal();
    for (const report of world.reports) judge(report, world);
    for (const of of DEVICES) {
      const inOrder = world.broker.taken.filter(
        ({ isAhead }) => isAhead !== true || !world.isEmbedded,
      );
      const first = [...new Set(numbersOn(topicOf.history(of), inOrder))];
      expect(first, `the history of ${of} is in order`).toEqual([...first].sort((a, b) => a - b));
    }
    judgePictures(world);
    await judgeAlarms(world);
  });
}

function judge({ device: of, number, told }: Report, { broker, isEmbedded }: World): void {
  const name = `${of} ${number}`;
  const isThis = ({ message }: Sent, topic: string) =>
    message.topic === topic && numberIn(message) === number;
  const history = broker.taken.filter((sent) => isThis(sent, topicOf.history(of)));
  const heard = broker.taken.filter((sent) => isThis(sent, topicOf.event(of)));
  if (told.some(({ code }) => code === 0)) {
    // nobody hears the embedded broker twice: one of both is enough
    const arrived = isEmbedded ? [...history, ...heard] : history;
    expect(arrived.length, `${name} was answered 0`).toBeGreaterThan(0);
  }
  const live = broker.sent.filter((sent) => isThis(sent, topicOf.event(of)));
  for (const { at, place } of live) {
    const cause = told.findLast(({ from }) => from <= place);
    expect(at, `${name} is late`).toBeLessThanOrEqual((cause?.sentAt ?? 0) + LIVE_WITHIN);
    const isAfterRefusal = cause?.code === 503 && place >= (cause.until ?? 0);
    // with the embedded broker those who listen are told even what the disk did not take
    expect(isAfterRefusal && !isEmbedded, `${name} went live after it was refused`).toBe(false);
  }
  const refusals = told.filter(({ code }) => code !== 0).length;
  expect(live.length, `${name} is live once`).toBeLessThanOrEqual(1 + refusals);
}

/** None is read after its memory was given back, and the newest that was answered 0 is the last. */
function judgePictures({ broker, reports, isEmbedded }: World): void {
  for (const of of DEVICES) {
    const taken = broker.taken.filter(({ message }) => message.topic === topicOf.picture(of));
    for (const { message } of taken) {
      const sent = pictures[message.payload.length - SMALLEST];
      expect(sent?.equals(Buffer.from(message.payload)), 'a picture is whole').toBe(true);
    }
    // the embedded broker's are on disk as what is retained
    if (isEmbedded) continue;
    const promised = reports.filter(
      ({ device: by, told }) => by === of && told.some(({ code }) => code === 0),
    );
    const newest = Math.max(0, ...promised.map(({ picture }) => picture?.length ?? 0));
    const shown = taken.at(-1)?.message.payload.length ?? 0;
    expect(shown, `the last picture of ${of}`).toBeGreaterThanOrEqual(newest);
  }
}

/** No `ON` behind its end, and at last all are over at the broker too, whoever died meanwhile. */
async function judgeAlarms(world: World): Promise<void> {
  await world.clock.advance(ALL_OVER);
  await world.heal();
  for (const of of DEVICES) {
    for (const { message, at } of world.broker.sent) {
      if (message.topic !== topicOf.alarm(of)) continue;
      const { state, until } = JSON.parse(message.payload.toString());
      if (state === 'ON') expect(at, 'an ON whose time is over').toBeLessThan(Date.parse(until));
    }
    const promised = world.reports.filter(
      ({ device: by, told }) => by === of && told.some(({ code }) => code === 0),
    );
    const last = world.broker.retained.get(topicOf.alarm(of));
    // a new camera is forgotten where the bridge is killed before it could write, to a full disk for one
    const isKnown = world.isEmbedded || !world.disk.wasFull || world.disk.records.has(of);
    if (promised.length === 0 || !isKnown) continue;
    expect(JSON.parse(last ?? '{}'), `the alarm of ${of}, which was answered 0`).toMatchObject({
      state: 'OFF',
    });
  }
}

function numbersOn(topic: string, among: readonly Sent[]): number[] {
  return among
    .filter(({ message }) => message.topic === topic)
    .map(({ message }) => numberIn(message));
}

function numberIn({ payload }: Sent['message']): number {
  return Number(JSON.parse(payload.toString()).uuid.split('/')[1]);
}

/** The same runs each time, for they are to find something. */
const SEARCH = { seed: 2, numRuns: 3_000, endOnFailure: true };

/** Fails where none of many runs does. */
async function finds(options: WorldOptions, what: string): Promise<void> {
  const found = await fc.check(judged(options), SEARCH);
  expect(found.failed).toBe(true);
  expect(String(found.errorInstance)).toContain(what);
}

describe.each([
  { broker: 'one of its own', embedded: false },
  { broker: 'the embedded one', embedded: true },
])('delivery, outbox and alarms, whatever happens, with $broker', ({ embedded }) => {
  test('what was answered 0 arrives, in order, nothing late is live, and no alarm stays', async () => {
    await fc.assert(judged({ embedded }), { numRuns: 150 });
  });

  test('the same test finds an answer that comes before the sync', async () => {
    await finds({ embedded, answersFirst: true }, 'was answered 0');
  });
});

test.each([
  { forgetsFirst: true, arrived: 0 },
  { forgetsFirst: false, arrived: 1 },
])(
  'killed between acknowledgement and delivery, off the disk at once: $forgetsFirst',
  async ({ forgetsFirst, arrived }) => {
    const world = new World({ embedded: true, forgetsFirst });
    await world.start();
    await world.push('A');
    world.disk.sync();
    await world.clock.advance(0);
    world.broker.acknowledge(100);
    await world.clock.advance(0);
    expect(world.reports[0]?.told).toMatchObject([{ code: 0 }]);
    await world.crash(0);
    await world.heal();
    expect(numbersOn(topicOf.history('A'), world.broker.taken)).toHaveLength(arrived);
  },
);

test('the model finds alarms that a restart forgets', async () => {
  await finds({ forgetsAlarms: true }, 'the alarm of');
});
