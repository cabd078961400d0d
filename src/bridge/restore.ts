import type { Settings } from '../config/schema.ts';
import { tick } from '../domain/device.ts';
import type { Message } from '../domain/message.ts';
import { policyOf } from '../domain/policy.ts';
import type { DeviceRecord } from '../domain/record.ts';
import { contextOf } from '../homeassistant/context.ts';
import * as messages from '../homeassistant/messages.ts';
import type { OutboxStore } from '../store/outbox.ts';
import type { Published } from '../store/store.ts';
import { offline } from './join.ts';

/**
 * Everything that the embedded broker had retained, from disk: to be there before its port opens, so that
 * nobody who comes back finds it empty. What time has ended meanwhile is over; what nobody has any more
 * goes from the disk too.
 *
 * @param now ms since 1970 UTC
 */
export async function* retainedTree(
  settings: Settings,
  store: {
    readonly outbox: Pick<OutboxStore, 'retained'>;
    readonly published: Pick<Published, 'load'>;
  },
  records: readonly DeviceRecord[],
  now: number,
): AsyncGenerator<Message> {
  const context = contextOf(settings);
  yield offline(context.topics.bridgeState);
  const known = new Set<string>();
  for (const record of records) {
    const copy = structuredClone(record);
    tick(copy, now, policyOf(settings, copy.id, now));
    for (const topic of messages.topicsOfDevice(copy, context)) known.add(topic);
    yield* messages.retainedOf(copy, context);
    yield messages.availabilityOf(copy, context);
  }
  const { retained } = store.outbox;
  const gone: string[] = [];
  for (const topic of await retained.topics()) {
    const payload = known.has(topic) ? await retained.get(topic) : undefined;
    if (payload === undefined) gone.push(topic);
    else yield { topic, payload, retain: true, qos: 1 };
  }
  await retained.delete(gone);
  for (const [topic, payload] of await store.published.load()) {
    yield { topic, payload, retain: true, qos: 1 };
  }
}
