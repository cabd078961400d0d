import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type TlvItem, UnreadableReport } from '../../src/decode/report.ts';
import { decodeTlv, tlvLimits } from '../../src/decode/tlv.ts';
import { enumKey, enums } from '../../src/spec/enums.ts';
import { type TagName, type TagRow, tagNumber, tags } from '../../src/spec/tags.ts';
import { targets } from '../../src/spec/targets.ts';
import { encodeValue, frame, hexFixture, integer, item, record } from '../support/tlv.ts';

interface Sample {
  readonly tag: string;
  readonly hex: string;
  readonly value: unknown;
  readonly key?: string;
  readonly unit?: string;
}

// T and V of each tag as they come over the wire, written down apart from rows and encoder
const samples: Readonly<Record<string, Sample>> = JSON.parse(
  readFileSync(new URL('../fixtures/tlv/tags.json', import.meta.url), 'utf8'),
);

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const rows = Object.entries(tags).map(([tag, row]): [string, number, TagRow] => [
  row.name,
  Number(tag),
  row,
]);

/** With buffers as hex, as the fixtures have them. */
function plain(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('bytes' in value)) return value;
  return { ...value, bytes: (value.bytes as Buffer).toString('hex') };
}

function decodeOne(tag: number, value: Buffer): { item: TlvItem; problems: readonly string[] } {
  // a whole neighbour, so that a body with one bad tag is readable
  const body = record('META', frame(tag, value), item('CHANNELID', 1));
  const { records, faults } = decodeTlv('tlv_report', body);
  const found = records[0]?.items[0];
  if (found === undefined) throw new Error('nothing was decoded');
  return { item: found, problems: faults.map(({ problem }) => problem) };
}

describe('every tag', () => {
  it('has a fixture, and every fixture a tag', () => {
    expect(Object.keys(samples).sort()).toEqual(rows.map(([name]) => name).sort());
  });

  it.each(rows)('%s is read as its fixture says', (name, tag) => {
    const sample = samples[name];
    expect(Number(sample?.tag)).toBe(tag);
    const { item: found, problems } = decodeOne(tag, hex(sample?.hex ?? ''));
    expect(problems).toEqual([]);
    expect({ ...found, value: plain(found.value) }).toEqual({
      tag,
      name,
      offset: 8,
      length: (sample?.hex.length ?? 0) / 2,
      value: sample?.value,
      ...(sample?.key === undefined ? {} : { key: sample.key }),
      ...(sample?.unit === undefined ? {} : { unit: sample.unit }),
    });
  });

  it.each(rows.filter(([, , row]) => row.enumeration))(
    '%s says every value of its enumeration in words, in every width',
    (_name, tag, { enumeration, above }) => {
      if (enumeration === undefined) throw new Error('no enumeration');
      const values = Object.keys(enums[enumeration]).map(Number);
      for (const value of values.filter((candidate) => candidate >= 0)) {
        for (const width of [1, 2, 4, 8]) {
          const { item: found } = decodeOne(tag, integer(BigInt(value), width));
          expect(found).toMatchObject({ value, key: enumKey(enumeration, value) });
        }
      }
      const { item: unknown } = decodeOne(tag, integer(0xffffn, 2));
      expect(unknown.key ?? unknown.unit).toBe(above?.unit ?? 'Unknown (65535)');
    },
  );

  it.each(rows.filter(([, , row]) => row.width !== undefined))(
    '%s is read in 1, 2, 4 and 8 bytes, and in no other number',
    (_name, tag, row) => {
      const found = [1, 2, 4, 8].map((width) => decodeOne(tag, integer(1n, width)).item);
      for (const { value } of found) expect(value).toEqual(found[0]?.value);
      for (const width of [0, 3, 5, 6, 7, 9]) {
        const { item: bad, problems } = decodeOne(tag, Buffer.alloc(width));
        expect(bad).toMatchObject({ name: row.name, length: width, value: undefined });
        expect(problems).toEqual([`an integer has 1, 2, 4 or 8 bytes, not ${width}`]);
      }
    },
  );

  it('TARGET is said in words', () => {
    const tag = tagNumber('TARGET');
    for (const [number, { key }] of Object.entries(targets)) {
      const { item: found } = decodeOne(tag, encodeValue(tag, Number(number)));
      expect(found).toMatchObject({ value: Number(number), key });
    }
    expect(decodeOne(tag, integer(12n, 4)).item).toMatchObject({ value: 12, key: 'Unknown (12)' });
  });
});

