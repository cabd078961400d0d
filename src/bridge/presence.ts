import type { Message } from '../domain/message.ts';
import type { Broker } from '../mqtt/broker.ts';
import { type FarewellOptions, leaveFarewell, takeFarewellBack } from '../mqtt/farewell.ts';
import type { LinkOptions } from '../mqtt/link.ts';
import { offline } from './join.ts';
import type { Log } from './notices.ts';

export interface PresenceOptions {
  readonly broker: Broker;
  readonly link: LinkOptions;
  readonly stateTopic: string;
  /** seconds that a clean stop hides from others */
  readonly grace: number;
  /** the broker is the bridge's own: it ends with it */
  readonly embedded: boolean;
  /** the bridge has said that it is there */
  readonly isJoined: () => boolean;
  readonly log: Log;
}

/** ms for the second client: a few round trips. */
const TIMEOUT = 1_500;

/**
 * Whether others see the bridge. A crash shows at once, by the last will. A clean stop shows only where
 * the bridge is not back within the grace: on MQTT 5 a second client leaves an `offline` behind that the
 * broker publishes later. MQTT 3.1.1 knows no delay, and the embedded broker is gone itself: there it
 * shows at once.
 */
export class Presence {
  readonly #options: PresenceOptions;
  readonly #second: FarewellOptions;
  #isBack = false;

  constructor(options: PresenceOptions) {
    this.#options = options;
    const { broker, link, stateTopic } = options;
    this.#second = { ...link, clientId: `${link.clientId}-farewell`, timeout: TIMEOUT };
    // a will that was late, or somebody's hand: while the bridge is there, it says so
    broker.subscribe(stateTopic, (_topic, payload, { retain }) => {
      if (retain || payload.toString() === 'online' || !options.isJoined()) return;
      broker.publish(this.#online()).catch(() => {});
    });
  }

  /** To be called on each connection, before `online`: what the last stop left behind is taken back. */
  async comeBack(): Promise<void> {
    if (this.#isBack || !this.#delays) return;
    this.#isBack = true;
    try {
      await takeFarewellBack(this.#second);
    } catch (err) {
      this.#options.log.debug({ err }, 'the broker takes no second client');
    }
  }

  /** Leaves the broker: the last thing that a bridge does. */
  async leave(): Promise<void> {
    const { broker, grace, stateTopic, log } = this.#options;
    if (grace > 0 && this.#delays && broker.connected) {
      try {
        await leaveFarewell(this.#second, grace);
        // it is acknowledged after all that came before it: only then a client may leave without its will
        await broker.close([this.#online()]);
        return;
      } catch (err) {
        log.debug({ err }, 'the broker takes no second client: the stop shows at once');
      }
    }
    await broker.close([offline(stateTopic)]);
  }

  get #delays(): boolean {
    return !this.#options.embedded && this.#options.broker.version === '5';
  }

  #online(): Message {
    return { topic: this.#options.stateTopic, payload: 'online', retain: true, qos: 1 };
  }
}
