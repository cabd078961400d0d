import type { Outgoing } from '../homeassistant/messages.ts';
import type { Outbox } from './outbox.ts';
import type { Letter, Part, Report } from './report.ts';

export interface LettersOptions {
  readonly produce: (change: Part['change'], record: Report['record']) => Outgoing;
  readonly outbox: Pick<Outbox, 'waitsFor'>;
  /** whether a topic is heard, where an acknowledgement alone promises nothing */
  readonly hears?: (topic: string) => boolean;
}

/** The messages of what does not wait for Home Assistant. */
export function lettersOfNow({ outgoing, slots }: Part): Letter[] {
  return [...outgoing.always, ...outgoing.live].map((message) => {
    const slot = slots.get(message.topic);
    return { message, slot, fleeting: slot === undefined };
  });
}

/**
 * The messages of a part of a live turn, in the order of publishing.
 * @param late it may not go out as live any more
 */
export function lettersOfTurn(
  { change, outgoing, slots, history }: Part,
  { record }: Report,
  late: boolean,
  { produce, outbox, hears }: LettersOptions,
): Letter[] {
  const isDelayed = isLate(change, late);
  // what is no longer news is brought up to date: the record has the state of now
  const { always } = late && change.change === 'alarm' ? produce(change, record) : outgoing;
  const live = late || isDelayed ? [] : outgoing.live;
  const heard = history !== undefined && (hears?.(history.topic) ?? true);
  const reaches = live.map(({ topic }) => topic);
  // an end, which the alarm's state has told those who hear the live events
  if (outgoing.knownAt !== undefined && !isDelayed) reaches.push(outgoing.knownAt);
  // where nobody listens at this moment it stays on disk: who subscribes while it is on its way is too late
  const isHeardLive = !heard && reaches.some((topic) => hears?.(topic));
  const letters: Letter[] = [
    ...always.map((message) => ({ message, slot: slots.get(message.topic) })),
    // who hears it live has heard it, where nobody listens to the history
    ...live.map((message) => ({
      message,
      slot: isHeardLive ? history : undefined,
      reaches,
      fleeting: true,
    })),
  ];
  // behind what waits on disk it waits too, for the order of its device
  if (history === undefined || (heard && outbox.waitsFor(record.id, history.seq))) return letters;
  if (!heard && (live.length > 0 || !isHeardLive)) return letters;
  reaches.push(history.topic);
  const message = outgoing.history?.message(isDelayed);
  if (message !== undefined) letters.push({ message, slot: history, reaches });
  return letters;
}

/** Whether it is an event that is news no more. */
export function isLate(change: Part['change'], late: boolean): boolean {
  return change.change === 'event' && (late || change.late);
}
