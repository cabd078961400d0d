import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeReport } from '../../src/decode/decode.ts';
import type { DomainEvent } from '../../src/domain/event.ts';
import { isoOf } from '../../src/domain/json.ts';
import { limits } from '../../src/domain/limits.ts';
import { normalize } from '../../src/domain/normalize.ts';
import { alarmOf, alarmRows } from '../../src/spec/alarms.ts';
import { extensions } from '../../src/spec/extensions.ts';
import { kinds, type ReadingField } from '../../src/spec/kinds.ts';
import { tags } from '../../src/spec/tags.ts';
import { targets } from '../../src/spec/targets.ts';
import { frame, integer, item, record } from '../support/tlv.ts';
import { DeviceBench, inShort, JPEG, restarted, START, told } from './device-bench.ts';

const jpeg = { format: 'jpeg', bytes: Buffer.from(JPEG, 'base64') } as const;

function tlv(...items: readonly Buffer[]): readonly DomainEvent[] {
  return new DeviceBench().read('tlv_report', record('META', ...items)).events;
}

function readings(events: readonly DomainEvent[]) {
  return events.filter((event) => event.kind === 'reading');
}

describe('alarms of every row', () => {
  const folder = new URL('../fixtures/alarms/', import.meta.url);
  test.each(readdirSync(folder))('%s', (file) => {
    const bench = new DeviceBench();
    const changes = bench.push('event_report', readFileSync(new URL(file, folder)));
    const key = file.replace('.json', '');
    const row = Object.entries(alarmRows).find(([name]) => name === key)?.[1];
    const event = changes.find((change) => change.change === 'event');
    expect(event).toMatchObject({ type: key, late: false });
    expect(event?.body.runs).toBeUndefined();
    const on = changes.filter((change) => change.change === 'alarm' && change.state === 'ON');
    expect(on.length).toBe(row?.role === 'alarm' ? 1 : 0);
    const read = changes.flatMap((change) => (change.change === 'reading' ? change.reading : []));
    expect(read).toEqual(row?.reading === undefined ? [] : [row.reading]);
    expect(changes.some((change) => change.change === 'notice' && change.type === 'unknown')).toBe(
      false,
    );
  });
});

