import { recentFrom } from '../../src/domain/recent.ts';
import type { DeviceRecord } from '../../src/domain/record.ts';

/** A record with every field that there is. */
export function fullRecord(id: string): Required<DeviceRecord> {
  return {
    id,
    name: '大门',
    generation: 'jes',
    firstSeen: 1_700_000_000_000,
    lastSeen: 1_700_000_100_000,
    online: true,
    boundTo: '192.0.2.1',
    address: '192.0.2.7',
    heartbeat: {
      at: 1_700_000_100_000,
      told: 60,
      offsets: [28_800_000],
      doubted: 28_710_000,
      zone: 480,
      clock: -1_500,
    },
    channels: {
      '0': {
        seenIn: ['event_report'],
        alarms: {
          motion_detection: {
            alarm: 'motion_detection',
            source: '1',
            label: '移动侦测',
            state: 'ON',
            id: 'abc',
            uuid: 'A/0/motion_detection/x/1',
            since: 1_700_000_099_000,
            stopped: 1_700_000_090_000,
            until: 1_700_000_109_000,
            data: { type: 'motion_detection', nested: [1, { a: null }] },
            reason: 'pulse',
          },
        },
        events: ['motion_detection'],
        readings: {
          'temperature/0': {
            kind: 'temperature',
            index: '0',
            label: 'boiler',
            fields: ['temperature'],
            values: { temperature: 30.1 },
            at: 1_700_000_099_000,
          },
        },
        images: { snapshot: { format: 'jpeg', at: 1_700_000_099_000, bytes: 1_234 } },
      },
      in0: { seenIn: [], alarms: {}, events: [], readings: {}, images: {} },
    },
    counters: { pushes: 5, repeats: 1, faults: 2, refused: 3, late: 4 },
    numbers: { heartbeat_interval: 30 },
    recent: recentFrom([['f00d', 1_700_000_099_000]]),
    unknown: ['TAG_0x1000E'],
  };
}

/** As versions wrote it that had the fingerprints within the record. */
export function asBefore(record: DeviceRecord): string {
  return JSON.stringify({ ...record, recent: Object.fromEntries(record.recent) });
}
