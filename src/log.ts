import { type DestinationStream, type Logger, pino } from 'pino';
import { hidden, sensitivePaths } from './config/redact.ts';
import type { Settings } from './config/schema.ts';

/** Where lines go: `process.stdout` is one. */
export interface LogOutput {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** Fields that never get into a log, whatever they are part of. */
const redacted: readonly string[] = [
  ...['', 'settings.'].flatMap((prefix) => sensitivePaths().map((path) => `${prefix}${path}`)),
  ...['password', 'authorization'].flatMap((name) => ['', '*.', '*.*.'].map((at) => at + name)),
];

/**
 * The bridge's logger: text for people, JSON lines for machines. It writes in the order of the
 * calls, without a thread of its own, so that a last line before an end is never lost.
 */
export function createLogger({ level, format }: Settings['log'], output: LogOutput): Logger {
  const text = format === 'text' || (format === 'auto' && output.isTTY === true);
  const json: DestinationStream = { write: (line) => void output.write(line) };
  const plain: DestinationStream = { write: (line) => void output.write(textLine(line)) };
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (name) => ({ level: name }) },
      redact: { paths: [...redacted], censor: hidden },
    },
    text ? plain : json,
  );
}

/** One JSON line of pino as `time level message key=value`; an error's stack follows where it helps. */
export function textLine(json: string): string {
  const { time, level, msg = '', err, ...fields } = JSON.parse(json) as Record<string, unknown>;
  const pairs = Object.entries(fields).map(([key, value]) => ` ${key}=${shown(value)}`);
  const head = `${localTime(String(time))} ${String(level).toUpperCase().padEnd(5)} ${oneLine(String(msg))}`;
  return `${head}${pairs.join('')}${errorText(err, level)}\n`;
}

function errorText(error: unknown, level: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { message, stack } = error as { readonly message?: unknown; readonly stack?: unknown };
  const known = ` err=${shown(message)}`;
  if (level !== 'error' && level !== 'fatal') return known;
  return typeof stack === 'string' ? `${known}\n${lines(stack)}` : known;
}

function lines(stack: string): string {
  return stack
    .split('\n')
    .map((line) => `    ${oneLine(line.trim())}`)
    .join('\n');
}

/** Words as they are; whatever could be taken for something else in quotes. */
function shown(value: unknown): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? 'undefined';
  return /^[^\s"'=\\\p{Cc}]+$/u.test(value) ? value : JSON.stringify(value);
}

/** What a camera sends cannot make a line of its own, nor move the cursor. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ');
}

/** In the machine's time zone: 2026-11-23 22:44:27 */
function localTime(iso: string): string {
  const time = new Date(iso);
  const two = (part: number) => String(part).padStart(2, '0');
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${date} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')}`;
}
