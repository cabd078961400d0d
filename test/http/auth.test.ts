import { describe, expect, it } from 'vitest';
import {
  Authenticator,
  type AuthenticatorOptions,
  type Knock,
  type Verdict,
} from '../../src/http/auth.ts';
import { Nonces } from '../../src/http/nonces.ts';
import { type Refusal, Refusals } from '../../src/http/refusal.ts';
import { type DigestForm, forms, readChallenge, withoutQop } from './digest-forms.ts';
import { settingsOf } from './settings.ts';

const T0 = 1_700_000_000_000;
const PATH = '/v1/device/keepalive';

type Changes = Parameters<typeof settingsOf>[0];

interface Try {
  readonly username?: string;
  readonly password?: string;
  readonly device?: string;
  readonly address?: string;
  readonly target?: string;
  readonly uri?: string;
  readonly nc?: string;
  readonly nonce?: string;
  readonly realm?: string;
  readonly algorithm?: 'MD5' | 'SHA-256';
  readonly form?: DigestForm;
}

/** An authenticator, and a client of it that keeps nothing. */
function bench(changes: Changes = {}, nonces?: Nonces, known: AuthenticatorOptions['known'] = []) {
  const refusals: Refusal[] = [];
  const counter = new Refusals((refusal) => refusals.push(refusal));
  const authenticator = new Authenticator({
    settings: settingsOf(changes),
    password: 'main password',
    refusals: counter,
    known,
    ...(nonces === undefined ? {} : { nonces }),
  });
  const knock = (changes: Partial<Knock> = {}, now = T0): Verdict =>
    authenticator.check(
      {
        verb: 'POST',
        target: PATH,
        authorization: undefined,
        address: '192.0.2.7',
        device: undefined,
        ...changes,
      },
      now,
    );
  const challengeOf = (verdict: Verdict) => {
    if (verdict.ok) throw new Error('let in without a challenge');
    return readChallenge(verdict.challenges[0] ?? '');
  };
  /** a nonce that costs no try: nobody's request, answered to nobody */
  const freshNonce = (now = T0) => challengeOf(knock({ address: '198.51.100.1' }, now)).nonce;
  const answer = (attempt: Try = {}, now = T0) => {
    const target = attempt.target ?? PATH;
    const authorization = (attempt.form ?? forms.camera)({
      username: attempt.username ?? 'jvs2mqtt',
      password: attempt.password ?? 'main password',
      realm: attempt.realm ?? 'jvs2mqtt',
      nonce: attempt.nonce ?? freshNonce(now),
      method: 'POST',
      uri: attempt.uri ?? target,
      nc: attempt.nc ?? '1',
      cnonce: 'abcdef',
      algorithm: attempt.algorithm ?? 'MD5',
    });
    return knock(
      {
        target,
        authorization,
        device: attempt.device,
        ...(attempt.address === undefined ? {} : { address: attempt.address }),
      },
      now,
    );
  };
  return { refusals, counts: counter.counts, knock, answer, challengeOf, freshNonce };
}

const staleOf = (verdict: Verdict) =>
  verdict.ok ? 'let in' : readChallenge(verdict.challenges[0] ?? '').stale;

