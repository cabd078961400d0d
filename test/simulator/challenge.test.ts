import { describe, expect, it } from 'vitest';
import { authorization, type Challenge, readChallenge } from '../../src/simulator/challenge.ts';

const vendor = {
  username: 'Mufasa',
  password: 'Circle of Life',
  method: 'GET',
  uri: '/dir/index.html',
  count: 1,
  cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
} as const;

const challenge: Challenge = {
  realm: 'http-auth@example.org',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  algorithm: 'MD5',
  qop: true,
  opaque: 'FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS',
  stale: false,
};

describe('authorization', () => {
  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ] as const)('answers as RFC 7616 §3.9.1 does, %s', (algorithm, response) => {
    const header = authorization({
      ...vendor,
      challenge: { ...challenge, algorithm },
      style: { nc: 'hex8', algorithm: 'bare' },
    });
    expect(header).toContain(`response="${response}"`);
    expect(header).toContain('nc=00000001');
    expect(header).toContain(`algorithm=${algorithm},`);
    expect(header).toContain(`opaque="${challenge.opaque}"`);
  });

  it('answers as RFC 2617 §3.5 does', () => {
    const header = authorization({
      ...vendor,
      password: 'Circle Of Life',
      cnonce: '0a4f113b',
      challenge: {
        ...challenge,
        realm: 'testrealm@host.com',
        nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
      },
      style: { nc: 'hex8' },
    });
    expect(header).toContain('response="6629fae49393a05397450978507c4ef1"');
  });

  it("is shaped like the vendor's sample", () => {
    const header = authorization({
      username: 'admin',
      password: 'x',
      method: 'GET',
      uri: '/v1/device/keepalive',
      count: 42,
      cnonce: 'bc9d806106d901b02b909a0b93538ef0',
      challenge: {
        ...challenge,
        realm: 'no auth',
        nonce: 'C40Hr6NCxnvamwrO71o1zw==',
        opaque: undefined,
      },
      style: {},
    });
    expect(header.replace(/response="[0-9a-f]{32}"/, 'response="…"')).toBe(
      'Digest username="admin",realm="no auth",nonce="C40Hr6NCxnvamwrO71o1zw==",uri="/v1/device/keepalive",response="…",algorithm="MD5",qop=auth,nc=42,cnonce="bc9d806106d901b02b909a0b93538ef0"',
    );
  });

  it.each([
    [{ nc: 'quoted' }, 'nc="0000000a"'],
    [{ nc: 'hex8' }, 'nc=0000000a'],
    [{ quotedQop: true }, 'qop="auth"'],
  ] as const)('writes %j', (style, expected) => {
    expect(authorization({ ...vendor, count: 10, challenge, style })).toContain(expected);
  });

  it('leaves qop, nc and cnonce out where neither side has qop', () => {
    const parts = { ...vendor, challenge: { ...challenge, qop: false }, style: {} };
    const quirk = { ...vendor, challenge, style: { noQop: true } };
    for (const header of [authorization(parts), authorization(quirk)]) {
      expect(header).not.toMatch(/qop|nc=|cnonce/);
      // RFC 2069: H(HA1:nonce:HA2), by md5sum
      expect(header).toContain('response="7b2cc3b30e75b4777ea31027084363fd"');
    }
  });
});

describe('readChallenge', () => {
  it('reads quoted pairs, commas inside quotes and any case', () => {
    expect(
      readChallenge(['dIgEsT Realm="a, \\"b\\"" , NONCE=abc,qop="auth-int, auth", STALE=TRUE']),
    ).toEqual({
      realm: 'a, "b"',
      nonce: 'abc',
      algorithm: 'MD5',
      qop: true,
      opaque: undefined,
      stale: true,
    });
  });

  const both = ['Digest realm="r", nonce="s", algorithm=SHA-256', 'Digest realm="r", nonce="m"'];

  it('takes what the camera likes best, from several headers or one', () => {
    expect(readChallenge(both)?.nonce).toBe('m');
    expect(readChallenge(both, ['SHA-256', 'MD5'])?.nonce).toBe('s');
    expect(readChallenge([both.join(', ')], ['SHA-256'])?.nonce).toBe('s');
    expect(readChallenge([`Basic realm="r", ${both[1]}`])?.nonce).toBe('m');
  });

  it.each([
    'Basic realm="r"',
    'Digest nonce="n"',
    'Digest realm="r"',
    'Digest realm="r", nonce="n", algorithm=MD5-sess',
    '',
  ])('finds nothing to answer in %j', (header) => {
    expect(readChallenge([header])).toBeUndefined();
  });
});
