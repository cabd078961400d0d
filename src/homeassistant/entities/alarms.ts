import type { AlarmSettings } from '../../config/schema.ts';
import type { ChannelKey } from '../../domain/event.ts';
import { readingId } from '../../domain/ids.ts';
import { own } from '../../domain/json.ts';
import { policyOf } from '../../domain/policy.ts';
import type { AlarmRecord } from '../../domain/record.ts';
import { type AlarmRow, alarmOf, unknownAlarm } from '../../spec/alarms.ts';
import { type Entity, entity, type Scope } from '../entity.ts';
import { spaceName } from '../spaces.ts';
import { clean, joined, prettified, remarked } from '../text.ts';

/** The longest time that can be set as hold or maximum, seconds: a day, a week. */
const numbers = {
  hold: { name: { en: 'Hold time', zh: '保持时间' }, most: 86_400, icon: 'mdi:timer-outline' },
  maximum: { name: { en: 'Longest time', zh: '最长时间' }, most: 604_800, icon: 'mdi:timer-alert' },
} as const;

/** A binary sensor of each alarm, and the numbers that say how long it lasts. */
export function alarmEntities(scope: Scope): readonly Entity[] {
  return Object.entries(scope.record.channels).flatMap(([channel, { alarms }]) => {
    const records = Object.values(alarms).filter((alarm) => rowOf(alarm.alarm).role === 'alarm');
    const types = [...new Set(records.map(({ alarm }) => alarm))];
    return [
      ...records.map((alarm) => binarySensor(scope, channel, alarm)),
      ...types.flatMap((alarm) => lifeNumbers(scope, channel, alarm, alarms)),
    ];
  });
}

function binarySensor(scope: Scope, channel: ChannelKey, alarm: AlarmRecord): Entity {
  const row = rowOf(alarm.alarm);
  const topic = scope.topics.alarm(scope.record.id, channel, alarm);
  const wanted = settingOf(scope, alarm.alarm, 'device_class') ?? row.deviceClass;
  const deviceClass = wanted === 'none' ? undefined : wanted;
  return entity(scope, {
    platform: 'binary_sensor',
    channel,
    what: alarm.source === undefined ? [alarm.alarm] : [alarm.alarm, alarm.source],
    name: sensorName(scope, channel, alarm),
    icon: deviceClass === undefined ? (row.icon ?? unknownAlarm.icon) : undefined,
    config: {
      device_class: deviceClass,
      state_topic: topic,
      json_attributes_topic: topic,
      value_template: '{{ value_json.state }}',
    },
  });
}

function lifeNumbers(
  scope: Scope,
  channel: ChannelKey,
  alarm: string,
  alarms: Readonly<Record<string, AlarmRecord>>,
): readonly Entity[] {
  const { topics, record, language } = scope;
  const label = Object.values(alarms).find((one) => one.alarm === alarm)?.label;
  return (['hold', 'maximum'] as const)
    .filter((which) => which !== 'hold' || rowOf(alarm).hold !== 'lasting')
    .map((which) => {
      const { name, most, icon } = numbers[which];
      const number = `${which}/${channel}/${alarm}`;
      return entity(scope, {
        platform: 'number',
        channel,
        what: [which, alarm],
        idParts: [alarm, which],
        name: joined(alarmName(scope, alarm, label), name[language], language),
        category: 'config',
        hidden: true,
        icon,
        always: true,
        config: {
          command_topic: topics.set(record.id, number),
          state_topic: topics.settings(record.id),
          value_template: `{{ value_json.get(${JSON.stringify(number)}) }}`,
          min: 0,
          max: Math.max(most, Math.ceil(settingOf(scope, alarm, which) ?? 0)),
          step: 1,
          mode: 'box',
          unit_of_measurement: 's',
          device_class: 'duration',
        },
      });
    });
}

/** The name of an alarm in the settings' language: by them, its row, the camera, its type. */
export function alarmName(scope: Scope, alarm: string, label: string | undefined): string {
  return (
    settingOf(scope, alarm, 'name') ??
    alarmOf(alarm)?.row.name[scope.language] ??
    // firmware without a name for it says the type again
    clean(label === alarm ? undefined : label) ??
    prettified(alarm)
  );
}

function sensorName(scope: Scope, channel: ChannelKey, alarm: AlarmRecord): string {
  const name = alarmName(scope, alarm.alarm, alarm.label);
  const { source } = alarm;
  if (source === undefined) return name;
  const kind = rowOf(alarm.alarm).reading;
  const readings = own(scope.record.channels, channel)?.readings ?? {};
  const label = kind && own(readings, readingId(kind, source))?.label;
  const space = spaceName(source, scope.language) ?? source;
  return remarked(name, clean(label) ?? space, scope.language);
}

/** What is set for an alarm: of the device, else of all. */
export function settingOf<K extends keyof AlarmSettings>(
  { settings, record }: Scope,
  alarm: string,
  key: K,
): AlarmSettings[K] | undefined {
  const maps = policyOf(settings, record.id, 0).alarms;
  return maps.map((map) => own(map, alarm)?.[key]).find((value) => value !== undefined);
}

/** How an alarm runs and looks; a type that no row knows like any detection. */
export function rowOf(alarm: string): Omit<AlarmRow, 'name'> {
  return alarmOf(alarm)?.row ?? unknownAlarm;
}
