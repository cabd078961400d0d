import { isIP, isIPv4, SocketAddress } from 'node:net';

const MAPPED = '::ffff:';

/**
 * One spelling for each address: IPv4 inside IPv6 (`::ffff:192.168.1.20`) as IPv4, IPv6 in its
 * short form, without zone. What is no address stays as it is, in lower case.
 */
export function normalizeAddress(address: string): string {
  // as sockets write nearly all of them
  const plain = address.startsWith(MAPPED) ? address.slice(MAPPED.length) : address;
  if (isIPv4(plain)) return plain;
  const bare = address
    .trim()
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/%.*$/, '');
  if (isIP(bare) !== 6) return bare;
  const short = new SocketAddress({ address: bare, family: 'ipv6' }).address;
  return short.replace(/^::ffff:(\d+\.\d+\.\d+\.\d+)$/, '$1');
}
