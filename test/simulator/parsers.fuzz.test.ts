import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readAnswer } from '../../src/simulator/answer.ts';
import { readChallenge } from '../../src/simulator/challenge.ts';
import { readOptions, UsageError } from '../../src/simulator/options.ts';

const escaped = (text: string) => text.replace(/[\\"]/g, '\\$&');

it('reads back any realm and nonce that a server can quote', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), fc.boolean(), (realm, nonce, stale) => {
      const header = `Digest realm="${escaped(realm)}", stale=${stale}, nonce="${escaped(nonce)}", qop="auth"`;
      expect(readChallenge([header])).toMatchObject({ realm, nonce, stale, qop: true });
    }),
  );
});

it('finds a challenge or none in anything', () => {
  const piece = fc.constantFrom(
    'Digest ',
    'realm=',
    'nonce=',
    '"',
    '\\',
    ',',
    '=',
    'qop',
    'a',
    ' ',
  );
  fc.assert(
    fc.property(
      fc.array(piece).map((pieces) => pieces.join('')),
      (header) => {
        const found = readChallenge([header]);
        if (found !== undefined) expect(header).toMatch(/realm.*nonce|nonce.*realm/s);
      },
    ),
    { numRuns: 1000 },
  );
});

it('reads an answer of any bytes, and says ok to error code 0 alone', () => {
  const anything = fc.oneof(
    fc.json(),
    fc.string(),
    fc.constantFrom('{"error":{"errorcode":0}}', '{"error":{"errorcode":"0"}}', '{"error":null}'),
  );
  fc.assert(
    fc.property(anything, fc.constantFrom(200, 401, 503), (text, status) => {
      const answer = readAnswer({ status, headers: {}, body: Buffer.from(text), sends: 1 });
      expect(answer.ok).toBe(status === 200 && text.includes('"errorcode":0'));
      expect(answer.status).toBe(status);
    }),
  );
});

it('follows a command line or says why not', () => {
  const word = fc.constantFrom(
    ...[
      '--report',
      'alarm',
      '--scenario',
      'house',
      '--rate',
      '5',
      '-1',
      '--once',
      '--speed',
      'NaN',
    ],
    ...['--url', 'http://x', '--', '--help', '--once=1', '', 'toString', '__proto__'],
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 6 }), (args) => {
      try {
        const options = readOptions(args);
        if (options !== 'help') expect(['report', 'story', 'load']).toContain(options.work.kind);
      } catch (error) {
        expect(error).toBeInstanceOf(UsageError);
      }
    }),
    { numRuns: 500 },
  );
});
