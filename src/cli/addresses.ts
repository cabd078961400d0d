import { existsSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Settings } from '../config/schema.ts';

/** Interfaces of container engines and virtual machines: no camera is behind them. */
const virtual = /^(docker|br-|veth|virbr|cni|flannel|podman|lxc|vmnet|vboxnet|tun|tap|utun|wg)/;

/**
 * The addresses of this machine in the local network, the likeliest first. A container's own is
 * nobody's business outside: there it cannot be known.
 */
export function lanAddresses(): readonly string[] {
  if (existsSync('/.dockerenv') || existsSync('/run/.containerenv')) return [];
  const all = Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? []).map((address) => ({ name, ...address })),
  );
  return all
    .filter(({ internal, family, name }) => !internal && family === 'IPv4' && !virtual.test(name))
    .map(({ address }) => address);
}

/** What stands for an address that cannot be known. */
const unknownHost = '<address of this machine>';

/** Where somebody else reaches what listens on `host`. */
export function reachable(host: string, addresses: readonly string[]): string {
  const everywhere = host === '::' || host === '0.0.0.0';
  return everywhere ? (addresses[0] ?? unknownHost) : host;
}

/** The address to type into a camera's page. */
export function cameraAddress(
  { http }: Pick<Settings, 'http'>,
  addresses: readonly string[],
  port: number = http.port,
): string {
  if (http.url !== '') return http.url;
  const host = reachable(http.host, addresses);
  const scheme = http.tls.cert === '' ? 'http' : 'https';
  return `${scheme}://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}
