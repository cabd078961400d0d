import { describe, expect, test } from 'vitest';
import type { AlarmSettings } from '../../src/config/schema.ts';
import { nextDeadline } from '../../src/domain/device.ts';
import { DeviceBench, inShort, JPEG, START } from './device-bench.ts';

const settings: AlarmSettings = {
  name: undefined,
  device_class: undefined,
  hold: undefined,
  maximum: undefined,
  doorbell: undefined,
  ignore: false,
};

/** A device past its first alarm, so that nothing is said of what is new. */
function used(type = 'motion_detection'): DeviceBench {
  const bench = new DeviceBench();
  bench.heartbeat();
  bench.alarm({ alarm_type: type, status: 'start' });
  bench.pass(1);
  bench.alarm({ alarm_type: type, status: 'stop' });
  bench.pass(600);
  bench.heartbeat();
  return bench;
}

describe('the alarm lifecycle', () => {
  test('the very first alarm is OFF before it is ON, and its picture and event come first', () => {
    const bench = new DeviceBench();
    const changes = bench.alarm({ status: 'start', jpeg_base64: JPEG });
    expect(inShort(changes)).toEqual([
      'notice device_new',
      'alarm motion_detection OFF',
      'online',
      'picture alarm live',
      'event motion_detection',
      'alarm motion_detection ON live',
    ]);
  });

  test('start is ON until its stop, under one id', () => {
    const bench = used();
    const uuid = '12221S55G3X8/1/motion_detection/20260304/1';
    const start = bench.alarm({ status: 'start', alarm_uuid: uuid, jpeg_base64: JPEG });
    expect(inShort(start)).toEqual([
      'picture alarm live',
      'event motion_detection',
      'alarm motion_detection ON live',
    ]);
    const id = bench.stateOf()?.id;
    expect(id).toMatch(/^[0-9a-f]{20}$/);
    expect(start).toContainEqual(expect.objectContaining({ change: 'event', id }));
    const picture = start.find((change) => change.change === 'picture');
    expect(picture?.attributes).toMatchObject({ id, alarm: 'motion_detection' });
    bench.pass(20);
    const stop = bench.alarm({ status: 'stop', alarm_uuid: uuid });
    expect(inShort(stop)).toEqual(['event motion_detection', 'alarm motion_detection OFF']);
    expect(stop).toContainEqual(expect.objectContaining({ change: 'event', id }));
    expect(bench.stateOf()).toMatchObject({ state: 'OFF', id, reason: 'stop', since: bench.now });
  });

  test('a pulse holds, a further pulse extends it', () => {
    const bench = used();
    bench.alarm({ status: 'pulse' });
    const first = bench.stateOf();
    bench.pass(20);
    expect(inShort(bench.alarm({ status: 'pulse' }))).toEqual([
      'event motion_detection',
      'alarm motion_detection ON',
    ]);
    expect(bench.stateOf()?.since).toBe(first?.since);
    expect(bench.stateOf()?.id).not.toBe(first?.id);
    expect(bench.pass(29)).toEqual([]);
    expect(inShort(bench.pass(1))).toEqual(['alarm motion_detection OFF']);
    expect(bench.stateOf()).toMatchObject({ reason: 'hold_over', since: bench.now });
  });

  test('a timer that is late ends it as of when it was due', () => {
    const bench = used();
    bench.alarm({ status: 'pulse' });
    const due = bench.now + 30_000;
    expect(nextDeadline(bench.record, bench.policy)).toBe(due);
    bench.pass(45);
    expect(bench.stateOf()?.since).toBe(due);
  });

  test('what is overdue ends before the next report is taken into account', () => {
    const bench = used();
    bench.alarm({ status: 'pulse' });
    bench.now += 60_000;
    expect(inShort(bench.alarm({ status: 'start' }))).toEqual([
      'alarm motion_detection OFF',
      'event motion_detection',
      'alarm motion_detection ON live',
    ]);
  });

  test('a start without its stop ends after its maximum, a condition never', () => {
    const bench = used();
    bench.alarm({ status: 'start' });
    expect(inShort(bench.pass(300))).toContain('alarm motion_detection OFF');
    expect(bench.stateOf()?.reason).toBe('maximum_over');
    bench.alarm({ alarm_type: 'video_occlusion', status: 'start' });
    bench.pass(10 * 86_400);
    expect(bench.stateOf('cover_alarm')?.state).toBe('ON');
  });

  test('a pulse amid a start only lengthens it', () => {
    const bench = used();
    bench.alarm({ status: 'start' });
    bench.pass(290);
    bench.alarm({ status: 'pulse' });
    expect(bench.stateOf()).toMatchObject({ reason: 'start', until: bench.now + 30_000 });
  });

  test('a start while ON by another uuid is a turn of its own; by the same it is the same', () => {
    const bench = used();
    bench.alarm({ status: 'start', alarm_uuid: 'a/1' });
    const { id, since } = bench.stateOf() ?? {};
    bench.pass(5);
    bench.alarm({ status: 'start', alarm_uuid: 'a/1' });
    expect(bench.stateOf()?.id).toBe(id);
    bench.pass(5);
    const changes = bench.alarm({ status: 'start', alarm_uuid: 'a/2' });
    expect(inShort(changes)).toEqual(['event motion_detection', 'alarm motion_detection ON']);
    expect(bench.stateOf()?.id).not.toBe(id);
    expect(bench.stateOf()?.since).toBe(since);
  });

  test.each(['0', 0, 'stop', '1', 1, 'start', '2', 2, 'pulse'])(
    'status %j is understood',
    (status) => {
      const bench = used();
      bench.alarm({ status });
      expect(bench.stateOf()?.state).toBe([0, '0', 'stop'].includes(status) ? 'OFF' : 'ON');
    },
  );

  test.each(['start,stop,pulse', 7, undefined])('status %j is an event, and no state', (status) => {
    const bench = used();
    const before = JSON.stringify(bench.stateOf());
    const changes = bench.alarm(status === undefined ? {} : { status });
    const notices = status === undefined ? [] : ['notice unknown'];
    expect(inShort(changes)).toEqual([...notices, 'event motion_detection']);
    expect(JSON.stringify(bench.stateOf())).toBe(before);
  });

  test('all names of one thing are one alarm', () => {
    const bench = used('ebike_detection');
    bench.alarm({ alarm_type: 'EBIKE_DET', status: 'start' });
    bench.alarm({ alarm_type: 'ebike_detection_alarm', status: 'stop' });
    expect(Object.keys(bench.record.channels['1']?.alarms ?? {})).toEqual(['ebike_detection']);
    expect(bench.stateOf('ebike_detection')?.state).toBe('OFF');
  });

  test('alarm_elimination ends them all, on every channel', () => {
    const bench = used();
    bench.alarm({ status: 'start' });
    bench.alarm({ channel_id: 2, alarm_type: 'cover_alarm', status: 'start' });
    const changes = bench.alarm({ alarm_type: 'alarm_elimination', status: 'pulse' });
    expect(inShort(changes)).toEqual([
      'event alarm_elimination',
      'alarm motion_detection OFF',
      'alarm cover_alarm OFF',
    ]);
    expect(bench.stateOf('cover_alarm', '2')?.reason).toBe('eliminated');
    expect(bench.stateOf('alarm_elimination')).toBeUndefined();
  });

  test('the user can end them all', () => {
    const bench = used();
    bench.alarm({ status: 'start' });
    expect(inShort(bench.eliminate())).toEqual(['alarm motion_detection OFF']);
    expect(bench.eliminate()).toEqual([]);
  });

  test('what happens only is never ON or OFF', () => {
    const bench = used();
    expect(inShort(bench.alarm({ alarm_type: 'power_off', status: 'start' }))).toEqual([
      'event power_off',
    ]);
  });

  test('a camera that goes offline ends nothing', () => {
    const bench = used();
    bench.alarm({ alarm_type: 'cover_alarm', status: 'start' });
    expect(inShort(bench.pass(3600))).toEqual(['notice device_gone', 'offline']);
    expect(bench.stateOf('cover_alarm')?.state).toBe('ON');
  });

  test('numbers of the user, then of the device, then of the alarm, then of its row', () => {
    const holdOf = (bench: DeviceBench) => {
      bench.alarm({ status: 'pulse' });
      return ((bench.stateOf()?.until ?? 0) - bench.now) / 1000;
    };
    const of = (hold: number | undefined) => ({ motion_detection: { ...settings, hold } });
    expect(holdOf(new DeviceBench())).toBe(30);
    expect(holdOf(new DeviceBench({ alarms: [of(undefined), of(50)] }))).toBe(50);
    const bench = new DeviceBench({ alarms: [of(40), of(50)] });
    expect(holdOf(bench)).toBe(40);
    bench.pass(100);
    bench.record.numbers['hold/1/motion_detection'] = 7;
    expect(holdOf(bench)).toBe(7);
  });

  test('a maximum of 0 is never; an ignored alarm is not there', () => {
    const alarms = [
      {
        motion_detection: { ...settings, maximum: 0 },
        cover_alarm: { ...settings, ignore: true },
      },
    ];
    const bench = new DeviceBench({ alarms });
    bench.alarm({ status: 'start' });
    bench.pass(86_400);
    expect(bench.stateOf()?.state).toBe('ON');
    expect(inShort(bench.alarm({ alarm_type: 'cover_alarm', status: 'start' }))).toEqual([]);
  });
});

