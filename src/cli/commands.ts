import { nearest } from '../config/nearest.ts';
import { type Command, type CommandIo, exitCodes } from './command.ts';
import { untilSignal } from './signals.ts';
import { version } from './version.ts';

interface CommandRow {
  readonly about: string;
  readonly args?: string;
  /** loads the command's code, and only that */
  readonly load: () => Promise<Command>;
}

/** Every command of `jvs2mqtt`, for its help and the documentation. */
export const commands: Readonly<Record<string, CommandRow>> = {
  run: {
    about: 'run the bridge (the default)',
    load: async () => {
      // before anything is loaded, which takes a while
      const signal = untilSignal();
      const { main } = await import('../main.ts');
      return (args, io) => main(args, { signal, ...io });
    },
  },
  simulate: {
    about: 'be a camera, or many: --help says how',
    args: '[OPTIONS]',
    load: async () => (await import('./simulate.ts')).simulate,
  },
  decode: {
    about: 'show a captured body as the bridge understands it',
    args: 'FILE',
    load: async () => (await import('./decode.ts')).decode,
  },
  'check-config': {
    about: 'check the settings and show what holds',
    args: '[FILE]',
    load: async () => (await import('./check-config.ts')).checkConfig,
  },
  credentials: {
    about: "show what to type into a camera's page and into Home Assistant",
    load: async () => (await import('./credentials.ts')).credentials,
  },
  health: {
    about: 'ask the running bridge whether it is well',
    load: async () => (await import('./health.ts')).health,
  },
};

/**
 * Runs what a command line says.
 *
 * @param args without the program's own name
 * @returns the exit code
 */
export async function runCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const [first = 'run', ...rest] = args;
  const option = Object.hasOwn(options, first) ? options[first] : undefined;
  if (option !== undefined) {
    io.stdout.write(`${option()}\n`);
    return exitCodes.ok.code;
  }
  const row = Object.hasOwn(commands, first) ? commands[first] : undefined;
  if (row === undefined) {
    io.stderr.write(`${unknownText(first)}\n`);
    return exitCodes.usage.code;
  }
  return await (await row.load())(rest, io);
}

const options: Readonly<Record<string, () => string>> = {
  help: helpText,
  '--help': helpText,
  '-h': helpText,
  version: () => version,
  '--version': () => version,
  '-v': () => version,
};

function helpText(): string {
  const row = (name: string, text: string) => `  ${name.padEnd(24)}${text}`;
  const names = Object.entries(commands).map(([name, { about, args }]) =>
    row(args === undefined ? name : `${name} ${args}`, about),
  );
  const codes = Object.values(exitCodes).map(({ code, doc }) => row(String(code), doc));
  return [
    `jvs2mqtt ${version}: brings Jovision / CloudSEE cameras to MQTT and Home Assistant`,
    '',
    'Usage: jvs2mqtt [COMMAND]',
    '',
    ...names,
    row('--help, --version', ''),
    '',
    'Settings: JVS2MQTT_CONFIG names a YAML file, else config.yaml in the data folder is read.',
    'Each setting is a variable too: http.port is JVS2MQTT_HTTP_PORT.',
    '',
    'Exit codes:',
    ...codes,
  ]
    .map((line) => line.trimEnd())
    .join('\n');
}

function unknownText(word: string): string {
  const what = word.startsWith('-') ? 'option' : 'command';
  const guess = nearest(word, [...Object.keys(commands), '--help', '--version']);
  const hint = guess === undefined ? '' : ` Did you mean ${guess}?`;
  return `There is no ${what} ${JSON.stringify(word)}.${hint} jvs2mqtt --help lists all.`;
}
