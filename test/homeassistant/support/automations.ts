const nothing = ['unavailable', 'unknown'];

export interface Telling {
  /** of templates: what the automation sees in the moment in which it is triggered */
  readonly seen?: Readonly<Record<string, string>>;
  /** what it does before it tells */
  readonly first?: readonly object[];
}

/** An automation that tells by an event of its own, on Home Assistant's bus, that it ran. */
export function telling(
  name: string,
  triggers: readonly object[],
  { seen = { by: '{{ trigger.entity_id | default("") }}' }, first = [] }: Telling = {},
): object {
  return {
    alias: name,
    mode: 'queued',
    triggers,
    actions: [...first, { event: name, event_data: seen }],
  };
}

/** The safe way to watch an alarm: `to: on` alone fires again at every restart. */
export function began(sensor: string): object {
  return { trigger: 'state', entity_id: sensor, from: 'off', to: 'on' };
}

/** The event entity's own trigger. */
export function received(event: string, event_type: string): object {
  return {
    trigger: 'event.received',
    target: { entity_id: event },
    options: { event_type: [event_type] },
  };
}

/** A state trigger of the event entity that is deaf to its very first event, as the documentation says. */
export function happenedAgain(event: string): object {
  return { trigger: 'state', entity_id: event, not_from: nothing, not_to: nothing };
}

/** The ids that one turn has in three places, and the rest of what an automation can see of it. */
export function turnSeen(place: string, alarm: string): Readonly<Record<string, string>> {
  const image = `image.${place}_alarm_picture`;
  return {
    sensor: `{{ state_attr('binary_sensor.${place}_${alarm}', 'id') }}`,
    event: `{{ state_attr('event.${place}_event', 'id') }}`,
    image: `{{ state_attr('${image}', 'id') }}`,
    event_type: `{{ state_attr('event.${place}_event', 'event_type') }}`,
    shown: `{{ states('${image}') }}`,
    data: `{{ state_attr('binary_sensor.${place}_${alarm}', 'data') }}`,
  };
}
