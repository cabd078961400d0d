import { alarmOf, alarms } from '../spec/alarms.ts';
import { kinds } from '../spec/kinds.ts';

/** What the keys of a map are: one row. */
export interface KeyFormat {
  readonly allowed: string;
  /** the key as the program looks it up; `undefined` where it is not allowed */
  readonly read: (key: string) => string | undefined;
  /** the names among which a misspelt one is looked for */
  readonly names?: readonly string[];
  /** a key near one of `names` that is none of them is allowed, but most likely a slip */
  readonly open?: true;
}

const LONGEST_ID = 128;

function deviceId(key: string): string | undefined {
  const id = key.trim();
  // `__proto__` is the one key that an object does not keep as its own
  return id === '' || id === '__proto__' || id.length > LONGEST_ID ? undefined : id;
}

/** Every kind of key that `schema.ts` names. */
export const keyFormats = {
  device_id: { allowed: "a device's id, as it is printed on it", read: deviceId },
  alarm_type: {
    allowed: 'an alarm type',
    // settings under an alias are settings of the alarm itself
    read: (key) => alarmOf(key)?.key ?? deviceId(key),
    names: Object.entries(alarms).flatMap(([key, row]) => [
      key,
      ...('aliases' in row ? row.aliases : []),
    ]),
    open: true,
  },
  register: {
    allowed: "a register's number, 0 to 65535",
    read: (key) => {
      const digits = key.startsWith('@') ? key.slice(1) : key;
      return /^(0|[1-9]\d{0,4})$/.test(digits) && Number(digits) <= 65_535 ? digits : undefined;
    },
  },
  channel: {
    allowed: 'the number of a video channel',
    read: (key) => (/^(0|[1-9]\d{0,4})$/.test(key.trim()) ? key.trim() : undefined),
  },
  kind: {
    allowed: `one of ${Object.keys(kinds).join(', ')}`,
    read: (key) => (Object.hasOwn(kinds, key) ? key : undefined),
    names: Object.keys(kinds),
  },
} as const satisfies Readonly<Record<string, KeyFormat>>;

export type KeyFormatName = keyof typeof keyFormats;