describe('values', () => {
  const one = (name: TagName, bytes: string) => decodeOne(tagNumber(name), hex(bytes));

  it('FACE_AGEGROUP is a group to 5, years above', () => {
    expect(one('FACE_AGEGROUP', '05').item).toMatchObject({ value: 5, key: 'elderly' });
    const { item: years } = one('FACE_AGEGROUP', '06');
    expect(years).toMatchObject({ value: 6, unit: 'years' });
    expect(years.key).toBeUndefined();
    expect(one('FACE_AGEGROUP', '00').item).toMatchObject({ value: 0, key: 'Unknown (0)' });
  });

  it('64-bit ids lose no digit', () => {
    expect(one('OBJ_ID', '0020000000000001').item.value).toBe('9007199254740993');
    expect(one('OBJ_ID', '05').item.value).toBe('5');
  });

  it('EXTERNAL_SENSOR_VALUE is signed in every width', () => {
    for (const bytes of ['9c', 'ff9c', 'ffffff9c', 'ffffffffffffff9c']) {
      expect(one('EXTERNAL_SENSOR_VALUE', bytes).item.value).toBe(-1);
    }
    expect(one('EXTERNAL_SENSOR_VALUE', '00000a28').item.value).toBe(26);
  });

  it('a wall clock below 10^11 is seconds', () => {
    expect(one('PTS', '000000174876e7ff').item.value).toEqual({ ms: 99_999_999_999_000 });
    expect(one('PTS', '000000174876e800').item.value).toEqual({ ms: 100_000_000_000 });
    expect(one('PTS', '658f0000').item.value).toEqual({ ms: 1_703_870_464_000 });
    expect(one('PTS', 'ffffffffffffffff').problems).toEqual(['a time past all calendars']);
  });

  it('a flag that is neither 0 nor 1 stays what it is', () => {
    expect(one('FACE_MASK', '02').item).toMatchObject({ value: 2, key: 'Unknown (2)' });
    expect(one('FACE_MASK', '00000001').item.value).toBe(true);
  });

  it('text ends at its first NUL, and may be UTF-8 or GBK', () => {
    expect(one('OBJ_NAME', '616200ffff').item.value).toBe('ab');
    expect(one('OBJ_NAME', '').item.value).toBe('');
    expect(one('OBJ_NAME', '0000').item.value).toBe('');
    expect(one('OBJ_NAME', 'e5bca0e4b889').item.value).toBe('张三');
    expect(one('OBJ_NAME', 'd5c5c8fd00').item.value).toBe('张三');
  });

  it('a picture is checked, an empty one is none and no fault', () => {
    expect(one('OBJ_PIC', 'ffd8ffe000').problems).toEqual(['a JPEG without its end']);
    expect(one('OBJ_PIC', '00112233').problems).toEqual(['neither a JPEG nor a PNG']);
    expect(one('OBJ_PIC', '00112233').item.value).toBeUndefined();
    const empty = one('OBJ_PIC', '');
    expect(empty).toMatchObject({ item: { value: { bytes: Buffer.alloc(0) } }, problems: [] });
  });

  it('shapes of the wrong size are faults', () => {
    expect(one('PIC_SIZE', '0780').problems).toEqual(['4 bytes were expected, not 2']);
    expect(one('OBJ_RECT', '00').problems).toEqual(['8 bytes were expected, not 1']);
    const odd = 'a multiple of 4 bytes was expected, not 5';
    expect(one('OCR_REGION_POINTS', '0001000200').problems).toEqual([odd]);
    expect(one('AREA_RULE', '01020001').problems).toEqual(['wanted 2 bytes, nothing is left']);
    expect(one('AREA_RULE', '').problems).toEqual(['wanted 1 byte, nothing is left']);
    expect(one('AREA_RULE', '000001').problems).toEqual(['2 bytes behind the last area']);
  });

  it('AREA_RULE may be filled up with NULs, areas may have no points', () => {
    expect(one('AREA_RULE', '02 00 01 00010002 0000').item.value).toEqual([[], [{ x: 1, y: 2 }]]);
  });

  it('an unknown tag is kept: number, length, bytes', () => {
    const { item: found, problems } = decodeOne(0x1000e, hex('deadbeef'));
    expect(found).toEqual({
      tag: 0x1000e,
      name: 'TAG_0x1000E',
      offset: 8,
      length: 4,
      value: { bytes: hex('deadbeef') },
    });
    expect(problems).toEqual([]);
  });

  it('an unknown tag that holds JSON is an extension; what only looks like it is bytes', () => {
    const value = (text: string) => decodeOne(0x1f000, Buffer.from(text)).item.value;
    expect(value('{"thumbnail_file_path":"/a.jpg"}\0')).toEqual({ thumbnail_file_path: '/a.jpg' });
    expect(value('{"a":"]}\\""}')).toEqual({ a: ']}"' });
    for (const text of [
      '{"a":',
      '[1]',
      '{}}',
      `{"a":[${'1,'.repeat(20_000)}1]}`,
      `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`,
    ]) {
      expect(value(text)).toEqual({ bytes: Buffer.from(text) });
    }
  });
});

