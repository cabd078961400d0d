import { parseArgs } from 'node:util';
import { isOneShot, type OneShot, oneShots } from './one-shot.ts';
import { isScenario, type ScenarioName, scenarios } from './scenarios.ts';

/** What the command line asks of `simulate`. */
export interface SimulateOptions {
  readonly url?: string;
  readonly username?: string;
  readonly password?: string;
  readonly id?: string;
  readonly generation: 'old' | 'jes';
  readonly work:
    | { readonly kind: 'report'; readonly report: OneShot; readonly type: string }
    | {
        readonly kind: 'story';
        readonly scenario: ScenarioName;
        readonly speed: number;
        readonly once: boolean;
      }
    | {
        readonly kind: 'load';
        readonly devices: number;
        readonly rate: number;
        readonly duration: number;
      };
}

export const usage = `Usage: jvs2mqtt simulate [options]

A camera in software that pushes to the bridge. Without options it plays the story of a house.

  --scenario NAME     a story: ${Object.keys(scenarios).join(', ')}
  --speed N           so many times faster than life (1)
  --once              the story's steps one after the other, without waiting

  --report NAME       one push: ${Object.keys(oneShots).join(', ')}
  --type TYPE         the alarm type of --report alarm and event (motion_detection)

  --devices N         many cameras at once (10 where --rate or --duration is given)
  --rate R            pushes a second, all cameras together (10)
  --duration S        for so many seconds (10)

  --url URL           the bridge (http://127.0.0.1:8780)
  --user, --password  what the cameras authenticate with; without them what the settings of the
                      bridge started here say, or what it keeps in its data folder
  --id ID             the camera's id; a story's further cameras get it with a number
  --generation GEN    old or jes: which report an alarm comes by (jes)`;

/** A command line that cannot be followed; the message says why. */
export class UsageError extends Error {}

const known = {
  url: { type: 'string' },
  user: { type: 'string' },
  password: { type: 'string' },
  report: { type: 'string' },
  type: { type: 'string', default: 'motion_detection' },
  scenario: { type: 'string' },
  devices: { type: 'string' },
  rate: { type: 'string' },
  duration: { type: 'string' },
  id: { type: 'string' },
  generation: { type: 'string', default: 'jes' },
  speed: { type: 'string', default: '1' },
  once: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/**
 * @returns `help` where it was asked for
 * @throws UsageError
 */
export function readOptions(args: readonly string[]): SimulateOptions | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  if (values.url !== undefined && !isHttp(values.url)) {
    throw new UsageError(`--url ${values.url} is no http:// address`);
  }
  const { generation } = values;
  if (generation !== 'old' && generation !== 'jes') {
    throw new UsageError(`--generation ${generation} is neither old nor jes`);
  }
  return {
    ...(values.url === undefined ? {} : { url: values.url }),
    ...(values.user === undefined ? {} : { username: values.user }),
    ...(values.password === undefined ? {} : { password: values.password }),
    ...(values.id === undefined ? {} : { id: values.id }),
    generation,
    work: work(values),
  };
}

function isHttp(url: string): boolean {
  return URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
}

type Values = ReturnType<typeof parse>;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: known, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function work(values: Values): SimulateOptions['work'] {
  const { report, scenario, devices, rate, duration } = values;
  const isLoad = devices !== undefined || rate !== undefined || duration !== undefined;
  if ([report !== undefined, scenario !== undefined, isLoad].filter(Boolean).length > 1) {
    throw new UsageError('--report, --scenario and --devices exclude each other');
  }
  if (report !== undefined) {
    if (!isOneShot(report)) throw new UsageError(unknown('--report', report, oneShots));
    return { kind: 'report', report, type: values.type };
  }
  if (isLoad) {
    return {
      kind: 'load',
      devices: Math.ceil(positive('--devices', devices ?? '10')),
      rate: positive('--rate', rate ?? '10'),
      duration: positive('--duration', duration ?? '10'),
    };
  }
  const name = scenario ?? 'house';
  if (!isScenario(name)) throw new UsageError(unknown('--scenario', name, scenarios));
  return {
    kind: 'story',
    scenario: name,
    speed: positive('--speed', values.speed),
    once: values.once,
  };
}

function unknown(option: string, value: string, table: object): string {
  return `${option} ${value} is not known; there are ${Object.keys(table).join(', ')}`;
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new UsageError(`${option} ${text} is no number above 0`);
}
