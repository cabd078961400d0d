import type { Received } from '../decode/received.ts';
import type { ReportName } from '../spec/reports.ts';
import type { ProblemName } from './answers.ts';

/** Who pushes, as far as HTTP can tell. */
export type Principal =
  | {
      readonly kind: 'user';
      readonly username: string;
      /** the one device that this account belongs to: it speaks for itself alone */
      readonly deviceId?: string;
      /**
       * Several devices have this same account and the request did not say which it is: the
       * body's id must be one of these.
       */
      readonly among?: readonly string[];
    }
  /** `devices.<id>.auth: none`: let in by its address, as this device and no other */
  | { readonly kind: 'address'; readonly deviceId: string }
  /** `auth.mode: none` */
  | { readonly kind: 'anyone' };

/** One whole, authenticated push: where HTTP ends. */
export interface Push {
  /** the row that the path fits; absent for an unknown report */
  readonly report?: ReportName;
  /** what the answer's `method` will say; never empty */
  readonly method: string;
  /** as received with its query, cut to {@link import('./limits.ts').MAX_PATH} characters */
  readonly path: string;
  /** the HTTP method */
  readonly verb: string;
  /** the header `User-Identify`, where it is not empty */
  readonly userIdentify?: string;
  readonly principal: Principal;
  /** the peer's address; IPv4 is never written as IPv6 */
  readonly address: string;
  readonly body: Received;
  /** ms since 1970 UTC, when all of its body was there: a slow link makes nothing late */
  readonly receivedAt: number;
  readonly contentType?: string;
}

/** What the rest of the bridge says to a push. */
export type Answer =
  /** `keepinterval`: seconds until the next heartbeat, for the answer of a keepalive */
  | { readonly ok: true; readonly keepinterval?: number }
  /** `message` is shown to the device and to the user: plain words, nothing secret */
  | { readonly ok: false; readonly problem: ProblemName; readonly message: string };

/** How the bridge is, for `/` and `/health`. Nothing secret. */
export interface Health {
  readonly broker: 'connected' | 'disconnected';
  readonly version: string;
}
