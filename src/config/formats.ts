import { accessSync, constants, statSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { binarySensorClasses, sensorClasses } from './device-classes.ts';
import { pictureKinds } from './pictures.ts';

/** What a check may look at besides the value. */
export interface Context {
  /** the folder that relative paths start from */
  readonly cwd: string;
}

/** A value that is not allowed, with the reason where `allowed` does not say it all. */
export class Refused {
  readonly because: string | undefined;
  constructor(because?: string) {
    this.because = because;
  }
}

/** A kind of value: one row. */
export interface Format {
  /** what is allowed, in plain words */
  readonly allowed: string;
  /** @returns the value as the program uses it */
  readonly check: (value: unknown, context: Context) => unknown;
  /** a value of the environment, which is text; what cannot be read is given back as it is */
  readonly read?: (text: string) => unknown;
  /** the names among which a misspelt one is looked for */
  readonly names?: readonly string[];
}

const refused = new Refused();

function numberText(text: string): number | string {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text.trim()) ? Number(text) : text;
}

function numeric(allowed: string, fits: (value: number) => boolean): Format {
  const check = (value: unknown) =>
    typeof value === 'number' && Number.isFinite(value) && fits(value) ? value : refused;
  return { allowed, check, read: numberText };
}

function textual(
  allowed: string,
  check: (value: string, context: Context) => string | Refused,
): Format {
  return {
    allowed,
    check: (value, context) => {
      if (typeof value === 'string') return check(value, context);
      return typeof value === 'number' || typeof value === 'boolean'
        ? new Refused('text that looks like something else needs quotes')
        : refused;
    },
  };
}

function isScalar(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/** One of several words; a number is taken for its digits (`version: 5`). */
export function choice(options: readonly (string | number | boolean)[], showAll = true): Format {
  const names = options.map(String);
  return {
    allowed: showAll ? `one of ${names.join(', ')}` : '',
    names,
    check: (value) => options[isScalar(value) ? names.indexOf(String(value)) : -1] ?? refused,
  };
}

function deviceClass(of: string, names: readonly string[]): Format {
  return {
    ...choice(names, false),
    allowed: `a device class of a ${of} in Home Assistant, or none`,
  };
}

/** Control characters have no place in names, topics and header fields. */
function hasControls(text: string): boolean {
  return [...text].some((letter) => letter < ' ' || letter === '\u007f');
}

function url(protocols: readonly string[], example: string): Format {
  const list = protocols.map((name) => `${name}//`).join(', ');
  return textual(`an address that begins with ${list}, like ${example}; or empty`, (value) => {
    if (value === '') return value;
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    if (!parsed || !protocols.includes(parsed.protocol) || parsed.hostname === '') return refused;
    if (parsed.username === '' && parsed.password === '') return value;
    return new Refused('user and password belong into settings of their own, not into the address');
  });
}

const unitSizes: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1000,
  mb: 1000 ** 2,
  gb: 1000 ** 3,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};

function bytes(value: unknown): number | Refused {
  if (!isScalar(value)) return refused;
  const [, digits, unit] = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(String(value)) ?? [];
  const size = unitSizes[unit?.toLowerCase() ?? ''];
  const count = size === undefined || digits === undefined ? Number.NaN : Number(digits) * size;
  return count >= 1 && Number.isSafeInteger(count) ? count : refused;
}

function readable(path: string, context: Context): string | Refused {
  if (path === '' || path.includes('-----BEGIN ')) return path;
  try {
    const full = resolve(context.cwd, path);
    accessSync(full, constants.R_OK);
    return statSync(full).isFile() ? path : new Refused('it is not a file');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'no reason given';
    return new Refused(code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`);
  }
}

function timeZone(name: string): string | Refused {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name;
  } catch {
    return refused;
  }
}

function network(value: string): string | Refused {
  const [address = '', bits, ...more] = value.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return refused;
  const most = family === 4 ? 32 : 128;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most) ? value : refused;
}

const LONGEST_TOPIC = 200;

function topic(value: string): string | Refused {
  const levels = value.split('/');
  const fits = levels.every((level) => level !== '') && !/[+#]/.test(value) && !hasControls(value);
  // MQTT 5 §4.7.1.1: topics that begin with $ are the broker's own
  return fits && !value.startsWith('$') && value.length <= LONGEST_TOPIC ? value : refused;
}

/** Every format of a single value that `schema.ts` names. */
export const formats = {
  text: textual('text', (value) =>
    hasControls(value) ? new Refused('it has control characters') : value,
  ),
  /** what stands in a quoted string of a header field */
  header_text: textual('text without " and \\', (value) =>
    value === '' || hasControls(value) || /["\\]/.test(value) ? refused : value,
  ),
  host: textual('an IP address or a host name', (value) =>
    isIP(value) !== 0 || /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(value) ? value : refused,
  ),
  address: textual('an IP address', (value) => (isIP(value) === 0 ? refused : value)),
  /** one entry of a list of networks */
  network: textual('an IP address, or a network like 10.0.0.0/8', network),
  /** one entry of a list of kinds of picture */
  picture: choice(pictureKinds),
  port: numeric(
    'a whole number from 0 to 65535 (0: any that is free)',
    (value) => Number.isInteger(value) && value >= 0 && value <= 65_535,
  ),
  bytes: {
    allowed: 'a number of bytes, at least 1, or one with a unit: 500kB, 16MB, 2MiB',
    check: bytes,
    read: numberText,
  },
  seconds: numeric('a number of seconds, 0 or more', (value) => value >= 0),
  interval: numeric(
    'a whole number of seconds, 1 or more',
    (value) => Number.isSafeInteger(value) && value >= 1,
  ),
  count: numeric('a whole number, 1 or more', (value) => Number.isSafeInteger(value) && value >= 1),
  rate: numeric('a number, 0 or more', (value) => value >= 0),
  digits: numeric(
    'a whole number from 0 to 10',
    (value) => Number.isInteger(value) && value >= 0 && value <= 10,
  ),
  number: numeric('a number', () => true),
  boolean: {
    allowed: 'true or false',
    check: (value) => (typeof value === 'boolean' ? value : refused),
    read: (text) => {
      const word = text.trim().toLowerCase();
      return word === 'true' || word === 'false' ? word === 'true' : text;
    },
  },
  http_url: url(['http:', 'https:'], 'http://192.168.1.10:8780'),
  mqtt_url: url(['mqtt:', 'mqtts:', 'ws:', 'wss:'], 'mqtt://192.168.1.5:1883'),
  topic: textual('a topic without +, # and $, and without a slash at its ends', topic),
  file: textual('a file that can be read, or empty', readable),
  time_zone: textual('the name of a time zone, like Europe/Berlin', timeZone),
  binary_sensor_class: deviceClass('binary sensor', binarySensorClasses),
  register_class: deviceClass('sensor or binary sensor', [
    ...new Set([...sensorClasses, ...binarySensorClasses]),
  ]),
} as const satisfies Readonly<Record<string, Format>>;

/** The names of formats of a single value. */
export type FormatName = keyof typeof formats;