describe('reports become events', () => {
  test('keepalive: the clock against ours', () => {
    const bench = new DeviceBench();
    const time = '2026-03-04 08:00:02';
    const { events, deviceName, generation } = bench.read('keepalive', {
      param: { deviceName: 'HD IPC', time },
    });
    expect(events).toMatchObject([{ kind: 'heartbeat', offset: 8 * 3_600_000 + 2000 }]);
    expect(deviceName).toBe('HD IPC');
    expect(generation).toBeUndefined();
    const [unset] = bench.read('keepalive', { param: { time: '1970-01-01 00:00:00' } }).events;
    expect(unset).not.toHaveProperty('offset');
  });

  test('the place counts within its type', () => {
    const bench = new DeviceBench();
    const channelOf = (param: object) =>
      bench.read('event_report', { param: { type: 'motion_detection', ...param } }).events[0]
        ?.channel;
    expect(channelOf({ channel_type: 0, channel_id: 3 })).toBe('3');
    expect(channelOf({ channel_id: 3 })).toBe('3');
    expect(channelOf({ channel_type: 1, channel_id: 0 })).toBe('in0');
    expect(channelOf({ channel_type: 2, channel_id: 0 })).toBe('device');
    expect(channelOf({ channel_type: 7, channel_id: 0 })).toBe('type7_0');
    expect(channelOf({ channel_id: -1 })).toBe('device');
    expect(channelOf({})).toBe('device');
  });

  test('modbus: registers and limits; without an alarm object the limits stay', () => {
    const bench = new DeviceBench();
    bench.push('modbus', { data: { '@0': 5, '@1': 70000 }, alarm: { '@0': 0, '@1': 1 } });
    const values = () => bench.record.channels.device?.readings.modbus?.values;
    expect(values()).toEqual({
      registers: { 0: 5, 1: 70000 },
      limits: { 0: 'below', 1: 'above' },
    });
    bench.push('modbus', { data: { '@1': 7, '@2': 1 } });
    expect(values()).toEqual({
      registers: { 0: 5, 1: 7, 2: 1 },
      limits: { 0: 'below', 1: 'above' },
    });
    bench.push('modbus', { data: { '@1': 7 }, alarm: { '@1': 1 } });
    expect(values()?.limits).toEqual({ 1: 'above' });
    expect(bench.record.channels.device?.readings.modbus?.fields).toEqual(['0', '1', '2']);
  });

  test('modbus: a register of which only a limit is said is known, with no value', () => {
    const bench = new DeviceBench();
    const modbus = () => bench.record.channels.device?.readings.modbus;
    bench.push('modbus', { data: { '@0': 5 }, alarm: { '@12': 1 } });
    expect(modbus()).toMatchObject({
      fields: ['0', '12'],
      values: { registers: { 0: 5 }, limits: { 12: 'above' } },
    });
    bench.push('modbus', { alarm: { '@3': 0 } });
    expect(modbus()).toMatchObject({
      fields: ['0', '12', '3'],
      values: { registers: { 0: 5 }, limits: { 3: 'below' } },
    });
    const most = Array.from({ length: 1000 }, (_, register) => [`@${register}`, 1]);
    bench.push('modbus', { alarm: Object.fromEntries(most) });
    expect(Object.keys(modbus()?.values.limits ?? {})).toHaveLength(limits.fieldsPerReading);
  });

  test('temperature: a rectangle each, over its threshold or not', () => {
    const bench = new DeviceBench();
    const { events } = bench.read('report_temper_data', {
      param: {
        channel_id: 1,
        temper_rect: [
          { id: 0, name: 'rect 1', temper: 30.1, over_threshold: 100 },
          { id: 7, temper: 100.1, over_threshold: 100 },
          { temper: 20 },
        ],
      },
    });
    expect(readings(events).map(({ index, label, values }) => ({ index, label, values }))).toEqual([
      {
        index: '0',
        label: 'rect 1',
        values: { temperature: 30.1, threshold: 100, over_threshold: false },
      },
      {
        index: '7',
        label: undefined,
        values: { temperature: 100.1, threshold: 100, over_threshold: true },
      },
      { index: '2', label: undefined, values: { temperature: 20 } },
    ]);
  });

  test('snapshot: a picture of the device', () => {
    const bench = new DeviceBench();
    const body = { mid: 2, method: 'snap_report', param: { name: 'T.jpg', jpegBase64: JPEG } };
    expect(bench.read('snap_report', body).events).toMatchObject([
      { kind: 'picture', image: 'snapshot', channel: 'device', attributes: { mid: '2' } },
    ]);
  });

  test("a face's attributes come before its alarm", () => {
    const bench = new DeviceBench();
    const { events } = bench.read('alarm_report', {
      param: {
        channel_id: 1,
        alarm_type: 'face_recognition_alarm',
        status: 'pulse',
        extends: { gender: 1, age: 3, bread: 1, glass: 9, hat: 'x' },
      },
    });
    expect(events.map((event) => event.kind)).toEqual(['reading', 'alarm', 'unknown', 'unknown']);
    expect(readings(events)[0]?.values).toEqual({
      seen_at: isoOf(START),
      gender: 'male',
      age_range: '20-40',
      beard: true,
      glasses: 'Unknown (9)',
      hat: 'Unknown (x)',
    });
  });

  test('an extension that is not what its rows say is a fault, and the rest goes on', () => {
    const bench = new DeviceBench();
    const { faults, events } = bench.read('event_report', {
      param: { type: 'face_mask_alarm', event: 1, status: 2, extern: { mask: [1], gender: 1 } },
    });
    expect(faults).toMatchObject([{ where: '/param/extern/mask' }]);
    expect(readings(events)[0]?.values).toMatchObject({ gender: 'male' });
  });

  test('fields that no row knows are unknown things', () => {
    const bench = new DeviceBench();
    const { events } = bench.read('keepalive', { a: 1, param: { time: '', 'b/c': { d: 2 } } });
    expect(events.flatMap((one) => (one.kind === 'unknown' ? one.name : []))).toEqual([
      'keepalive /a',
      'keepalive /param/b~1c',
    ]);
  });

  test('so are values, and what extension data has; all of it is published where it belongs', () => {
    const bench = new DeviceBench();
    const extension = { mask: 2, gender: 1, 'novel/ty': 1 };
    const alarm = { param: { alarm_type: 'face_mask_alarm', status: '7', extends: extension } };
    const event = { param: { type: 'motion_detection', event: 1, status: 2, channel_type: 7 } };
    const told = (['alarm_report', 'event_report'] as const).flatMap((report) => {
      const changes = bench.push(report, report === 'alarm_report' ? alarm : event);
      expect(changes.at(-1)).toMatchObject({ change: 'report', known: true });
      return changes.flatMap((one) =>
        one.change === 'notice' && one.type === 'unknown'
          ? [`${one.data.what} ${one.data.name}`]
          : [],
      );
    });
    expect(told).toEqual([
      'value alarm_report /param/status Unknown (7)',
      'value alarm_report /param/extends/mask Unknown (2)',
      'key alarm_report /param/extends/novel~1ty',
      'value event_report /param/channel_type Unknown (7)',
    ]);
    const face = record('META', item('TARGET', 1), frame(0x7777, Buffer.from('{"novelty":1}')));
    expect(bench.read('tlv_report', face).events).toContainEqual(
      expect.objectContaining({ what: 'key', name: 'TAG_0x7777/novelty' }),
    );
  });

  test('a report that no row knows is kept whole', () => {
    const body = Buffer.from('{"param":{"in":3}}');
    const report = decodeReport({ method: 'people_count_report' }, body);
    const bench = new DeviceBench();
    const { policy, record } = bench;
    const context = { deviceId: 'A', receivedAt: START, fingerprint: '0', policy, record };
    expect(normalize(report, context).events).toMatchObject([
      { kind: 'unknown', what: 'report', name: 'people_count_report' },
    ]);
  });
});

