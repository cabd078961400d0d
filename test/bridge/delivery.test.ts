import { describe, expect, test } from 'vitest';
import { pictureOf } from '../support/picture.ts';
import { DEADLINE, HOLD, topicOf, World } from './world.ts';

/** What the cameras were told, in the order of their reports. */
function codes({ reports }: World) {
  return reports.map(({ told }) => told.map(({ code }) => code));
}

function lives({ broker }: World): number {
  return broker.sent.filter(({ message }) => message.topic === topicOf.event('A')).length;
}

/** A bridge that holds live turns of A back for Home Assistant, on a disk that is full. */
async function holding(): Promise<World> {
  const world = new World();
  await world.start();
  await world.push('A');
  world.broker.acknowledge(100);
  world.disk.full = true;
  world.holds.announcing('A');
  await world.push('A');
  world.broker.acknowledge(100);
  world.disk.sync();
  await world.clock.advance(10);
  world.disk.sync();
  await world.clock.advance(10);
  return world;
}

describe('a turn that waits for Home Assistant, with a full disk', () => {
  test('is answered 0 once the broker has it', async () => {
    const world = await holding();
    expect(codes(world)).toEqual([[0], [undefined]]);
    world.holds.announced('A', world.clock.now());
    world.delivery?.release();
    await world.clock.advance(HOLD);
    world.broker.acknowledge(100);
    await world.clock.advance(1);
    expect(codes(world)).toEqual([[0], [0]]);
    expect(lives(world)).toBe(2);
  });

  test('is refused where that takes too long, and does not go live behind that', async () => {
    const world = await holding();
    await world.clock.advance(DEADLINE);
    expect(codes(world)).toEqual([[0], [503]]);
    world.holds.announced('A', world.clock.now());
    world.delivery?.release();
    await world.clock.advance(HOLD);
    world.broker.acknowledge(100);
    expect(lives(world)).toBe(1);
    await world.pushAgain('A');
    await world.heal();
    expect(codes(world)).toEqual([[0], [503, 0]]);
    expect(lives(world)).toBe(2);
  });

  test('is refused where the broker goes meanwhile', async () => {
    const world = await holding();
    await world.disconnect(0);
    world.holds.open('A');
    world.delivery?.release();
    await world.clock.advance(1);
    expect(codes(world)).toEqual([[0], [503]]);
    expect(lives(world)).toBe(1);
  });
});

test.each([
  { waited: 0, patience: DEADLINE },
  { waited: DEADLINE / 2, patience: DEADLINE / 2 },
  { waited: DEADLINE, patience: DEADLINE / 4 },
])(
  'a camera that waited $waited ms for the broker waits $patience for its acknowledgements',
  async ({ waited, patience }) => {
    const world = new World();
    await world.start();
    world.waited = waited;
    await world.push('A');
    await world.clock.advance(patience - 1);
    world.disk.sync();
    await world.clock.advance(0);
    expect(codes(world)).toEqual([[undefined]]);
    await world.clock.advance(1);
    world.disk.sync();
    await world.clock.advance(0);
    expect(codes(world)).toEqual([[0]]);
  },
);

/** The broker has had one event of A, and is away while the next comes. */
async function withEventOnItsWayToDisk(): Promise<World> {
  const world = new World();
  await world.start();
  await world.push('A');
  world.broker.acknowledge(100);
  await world.disconnect(0);
  await world.push('A');
  return world;
}

test('a live event does not overtake what is still read from disk', async () => {
  const world = await withEventOnItsWayToDisk();
  world.disk.sync();
  await world.connect();
  world.broker.acknowledge(100);
  await world.clock.advance(100);
  world.broker.acknowledge(100);
  await world.clock.advance(100);
  await world.push('A');
  await world.heal();
  expect(codes(world)).toEqual([[0], [0], [0]]);
  const history = world.broker.taken.filter(
    ({ message }) => message.topic === topicOf.history('A'),
  );
  expect(history.map(({ message }) => JSON.parse(message.payload.toString()).uuid)).toEqual([
    'A/1',
    'A/2',
    'A/3',
  ]);
});

