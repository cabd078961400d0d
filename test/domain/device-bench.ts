import { decodeReport } from '../../src/decode/decode.ts';
import { whole } from '../../src/decode/received.ts';
import type { JsonObject } from '../../src/decode/report.ts';
import type { Change } from '../../src/domain/change.ts';
import { applyReport, confirm, eliminateAll, newRecord, tick } from '../../src/domain/device.ts';
import type { Normalized } from '../../src/domain/event.ts';
import { fingerprint } from '../../src/domain/fingerprint.ts';
import { normalize } from '../../src/domain/normalize.ts';
import type { Policy } from '../../src/domain/policy.ts';
import { recentFrom } from '../../src/domain/recent.ts';
import type { AlarmRecord, DeviceRecord } from '../../src/domain/record.ts';
import { type ReportName, reports } from '../../src/spec/reports.ts';

/** 2026-03-04 00:00:00 UTC, where every test begins. */
export const START = Date.UTC(2026, 2, 4);

export const plainPolicy: Policy = {
  timeZone: 'UTC',
  lateAfter: 60_000,
  repeatWindow: 600_000,
  heartbeatInterval: 60,
  heartbeatsMissed: 3,
  silentAfter: undefined,
  mostEntities: 10_000,
  listeningSince: START,
  faceFeatures: false,
  alarms: [],
};

/** The smallest JPEG that passes for one: its first and last bytes. */
export const JPEG = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 2, 0xff, 0xd9]).toString('base64');

/** A device, its camera and the bridge's clock, without any of them. */
export class DeviceBench {
  record: DeviceRecord;
  policy: Policy;
  now = START;

  constructor(policy: Partial<Policy> = {}, id = '12221S55G3X8') {
    this.policy = { ...plainPolicy, ...policy };
    this.record = newRecord(id, START);
  }

  /** A wall clock in UTC, so many seconds from now. */
  wall(seconds = 0): string {
    return new Date(this.now + seconds * 1000).toISOString().slice(0, 19).replace('T', ' ');
  }

  read(report: ReportName, body: JsonObject | Buffer): Normalized {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const { method } = reports[report];
    return normalize(decodeReport({ report, method }, bytes), {
      deviceId: this.record.id,
      receivedAt: this.now,
      fingerprint: fingerprint(whole(bytes)),
      policy: this.policy,
      record: this.record,
    });
  }

  /** A push that nobody acknowledges. */
  lose(report: ReportName, body: JsonObject | Buffer): Change[] {
    const { now, policy } = this;
    return applyReport(this.record, this.read(report, body), { now, policy });
  }

  /** A push that the broker acknowledges. */
  push(report: ReportName, body: JsonObject | Buffer): Change[] {
    const normalized = this.read(report, body);
    const { now, policy } = this;
    const changes = applyReport(this.record, normalized, { now, policy });
    confirm(this.record, normalized);
    return changes;
  }

  alarmBody(param: JsonObject): JsonObject {
    return { param: { channel_id: 1, alarm_type: 'motion_detection', ...param } };
  }

  /** An `alarm_report` of now. */
  alarm(param: JsonObject): Change[] {
    return this.push('alarm_report', this.alarmBody({ time: this.wall(), ...param }));
  }

  heartbeat(param: JsonObject = {}): Change[] {
    return this.push('keepalive', { param: { channelNum: 0, time: this.wall(), ...param } });
  }

  pass(seconds: number): Change[] {
    this.now += seconds * 1000;
    return tick(this.record, this.now, this.policy);
  }

  eliminate(): Change[] {
    return eliminateAll(this.record, this.now);
  }

  stateOf(alarm = 'motion_detection', channel = '1'): AlarmRecord | undefined {
    return this.record.channels[channel]?.alarms[alarm];
  }

  /** What a restart of the bridge leaves of it. */
  restart(): void {
    this.record = restarted(this.record);
  }
}

/** A record as the store gives it back. */
export function restarted(record: DeviceRecord): DeviceRecord {
  const rest = JSON.parse(JSON.stringify({ ...record, recent: {} })) as DeviceRecord;
  return { ...rest, recent: recentFrom(record.recent) };
}

/** With all that they say made, so that two lists can be compared. */
export function told(changes: readonly Change[]): readonly unknown[] {
  return changes.map((one) => (one.change === 'report' ? { ...one, body: one.body() } : one));
}

/** A list of changes in short: `event motion_detection`, `alarm motion_detection ON live`. */
export function inShort(changes: readonly Change[]): string[] {
  return changes
    .filter((one) => one.change !== 'device' && one.change !== 'report')
    .map((one) => {
      switch (one.change) {
        case 'alarm':
          return `alarm ${one.alarm} ${one.state}${one.live ? ' live' : ''}`;
        case 'event':
          return `event ${one.type}${one.late ? ' late' : ''}`;
        case 'picture':
          return `picture ${one.image}${one.live ? ' live' : ''}`;
        case 'reading':
          return `reading ${one.reading}${one.index === undefined ? '' : `/${one.index}`}`;
        case 'availability':
          return one.online ? 'online' : 'offline';
        case 'notice':
          return `notice ${one.type}`;
        default:
          return one.change;
      }
    });
}
