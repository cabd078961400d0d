import type { Clock } from '../clock.ts';
import type { Language } from '../spec/name.ts';
import type { Answer } from './answer.ts';
import type { DigestQuirks } from './digest-client.ts';
import type { ReportQuirks } from './reports.ts';

export interface CameraOptions {
  /** CloudSEE id */
  readonly id: string;
  /** as it calls itself */
  readonly name?: string;
  /** which report its alarms come by; it can send all of them */
  readonly generation?: 'old' | 'jes';
  /** the base address as typed into its page */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** minutes that its wall clock is east of UTC; the host's zone without it */
  readonly zone?: number;
  /** ms that its clock is ahead */
  readonly offset?: number;
  /** time and timers; the machine's without it */
  readonly clock?: Clock;
  /** language of the readable names of its alarms */
  readonly language?: Language;
  readonly quirks?: ReportQuirks & { readonly digest?: DigestQuirks };
  /** the address to push from */
  readonly localAddress?: string;
  /** ms without a byte after which a push is given up */
  readonly timeout?: number;
  /** certificates to trust, PEM */
  readonly ca?: string;
  /** told of each heartbeat that its own timer sends */
  readonly onHeartbeat?: (result: Answer | Error) => void;
}

/** What an alarm brings besides type and status. */
export interface AlarmDetails {
  readonly picture?: Buffer;
  /** 1 for the old architecture, 0 for JES without it (protocol §2) */
  readonly channel?: number;
  /** JES: 0 video input, 1 external input, 2 the device itself */
  readonly channelType?: 0 | 1 | 2;
  /** JES: 1 alarm, 3 timed snapshot */
  readonly event?: number;
  readonly extension?: object;
  /** made up as the document says without it; a stop has its start's */
  readonly uuid?: string;
  readonly label?: string;
  /** `YYYY-MM-DD hh:mm:ss`; now without it */
  readonly time?: string;
}

export interface CameraCounters {
  pushes: number;
  /** answered with error code 0 */
  accepted: number;
  /** answered otherwise */
  refused: number;
  /** not answered */
  failed: number;
  /** requests sent, challenged ones included */
  requests: number;
}
