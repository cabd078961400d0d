#!/usr/bin/env node
import { exitCodes } from './command.ts';
import { runCommand } from './commands.ts';

// `jvs2mqtt … | head` closes the pipe: that is an end, not an error
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exitCodes.ok.code : exitCodes.failed.code);
});

try {
  process.exitCode = await runCommand(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    env: process.env,
    cwd: process.cwd(),
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : error}\n`);
  process.exitCode = exitCodes.failed.code;
}
