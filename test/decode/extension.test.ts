import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseExtension, readExtension, unknownParts } from '../../src/decode/extension.ts';
import type { Findings } from '../../src/decode/place.ts';
import type { JsonObject } from '../../src/decode/report.ts';
import type { Tree } from '../../src/decode/tree.ts';
import { type EnumName, enums } from '../../src/spec/enums.ts';
import { type ExtensionRow, extensions } from '../../src/spec/extensions.ts';
import { kinds } from '../../src/spec/kinds.ts';
import { fixturesOf } from './fixtures.ts';

const rows = Object.entries<ExtensionRow>(extensions);

function parse(value: Tree) {
  const findings: Findings = { faults: [], repaired: false };
  const json = parseExtension(value, { where: '/param/extern', findings });
  return { json, ...findings };
}

describe('fixtures', () => {
  const fixtures = fixturesOf('extensions');

  it.each(fixtures)('$name', ({ body, expected }) => {
    const { json, faults, repaired } = parse(body.toString('base64'));
    expect({ faults, repaired, read: readExtension(json ?? {}) }).toEqual(expected);
  });

  it.each(rows)('%s is read in one of them', (_key, { key }) => {
    const read = fixtures.map(
      ({ expected }) => (expected as { read: { values: JsonObject } }).read.values,
    );
    expect(read.some((values) => key in values)).toBe(true);
  });
});

describe('the rows', () => {
  it('name their enumeration where they are one, and no two say the same', () => {
    for (const [, { type, enumeration }] of rows) {
      expect(type === 'enumeration').toBe(enumeration !== undefined);
    }
    expect(new Set(rows.map(([, { key }]) => key)).size).toBe(rows.length);
  });

  it('have the name on the wire that readings have', () => {
    for (const { fields } of Object.values(kinds)) {
      for (const [name, field] of Object.entries(fields)) {
        if ('extension' in field)
          expect(extensions).toMatchObject({ [field.extension]: { key: name } });
      }
    }
  });
});

describe('parseExtension', () => {
  const json = { parking_id: 1, plate_no: '京J66666' };
  const text = JSON.stringify(json);

  it.each<[string, Tree]>([
    ['base64 of JSON', Buffer.from(text).toString('base64')],
    [
      'base64 with line breaks',
      Buffer.from(text)
        .toString('base64')
        .replace(/(.{10})/g, '$1\n'),
    ],
    ['base64 of padded JSON', Buffer.from(`${text}\0\0`).toString('base64')],
    ['JSON in a text', text],
    ['an object', { ...json }],
  ])('reads %s', (_what, value) => {
    expect(parse(value)).toEqual({ json, faults: [], repaired: false });
  });

  it('reads JSON that is long', () => {
    const long = { path: 'x'.repeat(5_000), values: Array(300).fill(1) };
    expect(parse(Buffer.from(JSON.stringify(long)).toString('base64')).json).toEqual(long);
  });

  it('mends pseudo-JSON, and says so', () => {
    expect(parse('{"vehicle_orient": 1 //facing\n "lock_id":"x"}')).toEqual({
      json: { vehicle_orient: 1, lock_id: 'x' },
      faults: [],
      repaired: true,
    });
  });

  it('is absent where it is empty', () => {
    expect(parse('  ')).toEqual({ json: undefined, faults: [], repaired: false });
  });

  it.each(['XXXXXXX', 'hello world', 'aGVsbG8=', Buffer.from('[1]').toString('base64')])(
    'keeps %j as text, with one fault',
    (value) => {
      const { json: kept, faults } = parse(value);
      expect(kept).toEqual({ text: value });
      expect(faults).toEqual([
        { where: '/param/extern', problem: 'neither JSON nor base64 of JSON' },
      ]);
      expect(readExtension(kept ?? {})).toEqual({ values: { text: value }, faults: [] });
    },
  );

  it.each<Tree>([17, true, [1]])('refuses %j', (value) => {
    expect(parse(value)).toMatchObject({ json: undefined, faults: [{ where: '/param/extern' }] });
  });

  it('tells of an extension that was cut', () => {
    const { json: kept, faults } = parse(Buffer.from(text.slice(0, -4)).toString('base64'));
    expect(kept).toEqual({ parking_id: 1 });
    expect(faults).toEqual([
      { where: '/param/extern', problem: 'the body ends before its JSON does' },
    ]);
  });
});

