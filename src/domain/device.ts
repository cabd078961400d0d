import { applyAlarm } from './apply-alarm.ts';
import { type Applied, type Applying, nothing } from './apply-context.ts';
import { applyPicture } from './apply-picture.ts';
import { applyReading } from './apply-reading.ts';
import { applyHeartbeat } from './availability.ts';
import type { Change } from './change.ts';
import { everyAlarm, remember } from './channels.ts';
import type { DomainEvent, Normalized } from './event.ts';
import { own } from './json.ts';
import { limits } from './limits.ts';
import { deviceBack, newDevice, unknownThing, unreadable } from './notices.ts';
import type { Policy } from './policy.ts';
import { Recent } from './recent.ts';
import type { DeviceRecord } from './record.ts';
import { expireAlarms, forgetRecent } from './timers.ts';
import { toldReadings } from './told-readings.ts';

export { eliminateAll, nextDeadline, tick } from './timers.ts';

export interface ApplyContext {
  /** time of receipt, ms since 1970 UTC */
  readonly now: number;
  readonly policy: Policy;
  /** the address that it came from */
  readonly address?: string | undefined;
}

/** A device of which nothing is known but its id. */
export function newRecord(id: string, now: number): DeviceRecord {
  return {
    id,
    firstSeen: now,
    lastSeen: now,
    online: false,
    channels: {},
    counters: { pushes: 0, repeats: 0, faults: 0, refused: 0, late: 0 },
    numbers: {},
    recent: new Recent(),
    unknown: [],
  };
}

/**
 * Takes a report into account: changes the record in place and says what became different, in the order
 * of publishing. That is: notices, the device; what ended by time meanwhile and what new alarms were
 * before (`OFF`, not live); availability; then event by event picture, event, state; last the report.
 *
 * A repeat (see `isRepeat`) changes nothing but last seen and readings. The same arguments give the same
 * changes, and a report that is applied again because nobody acknowledged it gives the same ids.
 */
export function applyReport(
  record: DeviceRecord,
  normalized: Normalized,
  context: ApplyContext,
): Change[] {
  const { now, policy } = context;
  forgetRecent(record, now, policy.repeatWindow);
  const applying = { record, normalized, policy, isRepeat: isRepeat(record, normalized, context) };
  const first = greeting(record, now);
  const over = expireAlarms(record, now);
  noteSeen(record, normalized, context);
  if (applying.isRepeat) record.counters.repeats++;
  const applied = normalized.events.map((event) => applyEvent(event, applying));
  const before = applied.flatMap((one) => one.before ?? []);
  const isNotice = (change: Change) => change.change === 'notice';
  return [
    ...first,
    ...unreadable(record, normalized),
    ...before.filter(isNotice),
    { change: 'device' },
    ...over,
    ...before.filter((change) => !isNotice(change)),
    ...comesBack(record),
    ...toldReadings(applied.flatMap((one) => one.changes)),
    {
      change: 'report',
      method: normalized.method,
      known: normalized.events.every(isKnown),
      body: normalized.report,
    },
  ];
}

/**
 * Whether the broker already has the report: the same body within the window, of which only alarms and
 * pictures can be repeats. The same body is the same device, channel, type, uuid, `mid` and status.
 */
export function isRepeat(
  record: DeviceRecord,
  normalized: Normalized,
  context: Pick<ApplyContext, 'now' | 'policy'>,
): boolean {
  const at = record.recent.get(normalized.fingerprint);
  const age = at === undefined ? Number.POSITIVE_INFINITY : context.now - at;
  return age >= 0 && age <= context.policy.repeatWindow && normalized.events.some(canRepeat);
}

/**
 * The broker has acknowledged the report: from now on the same one is a repeat. Not before, so that what
 * a camera sends again after a refusal is not swallowed.
 */
export function confirm(record: DeviceRecord, normalized: Normalized): void {
  const event = normalized.events.find(canRepeat);
  if (event === undefined) return;
  const { fingerprint } = normalized;
  for (const { alarm } of everyAlarm(record)) {
    if (alarm.last === fingerprint) alarm.announced = true;
  }
  const { recent } = record;
  if (!recent.has(fingerprint)) recent.set(fingerprint, event.moment.received);
  const [oldest] = recent.keys();
  if (oldest !== undefined && recent.size > limits.recent) recent.delete(oldest);
}

/** A device is new, or was gone. */
function greeting(record: DeviceRecord, now: number): readonly Change[] {
  if (record.counters.pushes === 0) return [newDevice(record)];
  return record.online ? [] : [deviceBack(record, now)];
}

function canRepeat(event: DomainEvent): boolean {
  return event.kind === 'alarm' || event.kind === 'picture';
}

/** Unknown things that are published where they belong; anything else needs the whole report. */
const inPlace: ReadonlySet<string> = new Set(['key', 'value']);

function isKnown(event: DomainEvent): boolean {
  return event.kind !== 'unknown' || inPlace.has(event.what);
}

/** A push that waited for its turn is older than one that did not; much older is a clock that was set. */
const LONGEST_WAIT = 60_000;

function laterSeen(before: number, now: number): number {
  return before - now <= LONGEST_WAIT ? Math.max(before, now) : now;
}

function noteSeen(record: DeviceRecord, normalized: Normalized, context: ApplyContext): void {
  const { counters } = record;
  record.lastSeen = laterSeen(record.lastSeen, context.now);
  counters.pushes++;
  counters.faults += normalized.faults.length;
  counters.late += normalized.events.some((event) => event.moment.late) ? 1 : 0;
  if (normalized.deviceName !== undefined) record.name = normalized.deviceName;
  // a camera is updated from the old architecture to JES, never back; some JES firmware sends both
  if (record.generation !== 'jes' && normalized.generation !== undefined) {
    record.generation = normalized.generation;
  }
  if (context.address !== undefined) record.address = context.address;
}

function comesBack(record: DeviceRecord): readonly Change[] {
  if (record.online) return [];
  record.online = true;
  return [{ change: 'availability', online: true }];
}

type Appliers = {
  readonly [K in DomainEvent['kind']]: (
    event: Extract<DomainEvent, { kind: K }>,
    applying: Applying,
  ) => Applied;
};

const appliers: Appliers = {
  alarm: applyAlarm,
  picture: applyPicture,
  reading: applyReading,
  area: ({ channel, data }) => ({ changes: [{ change: 'area', channel, data }] }),
  heartbeat: (event, { record, policy }) => {
    applyHeartbeat(record, event, policy);
    return nothing;
  },
  unknown: (event, { record }) => ({ before: unknownThing(record, event), changes: [] }),
};

function applyEvent(event: DomainEvent, applying: Applying): Applied {
  // a table by kind, each of its own event: one pair of a type that TypeScript cannot pair up
  const apply = appliers[event.kind] as (event: DomainEvent, applying: Applying) => Applied;
  const applied = apply(event, applying);
  const place = own(applying.record.channels, event.channel);
  if (place !== undefined) remember(place.seenIn, event.origin, limits.unknownNames);
  return applied;
}
