import { Leftovers } from '../bridge/leftovers.ts';
import { Lingering } from '../bridge/lingering.ts';
import { Outbox, type OutboxDisk } from '../bridge/outbox.ts';
import { Registry } from '../bridge/registry.ts';
import { type LeftBehind, settleIn } from '../bridge/residence.ts';
import { newRecord } from '../domain/device.ts';
import { expectThings } from '../domain/expect.ts';
import { privacyOf, scrub } from '../domain/privacy.ts';
import type { Entry } from '../outbox/entry.ts';
import { todayOf } from '../outbox/today.ts';
import type { Frame } from './frame.ts';
import { sparingly } from './sparingly.ts';

/** What earlier runs left, and what the settings say of devices before they are heard of. */
export interface Memory {
  readonly registry: Registry;
  readonly outbox: Outbox;
  /** so many entries of earlier runs the settings do not let out any more */
  readonly withheld: number;
  /** what the embedded broker has delivered leaves the disk at last */
  readonly forgetDelivered: () => void;
  readonly leftovers: Leftovers;
  /** discovery payloads at the broker, by topic */
  readonly published: ReadonlyMap<string, string>;
  readonly leftBehind: LeftBehind;
}

/** ms between a change of a record and its writing: changes are written together */
const SAVE_AFTER = 10_000;

/**
 * Takes up what is on disk.
 * @throws what the store throws
 */
export async function recall(
  frame: Frame,
  onDropped: (entries: readonly Entry[], why: string) => void,
): Promise<Memory> {
  const { store, log, clock, context, version, onError } = frame;
  const { records, bad } = frame.devices;
  const published = await store.published.load();
  if (bad > 0) log.error({ bad }, 'device records could not be read and were set aside');
  const leftovers = await Leftovers.load(store.meta);
  await scrubAll(frame, leftovers);
  const leftBehind = await settleIn(store.meta, { context, version, records, leftovers });
  const registry = new Registry(records, { store, clock, saveAfter: SAVE_AFTER, onError });
  const lingering = lingeringOf(frame);
  const disk = lingering ?? store.outbox;
  const { outbox, withheld } = await openOutbox(frame, disk, onDropped);
  const forgetDelivered = () => lingering?.forgetAll();
  expectAll(frame, registry);
  return { registry, outbox, withheld, forgetDelivered, leftovers, published, leftBehind };
}

/** What the settings do not allow any more goes, from the broker too. */
async function scrubAll(frame: Frame, leftovers: Leftovers): Promise<void> {
  const { topics } = frame.context;
  const over = frame.devices.records.flatMap((record) =>
    scrub(record, privacyOf(frame.settings, record.id)).flatMap(({ channel, image }) => [
      topics.image(record.id, channel, image),
      topics.imageAttributes(record.id, channel, image),
    ]),
  );
  // once: all that is left over is written each time
  if (over.length > 0) await leftovers.add(over);
}

function lingeringOf({ store, clock, embedded }: Frame): Lingering | undefined {
  if (embedded === undefined) return undefined;
  return new Lingering({ disk: store.outbox, clock, isDelivered: embedded.isDelivered });
}

async function openOutbox(
  { settings, context, log, now }: Frame,
  disk: OutboxDisk,
  onDropped: (entries: readonly Entry[], why: string) => void,
): Promise<Pick<Memory, 'outbox' | 'withheld'>> {
  const say = sparingly(log, now);
  const tell = (entries: readonly Entry[], why: string) => {
    const kinds = [...new Set(entries.map(({ kept }) => kept))];
    const fields = { why, entries: entries.length, kinds };
    say('warn', `dropped ${why}`, fields, 'the outbox gave something up');
  };
  const { outbox, bad, withheld } = await Outbox.open({
    disk,
    today: todayOf(context.topics.base, (device) => privacyOf(settings, device)),
    maxBytes: settings.outbox.max_bytes,
    maxAge: settings.outbox.max_age * 1000,
    onDropped: (entries, why) => {
      onDropped(entries, why);
      tell(entries, why);
    },
  });
  if (bad > 0) log.error({ bad }, 'entries of the outbox could not be read');
  if (withheld.length > 0) tell(withheld, 'withheld');
  return { outbox, withheld: withheld.length };
}

/** Devices that the settings announce before they report. */
function expectAll({ settings, startedAt, log }: Frame, registry: Registry): void {
  for (const [id, device] of Object.entries(settings.devices)) {
    if (device.expect.length === 0) continue;
    const record = registry.get(id) ?? newRecord(id, startedAt);
    registry.add(record);
    for (const change of expectThings(record, device.expect)) {
      if (change.change === 'notice') log.warn({ ...change.data }, change.message);
    }
  }
}