describe('readExtension', () => {
  const enumerated = rows.filter(([, { type }]) => type === 'enumeration');

  it.each(enumerated)(
    '%s: every value of its enumeration, and others',
    (sent, { key, enumeration }) => {
      const options: Readonly<Record<string, { key: string }>> = enums[enumeration as EnumName];
      for (const [value, option] of Object.entries(options)) {
        expect(readExtension({ [sent]: value }).values).toEqual({ [key]: option.key });
        if (/\d/.test(value)) {
          expect(readExtension({ [sent]: Number(value) }).values).toEqual({ [key]: option.key });
        }
      }
      expect(readExtension({ [sent]: 17 })).toEqual({
        values: { [key]: 'Unknown (17)' },
        faults: [],
      });
      expect(readExtension({ [sent]: ' ' })).toEqual({ values: {}, faults: [] });
      expect(readExtension({ [sent]: {} })).toMatchObject({
        values: {},
        faults: [{ where: `/${sent}` }],
      });
    },
  );

  it.each(rows.filter(([, { type }]) => type === 'flag'))(
    '%s: 1 and 0 as true and false, and others',
    (sent, { key }) => {
      for (const [value, flag] of [
        [1, true],
        [0, false],
        ['1', true],
        ['0', false],
        [true, true],
        [false, false],
      ] as const) {
        expect(readExtension({ [sent]: value })).toEqual({ values: { [key]: flag }, faults: [] });
      }
      expect(readExtension({ [sent]: 2 })).toEqual({
        values: { [key]: 'Unknown (2)' },
        faults: [],
      });
      expect(readExtension({ [sent]: [1] })).toEqual({
        values: {},
        faults: [{ where: `/${sent}`, problem: 'not 1 or 0' }],
      });
    },
  );

  it('reads whole numbers and texts', () => {
    expect(readExtension({ parking_id: '1', lock_id: 7, plate_no: ' 京A ' }).values).toEqual({
      parking_id: 1,
      lock_id: '7',
      plate_no: '京A',
    });
    expect(readExtension({ parking_id: 'left' }).faults).toEqual([
      { where: '/parking_id', problem: 'not a whole number' },
    ]);
  });

  it('takes words in any case', () => {
    expect(readExtension({ entry_type: 'WhiteList' }).values).toEqual({ entry_type: 'whitelist' });
  });

  it('lets a row win over an unknown key of its name', () => {
    expect(readExtension({ age: 3, age_range: 'x' }).values).toEqual({ age_range: '20-40' });
    expect(readExtension({ age_range: 'x', age: 3 }).values).toEqual({ age_range: '20-40' });
  });

  it('keeps unknown keys whatever they are called, and never throws', () => {
    expect(readExtension({ constructor: 1, toString: [2] }).values).toEqual({
      constructor: 1,
      toString: [2],
    });
    const key = fc.oneof(fc.string(), fc.constantFrom(...Object.keys(extensions)));
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue()), (json) => {
        const { values, faults } = readExtension(json as JsonObject);
        expect(Object.keys(values).length + faults.length).toBeLessThanOrEqual(
          Object.keys(json).length,
        );
      }),
    );
  });
});

describe('unknownParts', () => {
  it('are keys of no row, and values that the row of their key does not know', () => {
    const known = { gender: 1, hat: '0', parking_id: 3, entry_type: 'WHITELIST', age: ' ' };
    // text of a row may say what it likes, and `text` is what was no JSON
    const told = { plate_no: 'Unknown (1)', hair: {}, text: 'XXXXXXX' };
    expect(unknownParts({ ...known, ...told })).toEqual([]);
    expect(unknownParts({ mask: 2, novelty: { a: 1 }, gender: 9, constructor: 1 })).toEqual([
      { key: 'mask', value: 2, word: 'Unknown (2)' },
      { key: 'novelty', value: { a: 1 } },
      { key: 'gender', value: 9, word: 'Unknown (9)' },
      { key: 'constructor', value: 1 },
    ]);
  });
});
