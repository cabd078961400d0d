import { SimulatedCamera } from '../../src/simulator/camera.ts';
import type { CameraOptions } from '../../src/simulator/camera-options.ts';
import { type Played, play } from '../../src/simulator/play.ts';
import { type ScenarioName, scenarios } from '../../src/simulator/scenarios.ts';

/** Where a test's cameras push to. */
export interface PushTarget {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** A camera with the id of the vendor's own example, in China, with the host's time. */
export function makeCamera(
  target: PushTarget,
  options: Partial<CameraOptions> = {},
): SimulatedCamera {
  return new SimulatedCamera({ id: '12221S55G3X8', zone: 480, ...target, ...options });
}

/** Plays a whole story at once, with small pictures. */
export function playStory(
  name: ScenarioName,
  target: PushTarget,
  options: Partial<CameraOptions> = {},
): Promise<readonly Played[]> {
  return play(scenarios[name], {
    once: true,
    scale: 0.25,
    camera: ({ id, name: called, generation }) =>
      makeCamera(target, { id, name: called, generation, ...options }),
  });
}
