import type { SimulatedCamera } from '../../src/simulator/camera.ts';
import type { CameraOptions } from '../../src/simulator/camera-options.ts';
import { temperature } from '../../src/simulator/reports.ts';
import { makeCamera, type PushTarget } from './camera.ts';

/** How much of everything a camera invents. */
export interface Strangeness {
  readonly id: string;
  readonly types: number;
  readonly names: number;
  /** connections at a time */
  readonly parallel: number;
}

const LONG = '长 long "text" \\ with {{ 7 * 7 }} and {% braces %} '.repeat(300).slice(0, 10_000);

/** Numbers as text that JSON takes and no thermometer says. */
const outOfRange = ['1e999', '-1e999', '1e308', '-1e308', '99999999999999999999', '-0', '1e-320'];

/**
 * A camera gone wrong: alarm types, names and registers that are new each time, texts of 10,000
 * characters, numbers out of every range. What the bridge answers does not matter, but that it does.
 * @returns how many of its pushes were answered 0
 */
export async function misbehave(target: PushTarget, strange: Strangeness): Promise<number> {
  const { id, types, names, parallel } = strange;
  const called = (options: Partial<CameraOptions> = {}) => makeCamera(target, { id, ...options });
  const deeds: ((camera: SimulatedCamera) => Promise<unknown>)[] = [];
  const one = called();
  for (let at = 0; at < types; at++) {
    deeds.push((camera) => camera.event(`invented_${at}`, at % 2 === 0 ? 'start' : 'pulse'));
  }
  for (let at = 0; at < names; at++) {
    deeds.push(() => heartbeatOf(called({ name: `Name ${at} ${'名'.repeat(at % 200)}` })));
    deeds.push((camera) => camera.modbus({ [at * 7]: at, [65_535 - at]: -at * 1e9 }));
    deeds.push((camera) =>
      camera.temperature(
        [{ id: at, name: `Spot ${at} ${LONG}`, temperature: 20 + at, threshold: 0 }],
        at % 3,
      ),
    );
  }
  for (const number of outOfRange) {
    deeds.push((camera) => camera.push(withNumber(camera, number)));
  }
  deeds.push((camera) => camera.event(LONG, 'start', { label: LONG }));
  deeds.push((camera) =>
    camera.event('motion_detection', 'pulse', {
      label: LONG,
      extension: { [LONG]: LONG, 名: LONG },
    }),
  );
  deeds.push(() => heartbeatOf(called({ name: LONG })));
  const cameras = [one, ...Array.from({ length: parallel - 1 }, () => called())];
  let next = 0;
  await Promise.all(
    cameras.map(async (camera) => {
      for (let deed = deeds[next++]; deed !== undefined; deed = deeds[next++]) await deed(camera);
      camera.stop();
    }),
  );
  return cameras.reduce((sum, { counters }) => sum + counters.accepted, 0);
}

async function heartbeatOf(camera: SimulatedCamera): Promise<void> {
  await camera.heartbeat();
  camera.stop();
}

function withNumber(camera: SimulatedCamera, number: string) {
  const rectangles = [{ id: 0, name: 'Spot', temperature: 4711, threshold: 4711 }];
  const push = temperature({ id: camera.id, name: camera.name }, { channel: 1, rectangles });
  return { ...push, body: Buffer.from(push.body.toString().replaceAll('4711', number)) };
}
