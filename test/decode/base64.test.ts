import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64 } from '../../src/decode/base64.ts';

const decode = (text: string, escaped = false) => decodeBase64(Buffer.from(text), escaped);

describe('decodeBase64', () => {
  it('gives back any bytes, in any dress', () => {
    const dress = fc.constantFrom<(base64: string) => string>(
      (base64) => base64,
      (base64) => base64.replace(/=+$/, ''),
      (base64) => `data:image/png;base64,${base64}`,
      (base64) => `data:image/svg+xml;charset=utf-8;base64,${base64}`,
      (base64) => base64.replace(/(.{5})/g, '$1\n'),
      (base64) => ` \t${base64}\r\n`,
    );
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 100 }),
        dress,
        fc.boolean(),
        (bytes, wear, escaped) => {
          const text = wear(Buffer.from(bytes).toString('base64'));
          const literal = escaped ? JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/') : text;
          expect(decode(literal, escaped)).toEqual(Buffer.from(bytes));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('gives back more than one chunk', () => {
    const bytes = Buffer.alloc(300_001, 'one and another');
    expect(decode(bytes.toString('base64'))?.equals(bytes)).toBe(true);
    expect(decode(bytes.toString('base64').replace(/(.{76})/g, '$1\n'))?.equals(bytes)).toBe(true);
  });

  it.each([' ', '\t', '*', '-', '_', '\\', 'é', 'Ł', '\0', '%', '"'])(
    'refuses %j anywhere',
    (intruder) => {
      for (const at of [1, 2, 3, 4, 5, 6]) {
        const text = 'QUJDREVG'.slice(0, at) + intruder + 'QUJDREVG'.slice(at);
        expect(decode(text), text).toBeUndefined();
        expect(decode(text.slice(0, 8)), text.slice(0, 8)).toBeUndefined();
      }
    },
  );

  it.each(['A', 'QUJDR', 'QQ=', 'Q=', '=', 'QUJD=', 'QUJDRA===', 'QQ==QQ=='])(
    'refuses %j, which has no such length',
    (text) => {
      expect(decode(text)).toBeUndefined();
    },
  );

  it('refuses a changed character as the alphabet says, wherever it is', () => {
    const base64 = Buffer.alloc(60, 'abc').toString('base64');
    const change = fc.tuple(
      fc.integer({ min: 1, max: base64.length - 2 }),
      fc.integer({ min: 0, max: 255 }),
    );
    fc.assert(
      fc.property(change, ([at, code]) => {
        const bytes = Buffer.from(base64);
        bytes[at] = code;
        const isAllowed = /[A-Za-z0-9+/\r\n]/.test(String.fromCharCode(code));
        const isBreak = code === 0x0a || code === 0x0d;
        const decoded = decodeBase64(bytes, false);
        expect(decoded !== undefined).toBe(isAllowed);
        // one character fewer, no padding: the length is still a possible one
        if (isBreak) expect(decoded?.length).toBe(59);
      }),
      { numRuns: 500 },
    );
  });

  it('makes no bytes of nothing', () => {
    expect(decode('')).toEqual(Buffer.alloc(0));
    expect(decode('data:image/jpeg;base64,')).toEqual(Buffer.alloc(0));
  });
});