describe('parking spaces', () => {
  const parking = (bench: DeviceBench, type: string, space: number, more = {}) =>
    bench.alarm({
      alarm_type: `dual_parking_${type}`,
      status: 'pulse',
      extends: { parking_id: space, parking_name: `P${space}`, ...more },
    });

  test('are occupied until they are idle or left, each for itself', () => {
    const bench = new DeviceBench();
    parking(bench, 'occupied', 0, { plate_no: '京A12345', plate_color: 1 });
    parking(bench, 'occupied', 1);
    bench.pass(86_400);
    expect(bench.stateOf('dual_parking_occupied/0')).toMatchObject({ state: 'ON', source: '0' });
    const changes = parking(bench, 'idle', 0);
    expect(inShort(changes)).toEqual([
      'reading parking/0',
      'event dual_parking_idle',
      'alarm dual_parking_occupied/0 OFF',
    ]);
    const space = bench.record.channels['1']?.readings['parking/0'];
    expect(space?.label).toBe('P0');
    expect(space?.values).not.toHaveProperty('plate_no');
    expect(bench.stateOf('dual_parking_occupied/0')?.reason).toBe('cleared');
    expect(bench.stateOf('dual_parking_occupied/1')?.state).toBe('ON');
    parking(bench, 'exit_detected', 1);
    expect(bench.stateOf('dual_parking_occupied/1')?.state).toBe('OFF');
  });

  test('other types are pulses with the plate, even where sent as a start', () => {
    const bench = new DeviceBench();
    const changes = bench.alarm({
      alarm_type: 'dual_parking_whitelist',
      status: 'start',
      extends: { parking_id: 1, plate_no: '京A12345', plate_color: 1, entry_type: 'whitelist' },
    });
    expect(inShort(changes)).toContain('reading parking/1');
    expect(bench.record.channels['1']?.readings['parking/1']).toMatchObject({
      values: { plate_no: '京A12345', plate_color: 'blue', entry_type: 'whitelist' },
    });
    expect(bench.stateOf('dual_parking_whitelist/1')?.data).toMatchObject({ plate_color: 'blue' });
    bench.pass(30);
    expect(bench.stateOf('dual_parking_whitelist/1')?.state).toBe('OFF');
  });
});

