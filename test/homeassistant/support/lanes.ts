import type { TestProject } from 'vitest/node';
import { Mosquitto } from '../../support/mosquitto.ts';
import { Bench, type BenchAddress, missing } from './bench.ts';

/** The broker's account of the bridge, of Home Assistant and of the tests. */
export const account = { username: 'house', password: 'of-the-broker' };

/** A Mosquitto with a Home Assistant joined to it, which test files use one after the other. */
export interface Lane {
  readonly mqttPort: number;
  readonly hass: BenchAddress;
}

declare module 'vitest' {
  interface ProvidedContext {
    /** as many as there are workers; none where Home Assistant cannot be had */
    readonly lanes: readonly Lane[];
  }
}

/** Before all test files: a Home Assistant takes a dozen seconds to start, and two cores start two. */
export default async function setup({
  config,
  provide,
}: TestProject): Promise<() => Promise<void>> {
  const undo: (() => Promise<void>)[] = [];
  const teardown = async () => {
    await Promise.all(undo.map((one) => one()));
  };
  const number = missing() === undefined ? Math.max(1, config.maxWorkers) : 0;
  try {
    const lanes = Array.from({ length: number }, async (): Promise<Lane> => {
      const mosquitto = await startMosquitto();
      undo.push(() => mosquitto.stop());
      const { port } = mosquitto;
      const hass = await Bench.start({ port, ...account });
      undo.push(() => hass.stop());
      const { dir, url, token } = hass;
      return { mqttPort: port, hass: { dir, url, token } };
    });
    provide('lanes', await Promise.all(lanes));
  } catch (error) {
    await teardown();
    throw error;
  }
  return teardown;
}

export function startMosquitto(): Promise<Mosquitto> {
  return Mosquitto.start({
    // else every answer waits 40 ms for the other side's TCP
    lines: ['set_tcp_nodelay true'],
    users: { [account.username]: account.password },
  });
}