describe('credentials', () => {
  it.each(Object.entries(forms))('%s gets in', (_, form) => {
    const { answer } = bench();
    expect(answer({ form })).toEqual({
      ok: true,
      principal: { kind: 'user', username: 'jvs2mqtt' },
    });
  });

  it('without any is challenged, with a nonce of its own each time', () => {
    const { knock } = bench();
    const [first, second] = [knock(), knock()];
    if (first.ok || second.ok) throw new Error('let in');
    expect(first.challenges).toHaveLength(1);
    expect(first.challenges[0]).toMatch(
      /^Digest realm="jvs2mqtt", qop="auth", nonce="[0-9a-f]+", algorithm=MD5$/,
    );
    expect(first.challenges).not.toEqual(second.challenges);
  });

  it('of any configured user', () => {
    const users = [
      { username: 'shop', password: 'one' },
      { username: 'shop', password: 'two' },
      { username: 'empty', password: '' },
    ];
    const { answer } = bench({ auth: { users } });
    expect(answer({ username: 'shop', password: 'one' }).ok).toBe(true);
    expect(answer({ username: 'shop', password: 'two' }).ok).toBe(true);
    expect(answer({ username: 'shop', password: 'three' }).ok).toBe(false);
    expect(answer({ username: 'empty', password: '' }).ok).toBe(false);
    expect(answer({ username: '', password: '' }).ok).toBe(false);
  });

  it('with quotes and other alphabets in them', () => {
    const { answer } = bench({ auth: { username: '管理"员\\x', realm: 'r' } });
    const asBytes: DigestForm = (input) =>
      Buffer.from(forms.curl(input), 'utf8').toString('latin1');
    expect(answer({ username: '管理"员\\x', realm: 'r', form: asBytes }).ok).toBe(false);
    const escaped: DigestForm = (input) =>
      asBytes(input).replace(/username="(.*?)", realm/, (_, name: string) => {
        return `username="${name.replace(/["\\]/g, '\\$&')}", realm`;
      });
    expect(answer({ username: '管理"员\\x', realm: 'r', form: escaped }).ok).toBe(true);
  });

  it('with a backslash that the client did not escape', () => {
    const { answer } = bench({ auth: { username: 'HOME\\camera' } });
    expect(answer({ username: 'HOME\\camera' }).ok).toBe(true);
  });

  it('that an empty main password never opens', () => {
    const settings = settingsOf();
    const refusals = new Refusals(() => {});
    const authenticator = new Authenticator({ settings, password: '', refusals });
    const knock = { verb: 'POST', target: PATH, address: 'x', device: undefined };
    const first = authenticator.check({ ...knock, authorization: undefined }, T0);
    if (first.ok) throw new Error('let in');
    const { nonce } = readChallenge(first.challenges[0] ?? '');
    const authorization = forms.curl({
      ...{ username: 'jvs2mqtt', password: '', realm: 'jvs2mqtt', nonce, method: 'POST' },
      ...{ uri: PATH, nc: '1', cnonce: 'c', algorithm: 'MD5' },
    });
    expect(authenticator.check({ ...knock, authorization }, T0).ok).toBe(false);
  });
});

describe("a device's own account", () => {
  const devices = {
    A: { username: 'admin', password: 'a' },
    B: { username: 'admin', password: 'b' },
    C: { username: 'admin', password: 'same' },
    D: { username: 'admin', password: 'same' },
    E: { password: 'main password' },
  };

  it('tells the device by its password, though all are called admin', () => {
    const { answer } = bench({ devices });
    expect(answer({ username: 'admin', password: 'a' })).toMatchObject({
      principal: { kind: 'user', username: 'admin', deviceId: 'A' },
    });
    expect(answer({ username: 'admin', password: 'b', device: 'A' })).toMatchObject({
      principal: { deviceId: 'B' },
    });
  });

  it('that several share is that of the one who pushes, or one of them', () => {
    const { answer } = bench({ devices });
    const same = { username: 'admin', password: 'same' };
    expect(answer({ ...same, device: 'D' })).toMatchObject({ principal: { deviceId: 'D' } });
    expect(answer(same)).toEqual({
      ok: true,
      principal: { kind: 'user', username: 'admin', among: ['C', 'D'] },
    });
  });

  it('that equals the shared one leaves the shared one free', () => {
    const { answer } = bench({ devices });
    expect(answer({ device: 'E' })).toMatchObject({ principal: { deviceId: 'E' } });
    expect(answer({ device: 'F' })).toEqual({
      ok: true,
      principal: { kind: 'user', username: 'jvs2mqtt' },
    });
  });
});

