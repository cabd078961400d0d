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
 * Clears what the broker holds of each device beyond what this version of the bridge publishes, of all of
 * it or of its alarms alone. To be done once after an update or a kill: pictures come along with all of it,
 * so it is no light reading.
 * @throws what `readRetained` and `publish` throw
 */
export async function sweep(
  records: readonly DeviceRecord[],
  what: 'everything' | 'alarms',
  { broker, publisher, topics, topicsOf }: SweepOptions,
): Promise<void> {
  for (const record of records) {
    const filter = what === 'alarms' ? topics.alarms(record.id) : topics.below(record.id);
    const held = await broker.readRetained([filter]);
    // what somebody else keeps there as a command is not ours
    const ours = [...held.keys()].filter((topic) => topics.readSet(topic) === undefined);
    const wanted = new Set(topicsOf(record));
    const old = ours.filter((topic) => !wanted.has(topic));
    await Promise.all(old.map((topic) => publisher.publish(cleared(topic))));
  }
}
