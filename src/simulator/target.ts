import { resolve } from 'node:path';
import { loadSettings } from '../config/load.ts';
import type { Settings } from '../config/schema.ts';
import { peekSecrets } from '../config/secrets.ts';

/** Where simulated cameras push to, and as whom. */
export interface Target {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/**
 * Finds a bridge to push to: what the command line says, else what the settings of a bridge that is
 * started here say, environment and made passwords included.
 *
 * @returns a message for the user where there is no password
 */
export function findTarget(
  given: Partial<Target>,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Target | string {
  const { url, username, password } = given;
  if (url !== undefined && username !== undefined && password !== undefined) {
    return { url, username, password };
  }
  try {
    const { settings } = loadSettings(env, cwd);
    const dataDir = resolve(cwd, settings.data.dir);
    const found = account(settings, dataDir, given);
    if (found === undefined) return noPassword(dataDir);
    return { url: url ?? `http://127.0.0.1:${settings.http.port}`, ...found };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function account(
  settings: Settings,
  dataDir: string,
  { username, password }: Partial<Target>,
): { readonly username: string; readonly password: string } | undefined {
  if (password !== undefined) return { username: username ?? settings.auth.username, password };
  const user = settings.auth.users.find((known) => known.username === username);
  if (user !== undefined) return user;
  if (settings.auth.password !== '') {
    return { username: username ?? settings.auth.username, password: settings.auth.password };
  }
  const kept = peekSecrets(dataDir, settings)?.auth;
  return kept === undefined
    ? undefined
    : { username: username ?? kept.username, password: kept.password };
}

function noPassword(dataDir: string): string {
  return `No password: start the bridge here first (${dataDir} holds none), or give --user and --password.`;
}
