import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/decode/report.ts';
import { discoveryOf } from '../../src/homeassistant/discovery.ts';
import { topicRows, topicsOf } from '../../src/homeassistant/topics.ts';
import { alarmRows } from '../../src/spec/alarms.ts';
import { kinds } from '../../src/spec/kinds.ts';
import { alarmsOf, record, settingsWith } from './records.ts';

const topics = topicsOf('jvs2mqtt');

describe('topics', () => {
  it('are those of the contract', () => {
    expect(topics.bridgeState).toBe('jvs2mqtt/bridge/state');
    expect(topics.bridgeDevice('CAM1')).toBe('jvs2mqtt/bridge/device/CAM1');
    expect(topics.availability('CAM1')).toBe('jvs2mqtt/CAM1/availability');
    expect(topics.alarm('CAM1', '0', { alarm: 'motion_detection' })).toBe(
      'jvs2mqtt/CAM1/0/alarm/motion_detection',
    );
    expect(topics.alarm('CAM1', '0', { alarm: 'dual_parking_occupied', source: '1' })).toBe(
      'jvs2mqtt/CAM1/0/alarm/dual_parking_occupied/1',
    );
    expect(topics.reading('CAM1', '0', { kind: 'temperature', index: '2' })).toBe(
      'jvs2mqtt/CAM1/0/temperature/2',
    );
    expect(topics.reading('CAM1', '0', { kind: 'people' })).toBe('jvs2mqtt/CAM1/0/people');
    expect(topics.reading('CAM1', 'device', { kind: 'modbus' })).toBe('jvs2mqtt/CAM1/modbus');
    expect(topics.imageAttributes('CAM1', 'in0', 'alarm')).toBe(
      'jvs2mqtt/CAM1/in0/image/alarm/attributes',
    );
    expect(topics.event('CAM1', '0')).toBe('jvs2mqtt/CAM1/0/event');
    expect(topics.history('CAM1')).toBe('jvs2mqtt/CAM1/history');
    expect(topics.report('CAM1', 'keepalive')).toBe('jvs2mqtt/CAM1/report/keepalive');
  });

  it('have a row each, of which no kind of reading takes the place', () => {
    const taken = ['alarm', 'image', 'event', 'area'];
    expect(Object.keys(kinds).filter((kind) => taken.includes(kind))).toEqual([]);
    expect(topicRows.event.retained).toBe(false);
    expect(topicRows.history.retained).toBe(false);
    expect(topicRows.area.qos).toBe(0);
  });

  it('never leave their device, whatever it is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (id, alarm) => {
        const levels = topics.alarm(id, '0', { alarm }).split('/');
        expect(levels).toHaveLength(5);
        expect(levels.slice(0, 1)).toEqual(['jvs2mqtt']);
        expect(levels.join('')).not.toMatch(/[+#$\p{Cc}]/u);
        expect(levels).not.toContain('');
      }),
    );
  });

  it('of two devices, channels or alarms are never the same, nor are their ids', () => {
    // what looks alike, what stands for something in MQTT, and what an escape is made of
    const text = fc.oneof(
      fc.string({
        unit: fc.constantFrom(...'aA0_~/+#$. \u0430\u0410e\u0301\u00e9\u200b-2f5'),
        maxLength: 8,
      }),
      fc.constantFrom('bridge', 'channel_1', '_channel_1', 'state', 'device', '\u212a', 'K'),
    );
    const place = fc.tuple(text, fc.constantFrom('0', '1', 'in0', 'device'), text);
    const all = ([id, channel, alarm]: readonly [string, string, string]) => {
      const of = record({ [channel]: { alarms: alarmsOf({ alarm, state: 'OFF' }) } });
      const made = { ...of, id };
      const discovered = discoveryOf(made, settingsWith(), '1');
      const unique = [...discovered.values()].flatMap(({ components }) =>
        Object.values(components as JsonObject).map((one) => (one as JsonObject).unique_id),
      );
      const own = [topics.state(id), topics.bridgeDevice(id), ...discovered.keys(), ...unique];
      return { own, alarm: topics.alarm(id, channel, { alarm }) };
    };
    fc.assert(
      fc.property(place, place, (one, other) => {
        const [first, second] = [all(one), all(other)];
        expect(first.alarm === second.alarm).toBe(isDeepStrictEqual(one, other));
        if (one[0] === other[0]) return;
        expect(first.own.filter((id) => second.own.includes(id))).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('of a number are read back as the number', () => {
    const alarm = fc.oneof(fc.constantFrom(...Object.keys(alarmRows)), fc.string({ minLength: 1 }));
    fc.assert(
      fc.property(fc.string(), alarm, (deviceId, type) => {
        const number = `hold/0/${type}`;
        expect(topics.readSet(topics.set(deviceId, number))).toEqual({ deviceId, number });
      }),
    );
    expect(topics.readSet('jvs2mqtt/CAM1/set/heartbeat_interval')).toEqual({
      deviceId: 'CAM1',
      number: 'heartbeat_interval',
    });
  });

  it.each(['jvs2mqtt/CAM1/state', 'jvs2mqtt/CAM1/set', 'other/CAM1/set/x', 'jvs2mqtt/_4/set/x'])(
    'that set nothing are told from those that do: %s',
    (topic) => {
      expect(topics.readSet(topic)).toBeUndefined();
    },
  );

  it('of requests are read back as the command', () => {
    expect(topics.readRequest(topics.bridgeRequest('device/remove'))).toBe('device/remove');
    expect(topics.readRequest('jvs2mqtt/CAM1/state')).toBeUndefined();
  });
});
