import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readFields } from '../../src/decode/fields.ts';
import { jsonLimits, type ParsedJson, parseJson } from '../../src/decode/json.ts';
import { LONG_TEXT, takeOut } from '../../src/decode/long-text.ts';
import type { Findings } from '../../src/decode/place.ts';
import {
  escapeSegment,
  growTree,
  keysOf,
  type Tree,
  toJson,
  treeLimits,
} from '../../src/decode/tree.ts';
import { reports } from '../../src/spec/reports.ts';

function parse(body: string | Buffer): ParsedJson {
  const parsed = parseJson(Buffer.from(body));
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed;
}

function problemOf(body: string | Buffer): string | undefined {
  const parsed = parseJson(Buffer.from(body));
  return 'problem' in parsed ? parsed.problem : undefined;
}

/** What the plain way gives: all of it through JSON.parse. */
function plainly(body: string): Tree {
  return growTree(JSON.parse(body), [], () => undefined);
}

describe('the way past the parser gives what the parser gives', () => {
  const picture = fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 60 }))
    .map(([bytes, times]) =>
      Buffer.concat(Array(times).fill(Buffer.from(bytes))).toString('base64'),
    );
  const long = fc
    .tuple(
      fc.constantFrom('A', 'a\\', 'x"', '中', '/', 'ab ', '\n', '\0', '}'),
      fc.integer({ min: 900, max: 1300 }),
    )
    .map(([unit, times]) => unit.repeat(times));
  const text = fc.oneof(
    { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
    { weight: 3, arbitrary: picture },
    picture.map((base64) => `data:image/jpeg;base64,${base64}`),
    picture.map((base64) => base64.replace(/(.{40})/g, '$1\r\n')),
    picture.map((base64) => `"${base64}`),
    picture.map((base64) => `${base64}"`),
    picture.map((base64) => `\\${base64}\\`),
    picture.map((base64) => ` \n ${base64}`),
    long,
  );
  const key = fc.oneof(
    fc.constantFrom(
      'param',
      'jpeg_base64',
      'extends',
      'jpegBase64',
      'device_id',
      'a/b~c',
      '__proto__',
    ),
    picture,
  );
  const value = fc.letrec<{ value: unknown; pairs: [string, unknown][] }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      text,
      fc.constantFrom(null, true, 1.5, -3),
      fc.array(tie('value'), { maxLength: 3 }),
      tie('pairs').map((pairs) => new Map(pairs)),
    ),
    pairs: fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }),
  }));

  /** JSON with duplicate keys, blanks and needless escapes, as `choices` will have it. */
  function write(part: unknown, choices: () => number): string {
    const blank = ['', ' ', '\r\n\t'][choices() % 3] ?? '';
    if (typeof part === 'string') {
      const plain = JSON.stringify(part);
      return (
        blank +
        [plain, plain.replaceAll('/', '\\/'), plain.replaceAll('A', '\\u0041')][choices() % 3]
      );
    }
    if (Array.isArray(part))
      return `[${part.map((item) => write(item, choices)).join(`${blank},`)}]`;
    if (!(part instanceof Map)) return JSON.stringify(part);
    const pairs = [...part].map(
      ([name, item]) => `${write(name, choices)}${blank}:${write(item, choices)}`,
    );
    const first = pairs[0];
    // a key twice: the last one counts
    return `{${[...pairs, ...(first && choices() % 3 === 0 ? [first] : [])].join(',')}}`;
  }

  it('for any JSON with long strings anywhere', () => {
    const numbers = fc.array(fc.nat(5), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(value.value, numbers, (part, choices) => {
        let turn = 0;
        const body = write(part, () => choices[turn++ % choices.length] ?? 0);
        const { tree, repaired, faults } = parse(body);
        expect(toJson(tree)).toEqual(toJson(plainly(body)));
        expect({ repaired, faults }).toEqual({ repaired: false, faults: [] });
      }),
      { numRuns: 400 },
    );
  });

  it('for the fields of any report', () => {
    const { fields } = reports.alarm_report;
    const names = Object.values(fields).map(({ at }) => at.slice('/param/'.length));
    const param = fc.dictionary(fc.constantFrom(...names), fc.oneof(text, picture));
    fc.assert(
      fc.property(param, (sent) => {
        const body = JSON.stringify({ param: sent });
        const [fast, plain] = [parse(body).tree, plainly(body)].map((tree) => {
          const findings: Findings = { faults: [], repaired: false };
          return { fields: readFields(fields, tree, findings), findings };
        });
        expect(fast).toEqual(plain);
      }),
      { numRuns: 300 },
    );
  });

  it('and long strings are what it takes out', () => {
    const long = 'A'.repeat(LONG_TEXT);
    const taken = (body: string) => takeOut(Buffer.from(body), jsonLimits.quotes)?.texts.length;
    expect(taken(`{"a":"${long}","b":["${long}"]}`)).toBe(2);
    expect(taken(`{"a":"${long.slice(1)}"}`)).toBe(0);
    expect(taken(`{"${long}" : 1}`)).toBe(0);
    expect(taken(`{"a":"\\"${long}"}`)).toBe(0);
    expect(taken(`{"a":[${'1,'.repeat(LONG_TEXT)}1],"b":2}`)).toBe(0);
  });

  it('and nobody can send what stands in their place', () => {
    const long = 'A'.repeat(LONG_TEXT);
    const body = Buffer.from(`{"a":"${long}"}`);
    const skeleton = takeOut(body, jsonLimits.quotes)?.skeleton.toString() ?? '';
    const forged = skeleton.replace(/[0-9a-f]{8}-/, '00000000-');
    expect(toJson(parse(forged).tree)).toEqual(JSON.parse(forged));
  });
});

