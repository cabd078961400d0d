import { describe, expect, it } from 'vitest';
import { gbk } from '../../src/simulator/gbk.ts';
import * as reports from '../../src/simulator/reports.ts';
import { reports as rows } from '../../src/spec/reports.ts';

const from = { id: '12421HHTCS', name: 'HD IPC' };
const alarm = {
  type: 'ebike_detection',
  status: 'start',
  time: '2021-07-16 00:00:00',
  channel: 1,
  label: 'msg',
} as const;
const text = (push: reports.Push) => push.body.toString();

describe('what each report looks like, as the vendor prints it', () => {
  it.each(Object.entries(reports.paths))("%s goes to the vendor's own path", (report, path) => {
    expect(path.toLowerCase()).toBe(rows[report as keyof typeof rows].path);
  });

  it('keepalive', () => {
    const push = reports.keepalive(from, { channel: 0, time: '2021-07-16 00:00:00' });
    expect(push.method).toBe('GET');
    expect(text(push)).toBe(
      '{"method":"","param":{"deviceId":"12421HHTCS","channelNum":0,"deviceName":"HD IPC","time":"2021-07-16 00:00:00"}}',
    );
  });

  it('alarm', () => {
    const push = reports.alarmReport(from, {
      ...alarm,
      uuid: 'XXXXXXX',
      picture: Buffer.from('jpeg'),
      extension: { a: 1 },
    });
    expect(push.path).toBe('/v1/uns/reviceMonitorPointRecord/alarm_report');
    expect(push.headers).toEqual({
      'Content-Type': 'application/json;charset=utf-8',
      'User-Identify': '12421HHTCS',
    });
    expect(text(push)).toBe(
      '{"method":"alarm_report","param":{"device_id":"12421HHTCS","device_name":"HD IPC","channel_id":1,"alarm_type":"ebike_detection","time":"2021-07-16 00:00:00","status":"start","jpeg_base64":"anBlZw==","alarm_uuid":"XXXXXXX","alarm_msg":"msg","extends":"eyJhIjoxfQ=="}}',
    );
  });

  it('event', () => {
    const push = reports.eventReport(from, { ...alarm, channelType: 0, event: 1 });
    expect(text(push)).toBe(
      '{"method":"event_report","param":{"device_id":"12421HHTCS","device_name":"HD IPC","channel_type":0,"channel_id":1,"event":1,"type":"ebike_detection","typeName":"msg","time":"2021-07-16 00:00:00","status":1,"extern":"","jpeg_base64":""}}',
    );
  });

  it('modbus', () => {
    const values = { time: '2021-12-01 10:30:49', registers: { 0: 7, 1: 0 } };
    const head = '{"deviceNo":"12421HHTCS","time":"2021-12-01 10:30:49","data":{"@0":7,"@1":0}';
    expect(text(reports.modbus(from, values))).toBe(`${head}}`);
    expect(text(reports.modbus(from, { ...values, limits: {} }))).toBe(`${head},"alarm":{}}`);
    expect(text(reports.modbus(from, { ...values, limits: { 0: 1 } }))).toBe(
      `${head},"alarm":{"@0":1}}`,
    );
  });

  it('temperature', () => {
    const rectangles = [{ id: 0, name: 'rect 1', temperature: 30.1, threshold: 100 }];
    expect(text(reports.temperature(from, { channel: 1, rectangles }))).toBe(
      '{"method":"report_temper_data","param":{"device_id":"12421HHTCS","device_name":"HD IPC","channel_id":1,"temper_rect":[{"id":0,"name":"rect 1","temper":30.1,"over_threshold":100}]}}',
    );
  });

  it('snapshot', () => {
    const shot = { mid: 2, fileName: 'T01140300.jpg', picture: Buffer.from('jpeg') };
    expect(text(reports.snapshot(from, shot))).toBe(
      '{"mid":2,"method":"snap_report","param":{"deviceID":"12421HHTCS","deviceName":"HD IPC","name":"T01140300.jpg","jpegBase64":"anBlZw=="}}',
    );
  });
});

describe('quirks', () => {
  it("has the faults of the document's own samples", () => {
    const quirks = { asPrinted: true };
    const event = text(reports.eventReport(from, { ...alarm, channelType: 0, event: 0 }, quirks));
    expect(event.endsWith('}}}')).toBe(true);
    expect(() => JSON.parse(event.slice(0, -1))).not.toThrow();
    const values = { time: '', registers: { 0: 0 }, limits: { 0: 0 } } as const;
    expect(text(reports.modbus(from, values, quirks))).toContain('{"@0":0} "alarm":{"@0":0}}');
    const shot = { mid: 2, fileName: 'T01140300.jpg', picture: Buffer.from('jpeg') };
    expect(text(reports.snapshot(from, shot, quirks))).toBe(
      '{ "mid" :2, "method" : "snap_report" "param{ "deviceID": "12421HHTCS" "deviceName" : "HD IPC" "name": "T01140300.jpg", "jpegBase64": "anBlZw==" }}',
    );
  });

  it.each([
    [{ status: 'digits' }, 'status', '2'],
    [{ status: 'number' }, 'status', 2],
    [{ extension: 'plain' }, 'extends', { a: 1 }],
    [{ picture: 'data_url' }, 'jpeg_base64', `data:image/jpeg;base64,${'anBl'.repeat(30)}`],
    [{ picture: 'line_breaks' }, 'jpeg_base64', `${'anBl'.repeat(19)}\r\n${'anBl'.repeat(11)}`],
    [{ picture: 'word' }, 'jpeg_base64', 'jpeg_base64'],
  ] as const)('%j', (quirks, field, expected) => {
    const push = reports.alarmReport(
      from,
      {
        ...alarm,
        status: 'pulse',
        uuid: 'u',
        picture: Buffer.from('jpe'.repeat(30)),
        extension: { a: 1 },
      },
      quirks,
    );
    expect(JSON.parse(text(push)).param[field]).toEqual(expected);
  });

  it('sends placeholders as they are', () => {
    const push = reports.alarmReport(from, { ...alarm, status: 'start,stop,pulse', uuid: 'u' });
    expect(JSON.parse(text(push)).param.status).toBe('start,stop,pulse');
  });

  it('posts a heartbeat, and says nothing of itself in the header', () => {
    const quirks = { keepalivePost: true, anonymous: true };
    const push = reports.keepalive(from, { channel: 0, time: '' }, quirks);
    expect(push.method).toBe('POST');
    expect(push.headers).not.toHaveProperty('User-Identify');
  });

  it('writes GBK that reads back, a backslash as second byte included', () => {
    const name = '大门 北侧 誠';
    const push = reports.keepalive({ id: 'x', name }, { channel: 0, time: '' }, { gbk: true });
    expect(new TextDecoder('gb18030', { fatal: true }).decode(push.body)).toContain(name);
    expect(gbk('誠')).toEqual(Buffer.from([0xd5, 0x5c]));
    expect(gbk('a🙂')).toEqual(Buffer.from('a?'));
  });
});
