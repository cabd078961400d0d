import type { Json, JsonObject } from '../../decode/report.ts';
import { bridgeStats, logLevels, noticeTypes, type StatRow } from '../bridge.ts';
import type { Context } from '../context.ts';
import { compact, prefixOf } from '../entity.ts';
import { attributes, jsonValue, output } from '../template.ts';
import { slug } from '../text.ts';

/** The components of the bridge's own device, by key. */
export function bridgeComponents({
  settings,
  topics,
}: Context): Readonly<Record<string, JsonObject>> {
  const { language, entity_ids: entityIds } = settings.homeassistant;
  const component = (
    platform: 'binary_sensor' | 'sensor' | 'event' | 'select',
    what: string,
    config: { readonly [key: string]: Json | undefined },
  ): readonly [string, JsonObject] => {
    const key = `${platform}_${what}`;
    return [
      key,
      compact({
        p: platform,
        unique_id: `${prefixOf(topics)}bridge_${key}`,
        default_entity_id: entityIds ? `${platform}.${slug(topics.base, what)}` : undefined,
        qos: 1,
        ...config,
      }),
    ];
  };
  const availability = [{ topic: topics.bridgeState }];
  const stats: readonly (readonly [string, StatRow])[] = Object.entries(bridgeStats);
  return Object.fromEntries([
    component('binary_sensor', 'connected', {
      name: language === 'zh' ? '在线' : 'Connected',
      device_class: 'connectivity',
      entity_category: 'diagnostic',
      state_topic: topics.bridgeState,
      payload_on: 'online',
      payload_off: 'offline',
    }),
    component('sensor', 'version', {
      name: language === 'zh' ? '版本' : 'Version',
      icon: 'mdi:tag-outline',
      entity_category: 'diagnostic',
      state_topic: topics.bridgeInfo,
      value_template: output(jsonValue('version')),
      availability,
    }),
    ...stats.map(([key, row]) =>
      component('sensor', key, {
        name: row.name[language],
        icon: row.icon,
        entity_category: 'diagnostic',
        enabled_by_default: row.hidden ? false : undefined,
        state_topic: topics.bridgeInfo,
        value_template: output(jsonValue('stats', key)),
        json_attributes_topic: row.list === undefined ? undefined : topics.bridgeInfo,
        json_attributes_template:
          row.list === undefined ? undefined : attributes([['devices', jsonValue(row.list)]]),
        device_class: row.deviceClass,
        unit_of_measurement: row.unit,
        state_class: row.counter ? 'total_increasing' : 'measurement',
        availability,
      }),
    ),
    component('select', 'log_level', {
      name: language === 'zh' ? '日志级别' : 'Log level',
      icon: 'mdi:text-long',
      entity_category: 'config',
      options: logLevels,
      command_topic: topics.bridgeRequest('log_level'),
      command_template: '{{ {"level": value} | tojson }}',
      state_topic: topics.bridgeInfo,
      value_template: output(jsonValue('log_level')),
      availability,
    }),
    component('event', 'notice', {
      name: language === 'zh' ? '通知' : 'Notice',
      icon: 'mdi:message-alert-outline',
      entity_category: 'diagnostic',
      event_types: noticeTypes,
      state_topic: topics.bridgeEvent,
      availability,
    }),
  ]);
}
