import { setTimeout as delay } from 'node:timers/promises';
import { SimulatedCamera } from '../../dist/simulator/camera.js';
import { jpeg } from '../../dist/simulator/jpeg.js';

const CAMERAS = 6;
/** ms between two reports of a camera */
const EVERY = 150;

/** Cameras that push numbered reports until they are stopped; each waits for its answer, as real ones do. */
export class Cameras {
  pushed = new Map();
  answered = new Map();
  refused = 0;
  #running = true;
  #loops;

  constructor(url) {
    this.#loops = Array.from({ length: CAMERAS }, (_, index) =>
      this.#loop(url, `12221SCHAOS${index}`),
    );
  }

  /** Waits until so many more were answered 0. */
  async more(count) {
    const enough = this.answered.size + count;
    for (let waited = 0; this.answered.size < enough; waited++) {
      if (waited > 600) throw new Error('nothing was answered for a minute');
      await delay(100);
    }
  }

  async stop() {
    this.#running = false;
    await Promise.all(this.#loops);
  }

  async #loop(url, id) {
    const account = { username: 'jvs2mqtt', password: 'of-the-cameras' };
    const camera = new SimulatedCamera({ id, url, generation: 'old', timeout: 15_000, ...account });
    for (let number = 1; this.#running; number++) {
      const name = `${id}/${number}`;
      this.pushed.set(name, Date.now());
      const picture = number % 5 === 0 ? { picture: jpeg({ scene: 'house' }) } : {};
      try {
        const details = { uuid: `chaos:${name}`, channel: 0, ...picture };
        const answer = await camera.alarm('motion_detection', 'pulse', details);
        if (answer.errorcode === 0) this.answered.set(name, Date.now());
        else this.refused++;
      } catch {
        // nobody answered: nothing was promised
      }
      await delay(EVERY);
    }
  }
}
