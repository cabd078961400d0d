import { describe, expect, it } from 'vitest';
import { type EnumName, enums } from '../../src/spec/enums.ts';
import { type TagRow, tagName, tagNumber, tagRow, tags } from '../../src/spec/tags.ts';

const rows: readonly (readonly [number, TagRow])[] = Object.entries(tags).map(([tag, row]) => [
  Number(tag),
  row,
]);
const named = rows.map(([tag, row]) => [row.name, tag, row] as const);
const integers = new Set(['unsigned', 'id', 'signed', 'flag', 'target', 'wall_time']);

describe('tags', () => {
  it('have names of their own, in capitals', () => {
    expect(new Set(named.map(([name]) => name)).size).toBe(rows.length);
    for (const [name] of named) expect(name).toMatch(/^[A-Z]+(_[A-Z]+)*$/);
  });

  it.each(named)('%s is found by number and by name', (name, tag, row) => {
    expect(tagRow(tag)).toBe(row);
    expect(tagName(tag)).toBe(name);
    expect(tagNumber(name)).toBe(tag);
  });

  it.each(named)(
    '%s has a documented width if it is an integer, and then only',
    (_name, _tag, row) => {
      expect(row.width !== undefined).toBe(integers.has(row.type));
    },
  );

  it.each(named.filter(([, , row]) => row.enumeration))(
    '%s has an enumeration that exists, of a number, and no unit',
    (_name, _tag, row) => {
      expect(enums[row.enumeration as EnumName]).toBeDefined();
      expect(row).toMatchObject({ type: 'unsigned' });
      expect(row.unit).toBeUndefined();
    },
  );

  it('stand where the protocol puts them', () => {
    expect(tagNumber('SNAPSHOT')).toBe(0xa);
    expect(tagNumber('FACE_TEMPERATURE')).toBe(0x1000f);
    expect(tagNumber('CUSTOMER_CROSS_TIME')).toBe(0x40024);
    expect(tagNumber('REGIONAL_LEAVE_TIME')).toBe(0x60023);
    expect(tagNumber('AREA_OBJ')).toBe(0x10010002);
    expect(tagNumber('ALARM_DELAY')).toBe(0x20010004);
  });

  it('name what no row knows by its number', () => {
    expect(tagName(0x1000e)).toBe('TAG_0x1000E');
    expect(tagRow(0x1000e)).toBeUndefined();
    expect(tagNumber('NO_SUCH_TAG')).toBeUndefined();
    expect(tagNumber('constructor')).toBeUndefined();
  });
});
