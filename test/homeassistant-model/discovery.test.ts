import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/decode/report.ts';
import type { DeviceRecord } from '../../src/domain/record.ts';
import { bridgeDiscovery, discoveryOf, mostEntities } from '../../src/homeassistant/discovery.ts';
import { alarmsOf, everything, fullReading, readingsOf, record, settingsWith } from './records.ts';

/** The root keys that every version from 2024.11 on takes; `qos` is one that older ones ignore. */
const rootKeys = ['device', 'origin', 'availability', 'availability_mode', 'qos', 'components'];
const deviceKeys = [
  'identifiers',
  'name',
  'manufacturer',
  'model',
  'serial_number',
  'suggested_area',
  'sw_version',
  'via_device',
];

function payloadsOf(of: DeviceRecord, settings = settingsWith()): Map<string, JsonObject> {
  return new Map(discoveryOf(of, settings, '1.2.3'));
}

function device(payload: JsonObject | undefined): JsonObject {
  return (payload?.device ?? {}) as JsonObject;
}

function components(payload: JsonObject | undefined): Record<string, JsonObject> {
  return (payload?.components ?? {}) as Record<string, JsonObject>;
}

const motion = { alarms: alarmsOf({ alarm: 'motion_detection', state: 'OFF' }) };
const TOPIC = 'homeassistant/device/jvs2mqtt_CAM1/config';

describe('the payload of a device', () => {
  it('is one, under its object id', () => {
    const payloads = payloadsOf(everything());
    expect([...payloads.keys()]).toEqual([TOPIC]);
    expect(device(payloads.get(TOPIC))).toEqual({
      identifiers: ['jvs2mqtt_CAM1'],
      name: 'Gate',
      manufacturer: 'Jovision',
      model: 'HTTP push, JES',
      serial_number: 'CAM1',
      via_device: 'jvs2mqtt_bridge',
    });
  });

  it('has no key that Home Assistant would refuse the whole device for', () => {
    for (const payload of [
      ...payloadsOf(everything()).values(),
      ...bridgeDiscovery(settingsWith(), '1').values(),
    ]) {
      expect(rootKeys).toEqual(expect.arrayContaining(Object.keys(payload)));
      expect(deviceKeys).toEqual(expect.arrayContaining(Object.keys(device(payload))));
      expect(payload.origin).toMatchObject({ name: 'jvs2mqtt' });
    }
  });

  it('needs the bridge and the device to be there', () => {
    expect(payloadsOf(everything()).get(TOPIC)).toMatchObject({
      availability: [{ topic: 'jvs2mqtt/bridge/state' }, { topic: 'jvs2mqtt/CAM1/availability' }],
      availability_mode: 'all',
    });
  });

  it('is called as the settings say, with the area that they suggest', () => {
    const settings = settingsWith({ name: 'Front door', area: 'Garden' });
    expect(device(payloadsOf(record(), settings).get(TOPIC))).toMatchObject({
      name: 'Front door',
      suggested_area: 'Garden',
    });
  });

  it('says how the camera pushes in the language of the settings', () => {
    const model = (generation: DeviceRecord['generation']) => {
      const { generation: _, ...rest } = record();
      const of = generation === undefined ? rest : { ...rest, generation };
      return device(payloadsOf(of, settingsWith({}, { language: 'zh' })).get(TOPIC)).model;
    };
    expect([model('old'), model('jes'), model(undefined)]).toEqual([
      'HTTP推送（旧架构）',
      'HTTP推送（JES）',
      'HTTP推送',
    ]);
  });

  it('is none where discovery is off', () => {
    expect(payloadsOf(everything(), settingsWith({}, { enabled: false })).size).toBe(0);
    expect(bridgeDiscovery(settingsWith({}, { enabled: false }), '1').size).toBe(0);
  });

  it('stays within what a broker takes, whatever a camera invents', () => {
    const readings = Array.from({ length: 3000 }, (_, index) =>
      fullReading('text', String(index), 'x'.repeat(128)),
    );
    const payload = payloadsOf(record({ 0: { readings: readingsOf(...readings) } })).get(TOPIC);
    expect(Object.keys(components(payload))).toHaveLength(mostEntities);
    expect(JSON.stringify(payload).length).toBeLessThan(2_000_000);
  });

  it('is of an object id that Home Assistant takes, and no other device has', () => {
    const ids = fc.uniqueArray(fc.string({ unit: 'binary' }), { minLength: 2, maxLength: 5 });
    fc.assert(
      fc.property(ids, (list) => {
        const channel = { ...motion, seenIn: ['event_report'] };
        const topics = list.flatMap((id) => [
          ...payloadsOf({ ...record({ 0: channel, 10: channel }), id }).keys(),
        ]);
        expect(new Set(topics).size).toBe(list.length * 3);
        for (const topic of topics)
          expect(topic).toMatch(/^homeassistant\/device\/[\w-]+\/config$/);
      }),
    );
  });
});

