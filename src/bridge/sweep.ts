import type { DeviceRecord } from '../domain/record.ts';
import { cleared } from '../homeassistant/messages.ts';
import type { Topics } from '../homeassistant/topics.ts';
import type { Broker } from '../mqtt/broker.ts';
import type { Publisher } from './publisher.ts';

export interface SweepOptions {
  readonly broker: Pick<Broker, 'readRetained'>;
  readonly publisher: Publisher;
  readonly topics: Topics;
  /** every topic that is retained of a device */
  readonly topicsOf: (record: DeviceRecord) => readonly string[];
}

/**
 * Clears what the broker holds of each device beyond what this version of the bridge publishes. To be
 * done once after an update: pictures come along, so it is no light reading.
 * @throws what `readRetained` and `publish` throw
 */
export async function sweep(
  records: readonly DeviceRecord[],
  { broker, publisher, topics, topicsOf }: SweepOptions,
): Promise<void> {
  for (const record of records) {
    const held = await broker.readRetained([topics.below(record.id)]);
    // what somebody else keeps there as a command is not ours
    const ours = [...held.keys()].filter((topic) => topics.readSet(topic) === undefined);
    const wanted = new Set(topicsOf(record));
    const old = ours.filter((topic) => !wanted.has(topic));
    await Promise.all(old.map((topic) => publisher.publish(cleared(topic))));
  }
}
