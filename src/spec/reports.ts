/**
 * The seven reports a device pushes (protocol §2): where each comes in, and which fields its JSON has.
 * Adding a report is one row here and one fixture under `test/fixtures/reports/`.
 */

import type { EnumName } from './enums.ts';

/** How the JSON decoder reads a field; each has one reader in `decode/fields.ts`. */
export type FieldType =
  /** a string; a number is taken as its digits */
  | 'text'
  /** a whole number; a string of digits is taken too */
  | 'integer'
  /** any finite number; a numeric string is taken too */
  | 'number'
  /** `YYYY-MM-DD hh:mm:ss`, the camera's wall clock (protocol §1 "Times") */
  | 'wall_time'
  /** base64 of a JPEG or PNG, in every form of protocol §2 */
  | 'picture'
  /** base64(JSON) or plain JSON (protocol §2 "Extension data") */
  | 'extension'
  /** `start` / `stop` / `pulse`, or 0 stop, 1 start, 2 pulse as number or text (protocol §2) */
  | 'status'
  /** an object `{"@n": number}`: modbus registers */
  | 'registers'
  /** an array of thermal rectangles (`rectangleFields`) */
  | 'rectangles';

/** One field: where it stands (JSON pointer, RFC 6901) and how to read it. */
export interface FieldRow {
  readonly at: string;
  readonly type: FieldType;
  /** whose values it has */
  readonly enumeration?: EnumName;
}

export interface ReportRow {
  /** the path below the camera's base address, lower case, without a trailing slash */
  readonly path: string;
  /** what the answer's `method` says */
  readonly method: string;
  /** the HTTP methods it comes by; others are taken too and noted as a quirk */
  readonly verbs: readonly ('GET' | 'POST')[];
  /** which firmware sends it: the old architecture, JES, or both */
  readonly generation: 'old' | 'jes' | 'both';
  readonly body: 'json' | 'tlv';
  /** it says enough by coming: proxies may drop the body of a GET (RFC 9110 §9.3.1) */
  readonly mayBeEmpty?: true;
  /** the fields of a JSON body; `device_id` is the id of protocol §2's table */
  readonly fields: Readonly<Record<string, FieldRow>>;
}

export const rectangleFields = {
  id: { at: '/id', type: 'integer' },
  name: { at: '/name', type: 'text' },
  temperature: { at: '/temper', type: 'number' },
  threshold: { at: '/over_threshold', type: 'number' },
} as const satisfies Readonly<Record<string, FieldRow>>;

export const reports = {
  keepalive: {
    path: '/v1/device/keepalive',
    method: 'keepalive',
    verbs: ['GET', 'POST'],
    generation: 'both',
    body: 'json',
    mayBeEmpty: true,
    fields: {
      device_id: { at: '/param/deviceId', type: 'text' },
      device_name: { at: '/param/deviceName', type: 'text' },
      channel: { at: '/param/channelNum', type: 'integer' },
      time: { at: '/param/time', type: 'wall_time' },
    },
  },
  alarm_report: {
    path: '/v1/uns/revicemonitorpointrecord/alarm_report',
    method: 'alarm_report',
    verbs: ['POST'],
    generation: 'old',
    body: 'json',
    fields: {
      device_id: { at: '/param/device_id', type: 'text' },
      device_name: { at: '/param/device_name', type: 'text' },
      channel: { at: '/param/channel_id', type: 'integer' },
      type: { at: '/param/alarm_type', type: 'text' },
      time: { at: '/param/time', type: 'wall_time' },
      status: { at: '/param/status', type: 'status', enumeration: 'alarm_status' },
      picture: { at: '/param/jpeg_base64', type: 'picture' },
      uuid: { at: '/param/alarm_uuid', type: 'text' },
      label: { at: '/param/alarm_msg', type: 'text' },
      extension: { at: '/param/extends', type: 'extension' },
    },
  },
  event_report: {
    path: '/v1/device/event_report',
    method: 'event_report',
    verbs: ['POST'],
    generation: 'jes',
    body: 'json',
    fields: {
      device_id: { at: '/param/device_id', type: 'text' },
      device_name: { at: '/param/device_name', type: 'text' },
      channel_type: {
        at: '/param/channel_type',
        type: 'integer',
        enumeration: 'channel_type',
      },
      channel: { at: '/param/channel_id', type: 'integer' },
      event: { at: '/param/event', type: 'integer' },
      type: { at: '/param/type', type: 'text' },
      label: { at: '/param/typeName', type: 'text' },
      time: { at: '/param/time', type: 'wall_time' },
      status: { at: '/param/status', type: 'status', enumeration: 'alarm_status' },
      extension: { at: '/param/extern', type: 'extension' },
      picture: { at: '/param/jpeg_base64', type: 'picture' },
    },
  },
  tlv_report: {
    path: '/v1/device/tlv_report',
    method: 'tlv_report',
    verbs: ['POST'],
    generation: 'jes',
    body: 'tlv',
    fields: {},
  },
  modbus: {
    path: '/rs/env/reportdata.do',
    method: 'reportData.do',
    verbs: ['POST'],
    generation: 'old',
    body: 'json',
    fields: {
      device_id: { at: '/deviceNo', type: 'text' },
      time: { at: '/time', type: 'wall_time' },
      registers: { at: '/data', type: 'registers' },
      limits: { at: '/alarm', type: 'registers' },
    },
  },
  report_temper_data: {
    path: '/v1/uns/revicemonitorpointrecord/report_temper_data',
    method: 'report_temper_data',
    verbs: ['POST'],
    generation: 'old',
    body: 'json',
    fields: {
      device_id: { at: '/param/device_id', type: 'text' },
      device_name: { at: '/param/device_name', type: 'text' },
      channel: { at: '/param/channel_id', type: 'integer' },
      rectangles: { at: '/param/temper_rect', type: 'rectangles' },
    },
  },
  snap_report: {
    path: '/v1/device/snap_report',
    method: 'snap_report',
    verbs: ['POST'],
    generation: 'old',
    body: 'json',
    fields: {
      device_id: { at: '/param/deviceID', type: 'text' },
      device_name: { at: '/param/deviceName', type: 'text' },
      mid: { at: '/mid', type: 'text' },
      file_name: { at: '/param/name', type: 'text' },
      picture: { at: '/param/jpegBase64', type: 'picture' },
    },
  },
} as const satisfies Readonly<Record<string, ReportRow>>;

/** The key of a report's row. */
export type ReportName = keyof typeof reports;
