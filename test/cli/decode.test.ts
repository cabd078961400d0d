import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCapture } from '../../src/cli/decode/capture.ts';
import { guess } from '../../src/cli/decode/guess.ts';
import { decode } from '../../src/cli/decode.ts';
import { tagNumber } from '../../src/spec/tags.ts';
import { frame, hexFixture, item, record } from '../support/tlv.ts';

const jpeg = Buffer.concat([
  Buffer.of(255, 216, 255),
  Buffer.alloc(3_000, 0x41),
  Buffer.of(255, 217),
]);

const extension = {
  plate_no: '京J66666',
  plate_type: 2,
  vehicle_color: 99,
  entry_type: 'whitelist',
};
const event = {
  method: 'event_report',
  param: {
    device_id: '12221S55G3X8',
    device_name: 'gate',
    channel_type: 1,
    channel_id: 0,
    event: 1,
    type: 'dual_parking_occupied',
    typeName: 'occupied',
    time: '2024-01-01 08:08:00',
    status: 1,
    extern: Buffer.from(JSON.stringify(extension)).toString('base64'),
    jpeg_base64: jpeg.toString('base64'),
  },
};
const keepalive = {
  method: '',
  param: { deviceId: '12421HHTCS', channelNum: 0, deviceName: 'cam', time: '2021-07-16 00:00:00' },
};

