import { describe, expect, test } from 'vitest';
import { nextDeadline } from '../../src/domain/device.ts';
import { limits } from '../../src/domain/limits.ts';
import { item, record } from '../support/tlv.ts';
import { DeviceBench, inShort, JPEG, START } from './device-bench.ts';

const jpeg = { format: 'jpeg', bytes: Buffer.from(JPEG, 'base64') } as const;

describe('repeats', () => {
  const start = (bench: DeviceBench, time = bench.wall()) =>
    bench.alarmBody({ status: 'start', time, alarm_uuid: 'u/1', jpeg_base64: JPEG });

  test('of what the broker has change nothing but last seen', () => {
    const bench = new DeviceBench();
    const body = start(bench);
    bench.push('alarm_report', body);
    const channels = JSON.stringify(bench.record.channels);
    bench.now += 5000;
    const changes = bench.push('alarm_report', body);
    expect(inShort(changes)).toEqual([]);
    expect(changes).toContainEqual({ change: 'device' });
    expect(JSON.stringify(bench.record.channels)).toBe(channels);
    expect(bench.record).toMatchObject({
      lastSeen: bench.now,
      counters: { repeats: 1, pushes: 2 },
    });
  });

  test('of what nobody acknowledged are not swallowed, and have the same ids', () => {
    const bench = new DeviceBench();
    const body = start(bench);
    const lost = bench.lose('alarm_report', body);
    bench.now += 5000;
    const again = bench.push('alarm_report', body);
    // but for the notice of a new device and that it is back
    expect(inShort(again)).toEqual(inShort(lost).filter((one) => !/notice|online/.test(one)));
    const ids = [lost, again].map((all) => all.flatMap((one) => ('id' in one ? one.id : [])));
    expect(ids[0]).toHaveLength(1);
    expect(ids[1]).toEqual(ids[0]);
  });

  test('of a stop that nobody acknowledged belong to the turn that it ended', () => {
    const bench = new DeviceBench();
    bench.alarm({ status: 'start' });
    const id = bench.stateOf()?.id;
    bench.now += 1000;
    const stop = bench.alarmBody({ status: 'stop', time: bench.wall() });
    for (const push of [
      () => bench.lose('alarm_report', stop),
      () => bench.push('alarm_report', stop),
    ]) {
      const changes = push();
      expect(inShort(changes)).toEqual(['event motion_detection', 'alarm motion_detection OFF']);
      expect(changes).toContainEqual(expect.objectContaining({ change: 'event', id }));
    }
  });

  test('need the same body: another status, time or uuid is news', () => {
    const bench = new DeviceBench();
    bench.push('alarm_report', start(bench));
    const others = [
      bench.alarmBody({ status: 'stop', time: bench.wall(), alarm_uuid: 'u/1', jpeg_base64: JPEG }),
      start(bench, bench.wall(1)),
      bench.alarmBody({
        status: 'start',
        time: bench.wall(),
        alarm_uuid: 'u/2',
        jpeg_base64: JPEG,
      }),
    ];
    for (const body of others) {
      expect(inShort(bench.push('alarm_report', body))).toContain('event motion_detection');
    }
  });

  test('are none after the window', () => {
    const bench = new DeviceBench();
    const body = start(bench);
    bench.push('alarm_report', body);
    bench.now += 600_000;
    expect(inShort(bench.push('alarm_report', body))).toEqual(['alarm motion_detection OFF']);
    bench.now += 1;
    expect(inShort(bench.push('alarm_report', body))).toContain('event motion_detection');
    expect(bench.record.recent.size).toBe(1);
  });

  test('are never heartbeats or readings; a picture beside a reading is', () => {
    const bench = new DeviceBench();
    const beat = { param: { time: bench.wall() } };
    bench.push('keepalive', beat);
    bench.now += 1000;
    bench.push('keepalive', beat);
    expect(bench.record.heartbeat?.at).toBe(bench.now);
    const face = record('META', item('TARGET', 1), item('OBJ_PIC', jpeg), item('FACE_MASK', 1));
    expect(inShort(bench.push('tlv_report', face))).toEqual(['picture face', 'reading face']);
    expect(inShort(bench.push('tlv_report', face))).toEqual(['reading face']);
  });

  test('remembered are bounded, the newest kept', () => {
    const bench = new DeviceBench();
    const bodies = Array.from({ length: limits.recent + 5 }, (_, count) => {
      const body = bench.alarmBody({ status: 'pulse', alarm_uuid: `u/${count}` });
      bench.now += 1;
      bench.push('alarm_report', body);
      return body;
    });
    expect(bench.record.recent.size).toBe(limits.recent);
    expect(inShort(bench.push('alarm_report', bodies.at(-1) ?? {}))).toEqual([]);
    expect(inShort(bench.push('alarm_report', bodies[0] ?? {}))).not.toEqual([]);
  });
});

