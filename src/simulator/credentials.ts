import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** The user name of `auth.username` where nobody set another. */
const USERNAME = 'jvs2mqtt';

/**
 * What a simulated camera authenticates with: the command line, else the environment, else what a
 * bridge that was started here keeps in its data folder.
 *
 * @returns a message for the user where there is none
 */
export async function findCredentials(
  given: Partial<Credentials>,
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Promise<Credentials | string> {
  const username = given.username ?? env.JVS2MQTT_AUTH_USERNAME ?? USERNAME;
  const known = given.password ?? env.JVS2MQTT_AUTH_PASSWORD;
  if (known !== undefined && known !== '') return { username, password: known };
  const file = env.JVS2MQTT_AUTH_PASSWORD_FILE;
  if (file !== undefined) return { username, password: (await readFile(file, 'utf8')).trim() };
  const secrets = resolve(cwd, env.JVS2MQTT_DATA_DIR ?? './data', 'secrets.json');
  const password = await keptPassword(secrets);
  if (password !== undefined) return { username, password };
  return `No password: give --user and --password, set JVS2MQTT_AUTH_PASSWORD, or run this where the bridge was started (there is no password in ${secrets}).`;
}

async function keptPassword(file: string): Promise<string | undefined> {
  try {
    const kept: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof kept !== 'object' || kept === null || !('auth' in kept)) return undefined;
    return typeof kept.auth === 'string' ? kept.auth : undefined;
  } catch {
    return undefined;
  }
}
