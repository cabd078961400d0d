import type { ReportName } from '../spec/reports.ts';
import { gbk } from './gbk.ts';
import { encodeTlv, type TlvRecord, type TlvStyle } from './tlv.ts';

/** One push before it is sent: what a camera puts into the request. */
export interface Push {
  readonly report: ReportName | undefined;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Ways in which firmware departs from the document (protocol §2, what is marked field). */
export interface ReportQuirks {
  /** names in GBK, the charset says utf-8 all the same */
  readonly gbk?: boolean;
  /** status as number or as its digits in text; without it old sends words, JES numbers */
  readonly status?: 'number' | 'digits' | 'word';
  readonly extension?: 'plain' | 'base64';
  readonly picture?: 'data_url' | 'line_breaks' | 'word';
  /** the heartbeat by POST */
  readonly keepalivePost?: boolean;
  /** with the faults of the document's own samples: they are no JSON */
  readonly asPrinted?: boolean;
  /** leaves `User-Identify` out */
  readonly anonymous?: boolean;
  readonly tlv?: TlvStyle;
}

export type Status = 'start' | 'stop' | 'pulse';

/** Who pushes. */
export interface Sender {
  readonly id: string;
  readonly name: string;
}

/** The paths as the vendor writes them; the bridge's rows have them in lower case. */
export const paths = {
  keepalive: '/v1/device/keepalive',
  alarm_report: '/v1/uns/reviceMonitorPointRecord/alarm_report',
  event_report: '/v1/device/event_report',
  tlv_report: '/v1/device/tlv_report',
  modbus: '/rs/env/reportData.do',
  report_temper_data: '/v1/uns/reviceMonitorPointRecord/report_temper_data',
  snap_report: '/v1/device/snap_report',
} as const satisfies Readonly<Record<ReportName, string>>;

const NUMBERS: Readonly<Record<Status, number>> = { stop: 0, start: 1, pulse: 2 };

export interface Keepalive {
  readonly channel: number;
  readonly time: string;
}

export function keepalive(from: Sender, at: Keepalive, quirks: ReportQuirks = {}): Push {
  const param = {
    deviceId: from.id,
    channelNum: at.channel,
    deviceName: from.name,
    time: at.time,
  };
  const method = quirks.keepalivePost === true ? 'POST' : 'GET';
  return json('keepalive', from, JSON.stringify({ method: '', param }), quirks, method);
}

/** What old and JES alarms have in common. */
export interface Alarm {
  readonly type: string;
  /** any other text or number is sent as it is */
  readonly status: Status | (string & {}) | number;
  readonly time: string;
  readonly channel: number;
  readonly label: string;
  readonly picture?: Buffer;
  readonly extension?: object;
}

export function alarmReport(
  from: Sender,
  alarm: Alarm & { readonly uuid: string },
  quirks: ReportQuirks = {},
): Push {
  const param = {
    device_id: from.id,
    device_name: from.name,
    channel_id: alarm.channel,
    alarm_type: alarm.type,
    time: alarm.time,
    status: status(alarm.status, quirks.status ?? 'word'),
    jpeg_base64: picture(alarm.picture, quirks),
    alarm_uuid: alarm.uuid,
    alarm_msg: alarm.label,
    extends: extension(alarm.extension, quirks),
  };
  return json('alarm_report', from, JSON.stringify({ method: 'alarm_report', param }), quirks);
}

export function eventReport(
  from: Sender,
  alarm: Alarm & { readonly channelType: number; readonly event: number },
  quirks: ReportQuirks = {},
): Push {
  const param = {
    device_id: from.id,
    device_name: from.name,
    channel_type: alarm.channelType,
    channel_id: alarm.channel,
    event: alarm.event,
    type: alarm.type,
    typeName: alarm.label,
    time: alarm.time,
    status: status(alarm.status, quirks.status ?? 'number'),
    extern: extension(alarm.extension, quirks),
    jpeg_base64: picture(alarm.picture, quirks),
  };
  const text = JSON.stringify({ method: 'event_report', param });
  return json('event_report', from, quirks.asPrinted === true ? `${text}}` : text, quirks);
}

export function tlvReport(
  from: Sender,
  records: readonly TlvRecord[],
  quirks: ReportQuirks = {},
): Push {
  return {
    report: 'tlv_report',
    method: 'POST',
    path: paths.tlv_report,
    headers: identity(from, quirks),
    body: encodeTlv(records, { ...quirks.tlv, ...(quirks.gbk === true ? { gbk: true } : {}) }),
  };
}

export interface Modbus {
  readonly time: string;
  /** by register number */
  readonly registers: Readonly<Record<number, number>>;
  /** 0 below its minimum, 1 above its maximum; no object at all without it */
  readonly limits?: Readonly<Record<number, 0 | 1>>;
}

export function modbus(from: Sender, values: Modbus, quirks: ReportQuirks = {}): Push {
  const at = (numbers: Readonly<Record<number, number>>) =>
    JSON.stringify(
      Object.fromEntries(
        Object.entries(numbers).map(([register, value]) => [`@${register}`, value]),
      ),
    );
  const head = `{"deviceNo":${JSON.stringify(from.id)},"time":"${values.time}","data":${at(values.registers)}`;
  const comma = quirks.asPrinted === true ? ' ' : ',';
  const tail = values.limits === undefined ? '' : `${comma}"alarm":${at(values.limits)}`;
  return json('modbus', from, `${head}${tail}}`, quirks);
}

export interface Rectangle {
  readonly id: number;
  readonly name: string;
  /** °C */
  readonly temperature: number;
  readonly threshold: number;
}

export function temperature(
  from: Sender,
  values: { readonly channel: number; readonly rectangles: readonly Rectangle[] },
  quirks: ReportQuirks = {},
): Push {
  const param = {
    device_id: from.id,
    device_name: from.name,
    channel_id: values.channel,
    temper_rect: values.rectangles.map(({ id, name, temperature: temper, threshold }) => ({
      id,
      name,
      temper,
      over_threshold: threshold,
    })),
  };
  return json(
    'report_temper_data',
    from,
    JSON.stringify({ method: 'report_temper_data', param }),
    quirks,
  );
}

export interface Snapshot {
  readonly mid: number;
  readonly fileName: string;
  readonly picture: Buffer;
}

export function snapshot(from: Sender, shot: Snapshot, quirks: ReportQuirks = {}): Push {
  const base64 = picture(shot.picture, quirks);
  const param = {
    deviceID: from.id,
    deviceName: from.name,
    name: shot.fileName,
    jpegBase64: base64,
  };
  const text =
    quirks.asPrinted === true
      ? `{ "mid" :${shot.mid}, "method" : "snap_report" "param{ "deviceID": "${from.id}" "deviceName" : "${from.name}" "name": "${shot.fileName}", "jpegBase64": "${base64}" }}`
      : JSON.stringify({ mid: shot.mid, method: 'snap_report', param });
  return json('snap_report', from, text, quirks);
}

function json(
  report: ReportName,
  from: Sender,
  text: string,
  quirks: ReportQuirks,
  method: 'GET' | 'POST' = 'POST',
): Push {
  return {
    report,
    method,
    path: paths[report],
    headers: { 'Content-Type': 'application/json;charset=utf-8', ...identity(from, quirks) },
    body: quirks.gbk === true ? gbk(text) : Buffer.from(text),
  };
}

function identity(from: Sender, quirks: ReportQuirks): Record<string, string> {
  return quirks.anonymous === true ? {} : { 'User-Identify': from.id };
}

function status(
  value: string | number,
  form: NonNullable<ReportQuirks['status']>,
): string | number {
  if (value !== 'start' && value !== 'stop' && value !== 'pulse') return value;
  if (form === 'word') return value;
  return form === 'number' ? NUMBERS[value] : String(NUMBERS[value]);
}

function extension(value: object | undefined, quirks: ReportQuirks): string | object {
  if (value === undefined) return '';
  return quirks.extension === 'plain'
    ? value
    : Buffer.from(JSON.stringify(value)).toString('base64');
}

/** Lines of 76 characters, as MIME has them (RFC 2045 §6.8). */
const LINE = /.{76}/g;

function picture(bytes: Buffer | undefined, quirks: ReportQuirks): string {
  if (quirks.picture === 'word') return 'jpeg_base64';
  const base64 = bytes?.toString('base64') ?? '';
  if (base64 === '') return '';
  if (quirks.picture === 'data_url') return `data:image/jpeg;base64,${base64}`;
  return quirks.picture === 'line_breaks' ? base64.replace(LINE, '$&\r\n') : base64;
}
