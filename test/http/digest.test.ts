import { describe, expect, it } from 'vitest';
import {
  challenge,
  digestResponse,
  sameText,
  secretHash,
  targetHash,
} from '../../src/http/digest.ts';

// RFC 7616 §3.9.1
const RFC = {
  username: 'Mufasa',
  realm: 'http-auth@example.org',
  password: 'Circle of Life',
  nonce: '7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v',
  qop: {
    qop: 'auth',
    nc: '00000001',
    cnonce: 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ',
  },
} as const;

describe('digestResponse', () => {
  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ] as const)('is what RFC 7616 §3.9.1 prints for %s', (algorithm, expected) => {
    const response = digestResponse(algorithm, {
      secret: secretHash(algorithm, RFC.username, RFC.realm, RFC.password),
      target: targetHash(algorithm, 'GET', '/dir/index.html'),
      nonce: RFC.nonce,
      qop: RFC.qop,
    });
    expect(response).toBe(expected);
  });

  it('is what RFC 2617 prints', () => {
    const response = digestResponse('MD5', {
      secret: secretHash('MD5', 'Mufasa', 'testrealm@host.com', 'Circle Of Life'),
      target: targetHash('MD5', 'GET', '/dir/index.html'),
      nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
      qop: { qop: 'auth', nc: '00000001', cnonce: '0a4f113b' },
    });
    expect(response).toBe('6629fae49393a05397450978507c4ef1');
  });

  it('without qop is what RFC 2069 has, with the corrected value of its erratum 749', () => {
    const response = digestResponse('MD5', {
      secret: secretHash('MD5', 'Mufasa', 'testrealm@host.com', 'CircleOfLife'),
      target: targetHash('MD5', 'GET', '/dir/index.html'),
      nonce: 'dcd98b7102dd2f0e8b11d0f600bfb0c093',
    });
    expect(response).toBe('1949323746fe6a43ef61f9606e7febea');
  });

  it('hashes the bytes that came: Node hands header bytes on as Latin-1', () => {
    const asReceived = Buffer.from('/摄像头', 'utf8').toString('latin1');
    expect(targetHash('MD5', 'POST', asReceived)).toBe(
      // printf 'POST:/摄像头' | md5sum
      'a1c1c7eb4420f24a07e83ed4a18a4919',
    );
  });
});

describe('challenge', () => {
  it('offers exactly qop="auth"', () => {
    expect(challenge('MD5', 'jvs2mqtt', 'abc', false)).toBe(
      'Digest realm="jvs2mqtt", qop="auth", nonce="abc", algorithm=MD5',
    );
  });

  it('says stale=true, and quotes the realm', () => {
    expect(challenge('SHA-256', 'my "home" \\', 'abc', true)).toBe(
      'Digest realm="my \\"home\\" \\\\", qop="auth", nonce="abc", algorithm=SHA-256, stale=true',
    );
  });
});

describe('sameText', () => {
  it('is true for the same text alone', () => {
    expect(sameText('abc', 'abc')).toBe(true);
    expect(sameText('abc', 'abd')).toBe(false);
    expect(sameText('abc', 'abcd')).toBe(false);
    expect(sameText('', '')).toBe(true);
  });
});
