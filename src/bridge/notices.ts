import type { UnreadableReport } from '../decode/report.ts';
import type { NoticeChange } from '../domain/change.ts';
import { shownFaults } from '../domain/notices.ts';
import type { Answer, Push } from '../http/push.ts';
import type { Refusal } from '../http/refusal.ts';
import { BrokerError } from '../mqtt/errors.ts';
import type { Metrics } from './metrics.ts';
import { Throttle } from './throttle.ts';

/** What the bridge needs of a logger; pino's is one. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface NoticesOptions {
  readonly log: Log;
  readonly metrics: Metrics;
  /** puts it on `bridge/event`; does not fail */
  readonly publish: (notice: NoticeChange) => void;
  /** ms since 1970 UTC */
  readonly now: () => number;
}

/** What nobody has to do anything about. */
const good: ReadonlySet<string> = new Set(['device_new', 'device_back']);

/** Every refusal, in the log and on `bridge/event`; and the answer that goes with it. */
export class Notices {
  readonly #options: NoticesOptions;
  readonly #throttle = new Throttle({ most: 5, window: 60_000, keys: 1_000 });
  /** strangers can name a new device each time, but not come from a new address */
  readonly #strangers = new Throttle({ most: 20, window: 60_000, keys: 1_000 });
  /** or they can, where a network has addresses without end */
  readonly #all = new Throttle({ most: 200, window: 60_000, keys: 1 });

  constructor(options: NoticesOptions) {
    this.#options = options;
  }

  /** Something to be known, in the log and on `bridge/event`; the same only a few times a minute. */
  tell(notice: NoticeChange): void {
    if (this.note(notice)) this.#options.publish(notice);
  }

  /**
   * The log's part alone, for a notice that reaches `bridge/event` with the report that it is about.
   * @returns whether it may be told at all
   */
  note(notice: NoticeChange): boolean {
    const { log, metrics, now } = this.#options;
    const { data, type } = notice;
    if (type === 'unknown') metrics.unknown.inc({ what: String(data.what) });
    const withheld = this.#throttle.allow(keyOf(notice), now());
    if (withheld === undefined) return false;
    const fields = { ...about(data), ...(withheld > 0 ? { withheld } : {}) };
    log[good.has(type) ? 'info' : 'warn'](fields, notice.message);
    return true;
  }

  /** The HTTP side refused somebody. */
  refusal(refusal: Refusal): void {
    const { type, reason, address, device, message, path } = refusal;
    const data = defined({ reason, address, device, path });
    this.#tellOf(address, { change: 'notice', type, message, data });
  }

  /** Nothing of the body could be read. */
  unreadable(push: Push, error: UnreadableReport): Answer {
    const message = `Nothing of ${push.method} from ${nameOf(push)} could be read: ${error.message}`;
    const data = { ...dataOf(push), faults: shownFaults(error.faults) };
    this.#tellOf(
      push.address,
      { change: 'notice', type: 'unreadable', message, data },
      'unreadable',
    );
    return { ok: false, problem: 'unreadable', message: error.message.slice(0, 500) };
  }

  /** It is not clear who pushes, or not allowed. */
  identity(push: Push, reason: string): Answer {
    const message = `A push from ${push.address} was refused: ${reason}`;
    const data = { ...dataOf(push), reason };
    this.#tellOf(push.address, { change: 'notice', type: 'identity', message, data }, 'identity');
    return { ok: false, problem: 'identity', message: reason };
  }

  /** The device was not approved: nothing of it is published. */
  pending(push: Push, device: string, isListed: boolean): Answer {
    const cure = isListed
      ? 'Add it to auth.devices, or give it settings under devices, where it is yours.'
      : `Where it is yours, publish {"device": ${JSON.stringify(device)}} to bridge/request/device/approve below the base topic.`;
    const message = `${device} at ${push.address} waits for approval: nothing of it is published. ${cure}`;
    const data = { ...dataOf(push), device };
    const told = { change: 'notice', type: 'device_pending', message, data } as const;
    this.#tellOf(push.address, told, 'pending');
    return { ok: false, problem: 'not_approved', message: 'the device is not approved yet' };
  }

  /** Of one address only so many a minute: whoever is there can be another device each time. */
  #tellOf(address: string, notice: NoticeChange, what = 'door'): void {
    const now = this.#options.now();
    if (this.#strangers.allow(`${what} ${address}`, now) === undefined) return;
    if (this.#all.allow('', now) !== undefined) this.tell(notice);
  }

  /** The broker has not acknowledged in time: the camera may resend it or not. */
  lost(push: Push, deviceId: string, error: unknown): Answer {
    const { log, metrics } = this.#options;
    if (!(error instanceof BrokerError)) throw error;
    metrics.lost.inc();
    const reason = error.message;
    const withheld = this.#throttle.allow(`lost ${deviceId} ${reason}`, this.#options.now());
    if (withheld !== undefined) {
      const fields = { device: deviceId, method: push.method, reason };
      const more = withheld > 0 ? { withheld } : {};
      log.warn({ ...fields, ...more }, 'a report could not be handed on and is possibly lost');
    }
    return { ok: false, problem: 'broker_unavailable', message: error.message };
  }

  /** A turn that had waited for Home Assistant could not be handed on: its camera was told 0 before. */
  turnLost(deviceId: string, err: unknown): void {
    const { log, metrics } = this.#options;
    metrics.lost.inc();
    log.warn({ device: deviceId, err }, 'an event that had waited could not be handed on');
  }
}

/** The same thing of the same device is told seldom; another device's is not withheld for it. */
function keyOf({ type, data }: NoticeChange): string {
  const { device, address, what, name } = data;
  return JSON.stringify([type, device ?? address ?? null, what ?? null, name ?? null]);
}

/** What the camera sent has no place in the log. */
function about({ data: _sent, ...rest }: NoticeChange['data']): object {
  return rest;
}

function nameOf(push: Push): string {
  return push.userIdentify ?? push.address;
}

function dataOf(push: Push): Readonly<Record<string, string>> {
  const { address, userIdentify, path } = push;
  return defined({ address, device: userIdentify, path });
}

function defined(fields: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** Somebody said that a device may be published. */
export function deviceApproved(device: string): NoticeChange {
  return {
    change: 'notice',
    type: 'device_approved',
    message: `${device} was approved: it is published from its next push on`,
    data: { device },
  };
}

/** A message was left out because it can never be sent. */
export function leftOut(topic: string, error: Error): NoticeChange {
  return {
    change: 'notice',
    type: 'too_large',
    message: `${topic} was left out: ${error.message}. Set the camera to smaller pictures, or let the broker take more (its maximum packet size, and mqtt.max_packet).`,
    data: { topic },
  };
}
