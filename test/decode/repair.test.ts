import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { repairJson, repairLimits, repairWork } from '../../src/decode/repair.ts';

describe('repairJson', () => {
  it.each([
    ['a bracket too many', '{"a":{"b":1}}}', { a: { b: 1 } }],
    [
      'no comma between members',
      '{"a":{"@0":1}\n"b":{"@1":2}}',
      { a: { '@0': 1 }, b: { '@1': 2 } },
    ],
    [
      'no quote and colon behind param',
      '{"m":"x" "param{ "a": "b" "c":}}',
      { m: 'x', param: { a: 'b', c: null } },
    ],
    ['comments', '{"a":1,//one, "two" {\n"b":"c//d" // three\n}', { a: 1, b: 'c//d' }],
    ['bare words', '{"gender":int,"a":1}', { gender: 'int', a: 1 }],
    ['NULs', '{"a":\0"b"}\0', { a: 'b' }],
    ['a raw line break', '{"a":"b\nc"}', { a: 'b\nc' }],
    ['a name with quotes', '{"name":"my "best" cam","a":1}', { name: 'my "best" cam', a: 1 }],
  ])('reads JSON with %s', (_what, text, value) => {
    expect(repairJson(text)).toEqual({ value, cut: false });
  });

  it.each([
    ['in a text', '{"a":"b","type":"motion_dete', { a: 'b' }],
    ['in a text, behind a bracket', '{"a":"b","type":"x}', { a: 'b' }],
    ['in a number', '{"a":"b","temper":3', { a: 'b' }],
    ['in a key', '{"a":"b","sta', { a: 'b' }],
    ['behind a key', '{"a":"b","status"', { a: 'b' }],
    ['behind a colon', '{"a":"b","status":', { a: 'b' }],
    ['behind a comma', '{"a":"b",', { a: 'b' }],
    ['behind a text', '{"a":"b","c":"d"', { a: 'b', c: 'd' }],
    ['behind a word', '{"a":true', { a: true }],
    ['in a list', '{"a":[{"b":1},{"b":2', { a: [{ b: 1 }, {}] }],
    ['before the last bracket', '{"a":{"b":1}', { a: { b: 1 } }],
    ['in JSON that is broken too', '{"a":{"b":1} "c":{"d":1,"e":"f', { a: { b: 1 }, c: { d: 1 } }],
  ])('keeps what was whole of a text that ends %s', (_what, text, value) => {
    expect(repairJson(text)).toEqual({ value, cut: true });
  });

  it.each(['', 'hello', '"a"', '17', 'null', '<html></html>'])('makes no object of %j', (text) => {
    expect(repairJson(text)).toBeUndefined();
  });

  it('never throws', () => {
    const piece = fc.constantFrom(
      '"',
      "'",
      '\\',
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '//',
      '/*',
      '\n',
      'a',
      '1',
      ' ',
      '`',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 80 }), (pieces) => {
        const repaired = repairJson(pieces.join(''));
        expect(repaired === undefined || typeof repaired.value === 'object').toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what is too much work is not begun', () => {
  it.each([
    ['quotes', '"'.repeat(32_000)],
    ['quotes within a text', `{"a":"${'"x'.repeat(16_000)}`],
    ['brackets', '[{'.repeat(16_000)],
    ['escaped quotes', `["${'\\"a:'.repeat(4_000)}`],
    ['blanks', `["${')\n'.repeat(16_000)}`],
    ['calls', 'a('.repeat(16_000)],
  ])('many %s', (_what, text) => {
    expect(repairWork(text)).toBeGreaterThan(repairLimits.work);
    expect(repairJson(`{"a":1 "b":2,"c":${text}}`)).toBeUndefined();
  });

  it('more than so many characters', () => {
    const padded = (length: number) => `{"a":1 "b":"${'x'.repeat(length - 14)}"}`;
    expect(repairJson(padded(repairLimits.characters))).toBeDefined();
    expect(repairJson(padded(repairLimits.characters + 1))).toBeUndefined();
  });

  it('what cameras send is little', () => {
    const rectangles = Array.from({ length: 32 }, (_, id) => ({
      id,
      name: `rect ${id}`,
      temper: 30.1,
    }));
    const text = JSON.stringify({ method: 'x', param: { rectangles } }, null, 1).replace(
      '"param"',
      ' "param"',
    );
    expect(repairWork(text)).toBeLessThan(repairLimits.work);
  });
});
