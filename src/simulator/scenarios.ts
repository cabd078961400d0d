import { carpark } from './scenarios/carpark.ts';
import { house } from './scenarios/house.ts';
import { machineRoom } from './scenarios/machine-room.ts';
import { shop } from './scenarios/shop.ts';
import type { Story } from './scenarios/story.ts';

/** The stories by the names that `simulate --scenario` takes. */
export const scenarios = {
  house,
  shop,
  carpark,
  machine_room: machineRoom,
} as const satisfies Readonly<Record<string, Story>>;

export type ScenarioName = keyof typeof scenarios;

/** Whether a text names a story. */
export function isScenario(name: string): name is ScenarioName {
  return Object.hasOwn(scenarios, name);
}
