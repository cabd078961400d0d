import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identify, type Principal } from '../../src/domain/identity.ts';

const shared: Principal = { kind: 'user', username: 'jvs2mqtt' };
const account: Principal = { kind: 'user', username: 'admin', deviceId: 'A1' };
const bound: Principal = { kind: 'address', deviceId: 'A1' };
const several: Principal = { kind: 'user', username: 'admin', among: ['A1', 'B2'] };
const anyone: Principal = { kind: 'anyone' };

describe('who pushes', () => {
  test.each([
    ['the header', { userIdentify: 'A1', bodyId: '', principal: shared }],
    ['the body where the header is missing', { bodyId: 'A1', principal: shared }],
    ['the body where the header is empty', { userIdentify: ' ', bodyId: 'A1', principal: anyone }],
    ['the account of one device', { bodyId: '', principal: account }],
    ['the address bound to it', { principal: bound }],
    ['all of them, where they agree', { userIdentify: 'A1', bodyId: ' A1 ', principal: account }],
  ])('%s', (_what, claims) => {
    expect(identify(claims)).toEqual({ deviceId: 'A1' });
  });

  test.each([
    ['nobody', { principal: shared }, /names no device/],
    ['header and body', { userIdentify: 'A1', bodyId: 'B2', principal: anyone }, /B2/],
    ['account and header', { userIdentify: 'B2', principal: account }, /A1 authenticated/],
    ['address and body', { bodyId: 'B2', principal: bound }, /A1 authenticated/],
    ['a long id', { userIdentify: 'x'.repeat(65), principal: shared }, /65 characters/],
    ['a shared account of others', { userIdentify: 'C3', principal: several }, /not one of C3/],
    ['a line break', { bodyId: 'A\n1', principal: shared }, /control characters/],
    ['a hidden one', { bodyId: 'A\u202e1', principal: shared }, /control characters/],
  ])('refused: %s', (_what, claims, reason) => {
    const result = identify(claims);
    expect('refused' in result && result.refused).toMatch(reason);
  });

  test('whoever has an account of a device can only be that device', () => {
    const text = fc.option(fc.string({ maxLength: 70 }), { nil: undefined });
    fc.assert(
      fc.property(text, text, (userIdentify, bodyId) => {
        const result = identify({ userIdentify, bodyId, principal: account });
        if ('deviceId' in result) expect(result.deviceId).toBe('A1');
        else expect(result.refused).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});