describe('the first turn of an alarm', () => {
  const shortOf = (bench: DeviceBench, seconds: number) => {
    bench.now += seconds * 1000;
    const body = bench.alarmBody({ status: 'pulse', time: bench.wall() });
    return inShort(bench.lose('alarm_report', body));
  };

  test('has its OFF in front once; a further pulse while it waits has none', () => {
    const bench = new DeviceBench();
    bench.heartbeat();
    expect(shortOf(bench, 0)).toContain('alarm motion_detection OFF');
    expect(shortOf(bench, 2)).toEqual(['event motion_detection', 'alarm motion_detection ON']);
  });

  test('has none where it was expected', () => {
    const bench = new DeviceBench();
    bench.heartbeat();
    bench.record.channels['1'] = {
      seenIn: [],
      alarms: {
        motion_detection: { alarm: 'motion_detection', state: 'OFF', announced: true },
      },
      events: [],
      readings: {},
      images: {},
    };
    expect(shortOf(bench, 0)).toEqual(['event motion_detection', 'alarm motion_detection ON live']);
  });
});

describe('availability', () => {
  test('ends after missed heartbeats by the interval told, with grace, and is back by any push', () => {
    const bench = new DeviceBench();
    expect(inShort(bench.heartbeat())).toEqual(['notice device_new', 'online']);
    expect(nextDeadline(bench.record, bench.policy)).toBe(START + 190_000);
    expect(bench.pass(189)).toEqual([]);
    const [gone, ...offline] = bench.pass(1);
    expect(gone).toMatchObject({
      type: 'device_gone',
      message: expect.stringContaining('nothing was heard of it for 3 minutes'),
      data: { device: bench.record.id, last_seen: new Date(START).toISOString() },
    });
    expect(inShort(offline)).toEqual(['offline']);
    expect(bench.pass(1000)).toEqual([]);
    expect(nextDeadline(bench.record, bench.policy)).toBeUndefined();
    const back = bench.push('snap_report', { mid: 1, param: {} });
    expect(back[0]).toMatchObject({
      type: 'device_back',
      message: `${bench.record.id} is back after 20 minutes`,
    });
    expect(inShort(back)).toContain('online');
    expect(inShort(bench.heartbeat())).toEqual([]);
  });

  test('never ends for a camera that sends no heartbeats', () => {
    const bench = new DeviceBench();
    bench.alarm({ status: 'stop' });
    expect(bench.pass(30 * 86_400)).toEqual([]);
    expect(bench.record.online).toBe(true);
  });

  test('ends after the silence that was set, for a camera that sends no heartbeats', () => {
    const bench = new DeviceBench();
    bench.policy = { ...bench.policy, silentAfter: 3_600_000 };
    bench.alarm({ status: 'stop' });
    expect(bench.pass(3_599)).toEqual([]);
    expect(inShort(bench.pass(1))).toEqual(['notice device_gone', 'offline']);
    expect(nextDeadline(bench.record, bench.policy)).toBeUndefined();
    expect(inShort(bench.alarm({ status: 'pulse' }))).toContain('online');
    bench.heartbeat();
    expect(inShort(bench.pass(190))).toContain('offline');
  });

  test('follows the number of the user, but trusts the longer one for a heartbeat', () => {
    const bench = new DeviceBench();
    bench.heartbeat();
    bench.record.numbers.heartbeat_interval = 10;
    bench.pass(60);
    bench.heartbeat();
    expect(nextDeadline(bench.record, bench.policy)).toBe(bench.now + 190_000);
    bench.pass(10);
    bench.heartbeat();
    expect(nextDeadline(bench.record, bench.policy)).toBe(bench.now + 40_000);
  });

  test('says nothing of the time when the bridge was not there', () => {
    const bench = new DeviceBench();
    bench.heartbeat();
    bench.now += 86_400_000;
    bench.restart();
    bench.policy = { ...bench.policy, listeningSince: bench.now };
    expect(bench.pass(100)).toEqual([]);
    expect(inShort(bench.pass(90))).toEqual(['notice device_gone', 'offline']);
  });
});