interface Output {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(args: readonly string[], input?: Buffer): Promise<Output> {
  const io = {
    stdout: new PassThrough(),
    stderr: new PassThrough(),
    stdin: Readable.from([input]),
  };
  const code = await decode([...args], io);
  io.stdout.end();
  io.stderr.end();
  return { code, out: await text(io.stdout), err: await text(io.stderr) };
}

const decoded = (body: Buffer | string | object, ...options: readonly string[]) =>
  run([...options, '-'], toBytes(body));

function toBytes(body: Buffer | string | object): Buffer {
  if (Buffer.isBuffer(body)) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

/** The line of a value, its columns parted by one space. */
function lineOf(out: string, name: string): string | undefined {
  const lines = out.split('\n').map((line) => line.trim().replaceAll(/ +/g, ' '));
  return lines.find((line) => line.split(' ').includes(name));
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jvs2mqtt-decode-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('decode, of TLV', () => {
  it('prints offset, name, length and value of each tag, from a file', async () => {
    const file = join(folder, 'face.bin');
    await writeFile(file, hexFixture('face'));
    const { code, out, err } = await run([file]);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^report {4}tlv_report, 307 bytes\ndevice {4}12221S55G3X8\n/);
    expect(lineOf(out, 'META')).toBe('@0 META 299 bytes metadata');
    expect(lineOf(out, 'TARGET')).toBe('@8 TARGET 4 bytes 1 = face');
    expect(lineOf(out, 'PTS')).toBe('@68 PTS 8 bytes 2024-01-01 08:08:00');
    expect(lineOf(out, 'FACE_AGEGROUP')).toBe('@191 FACE_AGEGROUP 1 byte 34 years');
    expect(lineOf(out, 'FACE_TEMPERATURE')).toBe('@219 FACE_TEMPERATURE 2 bytes 36.75 °C');
    expect(lineOf(out, 'TAG_0x1000E')).toMatch(/4 bytes de ad be ef \(a tag that no row knows\)$/);
    expect(lineOf(out, 'TAG_0x1F000')).toContain('"/dev/sda/20221013/A011173757.jpg"');
  });

  it('prints faults with their places, and letters that no row knows', async () => {
    const overrun = await decoded(hexFixture('overrun'));
    expect(overrun.out).toContain(
      '\nfaults\n  META[0]/OBJ_PIC @32: says 4096 bytes, 8 are there\n',
    );
    expect(lineOf(overrun.out, 'HUMAN_QUEUE_LENGTH')).toBe(
      '@68 HUMAN_QUEUE_LENGTH 4 bytes 4 people',
    );
    const several = await decoded(hexFixture('several'));
    expect(lineOf(several.out, 'STAT')).toBe('@174 STAT 9 bytes letters that no row knows');
    expect(several.out).toContain('not named in it');
  });

  it('prints bytes beside values by --hex, but never a picture', async () => {
    const body = record('META', item('TARGET', 1), frame(tagNumber('SNAPSHOT'), jpeg));
    const { out } = await decoded(body, '--hex');
    expect(lineOf(out, 'TARGET')).toContain('[00 00 00 01]');
    expect(lineOf(out, 'SNAPSHOT')).toBe('@20 SNAPSHOT 3,005 bytes JPEG of 3,005 bytes');
    expect(out).not.toContain('41 41');
  });

  it('prints no more of long bytes than their head', async () => {
    const { out } = await decoded(record('META', frame(0x77, Buffer.alloc(5_000, 0xab))));
    expect(lineOf(out, 'TAG_0x77')).toContain(`${'ab '.repeat(32)}…`);
    expect(out.length).toBeLessThan(500);
  });

  it('prints one line of JSON by --json', async () => {
    const body = record('META', item('OBJ_ID', '18446744073709551615'), frame(9, jpeg));
    const { out } = await decoded(body, '--json');
    const { records } = JSON.parse(out);
    expect(records[0].items).toMatchObject([
      { name: 'OBJ_ID', offset: 8, value: '18446744073709551615' },
      { name: 'OBJ_PIC', offset: 24, value: { format: 'jpeg', bytes: 3_005 } },
    ]);
    expect(out.trimEnd()).not.toContain('\n');
  });
});

describe('decode, of JSON', () => {
  it('prints each field with its pointer, extension data in words, pictures by size', async () => {
    const { code, out } = await decoded(event);
    expect(code).toBe(0);
    expect(out).toMatch(/^report {4}event_report, /);
    expect(lineOf(out, '/param/time')).toBe('/param/time time 2024-01-01 08:08:00');
    expect(lineOf(out, '/param/status')).toBe('/param/status status "start"');
    expect(lineOf(out, '/param/channel_type')).toContain('1 = external_input');
    expect(lineOf(out, 'plate_type')).toBe('plate_type 2 = small_vehicle');
    expect(lineOf(out, 'vehicle_color')).toBe('vehicle_color 99 = Unknown (99)');
    expect(lineOf(out, 'entry_type')).toBe('entry_type "whitelist" = whitelist');
    expect(lineOf(out, '/param/jpeg_base64')).toContain('JPEG of 3,005 bytes');
    for (const form of [[], ['--json']]) {
      expect((await decoded(event, ...form)).out).not.toContain('QUFBQUFB');
    }
  });

  it('says that it was repaired', async () => {
    const broken = '{"deviceNo":"1","time":"2021-12-01 10:30:49","data":{"@0":5} "alarm":{"@0":1}}';
    const { out } = await decoded(broken);
    expect(out).toContain('report    modbus, ');
    expect(out).toContain('repaired');
    expect(lineOf(out, '/data')).toBe('/data registers {"0":5}');
  });

  it('never writes control characters to the terminal', async () => {
    const evil = '\u001b[2J\u009b31m\u202e';
    const reports = [
      { ...event, param: { ...event.param, device_name: evil, device_id: evil, [evil]: evil } },
      { method: evil, param: { [evil]: evil } },
    ];
    for (const report of reports) {
      const { out } = await decoded(report);
      expect(out).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
      expect(out).toContain('\\u001b[2J\\u009b31m\\u202e');
      const json = await decoded(report, '--json');
      expect(json.out).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
      expect(JSON.stringify(JSON.parse(json.out))).toContain('\\u001b[2J\u009b31m\u202e');
    }
    const { out } = await decoded(record('META', item('OBJ_NAME', evil)));
    expect(out).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
  });
});

describe('decode, of a recorded connection', () => {
  const request = (line: string, body: Buffer, ...headers: readonly string[]) =>
    Buffer.concat([Buffer.from([line, ...headers, '', ''].join('\r\n')), body]);
  const length = (body: Buffer) => `Content-Length: ${body.length}`;
  const json = toBytes(keepalive);
  const get = 'GET /cameras//v1/device/keepalive HTTP/1.1';
  const answer = Buffer.from('HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\n{}');

  it('takes the report from the path, the sender from the header', async () => {
    const { out } = await decoded(request(get, json, length(json), 'User-Identify: 12421HHTCS'));
    expect(out).toContain('request   GET /cameras//v1/device/keepalive\n');
    expect(out).toContain('sender    12421HHTCS (User-Identify)\n');
    expect(out).toContain('report    keepalive, ');
  });

  it('takes all requests, over the answers between them', async () => {
    const tlv = hexFixture('overrun');
    const chunks = [tlv.subarray(0, 10), tlv.subarray(10)].flatMap((chunk) => [
      Buffer.from(`${chunk.length.toString(16)}\r\n`),
      chunk,
      Buffer.from('\r\n'),
    ]);
    const chunked = Buffer.concat([...chunks, Buffer.from('0\r\n\r\n')]);
    const file = Buffer.concat([
      request(get, json, length(json)),
      answer,
      request('POST /v1/device/tlv_report HTTP/1.1', chunked, 'Transfer-Encoding: chunked'),
      answer,
    ]);
    const captures = readCapture(file);
    expect(captures.map(({ request }) => request?.verb)).toEqual(['GET', 'POST']);
    expect(captures.map(({ body }) => body)).toEqual([json, tlv]);
    const { out } = await decoded(file, '--json');
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).report),
    ).toEqual(['keepalive', 'tlv_report']);
  });

