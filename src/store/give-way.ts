import { readdir } from 'node:fs/promises';
import { setPriority } from 'node:os';
import type { ClassicLevel } from 'classic-level';

/** Beside a busy thread of the usual niceness 0 that is a tenth of the core: enough at 1,700 pushes a second. */
const NICENESS = 10;

/**
 * LevelDB merges its files on a thread of its own, with thousands of cameras half a second at a time, and where
 * there is only one core every push would share it with that. So that thread gives way. Were it to fall far behind,
 * LevelDB would slow writes down until it is through.
 *
 * It has no name, and begins when there is first something to be done: compacting nothing makes it begin. Linux
 * alone has a priority for each thread; elsewhere, and where another store of this process began it, nothing is done.
 */
export async function giveWay(level: Pick<ClassicLevel, 'compactRange'>): Promise<void> {
  const before = new Set(await threads());
  if (before.size === 0) return;
  await level.compactRange('', '');
  const [begun, ...others] = (await threads()).filter((id) => !before.has(id));
  // with another thread that began just now it cannot be told which is which
  if (begun !== undefined && others.length === 0) lower(Number(begun));
}

function lower(thread: number): void {
  try {
    setPriority(thread, NICENESS);
  } catch {
    // a sandbox may forbid it: pushes share the core with it then
  }
}

/** Ids of this process's threads, as Linux tells them; none anywhere else. */
async function threads(): Promise<readonly string[]> {
  return readdir('/proc/self/task').catch(() => []);
}