describe('parseJson', () => {
  it('reads GBK with a picture behind a name that ends with a backslash', () => {
    const name = Buffer.from('d55c8e5c', 'hex');
    const head = Buffer.from('{"name":"');
    const tail = Buffer.from(`","picture":"${'aUJ0'.repeat(400)}"}`);
    const { tree, repaired } = parse(Buffer.concat([head, name, tail]));
    expect(toJson(tree)).toEqual({ name: '誠嶾', picture: { bytes: 1200 } });
    expect(repaired).toBe(false);
  });

  it('keeps what cannot be said in JSON out of it', () => {
    expect(toJson(parse('{"a":1e999,"b":-1e999}').tree)).toEqual({ a: null, b: null });
    const tree = parse('{"__proto__":{"evil":1},"a":{"__proto__":2}}').tree;
    expect(toJson(tree)).toEqual({ a: {} });
    expect(({} as { evil?: unknown }).evil).toBeUndefined();
  });

  it('takes NULs out from within, and says so', () => {
    expect(parse('{"a"\0:1}')).toMatchObject({ tree: { a: 1 }, repaired: true });
  });

  it('leaves a long text a text', () => {
    const text = `Motion ${'was detected '.repeat(200)}`;
    expect(toJson(parse(JSON.stringify({ text })).tree)).toEqual({ text });
  });

  it('takes line breaks within a string that is long, and says so', () => {
    const parsed = parse(`{"a":"${'aUJ0aUJ0aUJ0aUJ0\r\n'.repeat(100)}"}`);
    expect(toJson(parsed.tree)).toEqual({ a: { bytes: 1200 } });
    expect(parsed.repaired).toBe(true);
  });

  it('knows a picture in which the body ends', () => {
    const parsed = parse(`{"id":"cam","picture":"${'aUJ0'.repeat(400)}`);
    expect(parsed.faults).toHaveLength(1);
    expect(toJson(parsed.tree)).toEqual({ id: 'cam', picture: { bytes: 1600 } });
  });
});

describe('its limits', () => {
  it('stop at so many quotes', () => {
    expect(problemOf('"'.repeat(jsonLimits.quotes + 1))).toContain('quotes');
  });

  it('stop at so many bytes beside the pictures', () => {
    const filler = '1,'.repeat(jsonLimits.bytes / 2);
    expect(problemOf(`{"a":[${filler}1]}`)).toContain('without its pictures');
    expect(problemOf(`{"a":"${'A'.repeat(jsonLimits.bytes * 2)}"}`)).toBeUndefined();
  });

  it('stop at so many values', () => {
    const list = (count: number) => `[${Array(count).fill('1').join()}]`;
    expect(problemOf(list(treeLimits.values - 1))).toBeUndefined();
    expect(problemOf(list(treeLimits.values))).toBe(`more than ${treeLimits.values} values`);
  });

  it('stop at so many levels', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
    expect(problemOf(nested(treeLimits.depth))).toBeUndefined();
    expect(problemOf(nested(treeLimits.depth + 1))).toBe(`deeper than ${treeLimits.depth} levels`);
    expect(problemOf(nested(500_000))).toBe(`deeper than ${treeLimits.depth} levels`);
  });

  it('stop at broken JSON that is long', () => {
    expect(problemOf(`{"a":"${'é '.repeat(40_000)}", "b":}`)).toBe('not JSON, and past repair');
  });
});

describe('pointers', () => {
  it('escape what RFC 6901 says', () => {
    expect(keysOf('/a~1b/~0/~01')).toEqual(['a/b', '~', '~1']);
    expect(keysOf('')).toEqual([]);
    fc.assert(
      fc.property(fc.array(fc.string()), (keys) => {
        expect(keysOf(keys.map((key) => `/${escapeSegment(key)}`).join(''))).toEqual(keys);
      }),
    );
  });
});

it('says of much that nests deep that it does, valid or not', () => {
  for (const tail of ['', ']'.repeat(400_000)]) {
    const body = Buffer.from(`{"a":"\\"[","b":${'['.repeat(400_000)}${tail}}`);
    expect(parseJson(body)).toEqual({ problem: 'deeper than 32 levels' });
  }
  // brackets within a text are none
  const text = `{"a":${JSON.stringify('[{"'.repeat(100))},"b":[${'1,'.repeat(9_000)}${' '.repeat(60_000)}1]}`;
  expect(parseJson(Buffer.from(text))).toMatchObject({ repaired: false });
});
