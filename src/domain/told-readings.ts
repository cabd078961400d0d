import { kindRows } from '../spec/kinds.ts';
import type { Change, ReadingChange } from './change.ts';
import type { ChannelKey } from './event.ts';
import { readingId } from './ids.ts';
import type { ReadingRecord } from './record.ts';

/** What of a channel's readings was told already, by their ids. */
interface ToldOf {
  readonly lasting: Set<string>;
  /** the last thing seen since the last picture, and its place in the list */
  readonly seen: Map<string, { readonly place: number; readonly reading: ReadingRecord }>;
}

/**
 * The changes of a report without what its readings repeat. The message of a lasting quantity is made of
 * the record, which has the last: once is enough. Of things seen each is told behind its own picture,
 * but those without one that look like the one before are told as one, the last of them.
 */
export function toldReadings(changes: readonly Change[]): readonly Change[] {
  const told: Change[] = [];
  const channels = new Map<ChannelKey, ToldOf>();
  for (const change of changes) {
    if (change.change === 'picture') channels.get(change.channel)?.seen.clear();
    const place = change.change === 'reading' ? placeOf(change, channels, told) : told.length;
    if (place !== undefined) told[place] = change;
  }
  return told;
}

/** Where it goes: to the end, or over the one that it repeats; `undefined`: it need not be told. */
function placeOf(
  { channel, reading, index, seen }: ReadingChange,
  channels: Map<ChannelKey, ToldOf>,
  { length }: readonly Change[],
): number | undefined {
  const ofChannel: ToldOf = channels.get(channel) ?? { lasting: new Set(), seen: new Map() };
  channels.set(channel, ofChannel);
  const id = readingId(reading, index);
  if (seen === undefined) {
    if (ofChannel.lasting.has(id)) return undefined;
    ofChannel.lasting.add(id);
    return length;
  }
  const before = ofChannel.seen.get(id);
  const place = before !== undefined && looksSame(before.reading, seen) ? before.place : length;
  ofChannel.seen.set(id, { place, reading: seen });
  return place;
}

/** In Home Assistant, that is: an attribute such as the object's number makes no other of it. */
function looksSame(one: ReadingRecord, other: ReadingRecord): boolean {
  const { fields } = kindRows[one.kind];
  return (
    one.label === other.label &&
    Object.keys(fields).every((field) => one.values[field] === other.values[field])
  );
}