describe('bodies', () => {
  const names = (items: readonly TlvItem[] | undefined) => items?.map(({ name }) => name);

  it('a face with attributes, an unknown tag and an extension', () => {
    const body = hexFixture('face');
    const { records, ...rest } = decodeTlv('tlv_report', body);
    expect(rest).toEqual({
      kind: 'tlv',
      report: 'tlv_report',
      method: 'tlv_report',
      deviceId: '12221S55G3X8',
      faults: [],
      repaired: false,
    });
    expect(records).toHaveLength(1);
    const values = Object.fromEntries((records[0]?.items ?? []).map((it) => [it.name, it.value]));
    const jpeg = { format: 'jpeg', bytes: hex('ffd8ffe000104a46494600ffd9') };
    expect(values).toEqual({
      TARGET: 1,
      AI_NAME: 'jv-face',
      DEVICEID: '12221S55G3X8',
      CHANNELID: 0,
      PTS: { ms: Date.UTC(2024, 0, 1, 8, 8, 0) },
      PIC_SIZE: { width: 1920, height: 1080 },
      OBJ_RECT: { x: 100, y: 200, w: 50, h: 64 },
      OBJ_ID: '9223372036854775807',
      OBJ_PIC: jpeg,
      SNAPSHOT: jpeg,
      FACE_INFO: true,
      FACE_GENDER: 1,
      FACE_AGEGROUP: 34,
      FACE_MASK: true,
      FACE_SIMILARITY: 80,
      FACE_TEMPERATURE: 36.75,
      TAG_0x1000E: { bytes: hex('deadbeef') },
      TAG_0x1F000: { thumbnail_file_path: '/dev/sda/20221013/A011173757.jpg' },
    });
  });

  it('are viewed, never copied', () => {
    const body = hexFixture('face');
    const items = decodeTlv('tlv_report', body).records[0]?.items ?? [];
    const views = items.flatMap(({ value }) =>
      typeof value === 'object' && 'bytes' in value && Buffer.isBuffer(value.bytes)
        ? [value.bytes]
        : [],
    );
    expect(views).toHaveLength(3);
    for (const view of views) expect(view.buffer).toBe(body.buffer);
  });

  it('flags and choices of four bytes, and a choice that nobody knows', () => {
    const { records, faults } = decodeTlv('tlv_report', hexFixture('body-wide'));
    expect(faults).toEqual([]);
    const found = records[0]?.items.map(({ name, value, key }) => [name, value, key]);
    expect(found).toEqual([
      ['TARGET', 2, 'body'],
      ['BODY_INFO', true, undefined],
      ['BODY_AGE', 3, 'elderly'],
      ['BODY_UPPER_COLOR', 17, 'Unknown (17)'],
      ['BODY_LUGGAGE', false, undefined],
    ]);
  });

  it('several records, unknown letters and padding', () => {
    const { records, faults, deviceId } = decodeTlv('other', hexFixture('several'));
    expect(faults).toEqual([]);
    expect(deviceId).toBeUndefined();
    expect(records.map(({ layer, offset, length }) => [layer, offset, length])).toEqual([
      ['META', 0, 36],
      ['ALAM', 44, 74],
      ['AREA', 126, 40],
      ['STAT', 174, 9],
    ]);
    const items = records.flatMap((it) => it.items);
    expect(items.map(({ name, offset }) => [name, offset])).toEqual([
      ['TARGET', 8],
      ['CUSTOMER_COUNT_IN', 20],
      ['CUSTOMER_COUNT_OUT', 32],
      ['CHANNELID', 52],
      ['CHANNEL_TYPE', 64],
      ['ALARM_TYPE', 73],
      ['ALARM_NAME', 90],
      ['ALARM_STATUS', 104],
      ['ALARM_DELAY', 116],
      ['AREA_RULE', 134],
      ['AREA_OBJ', 156],
      ['TAG_0x77', 182],
    ]);
    expect(items[6]?.value).toBe('电动车');
    expect(items[8]).toMatchObject({ value: 30, unit: 's' });
    expect(items[9]?.value).toEqual([
      [
        { x: 1, y: 2 },
        { x: 3, y: 4 },
        { x: 5, y: 6 },
      ],
    ]);
  });

  it('a JSON extension without a T and L of its own', () => {
    const { records, faults } = decodeTlv('tlv_report', hexFixture('bare-extension'));
    expect(faults).toEqual([]);
    expect(records[0]?.items[1]).toEqual({
      tag: 0,
      name: 'EXTENSION',
      offset: 20,
      length: 32,
      value: { thumbnail_file_path: '/a.jpg' },
    });
  });

  it('a length past the end is a fault; what stands before and behind is kept', () => {
    const { records, faults } = decodeTlv('tlv_report', hexFixture('overrun'));
    expect(faults).toEqual([
      { where: 'META[0]/OBJ_PIC @32', problem: 'says 4096 bytes, 8 are there' },
    ]);
    expect(names(records[0]?.items)).toEqual(['TARGET', 'CHANNELID', 'OBJ_PIC']);
    expect(records[0]?.items[2]).toMatchObject({ length: 4096, value: undefined });
    expect(records[1]?.items[1]).toMatchObject({ name: 'HUMAN_QUEUE_LENGTH', value: 4 });
  });

  it('a record that is cut short is read as far as it goes', () => {
    const { records, faults } = decodeTlv('tlv_report', hexFixture('several').subarray(0, 34));
    expect(faults).toEqual([
      { where: 'META[0] @0', problem: 'says 36 bytes, 26 are there' },
      { where: 'META[0] @32', problem: 'no tag begins in the last 2 bytes' },
    ]);
    expect(names(records[0]?.items)).toEqual(['TARGET', 'CUSTOMER_COUNT_IN']);
  });

  it('what stands behind the records and is none is a fault', () => {
    const body = Buffer.concat([record('META', item('TARGET', 5)), Buffer.from('\r\n--')]);
    const { records, faults } = decodeTlv('tlv_report', body);
    expect(records).toHaveLength(1);
    const problem = 'no record begins in the last 4 bytes';
    expect(faults).toEqual([{ where: 'body @20', problem }]);
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'nothing in it'],
    ['NULs', Buffer.alloc(64), 'nothing in it'],
    ['an empty record', record('META'), 'nothing in it'],
    ['text', Buffer.from('hello, this is no report'), 'no record begins in the last 24 bytes'],
    ['JSON', Buffer.from('{"method":"keepalive"}'), 'no record begins in the last 22 bytes'],
    ['one bad value', record('META', frame(1, Buffer.alloc(3))), 'an integer has'],
  ])('%s cannot be read', (_what, body, problem) => {
    const decode = () => decodeTlv('tlv_report', body);
    expect(decode).toThrow(UnreadableReport);
    expect(decode).toThrow(problem);
  });
});

