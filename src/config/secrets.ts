import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Settings } from './schema.ts';

/** A user and password in use. */
export interface Account {
  readonly username: string;
  readonly password: string;
  /** the bridge made the password, for nobody set one */
  readonly made: boolean;
}

/** Everything that the bridge keeps to itself. */
export interface Secrets {
  /** what cameras authenticate with */
  readonly auth: Account;
  /** the account at the broker: of the embedded one where no URL is set */
  readonly broker: Account;
  /** the bridge's own account at its embedded broker, so that the other one can be changed */
  readonly internal: Account;
  /** passwords were made just now: this is the first start with this data folder */
  readonly firstStart: boolean;
}

/** The file's content: only what the bridge made. */
type Kept = Partial<Record<(typeof names)[number], string>>;

const names = ['auth', 'broker', 'internal'] as const;
const fileName = 'secrets.json';
/** Base 32 without letters that look alike, lower case: typed on a camera's page with a remote. */
const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
/** 26 letters of 5 bits: 130 bits */
const passwordLength = 26;

/** @returns a new password of 130 bits that is easy to type */
export function makePassword(): string {
  return Array.from(randomBytes(passwordLength), (byte) => letters[byte % letters.length]).join('');
}

/**
 * The passwords in use. What is not set and was never made is made now and kept in `secrets.json`
 * of the data folder (mode 0600), before it is handed out. Only the process that owns the folder
 * may call it.
 *
 * @throws Error in plain words where the file or folder cannot be read or written
 */
export function loadSecrets(dataDir: string, settings: Settings): Secrets {
  const kept = readKept(dataDir) ?? {};
  const missing = needed(settings).filter((name) => !kept[name]);
  if (missing.length === 0) return secretsOf(kept, settings, false);
  const made = Object.fromEntries(missing.map((name) => [name, makePassword()]));
  const all: Kept = { ...kept, ...made };
  writeKept(dataDir, all);
  return secretsOf(all, settings, Object.keys(kept).length === 0);
}

/**
 * The same without making any: for a look from outside while the bridge runs.
 *
 * @returns `undefined` where a password is missing that the first start will make
 */
export function peekSecrets(dataDir: string, settings: Settings): Secrets | undefined {
  const kept = readKept(dataDir) ?? {};
  const shown = needed(settings).filter((name) => name !== 'internal');
  if (shown.some((name) => !kept[name])) return undefined;
  return secretsOf(kept, settings, false);
}

/** Which passwords the bridge must have made. */
function needed({ auth, mqtt }: Settings): readonly (typeof names)[number][] {
  const embedded = mqtt.url === '';
  return names.filter(
    (name) =>
      ({
        auth: auth.password === '',
        broker: embedded && mqtt.password === '',
        internal: embedded,
      })[name],
  );
}

function secretsOf(kept: Kept, { auth, mqtt }: Settings, firstStart: boolean): Secrets {
  const account = (username: string, set: string, made: string | undefined): Account =>
    set === '' && made !== undefined
      ? { username, password: made, made: true }
      : { username, password: set, made: false };
  return {
    auth: account(auth.username, auth.password, kept.auth),
    // a password that was made is for the embedded broker alone
    broker: account(mqtt.username, mqtt.password, mqtt.url === '' ? kept.broker : undefined),
    internal: account('jvs2mqtt-bridge', '', kept.internal),
    firstStart,
  };
}

function readKept(dataDir: string): Kept | undefined {
  const path = join(dataDir, fileName);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
    closeToOthers(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw new Error(`${path} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  const kept = parseKept(text);
  if (kept !== undefined) return kept;
  throw new Error(
    `${path} is damaged: mend it, or remove it and the bridge makes new passwords that every camera must be told`,
  );
}

/** A file that came out of a backup may be open to everybody. */
function closeToOthers(path: string): void {
  try {
    if ((statSync(path).mode & 0o077) !== 0) chmodSync(path, 0o600);
  } catch {
    // it belongs to somebody else, who has let us read it
  }
}

function parseKept(text: string): Kept | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    const entries = Object.entries(value);
    return entries.every(([, password]) => typeof password === 'string')
      ? Object.fromEntries(entries)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whole or not at all, and on disk when it returns. */
function writeKept(dataDir: string, kept: Kept): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, fileName);
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const file = openSync(temporary, 'wx', 0o600);
    try {
      writeSync(file, `${JSON.stringify(kept, undefined, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    chmodSync(temporary, 0o600);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dataDir);
}

/** The new name survives a power cut too; not every system lets a folder be synced. */
function syncFolder(path: string): void {
  try {
    const folder = openSync(path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch {
    // nothing more can be done here
  }
}
