import type { Answer } from './answer.ts';
import type { SimulatedCamera } from './camera.ts';
import { jpeg } from './jpeg.ts';

/** One push of each report, as `simulate --report` sends it. */
export const oneShots = {
  keepalive: (camera) => camera.heartbeat(),
  alarm: (camera, type) => camera.alarm(type, 'pulse', { picture: seen(camera) }),
  event: (camera, type) => camera.event(type, 'pulse', { picture: seen(camera) }),
  tlv: (camera) =>
    camera.tlv([
      {
        layer: 'META',
        items: [
          ['TARGET', 5],
          ['AI_NAME', 'JVS-AI'],
          ['DEVICEID', camera.id],
          ['CHANNELID', 0],
          ['PTS', camera.wall()],
          ['CUSTOMER_COUNT_IN', 12],
          ['CUSTOMER_COUNT_OUT', 7],
          ['CUSTOMER_PASS', 40],
          ['CUSTOMER_COUNT_KEEP', 5],
        ],
      },
    ]),
  modbus: (camera) =>
    camera.modbus({ 0: 612, 1: 488, 2: 24, 3: 1, 4: 0, 5: 7, 6: 0, 7: 0, 8: 0, 9: 0 }, { 0: 1 }),
  temperature: (camera) =>
    camera.temperature([
      { id: 0, name: 'rect 1', temperature: 30.1, threshold: 100 },
      { id: 1, name: 'rect 2', temperature: 104.5, threshold: 100 },
    ]),
  snapshot: (camera) => camera.snapshot(seen(camera)),
} as const satisfies Readonly<
  Record<string, (camera: SimulatedCamera, type: string) => Promise<Answer>>
>;

export type OneShot = keyof typeof oneShots;

export function isOneShot(name: string): name is OneShot {
  return Object.hasOwn(oneShots, name);
}

function seen(camera: SimulatedCamera): Buffer {
  return jpeg({ scene: 'house', subject: 'person', stamp: camera.time(), caption: camera.name });
}
