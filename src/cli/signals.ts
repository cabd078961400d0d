import { exitCodes } from './command.ts';

/** What ends a command that runs on. */
const names = ['SIGTERM', 'SIGINT'] as const;

/**
 * Listens to the process' signals from now on: process 1 of a container has no other way to be ended,
 * and a stop may come before anything is started.
 *
 * @returns aborted at the first one; a second one ends the process at once
 */
export function untilSignal(): AbortSignal {
  const controller = new AbortController();
  const first = () => {
    for (const name of names) {
      process.off(name, first);
      process.once(name, () => process.exit(exitCodes.failed.code));
    }
    controller.abort();
  };
  for (const name of names) process.once(name, first);
  return controller.signal;
}
