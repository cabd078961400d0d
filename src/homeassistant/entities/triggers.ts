import { DEVICE_CHANNEL } from '../../domain/channel.ts';
import type { ChannelKey } from '../../domain/event.ts';
import { compact, type Entity, type Scope } from '../entity.ts';
import { escapeKey } from '../escape.ts';
import { jsonValue, output } from '../template.ts';

/**
 * Device triggers: one of each type of event and channel. Home Assistant's automations keep device,
 * type and subtype, so these never change: they are of no language, and stay with the camera's own
 * device also where its channels become devices beneath it.
 *
 * They listen to the live events, which nobody retains: a trigger fires on a retained message at
 * every subscription.
 */
export function triggerEntities(scope: Scope): readonly Entity[] {
  const { settings, record, topics } = scope;
  if (!settings.homeassistant.device_triggers) return [];
  return Object.entries(record.channels).flatMap(([channel, { events }]) =>
    events.map((type): Entity => {
      const config = {
        p: 'device_automation',
        automation_type: 'trigger',
        type,
        subtype: subtypeOf(channel),
        topic: topics.event(record.id, channel),
        value_template: output(jsonValue('event_type')),
        payload: type,
        qos: 1,
      };
      const key = `device_automation_${escapeKey(channel)}_${escapeKey(type)}`;
      const platform = 'device_automation';
      return { key, channel: DEVICE_CHANNEL, platform, config: compact(config) };
    }),
  );
}

/** `channel_0`, `input_0`, `device`. */
function subtypeOf(channel: ChannelKey): string {
  if (/^\d+$/.test(channel)) return `channel_${channel}`;
  return channel.replace(/^in(?=\d+$)/, 'input_');
}
