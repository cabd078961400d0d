import type { Settings } from '../config/schema.ts';
import { normalizeAddress } from './address.ts';
import { type Algorithm, secretHash } from './digest.ts';

/** One user name with one password, hashed. Several may share a name: cameras have accounts of their own. */
export interface Account {
  readonly username: string;
  /** tells it from every other */
  readonly key: string;
  /** the one device it belongs to; absent: shared by all */
  readonly deviceId?: string;
  readonly secret: Readonly<Record<Algorithm, string>>;
}

/** Who may come in, from the settings. Passwords are not kept, only their hashes. */
export class Accounts {
  readonly #byName = new Map<string, Account[]>();
  readonly #byAddress = new Map<string, string[]>();
  readonly #repeaters = new Set<string>();
  #count = 0;

  /** @param password the main account's, as resolved at start */
  constructor(settings: Pick<Settings, 'auth' | 'devices'>, password: string) {
    const { auth, devices } = settings;
    const add = (username: string, password: string, deviceId?: string) => {
      if (username === '' || (password === '' && deviceId === undefined)) return;
      const secretOf = (algorithm: Algorithm) =>
        secretHash(algorithm, username, auth.realm, password);
      const account: Account = {
        username,
        key: String(this.#count++),
        secret: { MD5: secretOf('MD5'), 'SHA-256': secretOf('SHA-256') },
        ...(deviceId === undefined ? {} : { deviceId }),
      };
      this.#byName.set(username, [...(this.#byName.get(username) ?? []), account]);
    };
    add(auth.username, password);
    for (const user of auth.users) add(user.username, user.password);
    for (const [id, device] of Object.entries(devices)) {
      if (device.allow_repeated_nc) this.#repeaters.add(id);
      if (device.auth === 'none') this.#letIn(id, device.address);
      else if (device.password !== undefined) {
        add(device.username ?? auth.username, device.password, id);
      }
    }
  }

  /** All accounts of a user name, the claimed device's own first. */
  named(username: string, device: string | undefined): readonly Account[] {
    const accounts = this.#byName.get(username) ?? [];
    if (device === undefined || accounts.length < 2) return accounts;
    const own = accounts.filter(({ deviceId }) => deviceId === device);
    return own.length === 0
      ? accounts
      : [...own, ...accounts.filter(({ deviceId }) => deviceId !== device)];
  }

  /** The devices that come in from this address without a password. */
  at(address: string): readonly string[] {
    return this.#byAddress.get(address) ?? [];
  }

  mayRepeat(device: string | undefined): boolean {
    return device !== undefined && this.#repeaters.has(device);
  }

  /** Without an address nobody is let in: the setting alone opens no door. */
  #letIn(id: string, address: string | undefined): void {
    if (address === undefined || address === '') return;
    const key = normalizeAddress(address);
    this.#byAddress.set(key, [...(this.#byAddress.get(key) ?? []), id]);
  }
}