describe('limits', () => {
  it('on records', () => {
    const body = Buffer.concat(
      Array.from({ length: tlvLimits.records + 1 }, () => record('META', item('TARGET', 1))),
    );
    const { records, faults } = decodeTlv('tlv_report', body);
    expect(records).toHaveLength(tlvLimits.records);
    const where = `body @${20 * tlvLimits.records}`;
    expect(faults).toEqual([{ where, problem: `more than ${tlvLimits.records} records` }]);
  });

  it('on tags, in all records together', () => {
    const half = Buffer.concat(
      Array.from({ length: tlvLimits.items / 2 + 1 }, () => item('CHANNELID', 1)),
    );
    const { records, faults } = decodeTlv(
      'tlv_report',
      Buffer.concat([record('META', half), record('META', half)]),
    );
    expect(records.flatMap(({ items }) => items)).toHaveLength(tlvLimits.items);
    expect(faults).toHaveLength(1);
    expect(faults[0]?.where).toMatch(/^META\[1\] @\d+$/);
  });

  it('on faults', () => {
    const bad = Array.from({ length: 1_000 }, () => frame(1, Buffer.alloc(3)));
    const { faults } = decodeTlv('tlv_report', record('META', item('TARGET', 1), ...bad));
    expect(faults).toHaveLength(tlvLimits.faults + 1);
    expect(faults.at(-1)?.problem).toBe('and more from here on, left out');
  });

  it('on points and objects, in all tags together', () => {
    const objects = frame(tagNumber('AREA_OBJ'), Buffer.alloc(10 * tlvLimits.members));
    const body = record('AREA', objects, item('AREA_OBJ', [{ id: 1, x: 2, y: 3, w: 4, h: 5 }]));
    const { records, faults } = decodeTlv('tlv_report', body);
    expect(records[0]?.items[0]?.value).toHaveLength(tlvLimits.members);
    expect(records[0]?.items[1]?.value).toBeUndefined();
    expect(faults[0]?.problem).toContain('limit');
  });

  it('on text, in all tags together', () => {
    const long = item('OCR_TEXT', 'a'.repeat(tlvLimits.text));
    const { records, faults } = decodeTlv('m', record('META', long, item('OBJ_NAME', 'b')));
    expect(records[0]?.items[0]?.value).toHaveLength(tlvLimits.text);
    expect(records[0]?.items[1]?.value).toBeUndefined();
    const where = `META[0]/OBJ_NAME @${16 + tlvLimits.text}`;
    expect(faults).toEqual([{ where, problem: 'more text than the limit for a body' }]);
  });

  it('on extensions, which are left as bytes past it', () => {
    const extension = frame(0x1f000, Buffer.from(`{"a":"${'x'.repeat(60_000)}"}`));
    const body = record('META', ...Array.from({ length: 10 }, () => extension));
    const items = decodeTlv('m', body).records[0]?.items ?? [];
    const parsed = items.filter(({ value }) => typeof value === 'object' && 'a' in value);
    expect(parsed).toHaveLength(Math.floor(tlvLimits.text / 60_008));
    expect(items).toHaveLength(10);
  });
});
