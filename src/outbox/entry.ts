import type { Change } from '../domain/change.ts';

/**
 * What is kept of a message that the broker does not have yet.
 *
 * - `state`: that a device's retained JSON is to be brought up to date, from its record, once
 * - `picture`: a retained picture or its attributes, the newest of its topic
 * - `history`: an event, each of them
 * - `report`: a whole report of `<device>/report/<method>`, each of them
 */
export type Kept = 'state' | 'picture' | 'history' | 'report';

/** One line of the outbox; what it says is beside it, on disk. */
export interface Entry {
  /** its place: the order of the reports */
  readonly seq: number;
  readonly device: string;
  readonly kept: Kept;
  /** empty for `state`, which is many topics */
  readonly topic: string;
  /** on disk */
  readonly bytes: number;
  /** receipt of its report, ms since 1970 UTC */
  readonly at: number;
}

/** Where an entry is, or would be. */
export type Place = Pick<Entry, 'seq' | 'device' | 'kept' | 'topic'>;

/** The kinds of which only the newest of a topic is kept. */
export const newestOnly: ReadonlySet<Kept> = new Set(['state', 'picture']);

/** What is kept of the messages of a change that are not its history; nothing of what is for now alone. */
export const keptOf = {
  picture: 'picture',
  event: undefined,
  alarm: 'state',
  reading: 'state',
  area: undefined,
  report: 'report',
  availability: 'state',
  device: 'state',
  notice: undefined,
} as const satisfies Readonly<Record<Change['change'], Kept | undefined>>;

/** A JSON payload that comes later than it should: it says so. */
export function delayed(payload: string): string {
  const value: unknown = JSON.parse(payload);
  return JSON.stringify({ ...Object(value), delayed: true });
}
