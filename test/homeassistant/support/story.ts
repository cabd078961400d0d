import { SimulatedCamera } from '../../../src/simulator/camera.ts';
import type { AlarmDetails } from '../../../src/simulator/camera-options.ts';
import type { Status } from '../../../src/simulator/reports.ts';
import type { Step, Story, StoryCamera } from '../../../src/simulator/scenarios/story.ts';
import { scenarios } from '../../../src/simulator/scenarios.ts';
import type { TlvRecord } from '../../../src/simulator/tlv.ts';
import { type AlarmRow, alarmOf } from '../../../src/spec/alarms.ts';
import { type TargetNumber, targets } from '../../../src/spec/targets.ts';

/** An alarm message of a story. */
export interface StoryAlarm {
  readonly status: Status;
  /** of its channel's event entity */
  readonly event: string;
  /** its event type */
  readonly type: string;
  /** of its binary sensor; `undefined` where it has none */
  readonly sensor: string | undefined;
}

/** The alarm messages that a story sends, in order; timed snapshots are none. */
export function alarmsOf(story: Story): readonly StoryAlarm[] {
  const roles = new Map(story.cameras.map((role) => [role.key, role]));
  return story.steps.flatMap((step) => {
    const role = roles.get(step.by);
    if (role === undefined) throw new RangeError(`no camera ${step.by}`);
    return step.do === 'alarm' && step.event !== 3 ? [alarm(role, step)] : ofRecords(role, step);
  });
}

/** Long holds for every pulse of the stories: what was not ended is on when it is looked at. */
export function longHolds(): Readonly<Record<string, { readonly hold: number }>> {
  const alarms = Object.values(scenarios).flatMap((story) => alarmsOf(story));
  return Object.fromEntries(
    alarms.flatMap(({ type, sensor, status }) =>
      sensor === undefined || status !== 'pulse' ? [] : [[type, { hold: 3600 }]],
    ),
  );
}

function alarm(role: StoryCamera, step: Extract<Step, { readonly do: 'alarm' }>): StoryAlarm {
  const isOld = (step.as ?? role.generation) === 'old';
  const number = step.channel ?? (isOld ? 1 : 0);
  const type = step.channelType ?? 0;
  const channel = type === 2 ? undefined : type === 1 ? `in${number}` : String(number);
  const { parking_id: source } = { parking_id: undefined, ...step.extension };
  return storyAlarm(role, channel, step.type, step.status, source);
}

/** An ALARM_TYPE of a TLV body; the stories send pulses (2) so. */
function ofRecords(role: StoryCamera, step: Step): readonly StoryAlarm[] {
  if (step.do !== 'tlv') return [];
  return step.records.flatMap(({ layer, channel, items }) => {
    const type = items.find(([tag]) => tag === 'ALARM_TYPE')?.[1];
    if (layer !== 'ALAM' || type === undefined) return [];
    return [storyAlarm(role, String(channel), String(type), 'pulse', undefined)];
  });
}

function storyAlarm(
  role: StoryCamera,
  channel: string | undefined,
  type: string,
  status: Status,
  source: unknown,
): StoryAlarm {
  const found = alarmOf(type);
  const known: AlarmRow | undefined = found?.row;
  const key = found?.key ?? type;
  const place = [role.id.toLowerCase(), ...(channel === undefined ? [] : [channel])].join('_');
  const suffix = known?.source === undefined ? '' : `_${String(source)}`;
  const sensor = known?.role === 'event' ? undefined : `binary_sensor.${place}_${key}${suffix}`;
  return { status, event: `event.${place}_event`, type: key, sensor };
}

/** A camera that remembers the last picture of each kind that it pushed, by the image's entity id. */
export class RememberingCamera extends SimulatedCamera {
  readonly pictures = new Map<string, Buffer>();

  override alarm(type: string, status: Status | string | number, details: AlarmDetails = {}) {
    this.#remember(String(details.channel ?? 1), 'alarm_picture', details.picture);
    return super.alarm(type, status, details);
  }

  override event(type: string, status: Status | string | number, details: AlarmDetails = {}) {
    const kind = details.event === 3 ? 'snapshot' : 'alarm_picture';
    this.#remember(String(details.channel ?? 0), kind, details.picture);
    return super.event(type, status, details);
  }

  override snapshot(picture: Buffer, fileName?: string) {
    this.#remember(undefined, 'snapshot', picture);
    return super.snapshot(picture, fileName);
  }

  override tlv(records: readonly TlvRecord[]) {
    for (const { items } of records) {
      const values = new Map<unknown, unknown>(items);
      const target = targets[values.get('TARGET') as TargetNumber];
      const channel = values.has('CHANNELID') ? String(values.get('CHANNELID')) : undefined;
      this.#remember(channel, `${target?.image}_picture`, values.get('OBJ_PIC'));
      this.#remember(channel, 'snapshot', values.get('SNAPSHOT'));
      this.#remember(channel, 'plate_picture', values.get('VEHICLE_PLATE_PIC'));
    }
    return super.tlv(records);
  }

  #remember(channel: string | undefined, kind: string, picture: unknown): void {
    if (!Buffer.isBuffer(picture)) return;
    const place = channel === undefined ? '' : `${channel}_`;
    this.pictures.set(`image.${this.id.toLowerCase()}_${place}${kind}`, picture);
  }
}