  it('tells of a body that is shorter than its header says', async () => {
    const { out } = await decoded(request(get, json, 'Content-Length: 5000'));
    expect(out).toContain(`framing   Content-Length says 5000, ${json.length} bytes are there\n`);
  });

  it('reads on where a capture has no Content-Length, or lines end with LF alone', async () => {
    expect(readCapture(request(get, json))[0]?.body).toEqual(json);
    const unix = Buffer.from(`${get}\nHost: x\n\n${json}`);
    expect(readCapture(unix)[0]?.body).toEqual(json);
  });

  it('says that there was no body', async () => {
    const { code, err } = await decoded(request(get, Buffer.alloc(0), 'Host: x'));
    expect([code, err]).toEqual([1, 'no request in it has a body\n']);
  });

  it('answers for every file', () => {
    const piece = fc.oneof(
      fc.constantFrom(get, '\r\n', '\r\n\r\n', 'Content-Length: 3\r\n', '{}', '0\r\n\r\n'),
      fc.constantFrom('Transfer-Encoding: chunked\r\n', 'ffffff\r\n', '2;x\r\nab\r\n', '-1\r\n'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const file = Buffer.from(pieces.join(''));
        const captures = readCapture(file);
        const bytes = captures.reduce((sum, { body }) => sum + body.length, 0);
        expect(bytes).toBeLessThanOrEqual(file.length);
        for (const { body } of captures) expect(guess(body).method).not.toBe('');
      }),
    );
  });
});

describe('decode, of what it is not told', () => {
  it.each([
    ['tlv_report', hexFixture('face')],
    ['tlv_report', Buffer.from('5758595800000000', 'hex')],
    ['tlv_report', record('WXYZ', frame(1, Buffer.alloc(4)))],
    ['event_report', toBytes(event)],
    ['keepalive', toBytes(keepalive)],
    ['modbus', Buffer.from('{"deviceNo":"1","time":"2021-12-01 10:30:49","data":{"@0":0}')],
    ['snap_report', Buffer.from('{"mid":2,"method" : "snap_report" "param{ "deviceID": "1"')],
    [undefined, Buffer.from('{"method":"people_count_report","param":{"device_id":"1"}}')],
    [undefined, Buffer.from('{"hello":"world"}')],
    [undefined, Buffer.from('some text')],
    [undefined, Buffer.alloc(0)],
  ])('it guesses %s', (report, body) => {
    expect(guess(body).report).toBe(report);
  });

  it('--method overrules, by row, method or path', async () => {
    const body = { deviceNo: '1', time: '2021-12-01 10:30:49', data: { '@0': 0 } };
    for (const named of ['modbus', 'reportData.do', '/x/rs/env/reportData.do']) {
      const { out } = await decoded(body, '--json', '--method', named);
      expect(JSON.parse(out).report).toBe('modbus');
    }
    const { out } = await decoded(body, '--method', 'my_report');
    expect(out).toContain('my_report, a report that no row knows');
  });
});

describe('decode, used wrongly', () => {
  it.each([[[]], [['a', 'b']], [['--nope', 'a']]])('%j shows the usage', async (args) => {
    const { code, out, err } = await run(args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain('Usage: jvs2mqtt decode');
  });

  it('--help shows it as well', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('Usage: jvs2mqtt decode');
  });

  it('names a file that is not there', async () => {
    const { code, err } = await run([join(folder, 'none')]);
    expect(code).toBe(2);
    expect(err).toContain('cannot read');
  });

  it('says why nothing of a body can be read', async () => {
    const { code, out } = await decoded('hello, this is no report', '--method', 'tlv_report');
    expect(code).toBe(1);
    expect(out).toContain('nothing of it can be read');
    expect(out).toContain('body @0: no record begins in the last 24 bytes');
    const json = await decoded('hello, this is no report', '--method', 'tlv_report', '--json');
    expect(JSON.parse(json.out)).toMatchObject({
      kind: 'unreadable',
      faults: [{ where: 'body @0' }],
    });
  });
});
