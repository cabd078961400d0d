import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeReport } from '../../src/decode/decode.ts';
import { type DecodedJson, UnreadableReport } from '../../src/decode/report.ts';
import { type ReportName, reports } from '../../src/spec/reports.ts';
import { fixturesOf, readable } from './fixtures.ts';

const names = Object.keys(reports) as ReportName[];

function decode(report: ReportName | undefined, body: Buffer | string) {
  const method = report === undefined ? 'people_count_report' : reports[report].method;
  return decodeReport({ ...(report && { report }), method }, Buffer.from(body));
}

function decodeJson(report: ReportName, body: unknown): DecodedJson {
  const decoded = decode(report, JSON.stringify(body));
  if (decoded.kind !== 'json') throw new Error(`${decoded.kind} instead of json`);
  return decoded;
}

describe('every report has a fixture, and each becomes what it says', () => {
  for (const report of names) {
    const fixtures = fixturesOf(report);
    it(`${report} has one`, () => {
      expect(fixtures.length).toBeGreaterThan(0);
    });
    // the tags of a TLV report have tests of their own
    for (const { name, body, expected } of report === 'tlv_report' ? [] : fixtures) {
      it(`${report}: ${name}`, () => {
        expect(readable(decode(report, body))).toEqual(expected);
      });
    }
  }

  for (const { name, body, expected } of fixturesOf('unknown')) {
    it(`unknown: ${name}`, () => {
      expect(readable(decode(undefined, body))).toEqual(expected);
    });
  }
});

describe('decodeReport', () => {
  it('hands a TLV report to its own decoder', () => {
    const fixture = fixturesOf('tlv_report')[0];
    expect(decode('tlv_report', fixture?.body ?? '').kind).toBe('tlv');
  });

  it('gives the very bytes of a picture', () => {
    const jpeg = Buffer.concat([
      Buffer.from('ffd8ffe0', 'hex'),
      Buffer.alloc(200_000, 'picture'),
      Buffer.from('ffd9', 'hex'),
    ]);
    const param = { deviceID: 'a', jpegBase64: jpeg.toString('base64') };
    const decoded = decodeJson('snap_report', { mid: 1, param });
    expect(decoded.report === 'snap_report' && decoded.fields.picture?.bytes.equals(jpeg)).toBe(
      true,
    );
    expect(decoded.json).toEqual({
      mid: 1,
      param: { deviceID: 'a', jpegBase64: { bytes: 200_006 } },
    });
  });

  it.each([
    ['nothing', ''],
    ['bytes', Buffer.from('ff00ff00ff', 'hex')],
    ['words', 'Bad Gateway'],
    ['a list', '[]'],
    ['a number', '17'],
    ['an object of something else', '{"hello": "world"}'],
  ])('refuses a known report that is %s', (_what, body) => {
    expect(() => decode('alarm_report', body)).toThrow(UnreadableReport);
  });

  it('tells what is wrong without telling what it says', () => {
    const body = { param: { channel_id: 'secret', time: 'secret', alarm_type: ['secret'] } };
    try {
      decodeJson('alarm_report', body);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(UnreadableReport);
      expect(String(error)).toContain('/param/time: not a time');
      expect(String(error)).not.toContain('secret');
    }
  });

  it('finds no field where JavaScript would: in prototypes', () => {
    const decoded = decodeJson('event_report', { param: { type: 'x' } });
    expect(Object.keys(decoded.fields)).toEqual(['type']);
    const poisoned = '{"param":{"type":"x","__proto__":{"status":1},"constructor":{"a":1}}}';
    const read = decode('event_report', poisoned);
    expect(read).toMatchObject({ kind: 'json', fields: { type: 'x' } });
    expect(read.kind === 'json' && 'status' in read.fields).toBe(false);
    expect(({} as { status?: unknown }).status).toBeUndefined();
  });

  it('keeps few of many faults', () => {
    const temper_rect = Array.from({ length: 5_000 }, () => 7);
    const decoded = decodeJson('report_temper_data', { param: { device_id: 'a', temper_rect } });
    expect(decoded.faults).toHaveLength(100);
  });

  it.each(['device_id', 'deviceId', 'deviceID', 'deviceNo'])(
    'finds the id of an unknown report under %s',
    (key) => {
      expect(decode(undefined, JSON.stringify({ param: { [key]: 'cam' } })).deviceId).toBe('cam');
      expect(decode(undefined, JSON.stringify({ [key]: 4711 })).deviceId).toBe('4711');
      expect(decode(undefined, JSON.stringify({ [key]: '' })).deviceId).toBeUndefined();
    },
  );

  it('keeps an unknown report whatever it is', () => {
    expect(decode(undefined, '')).toMatchObject({ kind: 'unknown', json: { bytes: 0, head: '' } });
    expect(decode(undefined, 'hello')).toMatchObject({ json: { bytes: 5, head: '68656c6c6f' } });
  });
});

