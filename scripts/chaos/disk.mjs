import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MB = 1024 * 1024;

/** A data folder of a few MB that can be filled, where this user may mount one. */
export function smallDisk(dir) {
  const folder = join(dir, 'small');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=48m', 'tmpfs', folder], { stdio: 'ignore' });
    return { folder, end: () => execFileSync('umount', ['-l', folder]) };
  } catch {
    return { folder, end: undefined };
  }
}

export function fill(folder) {
  const { bavail, bsize } = statfsSync(folder);
  const file = join(folder, 'filler');
  writeFileSync(file, Buffer.alloc(Math.max(0, bavail * bsize - 4 * MB)));
  return () => rmSync(file);
}
