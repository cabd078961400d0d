import type { Setting } from '../config/schema.ts';

const units = [
  ['MiB', 1024 ** 2],
  ['MB', 1000 ** 2],
  ['kB', 1000],
] as const;

/** A setting's default as somebody would write it: `16MiB`. */
export function shownDefault({ default: value, format }: Setting): unknown {
  if (format !== 'bytes' || typeof value !== 'number') return value;
  const unit = units.find(([, size]) => value % size === 0);
  return unit === undefined ? value : `${value / unit[1]}${unit[0]}`;
}
