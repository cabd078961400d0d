import type { IncomingMessage } from 'node:http';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Peers } from '../../src/http/peers.ts';

function from(remoteAddress: string, forwarded?: string) {
  const headers = forwarded === undefined ? {} : { 'x-forwarded-for': forwarded };
  return { socket: { remoteAddress }, headers } as unknown as IncomingMessage;
}

describe('behind a proxy', () => {
  const peers = new Peers(['172.18.0.0/16', '::1', '10.0.0.9']);

  it.each([
    ['nobody in between', '192.0.2.7', undefined, '192.0.2.7'],
    ['a header that nobody vouches for', '192.0.2.7', '198.51.100.1', '192.0.2.7'],
    ['a proxy of the network', '172.18.0.4', '192.0.2.7', '192.0.2.7'],
    ['a proxy, as IPv6 writes it', '::ffff:172.18.0.4', '192.0.2.7', '192.0.2.7'],
    ['an IPv6 proxy', '::1', '2001:DB8::7', '2001:db8::7'],
    ['what the sender itself wrote in front', '172.18.0.4', '10.0.0.1, 192.0.2.7', '192.0.2.7'],
    ['two proxies', '172.18.0.4', '6.6.6.6, 192.0.2.7, 10.0.0.9', '192.0.2.7'],
    ['only proxies', '172.18.0.4', '10.0.0.9', '10.0.0.9'],
    ['with a port', '172.18.0.4', '192.0.2.7:4711', '192.0.2.7'],
    ['with a port and brackets', '172.18.0.4', '[2001:db8::7]:4711', '2001:db8::7'],
    ['no address at all', '172.18.0.4', 'unknown', '172.18.0.4'],
    ['nothing', '172.18.0.4', '', '172.18.0.4'],
    ['no header', '172.18.0.4', undefined, '172.18.0.4'],
  ])('%s', (_what, remote, forwarded, expected) => {
    expect(peers.addressOf(from(remote, forwarded))).toBe(expected);
  });

  it('never believes what stands left of the first that is not trusted', () => {
    fc.assert(
      fc.property(fc.string(), (made) => {
        expect(peers.addressOf(from('172.18.0.4', `${made}, 192.0.2.7`))).toBe('192.0.2.7');
      }),
    );
  });
});

it('without trusted proxies the header is nothing', () => {
  expect(new Peers([]).addressOf(from('127.0.0.1', '192.0.2.7'))).toBe('127.0.0.1');
});
