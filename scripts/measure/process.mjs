import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** ms that the process had a processor to itself: on a busy machine worth more than the clock */
export function cpuOf(pid) {
  try {
    const ticks = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(ticks[11]) + Number(ticks[12])) * 10;
  } catch {
    return Number.NaN;
  }
}

/** MB; `anon` is what no file holds as well, `pss` has what others share counted in parts */
export function memoryOf(pid) {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const maps = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    const field = (name) =>
      Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status + maps)?.[1]) / 1024;
    return {
      rss: field('VmRSS'),
      anon: field('RssAnon'),
      pss: field('Pss'),
      peak: field('VmHWM'),
    };
  } catch {
    const rss = Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)])) / 1024;
    return { rss, anon: Number.NaN, pss: Number.NaN, peak: Number.NaN };
  }
}
