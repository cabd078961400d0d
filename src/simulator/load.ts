import { SimulatedCamera } from './camera.ts';
import type { CameraOptions } from './camera-options.ts';
import { jpeg } from './jpeg.ts';
import { between, randomFrom } from './random.ts';
import type { TlvRecord } from './tlv.ts';

export interface LoadOptions {
  readonly devices: number;
  /** pushes a second, all devices together */
  readonly rate: number;
  /** seconds */
  readonly duration: number;
  readonly camera: (index: number) => CameraOptions;
  readonly seed?: number;
  readonly wait: (ms: number) => Promise<void>;
  /** ms from some start, steady */
  readonly now: () => number;
  readonly signal?: AbortSignal;
  /** told about once a second */
  readonly progress?: (result: LoadResult) => void;
}

export interface LoadResult {
  readonly pushes: number;
  readonly accepted: number;
  readonly refused: number;
  readonly failed: number;
  /** ms from the start of a push to its answer, challenges included; 0 before the first */
  readonly median: number;
  readonly p99: number;
  /** why the last one failed */
  readonly lastError?: unknown;
}

/** ms between two looks at the clock: pushes that are due by then go out together. */
const TICK = 20;
/** Pushes without an answer; past it the rate gives way. */
const MOST_OPEN = 500;

/**
 * Many cameras that push a house's usual mixture at a steady rate, without waiting for answers.
 * Resolves when every answer came.
 */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const cameras = Array.from(
    { length: options.devices },
    (_, index) => new SimulatedCamera(options.camera(index)),
  );
  const random = randomFrom(options.seed ?? 1);
  const tally = new Tally();
  const open = new Set<Promise<void>>();
  const started = options.now();
  const total = Math.max(1, Math.floor(options.rate * options.duration));
  let sent = 0;
  let told = 0;
  while (sent < total && options.signal?.aborted !== true) {
    const elapsed = (options.now() - started) / 1000;
    const due = Math.min(total, Math.floor(elapsed * options.rate) + 1);
    for (; sent < due && open.size < MOST_OPEN; sent += 1) {
      const camera = cameras[sent % cameras.length];
      if (camera === undefined) break;
      const push = tally.count(ordinary(camera, random), options.now);
      open.add(push);
      void push.then(() => open.delete(push));
    }
    if (elapsed - told >= 1) {
      told = elapsed;
      options.progress?.(tally.result());
    }
    await options.wait(TICK);
  }
  await Promise.all(open);
  for (const camera of cameras) camera.stop();
  return tally.result();
}

/** Mostly small events and heartbeats, some pictures, some counts. */
function ordinary(
  camera: SimulatedCamera,
  random: () => number,
): Promise<{ readonly ok: boolean }> {
  const dice = random();
  if (dice < 0.25) return camera.heartbeat();
  if (dice < 0.6) return camera.happen('motion_detection', random() < 0.5 ? 'start' : 'stop');
  if (dice < 0.75) {
    const picture = jpeg({ subject: 'person', seed: between(random, 1, 8) });
    return camera.happen('people_detection', 'pulse', { picture });
  }
  if (dice < 0.9) return camera.tlv([counts(camera, random)]);
  return camera.modbus({ 0: between(random, 0, 1000), 1: between(random, 0, 1000) });
}

function counts(camera: SimulatedCamera, random: () => number): TlvRecord {
  return {
    layer: 'META',
    items: [
      ['TARGET', 5],
      ['DEVICEID', camera.id],
      ['CHANNELID', 0],
      ['PTS', camera.wall()],
      ['CUSTOMER_COUNT_IN', between(random, 0, 500)],
      ['CUSTOMER_COUNT_OUT', between(random, 0, 500)],
    ],
  };
}

class Tally {
  #accepted = 0;
  #refused = 0;
  #failed = 0;
  #lastError: unknown;
  readonly #times: number[] = [];

  async count(push: Promise<{ readonly ok: boolean }>, now: () => number): Promise<void> {
    const began = now();
    try {
      const answer = await push;
      if (answer.ok) this.#accepted += 1;
      else this.#refused += 1;
      this.#times.push(now() - began);
    } catch (error) {
      this.#failed += 1;
      this.#lastError = error;
    }
  }

  result(): LoadResult {
    const times = this.#times.toSorted((a, b) => a - b);
    const at = (share: number) =>
      times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
    return {
      pushes: this.#accepted + this.#refused + this.#failed,
      accepted: this.#accepted,
      refused: this.#refused,
      failed: this.#failed,
      median: at(0.5),
      p99: at(0.99),
      ...(this.#lastError === undefined ? {} : { lastError: this.#lastError }),
    };
  }
}
