import type { TagName, TagType, TagTypeOf } from '../../spec/tags.ts';
import type { TargetNumber } from '../../spec/targets.ts';
import type { PictureOptions, Scene } from '../jpeg.ts';
import type { Rectangle, Status } from '../reports.ts';
import type { TagValue } from '../tlv.ts';

/** What happens somewhere in a few minutes, as data: `play.ts` makes pushes of it. */
export interface Story {
  /** what it is about, in one line */
  readonly about: string;
  readonly cameras: readonly StoryCamera[];
  /** in the order of `at` */
  readonly steps: readonly Step[];
}

export interface StoryCamera {
  /** what steps call it */
  readonly key: string;
  readonly id: string;
  readonly name: string;
  readonly generation: 'old' | 'jes';
  readonly scene: Scene;
}

interface Base {
  /** seconds from the story's start */
  readonly at: number;
  /** the key of the camera that does it */
  readonly by: string;
}

export type Step = Base & Action;

export type Action =
  | { readonly do: 'heartbeat' }
  | {
      readonly do: 'alarm';
      readonly type: string;
      readonly status: Status;
      /** by the report of that generation, whatever the camera's own is */
      readonly as?: 'old' | 'jes';
      readonly channel?: number;
      readonly channelType?: 0 | 1 | 2;
      /** JES event class: 1 alarm, 3 timed snapshot */
      readonly event?: number;
      readonly picture?: PictureOptions;
      readonly extension?: object;
    }
  | { readonly do: 'tlv'; readonly records: readonly StoryRecord[] }
  | {
      readonly do: 'modbus';
      readonly registers: Readonly<Record<number, number>>;
      readonly limits?: Readonly<Record<number, 0 | 1>>;
    }
  | {
      readonly do: 'temperature';
      readonly rectangles: readonly Rectangle[];
      readonly channel?: number;
    }
  | { readonly do: 'snapshot'; readonly picture?: PictureOptions };

/** A tag's value in a story: pictures as what they show, times in seconds from now. */
type StoryValue = {
  readonly [T in TagType]: T extends 'picture' ? PictureOptions : TagValue[T];
};

export type StoryItem = {
  [N in TagName]: readonly [tag: N, value: StoryValue[TagTypeOf<N>]];
}[TagName];

export interface StoryRecord {
  readonly layer: 'META' | 'ALAM' | 'AREA';
  readonly target?: TargetNumber;
  /** the channel it names; `none` where the vendor's table has no such tag */
  readonly channel: number | 'none';
  readonly items: readonly StoryItem[];
}

/** A metadata record of a target (protocol §3): the base tags are put before its items. */
export function meta(
  target: TargetNumber,
  items: readonly StoryItem[],
  channel: number | 'none' = 0,
): StoryRecord {
  return { layer: 'META', target, channel, items };
}

export function alam(items: readonly StoryItem[], channel = 0): StoryRecord {
  return { layer: 'ALAM', channel, items };
}

export function area(items: readonly StoryItem[], channel = 0): StoryRecord {
  return { layer: 'AREA', channel, items };
}
