import { type Entity, entity, type Scope } from '../entity.ts';
import { rowOf } from './alarms.ts';

const name = { en: 'Event', zh: '事件' } as const;

/** An event entity of each channel. Its types only grow: one that is not among them is lost. */
export function eventEntities(scope: Scope): readonly Entity[] {
  return Object.entries(scope.record.channels)
    .filter(([, { events }]) => events.length > 0)
    .map(([channel, { events }]) => {
      const isMotion = events.every((type) => rowOf(type).deviceClass === 'motion');
      return entity(scope, {
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
    });
}