describe('what comes late', () => {
  const late = (bench: DeviceBench, param: { alarm_type?: string; status: string }, ago = 120) =>
    bench.alarm({ time: bench.wall(-ago), ...param });

  test('is an event marked late; a pulse and a start of a detection turn nothing on', () => {
    for (const status of ['pulse', 'start']) {
      const bench = used();
      expect(inShort(late(bench, { status }))).toEqual(['event motion_detection late']);
      expect(bench.stateOf()?.state).toBe('OFF');
    }
  });

  test('of an alarm never seen before makes it known, and OFF', () => {
    const bench = new DeviceBench();
    bench.heartbeat();
    expect(inShort(late(bench, { status: 'start' }))).toEqual([
      'event motion_detection late',
      'alarm motion_detection OFF',
    ]);
  });

  test('a start of a condition counts, not live, unless something newer came', () => {
    const bench = used('cover_alarm');
    expect(inShort(late(bench, { alarm_type: 'cover_alarm', status: 'start' }))).toEqual([
      'event cover_alarm late',
      'alarm cover_alarm ON',
    ]);
    bench.alarm({ alarm_type: 'cover_alarm', status: 'stop' });
    late(bench, { alarm_type: 'cover_alarm', status: 'start' });
    expect(bench.stateOf('cover_alarm')?.state).toBe('OFF');
  });

  test('a stop always counts, but that of a turn before the one that runs', () => {
    const bench = used();
    bench.alarm({ status: 'start', alarm_uuid: 'b' });
    bench.alarm({ status: 'stop', alarm_uuid: 'a', time: bench.wall(-200) });
    expect(bench.stateOf()?.state).toBe('ON');
    bench.pass(130);
    expect(inShort(late(bench, { status: 'stop' }, 90))).toEqual([
      'event motion_detection late',
      'alarm motion_detection OFF',
    ]);
  });

  test('a stop of JES firmware, which names no turn, ends none that began after it', () => {
    const bench = new DeviceBench();
    bench.heartbeat();
    const send = (status: number, ago: number) =>
      bench.push('event_report', {
        param: {
          channel_id: 0,
          event: 1,
          type: 'motion_detection',
          status,
          time: bench.wall(-ago),
        },
      });
    send(1, 0);
    const changes = send(0, 120);
    expect(inShort(changes)).toEqual(['event motion_detection late']);
    const running = bench.stateOf('motion_detection', '0');
    expect(running?.state).toBe('ON');
    expect(changes).not.toContainEqual(expect.objectContaining({ id: running?.id }));
    bench.pass(10);
    send(0, 0);
    expect(bench.stateOf('motion_detection', '0')?.state).toBe('OFF');
  });

  test('of two that changed places the stop counts; a new turn is ON however soon it comes', () => {
    const send = (bench: DeviceBench, status: string, seconds: number, uuid?: string) =>
      bench.alarm({
        alarm_type: 'cover_alarm',
        status,
        time: bench.wall(seconds),
        ...(uuid === undefined ? {} : { alarm_uuid: uuid }),
      });
    for (const seconds of [0, -5, -120]) {
      const bench = used('cover_alarm');
      send(bench, 'stop', 0, 'u/2');
      const id = bench.stateOf('cover_alarm')?.id;
      const changes = send(bench, 'start', seconds, 'u/2');
      const late = seconds < -60 ? ' late' : '';
      expect(inShort(changes)).toEqual([`event cover_alarm${late}`]);
      expect(changes).toContainEqual(expect.objectContaining({ change: 'event', id }));
      expect(bench.stateOf('cover_alarm')?.state).toBe('OFF');
    }
    // the last: a camera that counts from the beginning again
    for (const [uuid, seconds] of [
      [undefined, 0],
      ['u/3', 0],
      ['u/2', 1],
    ] as const) {
      const bench = used('cover_alarm');
      send(bench, 'stop', 0, 'u/2');
      send(bench, 'start', seconds, uuid);
      expect(bench.stateOf('cover_alarm')?.state).toBe('ON');
    }
  });

  test('a late start without an id undoes no stop that came about after it', () => {
    const bench = used('cover_alarm');
    bench.alarm({ alarm_type: 'cover_alarm', status: 'stop' });
    late(bench, { alarm_type: 'cover_alarm', status: 'start' });
    expect(bench.stateOf('cover_alarm')?.state).toBe('OFF');
  });

  test('replaces no newer picture', () => {
    const bench = used();
    bench.alarm({ status: 'pulse', jpeg_base64: JPEG });
    const changes = bench.alarm({ status: 'pulse', jpeg_base64: JPEG, time: bench.wall(-120) });
    expect(inShort(changes)).toEqual(['event motion_detection late']);
  });
});

