import type { ReadingKind } from '../spec/kinds.ts';

/**
 * The key of an alarm within its channel's record: `motion_detection`, and `dual_parking_occupied/0`
 * where the alarm's row names a source. No text from outside can make two alarms one.
 */
export function alarmId(alarm: string, source?: string): string {
  return join(alarm, source);
}

/** The key of a reading within its channel's record: `people`, `temperature/0`. */
export function readingId(kind: ReadingKind, index?: string): string {
  return join(kind, index);
}

function join(first: string, second: string | undefined): string {
  return second === undefined ? part(first) : `${part(first)}/${part(second)}`;
}

/** What hardly any has: looking for it is much cheaper than replacing it. */
const SPECIAL = /[%/]|^__proto__$/;

/** `/` parts the halves; `__proto__` is the one key that an object does not keep as its own. */
function part(text: string): string {
  if (!SPECIAL.test(text)) return text;
  const escaped = text.replaceAll('%', '%25').replaceAll('/', '%2F');
  return escaped === '__proto__' ? '%5F_proto__' : escaped;
}