describe('a device cannot grow without bound', () => {
  const notices = (all: readonly string[]) => all.filter((one) => one === 'notice limit').length;

  test('by alarm types: further ones are events called other', () => {
    const bench = new DeviceBench();
    const all = Array.from({ length: 300 }, (_, count) =>
      inShort(bench.alarm({ alarm_type: `type_${count}`, status: 'start' })),
    ).flat();
    const channel = bench.record.channels['1'];
    expect(Object.keys(channel?.alarms ?? {})).toHaveLength(limits.alarmsPerChannel);
    expect(channel?.events).toHaveLength(limits.eventTypesPerChannel + 1);
    expect(all.filter((one) => one === 'event other')).toHaveLength(
      300 - limits.eventTypesPerChannel,
    );
    // alarms and unknown names
    expect(notices(all)).toBe(2);
    expect(bench.record.unknown.length).toBeLessThan(limits.unknownNames + 5);
  });

  test('by entities as set: what is new goes without, what is there stays, and it is told once', () => {
    const bench = new DeviceBench();
    bench.policy = { ...bench.policy, mostEntities: 20 };
    bench.alarm({ alarm_type: 'motion_detection', status: 'start' });
    const flood = Array.from({ length: 50 }, (_, count) => [
      ...inShort(bench.alarm({ alarm_type: `type_${count}`, status: 'start' })),
      ...inShort(bench.push('modbus', { data: { [`@${count}`]: count } })),
      ...inShort(
        bench.push('report_temper_data', {
          param: { channel_id: 0, temper_rect: [{ id: count, temper: 1 }] },
        }),
      ),
    ]).flat();
    const { channels } = bench.record;
    const alarms = Object.values(channels).flatMap((one) => Object.keys(one.alarms));
    const fields = Object.values(channels)
      .flatMap((one) => Object.values(one.readings))
      .flatMap((one) => one.fields);
    expect(3 * alarms.length + fields.length).toBeLessThanOrEqual(10);
    expect(notices(flood)).toBe(1);
    expect(inShort(bench.alarm({ alarm_type: 'motion_detection', status: 'stop' }))).toContain(
      'alarm motion_detection OFF',
    );
  });

  test('by ten thousand alarm types: no more is remembered than of some', () => {
    const bench = new DeviceBench();
    bench.policy = { ...bench.policy, mostEntities: 500, repeatWindow: 0 };
    let told = 0;
    for (let count = 0; count < 10_000; count++) {
      bench.now += 1;
      told += notices(inShort(bench.alarm({ alarm_type: `type_${count}`, status: 'start' })));
    }
    // entities or alarms, names
    expect(told).toBe(2);
    expect(JSON.stringify(bench.record).length).toBeLessThan(300_000);
  });

  test('by channels, readings and registers', () => {
    const bench = new DeviceBench();
    const all = Array.from({ length: 200 }, (_, count) => [
      ...inShort(bench.alarm({ channel_id: count, status: 'stop' })),
      ...inShort(
        bench.push('report_temper_data', {
          param: { channel_id: 0, temper_rect: [{ id: count, temper: 1 }] },
        }),
      ),
      ...inShort(bench.push('modbus', { data: { [`@${count}`]: count } })),
    ]).flat();
    expect(Object.keys(bench.record.channels)).toHaveLength(limits.channels);
    expect(Object.keys(bench.record.channels['0']?.readings ?? {})).toHaveLength(
      limits.readingsPerChannel,
    );
    const registers = bench.record.channels.device?.readings.modbus;
    expect(registers?.fields).toHaveLength(limits.fieldsPerReading);
    expect(Object.keys(registers?.values.registers ?? {})).toHaveLength(limits.fieldsPerReading);
    expect(notices(all)).toBe(3);
  });

  test('by long texts', () => {
    const bench = new DeviceBench();
    const long = '龙'.repeat(10_000);
    bench.alarm({ alarm_type: long, alarm_msg: long, device_name: long, status: 'start' });
    expect(bench.record.name?.length).toBe(limits.name);
    const [alarm] = Object.values(bench.record.channels['1']?.alarms ?? {});
    expect(alarm?.alarm.length).toBe(limits.alarmType);
    expect(alarm?.label?.length).toBe(limits.name);
  });
});

