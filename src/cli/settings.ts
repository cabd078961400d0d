import { ConfigFaults, faultLine } from '../config/faults.ts';
import { type LoadedSettings, loadSettings } from '../config/load.ts';
import type { CommandIo } from './command.ts';

/**
 * The settings for a command; what is wrong with them goes to stderr.
 *
 * @returns `undefined` where they are refused: the exit code is `exitCodes.settings`
 */
export function settingsFor({ env, cwd, stderr }: CommandIo): LoadedSettings | undefined {
  try {
    return loadSettings(env, cwd);
  } catch (error) {
    if (!(error instanceof ConfigFaults)) throw error;
    stderr.write(`${error.message}\n`);
    return undefined;
  }
}

/** The warnings of loaded settings, a line each; empty where there are none. */
export function warningText({ warnings }: LoadedSettings): string {
  return warnings.map((warning) => `Warning: ${faultLine(warning)}\n`).join('');
}
