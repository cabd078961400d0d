import type { Settings } from '../config/schema.ts';
import { isBoundElsewhere } from '../domain/identity.ts';
import { own } from '../domain/json.ts';
import type { Answer, Push } from '../http/push.ts';
import type { Notices } from './notices.ts';
import type { Registry } from './registry.ts';

export interface ApprovalsOptions {
  readonly settings: Pick<Settings, 'auth' | 'devices'>;
  readonly registry: Pick<Registry, 'get' | 'size'>;
  readonly notices: Pick<Notices, 'pending' | 'identity'>;
  /** how many wait, has changed */
  readonly onPending: () => void;
}

/** A device that waits for somebody to say that it may be published. */
export interface PendingDevice {
  readonly id: string;
  readonly address: string;
  /** ms since 1970 UTC */
  readonly firstSeen: number;
  pushes: number;
}

/** So many are remembered; strangers could invent more. */
const MOST = 50;

/**
 * Which devices are published. One that has a record is: it was approved before, or nobody was asked
 * then. Of one that waits nothing is kept but that it waits.
 */
export class Approvals {
  readonly #options: ApprovalsOptions;
  readonly #mode: 'auto' | 'ask' | 'list';
  readonly #listed: ReadonlySet<string>;
  readonly #pending = new Map<string, PendingDevice>();

  constructor(options: ApprovalsOptions) {
    this.#options = options;
    const { auth } = options.settings;
    this.#listed = new Set(auth.devices);
    const usual = auth.mode === 'none' ? 'ask' : 'auto';
    this.#mode = auth.approval === 'default' ? usual : auth.approval;
  }

  /** @returns the devices that wait, in the order in which they came */
  get pending(): readonly PendingDevice[] {
    return [...this.#pending.values()];
  }

  /** Why a device cannot be approved by command; absent where it can. */
  get refusal(): string | undefined {
    return this.#mode === 'list'
      ? 'auth.approval is list: add it to auth.devices in the settings'
      : undefined;
  }

  /** @returns what a push is refused with; nothing where its device may be published */
  check(push: Push, deviceId: string): Answer | undefined {
    const { registry, notices, settings } = this.#options;
    const record = registry.get(deviceId);
    if (!this.#isApproved(deviceId, record !== undefined)) {
      this.#wait(push, deviceId);
      return notices.pending(push, deviceId, this.#mode === 'list');
    }
    const { address } = push;
    if (settings.auth.bind_address && isBoundElsewhere(record?.boundTo, push.principal, address)) {
      const reason = `${deviceId} is bound to ${record?.boundTo}, but pushes from ${address}; where its address has changed, remove the device (bridge/request/device/remove) or give it an account of its own`;
      return notices.identity(push, reason);
    }
    return undefined;
  }

  /** It does not wait any more. */
  approved(deviceId: string): void {
    if (this.#pending.delete(deviceId)) this.#options.onPending();
  }

  #isApproved(deviceId: string, isKnown: boolean): boolean {
    const { settings, registry } = this.#options;
    if (this.#listed.has(deviceId) || own(settings.devices, deviceId) !== undefined) return true;
    if (this.#mode === 'list') return false;
    return isKnown || (this.#mode === 'auto' && registry.size < settings.auth.max_devices);
  }

  #wait({ address, receivedAt }: Push, id: string): void {
    const known = this.#pending.get(id);
    if (known !== undefined) {
      known.pushes++;
      return;
    }
    this.#pending.set(id, { id, address, firstSeen: receivedAt, pushes: 1 });
    const [oldest] = this.#pending.keys();
    if (this.#pending.size > MOST && oldest !== undefined) this.#pending.delete(oldest);
    this.#options.onPending();
  }
}