describe('two bridges at one broker', () => {
  it('have nothing in common', () => {
    const idsOf = (base: string) => {
      const settings = settingsWith({}, {}, base);
      return [...payloadsOf(everything(), settings), ...bridgeDiscovery(settings, '1')].flatMap(
        ([topic, payload]) => [
          topic,
          ...(device(payload).identifiers as string[]),
          ...Object.values(components(payload)).map(({ unique_id: id }) => String(id)),
        ],
      );
    };
    const one = new Set(idsOf('jvs2mqtt'));
    expect(idsOf('house/cameras').filter((id) => one.has(id))).toEqual([]);
    expect(idsOf('bridge').filter((id) => one.has(id))).toEqual([]);
  });
});

describe('the channels of an NVR', () => {
  const nvr = (seenIn: readonly (readonly string[])[]) =>
    record({
      ...Object.fromEntries(
        seenIn.map((origins, index) => [index, { ...motion, seenIn: [...origins] }]),
      ),
      device: { alarms: alarmsOf({ alarm: 'disk_full', state: 'OFF' }) },
    });
  const both = nvr([['event_report'], ['event_report', 'alarm_report']]);

  it('are devices beneath it once two were seen in the same kind of report', () => {
    const payloads = payloadsOf(both);
    expect([...payloads.keys()]).toEqual([
      TOPIC,
      'homeassistant/device/jvs2mqtt_CAM1_channel_0/config',
      'homeassistant/device/jvs2mqtt_CAM1_channel_1/config',
    ]);
    const channel = payloads.get('homeassistant/device/jvs2mqtt_CAM1_channel_1/config');
    expect(device(channel)).toMatchObject({ name: 'Gate channel 1', via_device: 'jvs2mqtt_CAM1' });
    expect(components(channel)).toHaveProperty('binary_sensor_1_motion_detection');
    expect(components(payloads.get(TOPIC))).toHaveProperty('binary_sensor_device_disk_full');
    expect(components(payloads.get(TOPIC))).not.toHaveProperty('binary_sensor_1_motion_detection');
  });

  it('are none of a lone camera that counts differently here and there', () => {
    expect(payloadsOf(nvr([['event_report'], ['alarm_report']])).size).toBe(1);
  });

  it('are as the settings say', () => {
    expect(payloadsOf(both, settingsWith({ channels: 'together' })).size).toBe(1);
    expect(payloadsOf(nvr([['event_report']]), settingsWith({ channels: 'separate' })).size).toBe(
      2,
    );
  });

  it('have areas of their own by setting, else that of the device', () => {
    const payloads = payloadsOf(both, settingsWith({ area: 'House', areas: { 1: 'Hall' } }));
    expect([...payloads.values()].map((payload) => device(payload).suggested_area)).toEqual([
      'House',
      'House',
      'Hall',
    ]);
  });

  it('keep the unique ids that they had in one device', () => {
    const idsOf = (of: DeviceRecord) =>
      [...payloadsOf(of).values()]
        .flatMap((payload) => Object.values(components(payload)).map(({ unique_id: id }) => id))
        .sort();
    expect(idsOf(both)).toEqual(idsOf(nvr([['event_report'], ['alarm_report']])));
  });
});

describe("the bridge's device", () => {
  const [topic, payload] = [...bridgeDiscovery(settingsWith(), '1.2.3')][0] ?? [];

  it('tells whether it is connected, by a topic that speaks when it is not', () => {
    expect(topic).toBe('homeassistant/device/jvs2mqtt_bridge/config');
    expect(device(payload)).toMatchObject({
      identifiers: ['jvs2mqtt_bridge'],
      sw_version: '1.2.3',
    });
    const connected = components(payload).binary_sensor_connected;
    expect(connected).toMatchObject({ state_topic: 'jvs2mqtt/bridge/state', payload_on: 'online' });
    expect(connected).not.toHaveProperty('availability');
  });

  it('has the counts of its info', () => {
    expect(components(payload).sensor_refused).toMatchObject({
      state_topic: 'jvs2mqtt/bridge/info',
      value_template: "{{ value_json.get('stats', {}).get('refused') }}",
      state_class: 'total_increasing',
    });
  });
});
