// What the cameras tell while pictures are taken: parts of the simulator's stories, and readings that rise, so that
// graphs have something to show.
import { setTimeout as delay } from 'node:timers/promises';
import { SimulatedCamera } from '../../dist/simulator/camera.js';
import { play as perform } from '../../dist/simulator/play.js';
import { meta } from '../../dist/simulator/scenarios/story.js';
import { scenarios } from '../../dist/simulator/scenarios.js';
import { inLanguage } from './pages.mjs';

/** Steps of one camera of a story, by their seconds. */
function part(story, by, from, to) {
  const { cameras, steps } = scenarios[story];
  return {
    cameras: cameras.filter(({ key }) => key === by),
    steps: steps.filter((step) => step.by === by && step.at >= from && step.at <= to),
  };
}

/** Readings come every 2 s, for as long as pictures are taken. */
const EVERY = 2;
const LONGEST = 600;
/** Until there is something to see in graphs. */
const AT_LEAST = 75;

/** Rises to 1 within 40 s, and stays about there; with a little unrest that is the same each time. */
function course(tick, unrest) {
  const share = Math.min(1, (tick * EVERY) / 40);
  const hill = Math.sin(share * (Math.PI / 2)) ** 2 - 0.08 * Math.sin(tick / 5) ** 2;
  return hill + unrest * Math.sin(tick * 1.9) * Math.cos(tick * 0.7);
}

const thermal = (tick) => {
  const heat = course(tick, 0.05);
  const rectangle = (id, name, temperature, threshold) => ({
    ...{ id, name, threshold, temperature: Math.round(temperature * 10) / 10 },
  });
  return [
    {
      do: 'temperature',
      rectangles: [
        rectangle(0, 'Pump 1', 52 + 36 * heat, 80),
        rectangle(1, 'Cabinet', 37 + 9 * heat, 60),
        rectangle(2, 'Valve', 41 + 1.5 * heat, 90),
      ],
    },
    {
      do: 'modbus',
      registers: {
        ...{ 0: Math.round(560 + 190 * heat), 1: Math.round(470 + 35 * heat) },
        ...{ 2: Math.round(22 + 4 * heat), 3: 1, 8: 65_531 },
      },
      limits: heat > 0.7 ? { 0: 1 } : {},
    },
  ];
};

const entrance = (tick) => {
  const inside = Math.max(0, Math.round(15 * course(tick, 0.12)));
  const left = Math.floor(tick * 1.4);
  const queue = Math.max(0, Math.round(5 * course(tick, 0.25)));
  const counted = [
    ['CUSTOMER_COUNT_IN', left + inside],
    ['CUSTOMER_COUNT_OUT', left],
    ['CUSTOMER_PASS', 20 + tick * 4],
    ['CUSTOMER_COUNT_KEEP', inside],
  ];
  return [{ do: 'tlv', records: [meta(5, counted), meta(13, [['HUMAN_QUEUE_LENGTH', queue]])] }];
};

/** Readings without end. */
const day = {
  cameras: [
    ...part('machine_room', 'thermal', 0, 0).cameras,
    ...part('shop', 'entrance', 0, 0).cameras,
  ],
  steps: Array.from({ length: LONGEST / EVERY }, (_, tick) => [
    ...thermal(tick).map((step) => ({ at: tick * EVERY, by: 'thermal', ...step })),
    ...entrance(tick).map((step) => ({ at: tick * EVERY, by: 'entrance', ...step })),
  ]).flat(),
};

/** Everything once, so that it is announced and Home Assistant listens. */
const warmUp = [
  part('house', 'door', 52, 56),
  part('carpark', 'gate', 28, 30),
  part('carpark', 'spaces', 0, 9),
  part('shop', 'entrance', 0, 24),
  part('machine_room', 'thermal', 0, 3),
];

/** While readings rise. */
const meanwhile = [
  { ...part('house', 'door', 0, 6), silence: 12 },
  { ...part('house', 'door', 20, 21), silence: 18 },
  { ...part('carpark', 'gate', 3, 5), silence: 3 },
  { ...part('carpark', 'spaces', 20, 21), silence: 1 },
  { ...part('carpark', 'gate', 16, 16), silence: 1 },
  part('carpark', 'gate', 15, 15),
  part('machine_room', 'thermal', 15, 16),
  { ...part('house', 'door', 0, 12), silence: 10 },
];

/**
 * Plays what is to be seen.
 * @returns the readings that go on behind it
 */
export async function prepare(home, tongue) {
  // until Home Assistant listens to the bridge itself
  await delay(8_000);
  for (const scene of warmUp) await play(scene, home, tongue);
  await delay(15_000);
  const over = new AbortController();
  const { signal } = over;
  const wait = (ms) => delay(ms, undefined, { signal }).catch(() => {});
  const going = play(day, home, tongue, { wait, signal });
  const begun = Date.now();
  for (const { silence = 0, ...scene } of meanwhile) {
    await play(scene, home, tongue);
    await delay(silence * 1000);
  }
  await delay(Math.max(0, begun + AT_LEAST * 1000 - Date.now()));
  return {
    end: async () => {
      over.abort();
      await going;
    },
  };
}

/** Each step as soon as the one before is answered, unless `timing` says otherwise. */
async function play({ cameras, steps }, { target }, { language }, timing = { once: true }) {
  const camera = ({ id, name, generation }) =>
    new SimulatedCamera({
      ...{ id, generation, zone: 0, language, ...target },
      name: inLanguage(name, language),
    });
  const played = await perform({ about: '', cameras, steps }, { ...timing, camera });
  const failed = played.find(({ result }) => result instanceof Error || !result.ok);
  if (failed !== undefined) throw new Error('a push was not taken', { cause: failed.result });
}