describe('algorithms', () => {
  it('MD5 alone is offered and taken by default', () => {
    const { answer } = bench();
    expect(answer({ algorithm: 'SHA-256' }).ok).toBe(false);
  });

  it('by setting SHA-256 first, then MD5; both are taken', () => {
    const { knock, answer } = bench({ auth: { algorithm: 'SHA-256' } });
    const verdict = knock();
    if (verdict.ok) throw new Error('let in');
    expect(verdict.challenges.map((text) => readChallenge(text).algorithm)).toEqual([
      'SHA-256',
      'MD5',
    ]);
    expect(answer({ algorithm: 'SHA-256', form: forms.curl }).ok).toBe(true);
    expect(answer({ algorithm: 'MD5', form: forms.curl }).ok).toBe(true);
  });

  it.each(['MD5-sess', 'SHA-512-256', 'nonsense'])('%s is not taken', (name) => {
    const { answer } = bench();
    const form: DigestForm = (input) => forms.curl(input).replace('=MD5', `=${name}`);
    expect(answer({ form }).ok).toBe(false);
  });

  it('auth-int is not taken', () => {
    const { answer } = bench();
    const form: DigestForm = (input) => forms.curl(input).replace('qop=auth', 'qop=auth-int');
    expect(answer({ form }).ok).toBe(false);
  });
});

describe('qop', () => {
  it('left out is refused, and the user told at once how to allow it', () => {
    const { answer, refusals, counts } = bench();
    expect(staleOf(answer({ form: withoutQop }))).toBe(false);
    answer({ form: withoutQop });
    expect(refusals).toEqual([expect.objectContaining({ type: 'no_qop' })]);
    expect(refusals[0]?.message).toContain('auth.allow_no_qop');
    expect(counts).toEqual({ no_qop: 2 });
  });

  it('left out is taken by setting, with a live nonce', () => {
    const { answer } = bench({ auth: { allow_no_qop: true } });
    expect(answer({ form: withoutQop }).ok).toBe(true);
    expect(staleOf(answer({ form: withoutQop, nonce: 'of another life' }))).toBe(true);
  });
});

describe('nonces', () => {
  it('of the run before are stale to those who know the password', () => {
    const before = bench();
    const after = bench();
    const nonce = before.freshNonce();
    expect(before.answer({ nonce }).ok).toBe(true);
    expect(staleOf(after.answer({ nonce, nc: '2' }))).toBe(true);
    expect(staleOf(after.answer({ nonce, nc: '3', password: 'guess' }))).toBe(false);
  });

  it('expire by the setting', () => {
    const { answer, freshNonce } = bench({ auth: { nonce_life: 60 } });
    const nonce = freshNonce(T0);
    expect(answer({ nonce, nc: '1' }, T0 + 60_000).ok).toBe(true);
    expect(staleOf(answer({ nonce, nc: '2' }, T0 + 60_001))).toBe(true);
  });

  it('see each nc once, in any order; the device that repeats is named once', () => {
    const { answer, freshNonce, refusals, counts } = bench();
    const nonce = freshNonce();
    for (const nc of ['42', '44', '43']) {
      expect(answer({ nonce, nc, device: 'A' }).ok).toBe(true);
    }
    for (const nc of ['42', '43', '44']) {
      expect(staleOf(answer({ nonce, nc, device: 'A' }))).toBe(true);
    }
    expect(refusals).toEqual([expect.objectContaining({ type: 'repeated_nc', device: 'A' })]);
    expect(refusals[0]?.message).toContain('allow_repeated_nc');
    expect(counts).toEqual({ repeated_nc: 3 });
  });

  it('may be repeated by the device that may', () => {
    const { answer, freshNonce } = bench({ devices: { A: { allow_repeated_nc: true } } });
    const nonce = freshNonce();
    for (let i = 0; i < 3; i++) expect(answer({ nonce, nc: '42', device: 'A' }).ok).toBe(true);
    expect(staleOf(answer({ nonce, nc: '42', device: 'B' }))).toBe(true);
  });

  it("are not used up by a stranger's wrong responses", () => {
    const { answer, freshNonce } = bench();
    const nonce = freshNonce();
    for (const nc of ['1', '2', 'ffffffff']) answer({ nonce, nc, password: 'guess' });
    expect(answer({ nonce, nc: '1' }).ok).toBe(true);
    expect(answer({ nonce, nc: '2' }).ok).toBe(true);
  });
});

