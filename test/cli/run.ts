import { PassThrough } from 'node:stream';
import type { CommandIo } from '../../src/cli/command.ts';
import { runCommand } from '../../src/cli/commands.ts';

/** A command line run in a folder, and what came of it. */
export async function run(
  args: readonly string[],
  cwd: string,
  env: CommandIo['env'] = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const code = await runCommand(args, { stdout, stderr, env, cwd });
  return { code, out: textOf(stdout), err: textOf(stderr) };
}

function textOf(stream: PassThrough): string {
  return String(stream.read() ?? '');
}
