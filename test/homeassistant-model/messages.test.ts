import { describe, expect, it } from 'vitest';
import type { Change, EventChange } from '../../src/domain/change.ts';
import type { Message } from '../../src/domain/message.ts';
import type { DeviceRecord } from '../../src/domain/record.ts';
import { contextOf } from '../../src/homeassistant/context.ts';
import {
  availabilityOf,
  messagesOf,
  retainedOf,
  topicsOfDevice,
} from '../../src/homeassistant/messages.ts';
import {
  alarmsOf,
  everything,
  fullReading,
  modbus,
  now,
  readingsOf,
  record,
  register,
  settingsWith,
} from './records.ts';

const context = contextOf(settingsWith());

function made(change: Change, of: DeviceRecord, settings = settingsWith()) {
  return messagesOf(change, of, contextOf(settings), now);
}

function json(message: Message | undefined): Record<string, unknown> {
  return JSON.parse(String(message?.payload)) as Record<string, unknown>;
}

const motion = {
  alarm: 'motion_detection',
  state: 'ON',
  id: 'turn1',
  since: now,
  until: now + 30_000,
  reason: 'pulse',
  data: { zone: 3 },
} as const;

const event: EventChange = {
  change: 'event',
  channel: '0',
  type: 'motion_detection',
  id: 'turn1',
  at: now - 500,
  received: now,
  late: false,
  ends: false,
  body: { status: 'start', data: { zone: 3 } },
};

describe('an alarm', () => {
  const turned = { change: 'alarm', channel: '0', alarm: 'motion_detection', live: true } as const;

  it('is one retained JSON of state and attributes', () => {
    const { always } = made(
      { ...turned, state: 'ON' },
      record({ 0: { alarms: alarmsOf(motion) } }),
    );
    expect(always).toHaveLength(1);
    expect(always[0]).toMatchObject({
      topic: 'jvs2mqtt/CAM1/0/alarm/motion_detection',
      retain: true,
      qos: 1,
    });
    expect(json(always[0])).toMatchObject({
      state: 'ON',
      id: 'turn1',
      since: '2026-05-06T07:08:09.000Z',
      until: '2026-05-06T07:08:39.000Z',
      data: { zone: 3 },
    });
  });

  it('was plainly OFF before its very first turn', () => {
    const { always } = made(
      { ...turned, state: 'OFF' },
      record({ 0: { alarms: alarmsOf(motion) } }),
    );
    expect(json(always[0])).toEqual({ state: 'OFF' });
  });

  it('has the state of the record where it is over by now', () => {
    const over = { ...motion, state: 'OFF' } as const;
    const { always } = made({ ...turned, state: 'ON' }, record({ 0: { alarms: alarmsOf(over) } }));
    expect(json(always[0]).state).toBe('OFF');
  });

  it('keeps its attributes below what Home Assistant keeps, and says what is missing', () => {
    const data = { huge: 'é'.repeat(40_000), list: Array(9000).fill(1), zone: 3 };
    const big = { ...motion, data };
    const [message] = made(
      { ...turned, state: 'ON' },
      record({ 0: { alarms: alarmsOf(big) } }),
    ).always;
    expect(Buffer.byteLength(String(message?.payload))).toBeLessThan(14_000);
    expect(json(message)).toMatchObject({ data: { zone: 3 }, omitted: ['huge', 'list'] });
  });
});

describe('an event', () => {
  it('is live on its channel, not retained, and expires', () => {
    const { always, live } = made(event, record());
    expect(always).toEqual([]);
    expect(live).toHaveLength(1);
    expect(live[0]).toMatchObject({
      topic: 'jvs2mqtt/CAM1/0/event',
      retain: false,
      qos: 1,
      expiry: 10,
    });
    expect(json(live[0])).toEqual({
      event_type: 'motion_detection',
      id: 'turn1',
      channel: '0',
      time: '2026-05-06T07:08:08.500Z',
      received: '2026-05-06T07:08:09.000Z',
      status: 'start',
      data: { zone: 3 },
    });
  });

  it('that is late is in the history alone, and says so', () => {
    const { live, history } = made({ ...event, late: true }, record());
    expect(live).toEqual([]);
    expect(json(history?.message(false)).delayed).toBe(true);
  });

  it('that ends a turn is in the history alone: nothing begins that anybody would act on', () => {
    const { live, history } = made({ ...event, ends: true }, record());
    expect(live).toEqual([]);
    expect(json(history?.message(false))).toMatchObject({
      id: 'turn1',
      event_type: 'motion_detection',
    });
    expect(json(history?.message(false)).delayed).toBeUndefined();
  });

  it('is in the history once, marked where the bridge was late', () => {
    const { history } = made(event, record());
    expect(history?.topic).toBe('jvs2mqtt/CAM1/history');
    expect(history?.message(false)).toMatchObject({
      topic: 'jvs2mqtt/CAM1/history',
      retain: false,
    });
    expect(json(history?.message(false))).not.toHaveProperty('delayed');
    expect(json(history?.message(true))).toMatchObject({ id: 'turn1', delayed: true });
  });

  it("never overwrites what is the entity's own", () => {
    const body = {
      device_class: 'x',
      icon: 'x',
      event_types: [],
      entity_picture: 'x',
      data: { icon: 'y' },
    };
    const { live } = made({ ...event, body }, record());
    expect(Object.keys(json(live[0])).sort()).toEqual(
      ['channel', 'data', 'event_type', 'id', 'received', 'time'].sort(),
    );
    expect(json(live[0]).data).toEqual({ icon: 'y' });
  });

  it('is whole in the history where it is too large for an attribute', () => {
    const body = { data: { huge: 'x'.repeat(50_000) } };
    const { live, history } = made({ ...event, body }, record());
    expect(String(live[0]?.payload).length).toBeLessThan(16_000);
    expect(json(history?.message(false)).data).toEqual(body.data);
  });
});