describe('uri', () => {
  it.each([
    ['//v1/device//keepalive/', '//v1/device//keepalive/'],
    ['/v1/device/keepalive?a=b', '/v1/device/keepalive?a=b'],
    ['/v1/device/keepalive?a=b', '/v1/device/keepalive'],
    ['http://192.0.2.1:8780/v1/device/keepalive', '/v1/device/keepalive'],
    ['/v1/device/keepalive', 'http://192.0.2.1:8780/v1/device/keepalive'],
  ])('%s may be hashed as %s', (target, uri) => {
    expect(bench().answer({ target, uri }).ok).toBe(true);
  });

  it.each([
    ['/v1/device/keepalive', '/v1/device/snap_report'],
    ['/v1/device/keepalive', '/v1/device/keepalive?a=b'],
    ['/v1/device/keepalive?a=b', '/v1/device/keepalive?a=c'],
    ['//v1/device/keepalive', '/v1/device/keepalive'],
  ])('%s may not be hashed as %s, and the user is told', (target, uri) => {
    const { answer, refusals } = bench();
    expect(staleOf(answer({ target, uri }))).toBe(false);
    expect(refusals).toEqual([expect.objectContaining({ type: 'wrong_uri' })]);
  });
});

describe('a camera is no riddle', () => {
  it('wrong password: told after three tries, once, with the cure', () => {
    const { answer, refusals, counts } = bench();
    const wrong = { password: 'guess', device: '12221S55G3X8' };
    answer(wrong);
    answer(wrong);
    expect(refusals).toEqual([]);
    for (let i = 0; i < 5; i++) answer(wrong);
    expect(refusals).toEqual([
      {
        type: 'wrong_credentials',
        reason: 'wrong user name or password',
        address: '192.0.2.7',
        device: '12221S55G3X8',
        path: PATH,
        message: expect.stringContaining('the user "jvs2mqtt" and another password'),
      },
    ]);
    expect(refusals[0]?.message).toContain('devices."12221S55G3X8".password');
    expect(refusals[0]?.message).toContain('devices."12221S55G3X8".auth: none');
    expect(refusals[0]?.message).toContain('address: 192.0.2.7');
    expect(counts).toEqual({ wrong_credentials: 7 });
  });

  it('a user that does not exist is said so, cut and quoted', () => {
    const { answer, refusals } = bench();
    for (let i = 0; i < 3; i++) answer({ username: `admin${'x'.repeat(500)}` });
    expect(refusals[0]?.message).toContain('which no account has');
    expect(refusals[0]?.message.length).toBeLessThan(700);
  });

  it('tries are counted per address and device, and start over with a success', () => {
    const { answer, refusals } = bench();
    for (const device of ['A', 'B', 'C']) {
      answer({ password: 'guess', device });
      answer({ password: 'guess', device });
    }
    answer({ password: 'guess', device: 'A', address: '192.0.2.8' });
    expect(refusals).toEqual([]);
    answer({ device: 'A' });
    answer({ password: 'guess', device: 'A' });
    answer({ password: 'guess', device: 'A' });
    expect(refusals).toEqual([]);
    answer({ password: 'guess', device: 'B' });
    expect(refusals).toEqual([expect.objectContaining({ device: 'B' })]);
  });

  const push = (verdict: Verdict) => {
    if (verdict.ok) throw new Error('let in');
    verdict.answered();
  };

  it('three challenges never answered: told once', () => {
    const { knock, refusals, counts } = bench();
    push(knock({ device: 'A' }));
    push(knock({ device: 'A' }));
    expect([refusals, counts]).toEqual([[], {}]);
    push(knock({ device: 'A' }));
    push(knock({ device: 'A' }));
    expect(refusals).toEqual([expect.objectContaining({ type: 'no_credentials', device: 'A' })]);
    expect(refusals[0]?.message).toContain('does not answer when asked');
    expect(counts).toEqual({ no_credentials: 2 });
  });

  it('a client that is challenged before each push but answers is fine', () => {
    const { knock, answer, refusals } = bench();
    for (let i = 0; i < 10; i++) {
      push(knock({ device: 'A' }));
      expect(answer({ device: 'A' }).ok).toBe(true);
    }
    expect(refusals).toEqual([]);
  });

  it('uploads that started together count as one', () => {
    const { knock, refusals } = bench();
    const together = Array.from({ length: 10 }, () => knock({ device: 'A' }));
    for (const verdict of together) push(verdict);
    expect(refusals).toEqual([]);
  });

  it('a header that is none is told with its fault', () => {
    const { knock, refusals } = bench();
    for (let i = 0; i < 3; i++) knock({ authorization: 'Basic YWRtaW46YWRtaW4=' });
    expect(refusals).toEqual([expect.objectContaining({ type: 'bad_authorization' })]);
    expect(refusals[0]?.message).toContain('not Digest, at character 0');
    expect(refusals[0]?.message).not.toContain('YWRtaW46');
  });

  it('forgets the oldest of many strangers', () => {
    const { answer, refusals } = bench();
    answer({ password: 'guess', device: 'A' });
    answer({ password: 'guess', device: 'A' });
    // slowly: what an address tries too often is not looked at
    for (let i = 0; i < 1024; i++) {
      answer({ password: 'guess', device: `stranger ${i}` }, T0 + i * 1000);
    }
    answer({ password: 'guess', device: 'A' }, T0 + 1024_000);
    expect(refusals).toEqual([]);
  });
});

