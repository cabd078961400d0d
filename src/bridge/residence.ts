import type { DeviceRecord } from '../domain/record.ts';
import { type Context, contextAt } from '../homeassistant/context.ts';
import { topicsOfDevice } from '../homeassistant/messages.ts';
import type { Leftovers, MetaStore } from './leftovers.ts';

const BASE = 'base_topic';
const VERSION = 'version';
const RUNNING = 'running';

/**
 * What of the run before this one may be at the broker still that nobody has any more.
 *
 * - `everything`: another version of the bridge was here, and had topics that this one has not
 * - `alarms`: it was killed, or the power went: an alarm that came just then is not on disk
 */
export type LeftBehind = 'everything' | 'alarms' | 'nothing';

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
): Promise<LeftBehind> {
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
  const wasKilled = (await meta.get(RUNNING)) === true;
  if (!wasKilled) await meta.put(RUNNING, true);
  if (last !== undefined && last !== version) return 'everything';
  return wasKilled ? 'alarms' : 'nothing';
}

/** All that the version of before had is dealt with. */
export async function remember(meta: MetaStore, version: string): Promise<void> {
  await meta.put(VERSION, version);
}

/** The bridge ends as it should: all that it knows is written. */
export async function moveOut(meta: MetaStore): Promise<void> {
  await meta.put(RUNNING, false);
}
