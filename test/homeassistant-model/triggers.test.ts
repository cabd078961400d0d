import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/decode/report.ts';
import type { DeviceRecord } from '../../src/domain/record.ts';
import { discoveryOf, planDiscovery } from '../../src/homeassistant/discovery.ts';
import { alarmsOf, everything, record, settingsWith } from './records.ts';

type Trigger = Readonly<Record<string, unknown>>;

const on = settingsWith({}, { device_triggers: true });

function triggersOf(of: DeviceRecord, settings = on): ReadonlyMap<string, readonly Trigger[]> {
  const payloads = [...discoveryOf(of, settings, '1')];
  return new Map(
    payloads.map(([topic, payload]) => [
      topic,
      Object.values(payload.components as Record<string, JsonObject>).filter(
        ({ p }) => p === 'device_automation',
      ),
    ]),
  );
}

const seen = { seenIn: ['event_report'], events: ['motion_detection', '烟/火'] };

describe('device triggers', () => {
  it('are none unless the settings ask for them', () => {
    expect([...triggersOf(everything(), settingsWith()).values()]).toEqual([[]]);
  });

  it('are one of each type of event and channel', () => {
    const [triggers] = triggersOf(record({ 0: seen, in0: { events: ['alarm_input'] } })).values();
    expect(triggers).toEqual([
      {
        p: 'device_automation',
        automation_type: 'trigger',
        type: 'motion_detection',
        subtype: 'channel_0',
        topic: 'jvs2mqtt/CAM1/0/event',
        value_template: "{{ value_json.get('event_type') }}",
        payload: 'motion_detection',
        qos: 1,
      },
      expect.objectContaining({ type: '烟/火', subtype: 'channel_0', payload: '烟/火' }),
      expect.objectContaining({ type: 'alarm_input', subtype: 'input_0' }),
    ]);
  });

  it('are the same in every language', () => {
    const chinese = settingsWith({}, { device_triggers: true, language: 'zh' });
    expect(triggersOf(everything(), chinese)).toEqual(triggersOf(everything()));
  });

  it("stay with the camera's own device where its channels become devices", () => {
    const alone = record({ 0: seen });
    const both = record({ 0: seen, 1: seen });
    const topic = 'homeassistant/device/jvs2mqtt_CAM1/config';
    expect(triggersOf(both).get(topic)?.slice(0, 2)).toEqual(triggersOf(alone).get(topic));
    expect([...triggersOf(both).values()].map((list) => list.length)).toEqual([4, 0, 0]);
  });

  it('are taken away by their platform where the setting is taken back', () => {
    const of = record({ 0: { ...seen, alarms: alarmsOf({ alarm: 'x', state: 'OFF' }) } });
    const off = discoveryOf(of, settingsWith(), '1');
    const [removal, clean] = planDiscovery(discoveryOf(of, on, '1'), off);
    expect(removal?.payload).toMatchObject({
      components: { device_automation_0_motion_detection: { p: 'device_automation' } },
    });
    expect(clean?.payload).toEqual([...off.values()][0]);
  });
});
