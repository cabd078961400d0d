import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  choice,
  type Format,
  type FormatName,
  formats,
  Refused,
} from '../../src/config/formats.ts';

const cwd = import.meta.dirname;
const check = (format: Format, value: unknown) => format.check(value, { cwd });

/** What each format takes and does not. */
const cases: Readonly<Record<FormatName, { takes: unknown[]; refuses: unknown[] }>> = {
  text: { takes: ['', 'a b', 'Вход', '门'], refuses: [1, true, 'a\nb', 'a\u0000', null, []] },
  header_text: { takes: ['jvs2mqtt', 'a b'], refuses: ['', 'a"b', 'a\\b', 'a\nb', 7] },
  host: {
    takes: ['::', '0.0.0.0', 'localhost', 'bridge_1.lan', '192.168.1.5', 'fe80::1'],
    refuses: ['', 'a b', 'http://x', 'a..b', '*', 5],
  },
  network: {
    takes: ['10.0.0.0/8', '192.168.1.4', 'fd00::/8', '::1', '0.0.0.0/0'],
    refuses: ['', '10.0.0.0/33', '10.0.0/8', '::1/129', 'proxy', '10.0.0.0/8/8', '1.2.3.4/-1', 10],
  },
  picture: { takes: ['snapshot', 'face'], refuses: ['', 'pictures', 1, null] },
  address: {
    takes: ['192.168.1.20', '::1', 'fe80::1'],
    refuses: ['', '192.168.1', '192.168.1.256', 'camera.lan', '10.0.0.0/8', 1],
  },
  port: { takes: [0, 1, 8780, 65_535], refuses: [-1, 65_536, 1.5, '80', Number.NaN, true] },
  bytes: {
    takes: [1, 16_777_216, '1', '500kB', '16MB', '2MiB', '1.5 MiB', '1gb'],
    refuses: [
      0,
      -1,
      1.5,
      '',
      'MB',
      '16 MX',
      '-1MB',
      '0.0001kB',
      '1e3',
      Number.POSITIVE_INFINITY,
      true,
    ],
  },
  seconds: { takes: [0, 0.25, 10], refuses: [-1, Number.NaN, Number.POSITIVE_INFINITY, '10'] },
  interval: { takes: [1, 60], refuses: [0, -1, 1.5, '60', Number.POSITIVE_INFINITY] },
  count: { takes: [1, 3], refuses: [0, -3, 2.5, '3'] },
  rate: { takes: [0, 0.5, 5], refuses: [-1, '5', Number.NaN] },
  digits: { takes: [0, 10], refuses: [-1, 11, 1.5, '1'] },
  number: { takes: [0, -1.5, 1e9], refuses: ['1', Number.NaN, Number.NEGATIVE_INFINITY, false] },
  boolean: { takes: [true, false], refuses: ['true', 'yes', 'on', 1, 0] },
  http_url: {
    takes: ['', 'http://192.168.1.10:8780', 'https://bridge.lan/cameras'],
    refuses: [
      '192.168.1.10:8780',
      'ftp://x',
      'mqtt://x',
      'http://',
      'http://u:p@x',
      'http://u@x',
      1,
    ],
  },
  mqtt_url: {
    takes: ['', 'mqtt://broker', 'mqtts://broker:8883', 'ws://b/mqtt', 'wss://b:443/mqtt'],
    refuses: ['broker', 'broker:1883', 'tcp://b', 'http://b', 'mqtt://', 'mqtt://u:p@b', 5],
  },
  topic: {
    takes: ['jvs2mqtt', 'home/cameras', '家/相机'],
    refuses: ['', '/a', 'a/', 'a//b', 'a/+/b', '#', '$SYS/a', 'a\u0000', 'x'.repeat(201), 5],
  },
  file: {
    takes: ['', 'formats.test.ts', import.meta.filename, '-----BEGIN CERTIFICATE-----\n…'],
    refuses: ['not-there.pem', '.', cwd, 1],
  },
  time_zone: {
    takes: ['Asia/Shanghai', 'Europe/Berlin', 'UTC'],
    refuses: ['', 'Europa/Berlin', 'Berlin', 8],
  },
  binary_sensor_class: { takes: ['motion', 'none'], refuses: ['temperature', 'Motion', '', 1] },
  register_class: {
    takes: ['temperature', 'door', 'none'],
    refuses: ['temprature', 'date', '', 1],
  },
};

describe.each(Object.entries(formats) as [FormatName, Format][])('%s', (name, format) => {
  test.each(cases[name].takes)('takes %j', (value) => {
    expect(check(format, value)).not.toBeInstanceOf(Refused);
  });

  test.each(cases[name].refuses)('refuses %j', (value) => {
    expect(check(format, value)).toBeInstanceOf(Refused);
  });

  test('never throws, and what it has taken it takes again', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const taken = check(format, value);
        if (!(taken instanceof Refused)) expect(check(format, taken)).toEqual(taken);
      }),
      { numRuns: 200 },
    );
  });

  test('reads every text of the environment, if only as that text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const value = format.read === undefined ? text : format.read(text);
        expect(['string', 'number', 'boolean']).toContain(typeof value);
      }),
    );
  });
});

test('bytes have units of a thousand and of 1024', () => {
  const sizes = ['1kB', '1KiB', '16MB', '16MiB', '1.5 MiB', '2b'];
  expect(sizes.map((size) => check(formats.bytes, size))).toEqual([
    1000, 1024, 16_000_000, 16_777_216, 1_572_864, 2,
  ]);
});

test('the environment says numbers and truth in words', () => {
  expect(['8780', ' 60 ', '0.25', '-1e3'].map((text) => formats.number.read?.(text))).toEqual([
    8780, 60, 0.25, -1000,
  ]);
  expect(['', 'abc', '0x10', '1,5'].map((text) => formats.number.read?.(text))).toEqual([
    '',
    'abc',
    '0x10',
    '1,5',
  ]);
  expect(
    ['true', 'FALSE', 'yes', 'constructor'].map((text) => formats.boolean.read?.(text)),
  ).toEqual([true, false, 'yes', 'constructor']);
});

test('a choice takes a number for its digits', () => {
  expect(check(choice(['auto', '5', '3.1.1']), 5)).toBe('5');
  expect(check(choice(['auto', '5', '3.1.1']), 3)).toBeInstanceOf(Refused);
});
