import { type TagName, tagNumber, tagRow } from '../spec/tags.ts';
import type { Answer } from './answer.ts';
import type { SimulatedCamera } from './camera.ts';
import { isCloseUp, jpeg, type PictureOptions } from './jpeg.ts';
import type { Step, Story, StoryCamera, StoryItem, StoryRecord } from './scenarios/story.ts';
import type { TlvItem, TlvRecord } from './tlv.ts';

export interface PlayOptions {
  /** makes the camera of a role; called once for each */
  readonly camera: (role: StoryCamera) => SimulatedCamera;
  /** how many times faster than life */
  readonly speed?: number;
  /** the steps in order, each as soon as the one before is answered */
  readonly once?: boolean;
  /** moves things about in the pictures */
  readonly seed?: number;
  /** size of the pictures of scenes as a share of 640 × 360: small ones are made faster */
  readonly scale?: number;
  /** waits some ms; needed unless `once` */
  readonly wait?: (ms: number) => Promise<void>;
  /** ends the story before its next step */
  readonly signal?: AbortSignal;
  /** told of each step with its answer, or why there was none */
  readonly step?: (played: Played) => void;
}

export interface Played {
  readonly step: Step;
  readonly camera: SimulatedCamera;
  readonly result: Answer | Error;
}

/**
 * Plays a story: every step is pushed and its answer waited for, failures included.
 *
 * @returns all steps played, in order
 */
export async function play(story: Story, options: PlayOptions): Promise<readonly Played[]> {
  const cast = new Map(
    story.cameras.map((role) => [role.key, { role, camera: options.camera(role) }]),
  );
  const played: Played[] = [];
  const ended = () => options.signal?.aborted === true;
  let clock = 0;
  try {
    for (const step of story.steps) {
      if (ended()) break;
      if (options.once !== true && step.at > clock) {
        await options.wait?.(((step.at - clock) * 1000) / (options.speed ?? 1));
        clock = step.at;
        if (ended()) break;
      }
      const actor = cast.get(step.by);
      if (actor === undefined) throw new RangeError(`no camera ${step.by} in this story`);
      const result = await perform(
        step,
        actor.camera,
        staging(actor.role, actor.camera, options),
      ).catch(asError);
      const done = { step, camera: actor.camera, result };
      played.push(done);
      options.step?.(done);
    }
  } finally {
    for (const { camera } of cast.values()) camera.stop();
  }
  return played;
}

/** What turns a story's data into bytes at one moment. */
interface Staging {
  readonly picture: (options: PictureOptions) => Buffer;
  readonly wall: number;
  readonly id: string;
}

function staging(role: StoryCamera, camera: SimulatedCamera, options: PlayOptions): Staging {
  return {
    picture: (asked) => {
      const scene = asked.scene ?? role.scene;
      const seed = (asked.seed ?? 1) + (options.seed ?? 0);
      const whole = isCloseUp(scene) ? {} : wholePicture(role, camera, options.scale ?? 1);
      return jpeg({ ...whole, ...asked, scene, seed });
    },
    wall: camera.wall(),
    id: camera.id,
  };
}

/** Cameras write time and name into whole pictures, not into what they cut out. */
function wholePicture(role: StoryCamera, camera: SimulatedCamera, scale: number): PictureOptions {
  const size = { width: Math.round(640 * scale), height: Math.round(360 * scale) };
  return { ...size, stamp: camera.time(), caption: role.name };
}

function perform(step: Step, camera: SimulatedCamera, stage: Staging): Promise<Answer> {
  switch (step.do) {
    case 'heartbeat':
      return camera.heartbeat();
    case 'alarm': {
      const { type, status, picture, as = camera.generation, ...details } = step;
      const shown = picture === undefined ? {} : { picture: stage.picture(picture) };
      const all = { ...details, ...shown };
      return as === 'old' ? camera.alarm(type, status, all) : camera.event(type, status, all);
    }
    case 'tlv':
      return camera.tlv(step.records.map((record) => staged(record, stage)));
    case 'modbus':
      return camera.modbus(step.registers, step.limits);
    case 'temperature':
      return camera.temperature(step.rectangles, step.channel);
    case 'snapshot':
      return camera.snapshot(stage.picture(step.picture ?? {}));
  }
}

/** Puts the base tags of protocol §3 before a record's own. */
function staged({ layer, target, channel, items }: StoryRecord, stage: Staging): TlvRecord {
  const base: readonly TlvItem[] = [
    ...(target === undefined
      ? []
      : ([
          ['TARGET', target],
          ['AI_NAME', 'JVS-AI'],
        ] as const)),
    ['DEVICEID', stage.id],
    ...(channel === 'none' ? [] : ([['CHANNELID', channel]] as const)),
    ['PTS', stage.wall],
  ];
  return { layer, items: [...base, ...items.map((item) => stagedItem(item, stage))] };
}

function stagedItem([tag, value]: StoryItem, stage: Staging): TlvItem {
  return [tag, stagedValue(tag, value, stage)] as TlvItem;
}

function stagedValue(tag: TagName, value: StoryItem[1], stage: Staging): unknown {
  switch (tagRow(tagNumber(tag))?.type) {
    case 'picture':
      return stage.picture(value as PictureOptions);
    case 'wall_time':
      return stage.wall + (value as number) * 1000;
    default:
      return value;
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