describe('a picture', () => {
  it('goes out before its attributes', () => {
    const bytes = Buffer.from([0xff, 0xd8, 0xff, 0xd9]);
    const attributes = {
      at: '2026-05-06T07:08:09.000Z',
      id: 'turn1',
      alarm: 'motion_detection',
      data: { a: 1 },
    };
    const { always } = made(
      {
        change: 'picture',
        channel: '0',
        image: 'alarm',
        picture: { format: 'jpeg', bytes },
        attributes,
        live: true,
      },
      record(),
    );
    expect(always.map(({ topic }) => topic)).toEqual([
      'jvs2mqtt/CAM1/0/image/alarm',
      'jvs2mqtt/CAM1/0/image/alarm/attributes',
    ]);
    expect(always[0]?.payload).toBe(bytes);
    expect(json(always[1])).toMatchObject({
      id: 'turn1',
      time: '2026-05-06T07:08:09.000Z',
      data: { a: 1 },
      bytes: 4,
    });
  });
});

describe('a reading', () => {
  const reading = (of: DeviceRecord, settings = settingsWith()) =>
    json(
      made({ change: 'reading', channel: '0', reading: 'temperature', index: '0' }, of, settings)
        .always[0],
    );

  it('is flat, with its time and label', () => {
    const of = record({ 0: { readings: readingsOf(fullReading('temperature', '0', 'Boiler')) } });
    expect(reading(of)).toEqual({
      temperature: 1.5,
      threshold: 1.5,
      over_threshold: true,
      index: '0',
      label: 'Boiler',
      time: '2026-05-06T07:08:09.000Z',
    });
  });

  it('has nothing that Home Assistant logs an error about', () => {
    const strange = fullReading('temperature', '0');
    strange.values = { temperature: 'hot', threshold: '30.5', over_threshold: 'maybe' };
    const of = record({ 0: { readings: readingsOf(strange) } });
    expect(reading(of)).toMatchObject({ temperature: null, threshold: 30.5, over_threshold: null });
    const face = fullReading('face');
    face.values = { seen_at: 'yesterday', gender: 7, name: { a: 1 } };
    const { always } = made(
      { change: 'reading', channel: '0', reading: 'face' },
      record({ 0: { readings: readingsOf(face) } }),
    );
    expect(json(always[0])).toMatchObject({ seen_at: null, gender: null, name: '{"a":1}' });
  });

  it('of a thing seen is what it was then, whatever was seen since', () => {
    const seen = fullReading('face');
    const face = { ...seen, values: { ...seen.values, name: 'somebody else' } };
    const { always } = made(
      { change: 'reading', channel: '0', reading: 'face', seen },
      record({ 0: { readings: readingsOf(face) } }),
    );
    expect(always[0]?.topic).toBe('jvs2mqtt/CAM1/0/face');
    expect(json(always[0]).name).toBe(seen.values.name);
  });

  it('that was only announced is not published', () => {
    const of = record({
      0: {
        readings: readingsOf({
          kind: 'temperature',
          index: '0',
          fields: ['temperature'],
          values: {},
        }),
      },
    });
    expect(
      made({ change: 'reading', channel: '0', reading: 'temperature', index: '0' }, of).always,
    ).toEqual([]);
  });

  it('of registers means what the settings say', () => {
    const settings = settingsWith({
      modbus: {
        0: register({ scale: 0.1, offset: -40 }),
        1: register({ signed: true }),
        2: register({ on: 1, off: 0 }),
        3: register({ on: 1 }),
      },
    });
    const readings = readingsOf(modbus({ 0: 235, 1: 65_535, 2: 2, 3: 2, 4: 9 }, { 1: 'below' }));
    const change = { change: 'reading', channel: 'device', reading: 'modbus' } as const;
    const [message] = made(change, record({ device: { readings } }), settings).always;
    expect(message?.topic).toBe('jvs2mqtt/CAM1/modbus');
    expect(json(message).registers).toEqual({
      0: { value: -16.5, raw: 235, limit: null },
      1: { value: -1, raw: 65_535, limit: 'below' },
      2: { value: 2, raw: 2, on: null, limit: null },
      3: { value: 2, raw: 2, on: false, limit: null },
      4: { value: 9, raw: 9, limit: null },
    });
  });

  it('of registers that were only announced is in range and without values', () => {
    const readings = readingsOf({ kind: 'modbus', fields: ['0'], values: {} });
    const [message] = made(
      { change: 'reading', channel: 'device', reading: 'modbus' },
      record({ device: { readings } }),
    ).always;
    expect(json(message)).toEqual({ registers: { 0: { value: null, raw: null, limit: null } } });
  });
});