/** Whether no number in it is NaN or Infinity. */
function hasOnlyFinite(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return true;
  return Object.values(value).every(hasOnlyFinite);
}

describe('whatever comes', () => {
  const anyReport = fc.constantFrom(undefined, ...names);

  function neverThrowsAnythingElse(report: ReportName | undefined, body: Buffer | string): void {
    try {
      const decoded = decode(report, body);
      expect(decoded.report).toBe(report);
      expect(hasOnlyFinite(decoded)).toBe(true);
    } catch (error) {
      if (!(error instanceof UnreadableReport)) throw error;
      expect(error.faults.length).toBeGreaterThan(0);
      expect(report).toBeDefined();
    }
  }

  it('any bytes are read or refused', () => {
    fc.assert(
      fc.property(anyReport, fc.uint8Array({ maxLength: 300 }), (report, bytes) => {
        neverThrowsAnythingElse(report, Buffer.from(bytes));
      }),
      { numRuns: 1000 },
    );
  });

  it('any text of the alphabet of JSON is read or refused', () => {
    const piece = fc.constantFrom(
      ...[
        '"',
        '\\',
        '{',
        '}',
        '[',
        ']',
        ':',
        ',',
        '//',
        '/*',
        "'",
        '\n',
        '\0',
        '1',
        '-',
        'e',
        'null',
        'param',
      ],
      ...['"param"', '"type"', '"status"', '\ufeff', '…', 'A'.repeat(1100)],
    );
    const text = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(anyReport, text, (report, body) => neverThrowsAnythingElse(report, body)),
      { numRuns: 1000 },
    );
  });

  it('any value in any field is read, or is a fault', () => {
    const odd = fc.constantFrom<unknown>(
      '',
      ' ',
      '0',
      '1e999',
      -0,
      1e308,
      '2021-07-16 00:00:00',
      'XXXXXXX',
      '{',
      null,
    );
    const keys = names.flatMap((name) =>
      Object.values(reports[name].fields).map(({ at }) => at.split('/').at(-1) ?? ''),
    );
    const value = fc.oneof(odd, fc.jsonValue());
    const inside = fc.dictionary(fc.constantFrom(...keys, '@0', 'id', 'temper'), value);
    const body = fc
      .tuple(inside, fc.oneof(inside, value))
      .map(([top, param]) => ({ ...top, param }));
    fc.assert(
      fc.property(anyReport, body, (report, json) =>
        neverThrowsAnythingElse(report, JSON.stringify(json)),
      ),
      { numRuns: 1000 },
    );
  });

  it('any fixture with any byte changed is read or refused', () => {
    const all = names.flatMap((report) => fixturesOf(report).map(({ body }) => ({ report, body })));
    const change = fc.record({
      fixture: fc.constantFrom(...all),
      at: fc.nat(),
      byte: fc.integer({ min: 0, max: 255 }),
      cut: fc.boolean(),
    });
    fc.assert(
      fc.property(change, ({ fixture: { report, body }, at, byte, cut }) => {
        const changed = Buffer.from(body);
        const place = at % Math.max(1, body.length);
        if (body.length > 0) changed[place] = byte;
        neverThrowsAnythingElse(report, cut ? changed.subarray(0, place + 1) : changed);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a body that was cut', () => {
  const whole = {
    method: 'alarm_report',
    param: {
      device_id: '12421HHTCS',
      channel_id: 12,
      alarm_type: 'motion_detection',
      time: '2020-11-25 11:28:20',
      status: 'start',
      alarm_msg: 'a } in "text", with \\ and 中',
      jpeg_base64: Buffer.from(`\xff\xd8\xff${'x'.repeat(900)}\xff\xd9`, 'latin1').toString(
        'base64',
      ),
      alarm_uuid: `u${'u'.repeat(1200)}`,
    },
  };
  const body = Buffer.from(JSON.stringify(whole));
  const complete = decode('alarm_report', body);

  it('says nothing that the whole did not say, and says that it was cut', () => {
    expect(complete).toMatchObject({ kind: 'json', faults: [] });
    if (complete.kind !== 'json') return;
    let read = 0;
    // every byte of the short fields, and of the long ones many
    for (let length = 0; length < body.length; length += length < 400 ? 1 : 17) {
      let cut: ReturnType<typeof decode>;
      try {
        cut = decode('alarm_report', body.subarray(0, length));
      } catch (error) {
        expect(error).toBeInstanceOf(UnreadableReport);
        continue;
      }
      read++;
      expect(cut.faults[0]).toEqual({
        where: `body @${length}`,
        problem: 'the body ends before its JSON does',
      });
      expect(readable(complete)).toMatchObject({
        fields: cut.kind === 'json' && readable(cut.fields),
      });
    }
    // all but the few bytes before the first field ended
    expect(read).toBeGreaterThan(400);
  });
});
