import type { ChannelKey } from '../../domain/event.ts';
import { type Entity, entity, type Scope } from '../entity.ts';
import { jsonValue, quoted } from '../template.ts';
import { alarmName, rowOf, settingOf } from './alarms.ts';

const name = { en: 'Event', zh: '事件' } as const;

/** An event entity of each channel. Its types only grow: one that is not among them is lost. */
export function eventEntities(scope: Scope): readonly Entity[] {
  return Object.entries(scope.record.channels)
    .filter(([, { events }]) => events.length > 0)
    .flatMap(([channel, { events }]) => {
      const isMotion = events.every((type) => rowOf(type).deviceClass === 'motion');
      const all = entity(scope, {
        platform: 'event',
        channel,
        what: ['event'],
        name: name[scope.language],
        icon: isMotion ? undefined : 'mdi:alarm-light',
        config: {
          device_class: isMotion ? 'motion' : undefined,
          event_types: events,
          state_topic: scope.topics.event(scope.record.id, channel),
        },
      });
      const bells = events.filter((type) => settingOf(scope, type, 'doorbell'));
      return [all, ...bells.map((type) => doorbell(scope, channel, type))];
    });
}

/**
 * The same event as a doorbell's: Home Assistant's doorbell triggers listen to `ring` of that class
 * alone. What the template says nothing for is no event of it.
 */
function doorbell(scope: Scope, channel: ChannelKey, type: string): Entity {
  const { record, topics } = scope;
  const label = Object.values(record.channels[channel]?.alarms ?? {}).find(
    ({ alarm }) => alarm === type,
  )?.label;
  return entity(scope, {
    platform: 'event',
    channel,
    what: ['doorbell', type],
    idParts: [type, 'doorbell'],
    name: alarmName(scope, type, label),
    config: {
      device_class: 'doorbell',
      event_types: ['ring'],
      state_topic: topics.event(record.id, channel),
      value_template:
        `{% if ${jsonValue('event_type')} == ${quoted(type)} %}` +
        "{{ dict(value_json, event_type='ring') | tojson }}{% endif %}",
    },
  });
}
