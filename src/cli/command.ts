/** What a command gets of the process: `process` itself is nearly one. */
export interface CommandIo {
  readonly stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly stderr: NodeJS.WritableStream;
  readonly stdin?: NodeJS.ReadableStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** the folder that relative paths start from */
  readonly cwd: string;
  /** ends a command that runs on; without one, the process' own signals do */
  readonly signal?: AbortSignal;
}

/** A command: does its work and answers with an exit code. */
export type Command = (args: string[], io: CommandIo) => Promise<number>;

/** What the exit codes mean: one row each, shown by `--help`. */
export const exitCodes = {
  ok: { code: 0, doc: 'done' },
  failed: { code: 1, doc: 'it did not work; the reason is on stderr' },
  usage: { code: 2, doc: 'a command or option that there is not' },
  // sysexits.h: EX_CONFIG, which service managers know as useless to try again
  settings: { code: 78, doc: 'the settings are refused; every fault is on stderr' },
} as const;

/** The answer of a command that takes none: how it is used, because that was asked for or is not known. */
export function noArguments(args: readonly string[], io: CommandIo, usage: string): number {
  const help = args[0] === '--help';
  (help ? io.stdout : io.stderr).write(usage);
  return help ? exitCodes.ok.code : exitCodes.usage.code;
}
