import type { DeviceRecord } from '../domain/record.ts';
import { type Context, contextAt } from '../homeassistant/context.ts';
import { topicsOfDevice } from '../homeassistant/messages.ts';
import type { Leftovers, MetaStore } from './leftovers.ts';

const BASE = 'base_topic';
const VERSION = 'version';

/** What the run before this one was: absent before the first. */
export interface Residence {
  /** another version of the bridge was here: what it alone had is still at the broker */
  readonly updated: boolean;
}

/**
 * Compares where the bridge lives with where it lived: what is retained under the base topic of before
 * is left over. Discovery needs none of this, the store remembers its topics.
 */
export async function settleIn(
  meta: MetaStore,
  options: {
    readonly context: Context;
    readonly version: string;
    readonly records: readonly DeviceRecord[];
    readonly leftovers: Leftovers;
  },
): Promise<Residence> {
  const { context, version, records, leftovers } = options;
  const { base } = context.topics;
  const before = await meta.get(BASE);
  if (typeof before === 'string' && before !== base) {
    const there = contextAt(context.settings, before);
    const { bridgeState, bridgeInfo } = there.topics;
    const topics = records.flatMap((record) => topicsOfDevice(record, there));
    await leftovers.add([bridgeState, bridgeInfo, ...topics]);
  }
  if (before !== base) await meta.put(BASE, base);
  const last = await meta.get(VERSION);
  return { updated: last !== undefined && last !== version };
}

/** All that the version of before had is dealt with. */
export async function remember(meta: MetaStore, version: string): Promise<void> {
  await meta.put(VERSION, version);
}