describe('metadata becomes readings and pictures', () => {
  test('every target of a row makes a reading of its kind, if any of its tags are there', () => {
    const tagTypes = new Map(Object.values(tags).map((row) => [row.name, row.type]));
    for (const [number, target] of Object.entries(targets)) {
      const { kind } = target;
      const fields: Readonly<Record<string, ReadingField>> = kinds[kind].fields;
      const items = Object.values(fields).flatMap((field) => {
        if (field.tag === undefined) return [];
        const type = tagTypes.get(field.tag);
        if (type === 'text') return [item(field.tag, 'x')];
        if (type === 'wall_time') return [item(field.tag, { ms: START })];
        return [item(field.tag, type === 'id' ? '1' : 1)];
      });
      const events = tlv(item('TARGET', Number(number)), item('CHANNELID', 2), ...items);
      const [reading, ...others] = readings(events);
      expect(others).toEqual([]);
      expect(reading).toMatchObject({ reading: kind, channel: '2' });
      const tagged = Object.entries(fields).flatMap(([key, field]) => (field.tag ? key : []));
      expect(Object.keys(reading?.values ?? {})).toEqual(expect.arrayContaining(tagged));
    }
  });

  test('a face: enumerations in words, flags, years, 64-bit ids without loss', () => {
    const events = tlv(
      item('TARGET', 1),
      item('CHANNELID', 0),
      item('PTS', { ms: START }),
      item('OBJ_ID', '18446744073709551615'),
      item('OBJ_RECT', { x: 1, y: 2, w: 3, h: 4 }),
      item('FACE_GENDER', 2),
      item('FACE_AGEGROUP', 34),
      item('FACE_MASK', 1),
      item('FACE_TEMPERATURE', 36.5),
      item('FACE_FEATURE', { bytes: Buffer.from('secret') }),
      item('FACE_ID', { bytes: Buffer.from('somebody') }),
    );
    const [face] = readings(events);
    expect(face?.values).toEqual({
      seen_at: isoOf(START),
      gender: 'female',
      age: 34,
      mask: true,
      temperature: 36.5,
      obj_id: '18446744073709551615',
      obj_rect: { x: 1, y: 2, w: 3, h: 4 },
    });
  });

  test('what identifies a face is there only for who asks for it', () => {
    const body = record(
      'META',
      item('TARGET', 1),
      item('OBJ_PIC', jpeg),
      item('FACE_FEATURE', { bytes: Buffer.from('secret') }),
      item('FACE_ID', { bytes: Buffer.from('somebody') }),
    );
    const plain = JSON.stringify(new DeviceBench().read('tlv_report', body));
    const asked = JSON.stringify(new DeviceBench({ faceFeatures: true }).read('tlv_report', body));
    for (const text of ['secret', 'somebody']) {
      const shown = Buffer.from(text).toString('base64');
      expect(plain).not.toContain(shown);
      expect(asked).toContain(shown);
    }
  });

  test('pictures go where they belong', () => {
    const imagesOf = (target: number) =>
      tlv(
        item('TARGET', target),
        item('SNAPSHOT', jpeg),
        item('OBJ_PIC', jpeg),
        item('VEHICLE_PLATE_PIC', jpeg),
      ).flatMap((event) => (event.kind === 'picture' ? event.image : []));
    expect(imagesOf(1)).toEqual(['snapshot', 'face', 'plate']);
    expect(imagesOf(3)).toEqual(['snapshot', 'vehicle', 'plate']);
    expect(imagesOf(12)).toEqual(['snapshot', 'object', 'plate']);
  });

  test('text regions are readings of their own', () => {
    const region = (name: string, text: string) => [
      item('OCR_REGION_POINTS', [{ x: 1, y: 2 }]),
      item('OCR_REGION_NAME', name),
      item('OCR_TEXT', text),
      item('OCR_CONFIDENCE', 98.5),
    ];
    const events = tlv(item('TARGET', 15), ...region('A', '12'), ...region('B', '34'));
    expect(readings(events)).toMatchObject([
      {
        reading: 'text',
        index: '0',
        label: 'A',
        values: { text: '12', confidence: 98.5, points: [{ x: 1, y: 2 }] },
      },
      { reading: 'text', index: '1', label: 'B', values: { text: '34' } },
    ]);
  });

  test('an external sensor has its unit, a hot area its number and name', () => {
    const [sensor] = readings(
      tlv(
        item('TARGET', 10),
        item('EXTERNAL_SENSOR_ID', 4),
        item('EXTERNAL_SENSOR_NAME', '温度'),
        item('EXTERNAL_SENSOR_VALUE', -12.5),
        item('EXTERNAL_SENSOR_UNIT', '℃'),
      ),
    );
    expect(sensor).toMatchObject({
      index: '4',
      label: '温度',
      values: { value: -12.5, unit: '℃' },
    });
    const areas = readings(
      tlv(
        item('TARGET', 7),
        ...[1, 2].flatMap((id) => [
          item('REGION_ID', id),
          item('REGION_NAME', `R${id}`),
          item('REGIONAL_HUMAN_COUNT', id * 10),
        ]),
      ),
    );
    expect(areas).toMatchObject([
      { index: '1', label: 'R1', values: { people: 10 } },
      { index: '2', label: 'R2', values: { people: 20 } },
    ]);
  });

  test('wall clocks inside are instants of the same zone', () => {
    const bench = new DeviceBench({ timeZone: 'Asia/Shanghai' });
    const body = record('META', item('TARGET', 8), item('CUSTOMER_ENTER_TIME', { ms: START }));
    const [track] = readings(bench.read('tlv_report', body).events);
    expect(track?.values.entered_at).toBe(isoOf(START - 8 * 3_600_000));
  });

  test('an alarm: its own picture, delay and words', () => {
    const bench = new DeviceBench();
    const body = record(
      'ALAM',
      item('CHANNEL_TYPE', 1),
      item('CHANNELID', 3),
      item('ALARM_TYPE', 'pd_alarm'),
      item('ALARM_NAME', '人形检测'),
      item('ALARM_STATUS', 2),
      item('ALARM_DELAY', 5),
      item('SNAPSHOT', jpeg),
      item('OBJ_PIC', jpeg),
    );
    expect(inShort(bench.push('tlv_report', body))).toEqual([
      'notice device_new',
      'alarm people_detection OFF',
      'online',
      'picture object',
      'picture alarm live',
      'event people_detection',
      'alarm people_detection ON live',
    ]);
    expect(bench.stateOf('people_detection', 'in3')).toMatchObject({
      label: '人形检测',
      until: START + 5000,
    });
  });

  test('frames of detection and rules', () => {
    const object = { id: 1, x: 2, y: 3, w: 4, h: 5 };
    const body = record('AREA', item('CHANNELID', 0), item('AREA_OBJ', [object]));
    expect(new DeviceBench().read('tlv_report', body).events).toMatchObject([
      { kind: 'area', channel: '0', data: { objects: [object], rules: [] } },
    ]);
  });

  test('unknown layers, targets, tags and values are named', () => {
    const body = Buffer.concat([
      record('WEIR', frame(0x7777, Buffer.from('ab'))),
      record('META', item('TARGET', 12)),
      record('META', item('TARGET', 1), item('FACE_GENDER', 17)),
      record('META', item('TARGET', 5), frame(0x1000e, integer(5n, 4)), item('CUSTOMER_PASS', 1)),
    ]);
    const { events } = new DeviceBench().read('tlv_report', body);
    expect(
      events.flatMap((one) => (one.kind === 'unknown' ? `${one.what} ${one.name}` : [])),
    ).toEqual([
      'layer WEIR',
      'tag TAG_0x7777',
      'target TARGET_12',
      'value FACE_GENDER Unknown (17)',
      'tag TAG_0x1000E',
    ]);
    const face = readings(events).find((one) => one.reading === 'face');
    expect(face?.values.gender).toBe('Unknown (17)');
  });
});

