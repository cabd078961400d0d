import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { normalizeAddress } from './address.ts';

/** Who is at the other end, behind the proxies that are trusted, and behind nobody else. */
export class Peers {
  readonly #proxies = new BlockList();
  readonly #any: boolean;

  /** @param proxies addresses, or networks like `10.0.0.0/8` */
  constructor(proxies: readonly string[]) {
    this.#any = proxies.length > 0;
    for (const proxy of proxies) {
      const [address = '', bits] = proxy.split('/');
      const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
      if (bits === undefined) this.#proxies.addAddress(address, family);
      else this.#proxies.addSubnet(address, Number(bits), family);
    }
  }

  /** Whether an address, as `normalizeAddress` writes it, is one of a trusted proxy. */
  isProxy(address: string): boolean {
    const family = this.#any ? isIP(address) : 0;
    return family !== 0 && this.#proxies.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }

  /**
   * Where a request comes from. Each proxy adds at the right whom it heard: from there on to the left
   * as far as proxies are trusted, and not one further, for that is what anybody may have written.
   */
  addressOf({ socket, headers }: Pick<IncomingMessage, 'socket' | 'headers'>): string {
    let address = normalizeAddress(socket.remoteAddress ?? '');
    const forwarded = headers['x-forwarded-for'];
    if (forwarded === undefined || !this.isProxy(address)) return address;
    const hops = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded).split(',');
    while (this.isProxy(address)) {
      const hop = hops.pop();
      if (hop === undefined) return address;
      const next = normalizeAddress(withoutPort(hop.trim()));
      if (isIP(next) === 0) return address;
      address = next;
    }
    return address;
  }
}

/** Some proxies write `192.0.2.1:4711` and `[2001:db8::1]:4711`. */
function withoutPort(hop: string): string {
  return hop.replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1').replace(/^(\[.*\]):\d+$/, '$1');
}
