import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { type Clock, every, systemClock } from './clock.ts';

/** A heap of more bytes than that, whatever was collected, is an estate's: ten cameras are 20 MB alive. */
const LARGE = 48 * 1024 * 1024;

/** ms between two looks; and how many of them agree, so that what a burst leaves behind counts for nothing */
const LOOK = 10_000;
const LOOKS = 4;

/** V8's flags for a heap that is large, and what V8 has by itself; the reducer's count is new in V8 13. */
const FLAGS = {
  large: ['--heap-growing-percent=200', '--memory-reducer-gc-count=0'],
  small: ['--heap-growing-percent=0', '--memory-reducer-gc-count=2'],
} as const;

export interface HeapRoomOptions {
  readonly clock?: Pick<Clock, 'after'>;
  /** bytes in use, garbage too */
  readonly used?: () => number;
  readonly setFlag?: (flag: string) => void;
}

/**
 * Lets a large heap grow to three times what is alive before V8 collects its old generation. By itself V8 does so
 * when a tenth was added, and its memory reducer every hundred seconds besides: of 2,000 cameras each
 * collection takes 0.2 to 1 s of a core, which the pushes wait for where there is only one. A small heap stays
 * as V8 has it: a home server has memory for others.
 *
 * @returns what stops it
 */
export function giveRoom(options: HeapRoomOptions = {}): () => void {
  const { clock = systemClock, used = usedBytes, setFlag = setIfKnown } = options;
  let last: number[] = [];
  let kind: keyof typeof FLAGS = 'small';
  return every(clock, LOOK, () => {
    last = [...last, used()].slice(-LOOKS);
    const least = Math.min(...last);
    const next = last.length === LOOKS && least > LARGE ? 'large' : 'small';
    if (next !== kind) for (const flag of FLAGS[next]) setFlag(flag);
    kind = next;
  });
}

function usedBytes(): number {
  return getHeapStatistics().used_heap_size;
}

/** V8 says so on stderr where it does not know a flag. */
function setIfKnown(flag: string): void {
  const isOld = Number.parseInt(process.versions.v8, 10) < 13;
  if (isOld && flag.startsWith('--memory-reducer')) return;
  setFlagsFromString(flag);
}
