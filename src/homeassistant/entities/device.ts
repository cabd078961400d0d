import type { Json } from '../../decode/report.ts';
import type { Name } from '../../spec/name.ts';
import { type Entity, entity, type Platform, type Scope } from '../entity.ts';
import { attributes, jsonValue, output } from '../template.ts';

/** An entity of the device as a whole. */
interface DeviceRow {
  readonly platform: Platform;
  readonly what: readonly string[];
  readonly idPart: string;
  readonly name: Name;
  readonly icon?: string;
  readonly category: 'config' | 'diagnostic';
  readonly hidden?: true;
  readonly always?: true;
  /** whether this device has it */
  readonly when?: (scope: Scope) => boolean;
  readonly config: (scope: Scope) => { readonly [key: string]: Json | undefined };
}

/** The counters of `<device>/state`: what a camera does that somebody should look at. */
const counters = {
  pushes: { name: { en: 'Pushes', zh: '上报数' }, icon: 'mdi:upload' },
  repeats: { name: { en: 'Repeated alarms', zh: '重复报警' }, icon: 'mdi:repeat' },
  faults: { name: { en: 'Unreadable parts', zh: '无法解析的内容' }, icon: 'mdi:file-question' },
  late: { name: { en: 'Late events', zh: '迟到的事件' }, icon: 'mdi:clock-alert' },
} as const satisfies Readonly<Record<string, { readonly name: Name; readonly icon: string }>>;

const heartbeats = ({ record }: Scope) => record.heartbeat !== undefined;
const alarms = ({ record }: Scope) =>
  Object.values(record.channels).some((channel) => Object.keys(channel.alarms).length > 0);

export const deviceRows: readonly DeviceRow[] = [
  {
    platform: 'binary_sensor',
    what: ['status', 'connected'],
    idPart: 'connected',
    name: { en: 'Connected', zh: '在线' },
    category: 'diagnostic',
    always: true,
    config: ({ topics, record }) => ({
      device_class: 'connectivity',
      state_topic: topics.availability(record.id),
      payload_on: 'online',
      payload_off: 'offline',
      json_attributes_topic: topics.state(record.id),
      json_attributes_template: attributes(
        ['name', 'generation', 'address', 'first_seen', 'channels'].map(
          // `name` and such would be taken for the entity's own
          (key) => [`device_${key}`, jsonValue(key)] as const,
        ),
      ),
    }),
  },
  {
    platform: 'sensor',
    what: ['last_seen'],
    idPart: 'last_seen',
    name: { en: 'Last seen', zh: '最近上报' },
    category: 'diagnostic',
    always: true,
    config: ({ topics, record }) => ({
      device_class: 'timestamp',
      state_topic: topics.state(record.id),
      value_template: output(jsonValue('last_seen')),
    }),
  },
  {
    platform: 'sensor',
    what: ['clock_offset'],
    idPart: 'clock_offset',
    name: { en: 'Clock offset', zh: '时钟偏差' },
    icon: 'mdi:clock-outline',
    category: 'diagnostic',
    when: heartbeats,
    config: ({ topics, record }) => ({
      device_class: 'duration',
      unit_of_measurement: 's',
      state_class: 'measurement',
      suggested_display_precision: 0,
      state_topic: topics.state(record.id),
      value_template: output(jsonValue('heartbeat', 'clock_offset')),
    }),
  },
  ...Object.entries(counters).map(
    ([key, { name, icon }]): DeviceRow => ({
      platform: 'sensor',
      what: [key],
      idPart: key,
      name,
      icon,
      category: 'diagnostic',
      hidden: true,
      always: true,
      config: ({ topics, record }) => ({
        state_class: 'total_increasing',
        state_topic: topics.state(record.id),
        value_template: output(jsonValue('counters', key)),
      }),
    }),
  ),
  {
    platform: 'number',
    what: ['heartbeat_interval'],
    idPart: 'heartbeat_interval',
    name: { en: 'Heartbeat interval', zh: '心跳间隔' },
    icon: 'mdi:heart-pulse',
    category: 'config',
    always: true,
    when: heartbeats,
    config: (scope) => {
      const { topics, record, settings, device } = scope;
      const set = device?.heartbeat_interval ?? settings.heartbeat.interval;
      return {
        command_topic: topics.set(record.id, 'heartbeat_interval'),
        state_topic: topics.settings(record.id),
        value_template: output(jsonValue('heartbeat_interval')),
        min: Math.min(5, set),
        max: Math.max(86_400, set),
        step: 1,
        mode: 'box',
        unit_of_measurement: 's',
        device_class: 'duration',
      };
    },
  },
  {
    platform: 'button',
    what: ['end_alarms'],
    idPart: 'end_alarms',
    name: { en: 'End all alarms', zh: '结束所有报警' },
    icon: 'mdi:alarm-light-off-outline',
    category: 'config',
    always: true,
    when: alarms,
    config: ({ topics, record }) => ({
      command_topic: topics.bridgeRequest('alarms/clear'),
      payload_press: JSON.stringify({ device: record.id }),
    }),
  },
  {
    platform: 'button',
    what: ['remove'],
    idPart: 'remove',
    name: { en: 'Remove from the bridge', zh: '从网关移除' },
    icon: 'mdi:delete-outline',
    category: 'config',
    hidden: true,
    always: true,
    config: ({ topics, record }) => ({
      command_topic: topics.bridgeRequest('device/remove'),
      payload_press: JSON.stringify({ device: record.id }),
    }),
  },
];

/** What every device has: whether it is there, how it is, what can be set. */
export function deviceEntities(scope: Scope): readonly Entity[] {
  return deviceRows
    .filter(({ when }) => when?.(scope) ?? true)
    .map((row) => {
      const { platform, what, category, hidden, always, icon } = row;
      return entity(scope, {
        platform,
        channel: 'device',
        what,
        idParts: [row.idPart],
        name: row.name[scope.language],
        icon,
        category,
        hidden: hidden ?? false,
        always: always ?? false,
        config: row.config(scope),
      });
    });
}
