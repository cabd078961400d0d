import type { Recorder } from '../../support/recorder.ts';

/** What an automation saw at the moment in which it was triggered. */
export interface Run {
  /** the ids that sensor, event and picture have in their attributes */
  readonly sensor: string | null;
  readonly event: string | null;
  readonly image: string | null;
  readonly event_type: string | null;
  /** when the picture came; `unknown` where there is none */
  readonly shown: string;
  /** the sensor's */
  readonly data: Readonly<Record<string, unknown>> | null;
}

/**
 * The ways in which people watch one alarm: its state's change, its event's own trigger, and a state
 * trigger of the event entity that is neither from nor to nothing.
 */
export type Way = 'state' | 'event' | 'neither';

const nothing = ['unavailable', 'unknown'];

export interface Watched {
  /** device and channel, as entity ids begin */
  readonly place: string;
  readonly alarm: string;
  /** where the triggered picture is written to; nowhere without it */
  readonly picture?: string;
}

/** Automations on an alarm that tell of each run on a topic of their own, which survives a restart. */
export function watching({ place, alarm, picture }: Watched): readonly object[] {
  const [sensor, event] = [`binary_sensor.${place}_${alarm}`, `event.${place}_event`];
  const image = `image.${place}_alarm_picture`;
  const seen = `{{ {
    'sensor': state_attr('${sensor}', 'id'),
    'event': state_attr('${event}', 'id'),
    'image': state_attr('${image}', 'id'),
    'event_type': state_attr('${event}', 'event_type'),
    'shown': states('${image}'),
    'data': state_attr('${sensor}', 'data')
  } | to_json }}`;
  const triggers: Readonly<Record<Way, object>> = {
    state: { trigger: 'state', entity_id: sensor, from: 'off', to: 'on' },
    event: {
      trigger: 'event.received',
      target: { entity_id: event },
      options: { event_type: [alarm] },
    },
    neither: { trigger: 'state', entity_id: event, not_from: nothing, not_to: nothing },
  };
  return (Object.entries(triggers) as [Way, object][]).map(([way, trigger]) => ({
    id: `${place}_${way}`,
    alias: `${place} ${way}`,
    mode: 'queued',
    triggers: [trigger],
    actions: [
      ...(picture !== undefined && way === 'state'
        ? [
            {
              action: 'image.snapshot',
              target: { entity_id: image },
              data: { filename: picture },
            },
          ]
        : []),
      {
        action: 'mqtt.publish',
        data: { topic: topicOf(place, way), payload: seen, qos: 1 },
      },
    ],
  }));
}

/** The runs that were told so far. */
export function runsOf(heard: Recorder, place: string, way: Way): readonly Run[] {
  return heard.texts(topicOf(place, way)).map((text) => JSON.parse(text) as Run);
}

function topicOf(place: string, way: Way): string {
  return `ran/${place}/${way}`;
}