describe('which reports run the lifecycle', () => {
  const event = (param: object) => ({
    param: { channel_type: 0, channel_id: 0, status: 1, type: 'motion_detection', ...param },
  });
  test.each([
    ['class 1, known', { event: 1 }, true],
    ['class 1, unknown', { event: 1, type: 'dragon_detection' }, true],
    ['class 0, known', { event: 0 }, true],
    ['no class, known', {}, true],
    ['class 0, unknown', { event: 0, type: 'dragon_detection' }, false],
    ['no class, unknown', { type: 'dragon_detection' }, false],
    ['class 2', { event: 2 }, false],
    ['class 9', { event: 9 }, false],
    ['no type', { event: 1, type: '' }, false],
  ])('%s', (_what, param, runs) => {
    const bench = new DeviceBench();
    const changes = bench.push('event_report', event(param));
    expect(changes.some((change) => change.change === 'alarm')).toBe(runs);
    const published = changes.find((change) => change.change === 'event');
    expect(published?.body.runs).toBe(runs ? undefined : false);
  });

  test('class 3 is a picture only', () => {
    const bench = new DeviceBench();
    const changes = bench.push('event_report', event({ event: 3, jpeg_base64: JPEG }));
    expect(inShort(changes)).toEqual(['notice device_new', 'online', 'picture snapshot']);
  });

  test('an alarm type that no row knows works, and is told of once', () => {
    const bench = new DeviceBench();
    bench.heartbeat();
    const send = (status: number) =>
      bench.push('event_report', event({ event: 1, type: 'Dragon/#+', status, typeName: '龙' }));
    expect(inShort(send(1))).toEqual([
      'notice unknown',
      'alarm Dragon%2F#+ OFF',
      'event Dragon/#+',
      'alarm Dragon%2F#+ ON live',
    ]);
    expect(bench.stateOf('Dragon%2F#+', '0')).toMatchObject({ alarm: 'Dragon/#+', label: '龙' });
    expect(inShort(send(0))).toEqual(['event Dragon/#+', 'alarm Dragon%2F#+ OFF']);
    expect(bench.record.firstSeen).toBe(START);
  });

  test('a type called like a part of every object is an alarm as any other', () => {
    const bench = new DeviceBench();
    for (const type of ['__proto__', 'constructor', 'toString']) {
      bench.push('event_report', event({ event: 1, type }));
      bench.restart();
    }
    const alarms = bench.record.channels['0']?.alarms ?? {};
    expect(Object.values(alarms).map(({ alarm, state }) => `${alarm} ${state}`)).toEqual([
      '__proto__ ON',
      'constructor ON',
      'toString ON',
    ]);
  });
});
