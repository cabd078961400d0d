import { Alarm, type Clock } from '../clock.ts';
import type { Change } from '../domain/change.ts';
import type { Message } from '../domain/message.ts';
import type { DeviceRecord } from '../domain/record.ts';
import type { Outgoing } from '../homeassistant/messages.ts';
import type { Holds } from '../mqtt/holds.ts';
import type { Publisher } from './publisher.ts';

/** How changes become messages; `homeassistant/messages.ts` behind it. */
export type Produce = (change: Change, record: DeviceRecord) => Outgoing;

/** The live part of one report: picture, attributes, event, state, in this order and together. */
export interface Turn {
  readonly record: DeviceRecord;
  readonly parts: readonly { readonly change: Change; readonly outgoing: Outgoing }[];
}

export interface DeliveryOptions {
  readonly publisher: Publisher;
  readonly holds: Holds<Turn>;
  readonly produce: Produce;
  readonly clock: Clock;
  /** an event came too late to be live */
  readonly onLate: (record: DeviceRecord) => void;
  /** a turn that had waited could not be handed on: its camera was answered long ago */
  readonly onLost: (record: DeviceRecord, error: unknown) => void;
}

/** Hands changes on in the order and at the time that Home Assistant needs. */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #release: Alarm;

  constructor(options: DeliveryOptions) {
    this.#options = options;
    this.#release = new Alarm(options.clock, () => this.release());
  }

  /**
   * Publishes what can go now, in the order of the changes, and keeps live turns until Home
   * Assistant has subscribed to them.
   *
   * @param received ms since 1970 UTC
   * @returns settles when the broker acknowledged all that went now
   * @throws what `Broker.publish` throws, for the first message that failed
   */
  async deliver(record: DeviceRecord, changes: readonly Change[], received: number): Promise<void> {
    const { holds, produce } = this.#options;
    const sent: Promise<void>[] = [];
    const parts: Turn['parts'][number][] = [];
    for (const change of changes) {
      const outgoing = produce(change, record);
      if (isLive(change)) parts.push({ change, outgoing });
      else sent.push(...this.#send([...outgoing.always, ...outgoing.live]));
    }
    if (parts.length > 0) {
      const turn: Turn = { record, parts };
      holds.add(record.id, turn, received);
      sent.push(...this.#let(turn));
    }
    await all(sent);
  }

  /** Lets go what has waited long enough; to be called whenever a payload was announced. */
  release(): void {
    all(this.#let(undefined)).catch(() => {});
  }

  /**
   * @param own the turn that the caller answers for
   * @returns its publications, where it went now
   */
  #let(own: Turn | undefined): readonly Promise<void>[] {
    const { holds, clock, onLost } = this.#options;
    const sent: Promise<void>[] = [];
    for (const { turn, late } of holds.due(clock.now())) {
      const publications = this.#publish(turn, late);
      if (turn === own) sent.push(...publications);
      else all(publications).catch((error: unknown) => onLost(turn.record, error));
    }
    this.#release.at(holds.next());
    return sent;
  }

  #publish(turn: Turn, late: boolean): Promise<void>[] {
    const { produce, onLate } = this.#options;
    const sent: Promise<void>[] = [];
    for (const { change, outgoing } of turn.parts) {
      const delayed = change.change === 'event' && (late || change.late);
      if (delayed) onLate(turn.record);
      // what is no longer news is brought up to date: the record has the state of now
      const { always } =
        late && change.change === 'alarm' ? produce(change, turn.record) : outgoing;
      sent.push(
        ...this.#send([...always, ...(late || delayed ? [] : outgoing.live)]),
        ...this.#send(outgoing.history(delayed)),
      );
    }
    return sent;
  }

  #send(messages: readonly Message[]): Promise<void>[] {
    return messages.map((message) => this.#options.publisher.publish(message));
  }
}

/** What keeps its order behind a turn that waits. */
function isLive(change: Change): boolean {
  return (
    change.change === 'event' ||
    change.change === 'alarm' ||
    (change.change === 'picture' && change.live)
  );
}

/** Waits for all, also behind the first failure, and then fails with that. */
async function all(promises: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(promises);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