describe('what is told', () => {
  test('a fault, with where and what, on the event too', () => {
    const bench = new DeviceBench();
    bench.heartbeat();
    const changes = bench.alarm({ status: 'pulse', jpeg_base64: 'bm8gcGljdHVyZQ==' });
    expect(inShort(changes)).toContain('notice fault');
    const event = changes.find((change) => change.change === 'event');
    expect(event?.body.faults).toMatchObject([{ where: '/param/jpeg_base64' }]);
    expect(bench.record.counters.faults).toBe(1);
  });

  test('the whole report, marked where something in it is unknown', () => {
    const bench = new DeviceBench();
    const known = bench.alarm({ status: 'pulse' }).at(-1);
    expect(known).toMatchObject({ change: 'report', method: 'alarm_report', known: true });
    const unknown = bench.alarm({ status: 'pulse', novelty: 1 });
    expect(unknown.at(-1)).toMatchObject({ change: 'report', known: false });
    expect(inShort(unknown)).toContain('notice unknown');
    expect(inShort(bench.alarm({ status: 'pulse', novelty: 2 }))).not.toContain('notice unknown');
  });

  test('last seen: not earlier by a push that was overtaken, but by a clock that was put back', () => {
    const bench = new DeviceBench();
    bench.heartbeat();
    const before = bench.now;
    bench.now -= 20_000;
    bench.alarm({ status: 'stop' });
    expect(bench.record.lastSeen).toBe(before);
    bench.now -= 3_600_000;
    bench.alarm({ status: 'start' });
    expect(bench.record.lastSeen).toBe(bench.now);
  });

  test('where a channel was seen', () => {
    const bench = new DeviceBench();
    bench.alarm({ status: 'pulse' });
    bench.push('tlv_report', record('META', item('TARGET', 1), item('CHANNELID', 1)));
    expect(bench.record.channels['1']?.seenIn).toEqual(['alarm_report', 'tlv_report:face']);
    expect(bench.record.generation).toBe('jes');
  });

  test('each thing seen in a body is told behind its own picture, one that looks the same once', () => {
    const bench = new DeviceBench();
    bench.heartbeat();
    const face = (name: string, id: string, ...more: readonly Buffer[]) =>
      record('META', item('TARGET', 1), item('OBJ_NAME', name), item('OBJ_ID', id), ...more);
    const picture = item('OBJ_PIC', jpeg);
    const body = Buffer.concat([
      face('A', '1', picture),
      face('B', '2', picture),
      face('B', '3'),
      face('C', '4'),
    ]);
    const changes = bench.push('tlv_report', body);
    expect(inShort(changes)).toEqual([
      'picture face',
      'reading face',
      'picture face',
      'reading face',
      'reading face',
    ]);
    const seen = changes.flatMap((one) => (one.change === 'reading' ? one.seen?.values : []));
    expect(seen).toMatchObject([
      { name: 'A', obj_id: '1' },
      { name: 'B', obj_id: '3' },
      { name: 'C', obj_id: '4' },
    ]);
    expect(bench.record.channels.device?.readings.face?.values).toEqual(seen.at(-1));
    expect(inShort(bench.push('tlv_report', body))).toEqual(['reading face']);
  });

  test('a sighting replaces the one before, a lasting quantity keeps what is left out', () => {
    const bench = new DeviceBench();
    const send = (target: number, ...items: readonly Buffer[]) =>
      bench.push(
        'tlv_report',
        record('META', item('TARGET', target), item('CHANNELID', 0), ...items),
      );
    send(1, item('FACE_MASK', 1));
    send(1, item('FACE_HAT', 1));
    send(5, item('CUSTOMER_COUNT_IN', 3), item('CUSTOMER_COUNT_OUT', 2));
    send(5, item('CUSTOMER_COUNT_IN', 4));
    const readings = bench.record.channels['0']?.readings;
    expect(readings?.face?.values).not.toHaveProperty('mask');
    expect(readings?.face?.fields).toEqual(['seen_at', 'mask', 'hat']);
    expect(readings?.people?.values).toMatchObject({ entered: 4, left: 2 });
  });
});
