import { readExtension } from '../decode/extension.ts';
import type {
  DecodedJson,
  DecodedReport,
  DecodedTlv,
  DecodedUnknown,
  Fault,
  FieldsOf,
  JsonObject,
  JsonReportName,
} from '../decode/report.ts';
import { type FieldRow, reports } from '../spec/reports.ts';
import { DEVICE_CHANNEL } from './channel.ts';
import type { DomainEvent, Normalized } from './event.ts';
import { toJson } from './json.ts';
import { cut, limits } from './limits.ts';
import { alarmReport, eventReport } from './normalize-alarm.ts';
import { type NormalizeContext, reportMoment } from './normalize-context.ts';
import { heartbeat, modbus, snapshot, temperature } from './normalize-readings.ts';
import { tlvReport } from './normalize-tlv.ts';
import { unknownInJson } from './unknown.ts';

export type { NormalizeContext } from './normalize-context.ts';

type Readers = {
  readonly [R in JsonReportName]: (
    fields: FieldsOf<R>,
    context: NormalizeContext,
  ) => readonly DomainEvent[];
};

/** How each JSON report becomes events. */
const readers: Readers = {
  keepalive: heartbeat,
  alarm_report: alarmReport,
  event_report: eventReport,
  modbus,
  report_temper_data: temperature,
  snap_report: snapshot,
};

/**
 * One decoded report as domain events. Pure: time, settings and what is known of the device are
 * arguments. Never throws.
 */
export function normalize(report: DecodedReport, context: NormalizeContext): Normalized {
  const { deviceId, fingerprint } = context;
  const { method, repaired } = report;
  const faults = [...report.faults, ...extensionFaults(report)];
  const base = { deviceId, method, faults, repaired, fingerprint };
  if (report.kind === 'unknown') {
    return {
      ...base,
      events: [unknownReport(report, context)],
      report: () => whole(report, faults, report.json),
    };
  }
  const { generation } = reports[report.report];
  const made = generation === 'both' ? {} : { generation };
  if (report.kind === 'tlv') {
    const events = tlvReport(report.records, context);
    return { ...base, ...made, events, report: () => whole(report, faults, tlvJson(report)) };
  }
  const name = deviceNameOf(report);
  return {
    ...base,
    ...made,
    ...(name ? { deviceName: name } : {}),
    events: [...jsonEvents(report, context), ...unknownInJson(report, placeOf(context))],
    report: () => whole(report, faults, report.json),
  };
}

function jsonEvents(report: DecodedJson, context: NormalizeContext): readonly DomainEvent[] {
  // report.report tells which fields it has: one pair of a type that TypeScript cannot pair up
  const read = readers[report.report] as (
    fields: DecodedJson['fields'],
    context: NormalizeContext,
  ) => readonly DomainEvent[];
  return read(report.fields, context);
}

/** Extension data that is JSON, but not what its rows say. */
function extensionFaults(report: DecodedReport): readonly Fault[] {
  if (report.kind !== 'json' || !('extension' in report.fields)) return [];
  const rows: Readonly<Record<string, FieldRow>> = reports[report.report].fields;
  const { faults } = readExtension(report.fields.extension ?? {});
  return faults.map(({ where, problem }) => ({
    where: `${rows.extension?.at ?? ''}${where}`,
    problem,
  }));
}

function deviceNameOf(report: DecodedJson): string | undefined {
  if (!('device_name' in report.fields)) return undefined;
  return cut(report.fields.device_name?.trim() ?? '', limits.name) || undefined;
}

function unknownReport(report: DecodedUnknown, context: NormalizeContext): DomainEvent {
  const { method, json } = report;
  return { ...placeOf(context), kind: 'unknown', what: 'report', name: method, data: json };
}

function placeOf(context: NormalizeContext) {
  return {
    moment: reportMoment(undefined, context),
    channel: DEVICE_CHANNEL,
    origin: 'unknown',
  };
}

/** For `report/<method>`: everything, binary content by its length. */
function whole(report: DecodedReport, faults: readonly Fault[], content: JsonObject): JsonObject {
  const { method, repaired } = report;
  const listed = faults.map(({ where, problem }) => ({ where, problem }));
  return { method, report: report.report ?? null, repaired, faults: listed, content };
}

function tlvJson(report: DecodedTlv): JsonObject {
  return {
    records: report.records.map(({ layer, offset, items }) => ({
      layer,
      offset,
      items: items.map(({ tag, name, length, value, key, unit }) => ({
        tag: `0x${tag.toString(16).toUpperCase()}`,
        name,
        length,
        value: toJson(value),
        ...(key === undefined ? {} : { key }),
        ...(unit === undefined ? {} : { unit }),
      })),
    })),
  };
}
