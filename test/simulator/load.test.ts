import { afterEach, describe, expect, it } from 'vitest';
import { load } from '../../src/simulator/load.ts';
import { JudgeServer } from './server.ts';

let judge: JudgeServer | undefined;
afterEach(() => judge?.stop());

/** Time that goes on by waiting alone; each wait lets the sockets work. */
function quickTime() {
  let now = 0;
  return {
    now: () => now,
    wait: async (ms: number) => {
      now += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe('load', () => {
  it('sends as many pushes as rate and duration make, by all devices in turn', async () => {
    judge = await JudgeServer.start({ open: true });
    const { target } = judge;
    const result = await load({
      ...quickTime(),
      devices: 7,
      rate: 50,
      duration: 2,
      camera: (index) => ({ ...target, id: `SIM${index}` }),
    });
    expect(result).toMatchObject({ pushes: 100, accepted: 100, refused: 0, failed: 0 });
    const senders = judge.requests.map(({ headers }) => headers['user-identify']);
    const shares = [...new Set(senders)]
      .map((sender) => senders.filter((other) => other === sender).length)
      .toSorted();
    expect(shares).toEqual([14, 14, 14, 14, 14, 15, 15]);
    expect(new Set(judge.requests.map(({ url }) => url)).size).toBeGreaterThan(3);
  });

  it('stops where it is told to, and waits for what is under way', async () => {
    judge = await JudgeServer.start({ open: true });
    const { target } = judge;
    const controller = new AbortController();
    const time = quickTime();
    const result = await load({
      ...time,
      wait: async (ms) => {
        await time.wait(ms);
        if (time.now() >= 1000) controller.abort();
      },
      devices: 2,
      rate: 10,
      duration: 100,
      signal: controller.signal,
      camera: (index) => ({ ...target, id: `SIM${index}` }),
    });
    expect(result).toMatchObject({ pushes: 10, accepted: 10 });
  });

  it('counts what nobody answers', async () => {
    judge = await JudgeServer.start();
    const { target } = judge;
    judge.stop();
    const result = await load({
      ...quickTime(),
      devices: 1,
      rate: 10,
      duration: 0.5,
      camera: () => ({ ...target, id: 'SIM' }),
    });
    expect(result).toMatchObject({ pushes: 5, failed: 5, median: 0, p99: 0 });
    expect(result.lastError).toMatchObject({ code: 'ECONNREFUSED' });
  });
});