describe('other changes', () => {
  it('frames of detection are QoS 0 and not kept', () => {
    const { always } = made({ change: 'area', channel: '0', data: { objects: [] } }, record());
    expect(always).toMatchObject([{ topic: 'jvs2mqtt/CAM1/0/area', qos: 0, retain: false }]);
  });

  it('known reports are published where the setting asks for them, unknown ones always', () => {
    const report = { change: 'report', method: 'x.do', body: () => ({ a: 1 }) } as const;
    expect(made({ ...report, known: true }, record()).always).toEqual([]);
    expect(made({ ...report, known: false }, record()).always).toMatchObject([
      { topic: 'jvs2mqtt/CAM1/report/x~2Edo', retain: false },
    ]);
    const settings = settingsWith();
    const asked = { ...settings, publish: { ...settings.publish, reports: true } };
    expect(made({ ...report, known: true }, record(), asked).always).toHaveLength(1);
  });

  it('the body of a report that nobody wants is not even made', () => {
    const report = {
      change: 'report',
      method: 'x.do',
      known: true,
      get body(): never {
        throw new Error('made');
      },
    } as const;
    expect(made(report, record()).always).toEqual([]);
  });

  it("a notice has one of the event types that the bridge's entity knows", () => {
    const notice = { change: 'notice', message: 'm', data: { a: 1 } } as const;
    const payload = (type: string) => json(made({ ...notice, type }, record()).always[0]);
    expect(payload('device_new')).toMatchObject({ event_type: 'device_new', type: 'device_new' });
    expect(payload('never_heard_of')).toMatchObject({
      event_type: 'other',
      type: 'never_heard_of',
      message: 'm',
      time: '2026-05-06T07:08:09.000Z',
    });
  });

  it('availability is the word alone', () => {
    expect(made({ change: 'availability', online: true }, record()).always).toEqual([
      { topic: 'jvs2mqtt/CAM1/availability', payload: 'online', retain: true, qos: 1 },
    ]);
    expect(availabilityOf({ ...record(), online: false }, context).payload).toBe('offline');
  });

  it('the numbers in force are the user’s, else those of the settings, else of the rows', () => {
    const of = record({ 0: { alarms: alarmsOf(motion, { alarm: 'cover_alarm', state: 'OFF' }) } });
    of.numbers = { 'hold/0/motion_detection': 7, heartbeat_interval: 20 };
    const { always } = made({ change: 'device' }, of);
    const settings = always.find(({ topic }) => topic === 'jvs2mqtt/CAM1/settings');
    expect(json(settings)).toEqual({
      heartbeat_interval: 20,
      'hold/0/motion_detection': 7,
      'maximum/0/motion_detection': 300,
      'hold/0/cover_alarm': 60,
      'maximum/0/cover_alarm': 0,
    });
  });

  it("the device's state tells how it is", () => {
    const of = everything();
    const { always } = made({ change: 'device' }, of);
    const state = json(always.find(({ topic }) => topic === 'jvs2mqtt/CAM1/state'));
    expect(state).toMatchObject({
      last_seen: '2026-05-06T07:08:09.000Z',
      name: 'Gate',
      heartbeat: { interval: 60, clock_offset: 2 },
      counters: { pushes: 0 },
    });
  });
});

describe('what a device leaves at the broker', () => {
  it('is all of its states, made from the record alone', () => {
    const of = everything();
    const messages = retainedOf(of, context);
    expect(messages.every(({ retain }) => retain)).toBe(true);
    const alarms = Object.keys(of.channels[0]?.alarms ?? {}).length;
    expect(messages.filter(({ topic }) => topic.includes('/alarm/'))).toHaveLength(alarms);
    expect(messages.some(({ topic }) => topic.includes('/image/'))).toBe(false);
    expect(messages.some(({ topic }) => topic.endsWith('/availability'))).toBe(false);
  });

  it('is cleared whole when it is removed', () => {
    const of = everything();
    const topics = new Set(topicsOfDevice(of, context));
    const left = [...retainedOf(of, context), availabilityOf(of, context)]
      .map(({ topic }) => topic)
      .filter((topic) => !topics.has(topic));
    expect(left).toEqual([]);
    expect(topics).toContain('jvs2mqtt/CAM1/0/image/face');
    expect(topics).toContain('jvs2mqtt/CAM1/0/image/face/attributes');
  });
});