describe('tables agree', () => {
  test('what a kind takes from extension data has the name that its row gives it', () => {
    const rows: Readonly<Record<string, { readonly key: string }>> = extensions;
    for (const kind of Object.values(kinds)) {
      const fields: Readonly<Record<string, ReadingField>> = kind.fields;
      for (const [key, field] of Object.entries(fields)) {
        if (field.extension !== undefined) expect(rows[field.extension]?.key).toBe(key);
      }
    }
  });
});

describe('whatever comes', () => {
  test('nothing throws, nothing is lost in JSON, and the same gives the same', () => {
    const reports = ['alarm_report', 'event_report', 'modbus', 'report_temper_data'] as const;
    const param = fc.dictionary(
      fc.constantFrom(
        'alarm_type',
        'type',
        'status',
        'time',
        'channel_id',
        'event',
        'extends',
        'x',
      ),
      fc.oneof(
        fc.jsonValue(),
        fc.constantFrom('motion_detection', 'start', 1, '__proto__', '2026-03-04 00:00:00'),
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...reports), fc.array(param, { maxLength: 4 }), (report, all) => {
        const one = new DeviceBench();
        const other = new DeviceBench();
        for (const body of all.map((each) => ({ param: each }) as never)) {
          let changes: unknown;
          try {
            changes = told(one.push(report, body));
          } catch (error) {
            expect(error).toHaveProperty('faults');
            continue;
          }
          expect(told(other.push(report, body))).toEqual(changes);
          other.restart();
        }
        expect(other.record).toEqual(restarted(one.record));
      }),
    );
  });

  test('every known type stays known in any case', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...Object.keys(alarmRows)),
        fc.infiniteStream(fc.boolean()),
        (key, up) => {
          const mixed = [...key].map((letter) => (up.next().value ? letter.toUpperCase() : letter));
          expect(alarmOf(mixed.join(''))?.key).toBe(key);
        },
      ),
    );
  });
});