describe('who tries one password after the other', () => {
  const guess = { password: 'guess', address: '192.0.2.66' };

  it('is not looked at any more, told, and counted', () => {
    const { answer, counts, refusals } = bench();
    for (let i = 0; i < 40; i++) answer({ ...guess, device: `stranger ${i}` });
    expect(counts.wrong_credentials).toBe(30);
    expect(counts.guessing).toBe(10);
    expect(refusals.at(-1)).toMatchObject({ type: 'guessing', address: guess.address });
    // even the right one: an answer would tell which it was
    expect(answer({ address: guess.address }).ok).toBe(false);
    expect(answer({ address: guess.address }, T0 + 1_000).ok).toBe(true);
  });

  it('is answered as anybody, but slowly', () => {
    const { answer } = bench();
    const [first] = Array.from({ length: 40 }, () => answer(guess));
    const last = answer(guess);
    expect(first).toMatchObject({ ok: false, hold: false });
    expect(last).toMatchObject({ ok: false, hold: true });
    expect(last.ok === false && last.challenges[0]).not.toContain('stale');
  });

  it('does not lock out whoever knew the password behind the same address', () => {
    const { answer, freshNonce } = bench();
    const nonce = freshNonce();
    const camera = { address: guess.address, device: 'A' };
    expect(answer({ ...camera, nonce, nc: '1' }).ok).toBe(true);
    for (let i = 0; i < 40; i++) answer(guess);
    expect(answer({ ...camera, nonce, nc: '2' }).ok).toBe(true);
    // with a new nonce, by a budget of its own
    expect(answer(camera).ok).toBe(true);
    // and where somebody guesses in its name, by its nonce
    for (let i = 0; i < 40; i++) answer({ ...guess, device: 'A' });
    expect(answer(camera).ok).toBe(false);
    expect(answer({ ...camera, nonce, nc: '3' }).ok).toBe(true);
  });

  it('nor who came in there before the bridge was started', () => {
    const { answer } = bench({}, undefined, [{ address: guess.address, device: 'A' }]);
    for (let i = 0; i < 40; i++) answer(guess);
    expect(answer({ address: guess.address, device: 'A' }).ok).toBe(true);
    expect(answer({ address: guess.address, device: 'B' }).ok).toBe(false);
  });

  it('gets no further with a nonce that is trusted for another account', () => {
    const { answer, challengeOf, counts, freshNonce } = bench({
      auth: { nonce_life: 60 },
      devices: { A: { password: 'a' } },
    });
    // a camera taken over knows its own password; the user's name is the shared one's
    const own = { password: 'a', device: 'A', address: guess.address };
    const used = freshNonce();
    expect(answer({ ...own, nonce: used }).ok).toBe(true);
    const earned = challengeOf(answer({ ...own, nonce: 'of another life' })).nonce;
    for (let i = 0; i < 40; i++) answer({ ...guess, device: `stranger ${i}` });
    const held = counts.guessing ?? 0;
    for (const nonce of [used, earned]) {
      const right = { address: guess.address, nonce, nc: '2', device: 'B' };
      expect(answer(right).ok).toBe(false);
      expect(answer({ ...own, nonce, nc: '2' }).ok).toBe(true);
    }
    expect(counts.guessing).toBe(held + 2);
  });

  it('a nonce that is over leads to one that is trusted as well', () => {
    const { answer, challengeOf, freshNonce } = bench({ auth: { nonce_life: 60 } });
    const camera = { address: guess.address, nonce: freshNonce() };
    expect(answer(camera).ok).toBe(true);
    const later = T0 + 61_000;
    for (let i = 0; i < 40; i++) answer(guess, later);
    const stale = answer({ ...camera, nc: '2' }, later);
    expect(answer({ address: guess.address, nonce: challengeOf(stale).nonce }, later).ok).toBe(
      true,
    );
  });
});

