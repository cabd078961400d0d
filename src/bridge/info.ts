import { Alarm, type Clock } from '../clock.ts';
import type { Message } from '../domain/message.ts';
import type { Publisher } from './publisher.ts';

export interface InfoOptions {
  readonly clock: Clock;
  readonly publisher: Publisher;
  /** `bridge/info` as it is now */
  readonly message: () => Message;
  readonly isJoined: () => boolean;
}

/** ms between two of them: counts change with every push, and nobody reads them so often */
const AT_MOST_EVERY = 5_000;

/** Keeps `bridge/info` up to date without flooding anybody. */
export class Info {
  readonly #options: InfoOptions;
  readonly #alarm: Alarm;

  constructor(options: InfoOptions) {
    this.#options = options;
    this.#alarm = new Alarm(options.clock, () => {
      // what cannot go out comes with the next connection
      if (options.isJoined()) this.publish().catch(() => {});
    });
  }

  /** Something that it says may have changed. */
  changed(): void {
    this.#alarm.sooner(this.#options.clock.now() + AT_MOST_EVERY);
  }

  /** @throws what `Publisher.publish` throws */
  async publish(): Promise<void> {
    const { publisher, message } = this.#options;
    await publisher.publish(message());
  }

  stop(): void {
    this.#alarm.at(undefined);
  }
}