describe('a device that is removed', () => {
  /** A is known, and removed while a second alarm of it is on its way and its turn waits. */
  async function removed(): Promise<World> {
    const world = new World();
    await world.start();
    await world.push('A');
    world.broker.acknowledge(100);
    await world.clock.advance(10);
    world.holds.announcing('A');
    await world.push('A');
    await world.remove('A');
    return world;
  }

  /** Nothing of it is on disk, and its next push makes it anew. */
  async function expectNew(world: World): Promise<void> {
    world.disk.sync();
    await world.clock.advance(10);
    expect([world.disk.records.size, world.disk.safe.size]).toEqual([0, 0]);
    expect(codes(world)).toEqual([[0], [0]]);
    world.broker.frozen = false;
    world.broker.acknowledge(100);
    await world.clock.advance(10);
    await world.push('A');
    await world.heal();
    expect(codes(world)).toEqual([[0], [0], [0]]);
    expect(lives(world)).toBe(2);
  }

  test('before the broker acknowledges the rest of its report', async () => {
    const world = await removed();
    world.broker.acknowledge(100);
    await world.clock.advance(10);
    await expectNew(world);
  });

  test('before the broker is given up, which acknowledges nothing', async () => {
    const world = await removed();
    world.broker.frozen = true;
    await world.clock.advance(DEADLINE);
    await expectNew(world);
  });

  test('leaves the room for pictures that wait to the others', async () => {
    const world = new World();
    await world.start();
    for (const device of ['A', 'B']) {
      world.holds.announcing(device);
      await world.push(device, pictureOf(6_000_000));
      if (device === 'A') await world.remove(device);
    }
    const topics = world.broker.sent.map(({ message }) => message.topic);
    expect(topics).not.toContain(topicOf.picture('B'));
    expect(topics.some((topic) => topic.includes('/B/'))).toBe(true);
  });
});

test('pictures of many turns that wait go ahead of them, the newest of a topic alone', async () => {
  const world = new World();
  await world.start();
  world.holds.announcing('A');
  const pictures = [3_000_000, 6_000_000].map((size) => pictureOf(size));
  for (const picture of pictures) await world.push('A', picture);
  const sent = () =>
    world.broker.sent.flatMap(({ message: { topic, payload } }) =>
      topic === topicOf.picture('A') ? [payload.length] : [],
    );
  // the first waits, the second would be too much
  expect(sent()).toEqual([6_000_000]);
  expect(lives(world)).toBe(0);
  world.holds.announced('A', world.clock.now());
  world.delivery?.release();
  await world.heal();
  expect(sent()).toEqual([6_000_000]);
  expect(lives(world)).toBe(2);
  expect(codes(world)).toEqual([[0], [0]]);
});

describe('a picture on disk that a newer one goes past', () => {
  const OLDER = pictureOf(3_000);
  const NEWER = pictureOf(2_000);

  /** An event and a picture of A came while the broker was away; it is back and has the event. */
  async function drainingPast(): Promise<World> {
    const world = await withEventOnItsWayToDisk();
    await world.push('A', OLDER);
    world.disk.sync();
    await world.clock.advance(0);
    await world.connect();
    world.broker.acknowledge(100);
    await world.clock.advance(0);
    world.disk.sync();
    await world.clock.advance(0);
    expect(world.broker.pending).toBe(1);
    return world;
  }

  const pictures = ({ broker }: World) =>
    broker.sent.flatMap(({ message: { topic, payload } }) =>
      topic === topicOf.picture('A') ? [payload.length] : [],
    );

  test('is not sent any more once the broker has that', async () => {
    const world = await drainingPast();
    await world.push('A', NEWER);
    await world.heal();
    expect(pictures(world)).toEqual([NEWER.length]);
    expect(codes(world)).toEqual([[0], [0], [0], [0]]);
  });

  test('does not follow while that is on its way, but comes where that is lost and refused', async () => {
    const world = await drainingPast();
    await world.push('A', NEWER);
    world.broker.acknowledge(1);
    await world.clock.advance(0);
    world.disk.sync();
    await world.clock.advance(0);
    expect(pictures(world)).toEqual([NEWER.length]);
    world.disk.full = true;
    await world.disconnect(0);
    world.disk.sync();
    await world.clock.advance(0);
    expect(codes(world).at(-1)).toEqual([503]);
    await world.heal();
    expect(pictures(world)).toEqual([NEWER.length, OLDER.length]);
  });

  test('does not follow either where it was being read', async () => {
    const world = await drainingPast();
    world.broker.acknowledge(1);
    await world.clock.advance(0);
    await world.push('A', NEWER);
    world.disk.sync();
    await world.heal();
    expect(pictures(world)).toEqual([NEWER.length]);
  });
});

test('what was refused and is lost later holds no later event back', async () => {
  const world = new World();
  await world.start();
  await world.push('A');
  world.broker.acknowledge(100);
  await world.clock.advance(0);
  world.disk.full = true;
  world.broker.frozen = true;
  await world.push('A');
  await world.clock.advance(DEADLINE);
  world.disk.sync();
  await world.clock.advance(0);
  await world.disconnect(0);
  await world.connect();
  world.broker.acknowledge(100);
  await world.clock.advance(0);
  await world.push('A');
  world.broker.acknowledge(100);
  await world.clock.advance(0);
  expect(codes(world)).toEqual([[0], [503], [0]]);
  const history = world.broker.taken.flatMap(({ message: { topic, payload } }) =>
    topic === topicOf.history('A') ? [JSON.parse(payload.toString())] : [],
  );
  expect(history.map(({ uuid, delayed }) => ({ uuid, delayed }))).toEqual([
    { uuid: 'A/1', delayed: undefined },
    { uuid: 'A/3', delayed: undefined },
  ]);
});
