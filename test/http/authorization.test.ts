import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCredentials } from '../../src/http/authorization.ts';
import { forms } from './digest-forms.ts';

const SAMPLE =
  'Digest username="admin",realm="no auth",nonce="C40Hr6NCxnvamwrO71o1zw==",uri="/v1/device/keepalive",response="42ad032d98035f15fde4b2013930ec06",algorithm="MD5",qop=auth,nc=42,cnonce="bc9d806106d901b02b909a0b93538ef0"';

function credentialsOf(text: string) {
  const parsed = parseCredentials(text);
  if (!parsed.ok) throw new Error(`${parsed.problem} @${parsed.position}`);
  return parsed.credentials;
}

function problemOf(text: string) {
  const parsed = parseCredentials(text);
  return parsed.ok ? undefined : { problem: parsed.problem, position: parsed.position };
}

describe('parseCredentials', () => {
  it("reads the vendor's sample as printed (protocol §1)", () => {
    expect(credentialsOf(SAMPLE)).toEqual({
      username: 'admin',
      usernameAsSent: 'admin',
      nonce: 'C40Hr6NCxnvamwrO71o1zw==',
      uri: '/v1/device/keepalive',
      response: '42ad032d98035f15fde4b2013930ec06',
      algorithm: 'MD5',
      qop: 'auth',
      nc: '42',
      cnonce: 'bc9d806106d901b02b909a0b93538ef0',
    });
  });

  it('takes everything unquoted, and everything quoted', () => {
    const bare = SAMPLE.replace('no auth', 'none').replaceAll('"', '');
    const quoted = SAMPLE.replace(/=(\w+)(,|$)/g, '="$1"$2');
    expect(credentialsOf(bare)).toEqual(credentialsOf(SAMPLE));
    expect(quoted).toContain('nc="42"');
    expect(credentialsOf(quoted)).toEqual(credentialsOf(SAMPLE));
  });

  it.each([
    ['scheme and names in any case', (text: string) => text.replace('Digest user', 'dIGEST USER')],
    ['spaces around = and after commas', (text: string) => text.replace(/",/g, '" ,\t ')],
    ['empty list elements', (text: string) => text.replaceAll(',', ',, ,')],
    ['a comma at the end', (text: string) => `${text}, `],
    ['unknown parameters', (text: string) => `${text}, auth-param="x", userhash=false`],
    ['no commas', (text: string) => text.replaceAll(',', ' ')],
  ])('does not mind %s', (_, change) => {
    expect(change(SAMPLE)).not.toBe(SAMPLE);
    expect(credentialsOf(change(SAMPLE))).toEqual(credentialsOf(SAMPLE));
  });

  it('without algorithm is MD5; without qop needs no nc', () => {
    const plain = 'Digest username="a", nonce="n", uri="/", response="FF"';
    expect(credentialsOf(plain)).toEqual({
      username: 'a',
      usernameAsSent: 'a',
      nonce: 'n',
      uri: '/',
      response: 'ff',
      algorithm: 'MD5',
    });
  });

  it('resolves quoted pairs in the user name, and keeps what stood there', () => {
    const parsed = credentialsOf('Digest username="a\\"b\\\\c", nonce=n, uri=/, response=f');
    expect(parsed.username).toBe('a"b\\c');
    expect(parsed.usernameAsSent).toBe('a\\"b\\\\c');
  });

  it.each([
    ['', 'not Digest', 0],
    ['Basic YWRtaW46YWRtaW4=', 'not Digest', 0],
    ['Digestive username="a"', 'not Digest', 0],
    ['Digest', 'no username', 6],
    ['Digest username="a", nonce="b", uri="/"', 'no response', 39],
    ['Digest username="a', 'username has no closing quote', 16],
    ['Digest username', 'no "=" after username', 15],
    ['Digest =x', 'no parameter name', 7],
    ['Digest username=a, username=b', 'username twice', 19],
    ['Digest username=a, nonce=n, uri=/, response=f, qop=auth, cnonce=c', 'no nc', 65],
    ['Digest username=a, nonce=n, uri=/, response=f, qop=auth, nc=1', 'no cnonce', 61],
  ])('%j: %s at %i', (text, problem, position) => {
    expect(problemOf(text)).toEqual({ problem, position });
  });

  it('is bounded', () => {
    expect(problemOf(`Digest username="${'a'.repeat(9000)}"`)?.problem).toBe('too long');
    const many = Array.from({ length: 100 }, (_, i) => `p${i}=1`).join(',');
    expect(problemOf(`Digest ${many}`)?.problem).toBe('too many parameters');
  });

  it('answers any text, with a position inside it', () => {
    const pieces = fc.constantFrom(
      'Digest ',
      'username',
      '=',
      '"',
      '\\',
      ',',
      ' ',
      'nc',
      'nonce="n"',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }).map((rest) => `Digest ${rest}`),
      fc.array(fc.oneof(pieces, fc.string())).map((parts) => `Digest ${parts.join('')}`),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(text, (value) => {
        const parsed = parseCredentials(value);
        if (parsed.ok) return expect(parsed.credentials.username).toBeTypeOf('string');
        expect(parsed.position).toBeGreaterThanOrEqual(0);
        expect(parsed.position).toBeLessThanOrEqual(value.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('reads back what any client wrote', () => {
    const word = fc.stringMatching(/^[0-9A-Za-z/+=._~-]{1,40}$/);
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.values(forms)),
        fc.stringMatching(/^[^"\\\n\r]{0,30}$/),
        word,
        word,
        word,
        (form, username, nonce, nc, cnonce) => {
          const input = {
            username,
            password: 'secret',
            realm: 'r, "q"'.replaceAll('"', ''),
            nonce,
            method: 'POST',
            uri: `/${nonce}?a=b,c`,
            nc: nc.replace(/[^0-9a-f]/g, '1'),
            cnonce,
            algorithm: 'MD5',
          } as const;
          expect(credentialsOf(form(input))).toMatchObject({
            username,
            nonce,
            uri: input.uri,
            nc: input.nc,
            cnonce,
            qop: 'auth',
            algorithm: 'MD5',
          });
        },
      ),
      { numRuns: 500 },
    );
  });
});
