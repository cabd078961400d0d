import { afterEach, describe, expect, it } from 'vitest';
import { play } from '../../src/simulator/play.ts';
import type { Story } from '../../src/simulator/scenarios/story.ts';
import { scenarios } from '../../src/simulator/scenarios.ts';
import { makeCamera } from '../support/camera.ts';
import { JudgeServer } from './server.ts';

const judges: JudgeServer[] = [];
afterEach(() => {
  for (const judge of judges.splice(0)) judge.stop();
});

async function judge(): Promise<JudgeServer> {
  const made = await JudgeServer.start();
  judges.push(made);
  return made;
}

const clock = { now: () => Date.UTC(2024, 0, 1), after: () => () => {} };

const little: Story = {
  about: 'A test',
  cameras: [{ key: 'a', id: 'A1', name: 'One', generation: 'old', scene: 'house' }],
  steps: [
    { at: 0, by: 'a', do: 'heartbeat' },
    { at: 4, by: 'a', do: 'alarm', type: 'motion_detection', status: 'start' },
    { at: 10, by: 'a', do: 'alarm', type: 'motion_detection', status: 'stop' },
  ],
};

describe('play', () => {
  it('pushes the same bytes for the same seed and time, others for another seed', async () => {
    const bodies = async (seed: number) => {
      const server = await judge();
      await play(scenarios.machine_room, {
        once: true,
        scale: 0.25,
        seed,
        camera: ({ id, name, generation }) =>
          makeCamera(server.target, { id, name, generation, clock }),
      });
      return server.accepted.map(({ body }) => body.toString('base64'));
    };
    const first = await bodies(1);
    expect(await bodies(1)).toEqual(first);
    expect(await bodies(2)).not.toEqual(first);
  });

  it('waits between steps, so many times faster', async () => {
    const server = await judge();
    const waits: number[] = [];
    await play(little, {
      speed: 4,
      camera: ({ id }) => makeCamera(server.target, { id, generation: 'old' }),
      wait: async (ms) => {
        waits.push(ms);
      },
    });
    expect(waits).toEqual([1000, 1500]);
    expect(server.accepted.map(({ url }) => url.split('/').at(-1))).toEqual([
      'keepalive',
      'alarm_report',
      'alarm_report',
    ]);
  });

  it('ends where it is told to', async () => {
    const server = await judge();
    const controller = new AbortController();
    const played = await play(little, {
      signal: controller.signal,
      camera: ({ id }) => makeCamera(server.target, { id }),
      wait: async () => controller.abort(),
    });
    expect(played).toHaveLength(1);
  });

  it('goes on after a push that nobody answered', async () => {
    const server = await judge();
    server.stop();
    const played = await play(little, {
      once: true,
      camera: ({ id }) => makeCamera(server.target, { id }),
    });
    expect(played.map(({ result }) => result instanceof Error)).toEqual([true, true, true]);
  });
});
