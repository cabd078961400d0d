import type { Change } from './change.ts';
import type { Normalized } from './event.ts';
import type { Policy } from './policy.ts';
import type { DeviceRecord } from './record.ts';

/** What applying an event to a record needs. */
export interface Applying {
  readonly record: DeviceRecord;
  readonly normalized: Normalized;
  readonly policy: Policy;
  /** the report is one that the broker already has (a repeat) */
  readonly isRepeat: boolean;
}

/** What an event changed: what a new alarm was before, and what comes of the event, in order. */
export interface Applied {
  readonly before?: readonly Change[];
  readonly changes: readonly Change[];
}

export const nothing: Applied = { changes: [] };
