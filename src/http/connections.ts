/** What of a socket is asked here; `net.Socket` has it. */
export interface Connection {
  /** Ends it, with an answer where there is still time for one. */
  end(): void;
}

export interface ConnectionLimits {
  /** most in all */
  readonly most: number;
  /** most of one address before they authenticated, and most of one device after */
  readonly mostEach: number;
  /** whether an address is not counted: many are behind it */
  readonly isExempt: (address: string) => boolean;
  /** one was ended to make room, or could not be taken */
  readonly onRefused: (address: string) => void;
}

/** A group that is limited: the address of strangers, or a device that authenticated. */
interface Group {
  readonly key: string;
  readonly among: Map<string, Group>;
  readonly address: string;
  /** in the order in which they came */
  readonly members: Set<Connection>;
}

/**
 * How many connections there may be. Who has authenticated is counted by device, for behind a
 * container's proxy all addresses look alike; who has not, by address. Where there are too many the
 * oldest that has not authenticated makes room: a camera authenticates at once, what only sits there
 * never does.
 */
export class Connections {
  readonly #limits: ConnectionLimits;
  readonly #groupOf = new Map<Connection, Group>();
  readonly #strangers = new Map<string, Group>();
  readonly #devices = new Map<string, Group>();
  /** those that have not authenticated, in the order in which they came */
  readonly #waiting = new Set<Connection>();

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#groupOf.size;
  }

  /** @returns false where there is no room: the caller ends it */
  opened(connection: Connection, address: string): boolean {
    const { most, mostEach, isExempt, onRefused } = this.#limits;
    const group = this.#join(this.#strangers, address, address, connection);
    this.#waiting.add(connection);
    if (group.members.size > mostEach && !isExempt(address)) this.#end(first(group.members));
    if (this.#groupOf.size <= most) return true;
    const oldest = first(this.#waiting);
    if (oldest !== connection) {
      this.#end(oldest);
      return true;
    }
    this.closed(connection);
    onRefused(address);
    return false;
  }

  /**
   * Somebody authenticated on it.
   * @param device who it is, or what stands for it
   * @returns false where that device has too many: to be closed after the answer
   */
  authenticated(connection: Connection, device: string): boolean {
    const group = this.#groupOf.get(connection);
    if (group === undefined) return true;
    if (this.#devices.get(device) === group) return true;
    this.#waiting.delete(connection);
    this.#leave(connection, group);
    const { members } = this.#join(this.#devices, device, group.address, connection);
    return members.size <= this.#limits.mostEach;
  }

  closed(connection: Connection): void {
    const group = this.#groupOf.get(connection);
    if (group !== undefined) this.#leave(connection, group);
    this.#waiting.delete(connection);
  }

  #end(connection: Connection | undefined): void {
    const group = connection && this.#groupOf.get(connection);
    if (connection === undefined || group === undefined) return;
    this.closed(connection);
    this.#limits.onRefused(group.address);
    connection.end();
  }

  #join(groups: Map<string, Group>, key: string, address: string, connection: Connection): Group {
    const group = groups.get(key) ?? { key, among: groups, address, members: new Set() };
    groups.set(key, group);
    group.members.add(connection);
    this.#groupOf.set(connection, group);
    return group;
  }

  #leave(connection: Connection, group: Group): void {
    group.members.delete(connection);
    this.#groupOf.delete(connection);
    if (group.members.size === 0) group.among.delete(group.key);
  }
}

function first<T>(values: ReadonlySet<T>): T | undefined {
  for (const value of values) return value;
  return undefined;
}