describe('without authentication', () => {
  const devices = {
    A: { auth: 'none', address: '192.0.2.7' },
    B: { auth: 'none', address: '::ffff:192.0.2.8' },
    C: { auth: 'none', address: '192.0.2.8' },
    D: { auth: 'none' },
  } as const;

  it('a device comes in from its address, as itself alone', () => {
    const { knock } = bench({ devices });
    const A = { ok: true, principal: { kind: 'address', deviceId: 'A' } };
    expect(knock()).toEqual(A);
    expect(knock({ device: 'A' })).toEqual(A);
    expect(knock({ device: 'B' }).ok).toBe(false);
    expect(knock({ device: 'A', address: '192.0.2.9' }).ok).toBe(false);
    expect(knock({ device: 'D', address: '' }).ok).toBe(false);
  });

  it('one of two at the same address must say which it is', () => {
    const { knock } = bench({ devices });
    const address = '192.0.2.8';
    expect(knock({ address }).ok).toBe(false);
    expect(knock({ address, device: 'B' })).toMatchObject({ principal: { deviceId: 'B' } });
    expect(knock({ address, device: 'C' })).toMatchObject({ principal: { deviceId: 'C' } });
  });

  it('a right Digest from that address counts more, a wrong one counts nothing', () => {
    const { answer, refusals } = bench({ devices });
    expect(answer({ device: 'A' })).toMatchObject({ principal: { kind: 'user' } });
    for (let i = 0; i < 4; i++) {
      expect(answer({ device: 'A', password: 'its own' })).toMatchObject({
        principal: { kind: 'address', deviceId: 'A' },
      });
    }
    expect(refusals).toEqual([]);
  });

  it('with auth.mode none everybody comes in', () => {
    const { knock } = bench({ auth: { mode: 'none' } });
    expect(knock()).toEqual({ ok: true, principal: { kind: 'anyone' } });
    expect(knock({ authorization: 'nonsense' }).ok).toBe(true);
  });
});

describe('a flood of challenges', () => {
  it('leaves the nonces of those inside alone', () => {
    const { knock, answer, freshNonce } = bench({}, new Nonces({ life: 60_000, capacity: 4 }));
    const nonce = freshNonce();
    expect(answer({ nonce, nc: '1' }).ok).toBe(true);
    for (let i = 0; i < 1000; i++) knock();
    for (let i = 0; i < 100; i++) answer({ password: 'guess' });
    expect(answer({ nonce, nc: '2' }).ok).toBe(true);
    expect(staleOf(answer({ nonce, nc: '2' }))).toBe(true);
  });
});
