import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { stringify } from 'yaml';
import { freePort, mosquittoAvailable } from '../../support/mosquitto.ts';
import { HomeAssistant } from './homeassistant.ts';

const program = fileURLToPath(new URL('../bench', import.meta.url));
const blueprints = fileURLToPath(new URL('../../../blueprints', import.meta.url));

/** What Home Assistant says of itself at its start, in a bench without internet or Bluetooth. */
const noise: readonly RegExp[] = [
  /Skipping pip installation/,
  /falling back to zlib/,
  /haffmpeg|libturbojpeg|radio_browser|go2rtc|google_translate|bluetooth/,
  /components\.(met|analytics|onboarding)\]/,
  /has been detected at/,
  /Login attempt/,
  // of the listening of a test that ended
  /components\/api\/__init__\.py[\s\S]*Cannot write to closing transport/,
];

/** What it says while the broker is away on purpose. */
export const wasAway =
  /(Error returned from|No ACK from) MQTT server|Disconnected from MQTT|Failed to connect to MQTT|not currently connected|\[paho\.mqtt\.client\]/;

/** Why there can be no Home Assistant here; `undefined` where there can. In CI that is a failure. */
export function missing(): string | undefined {
  const why = whyMissing();
  if (why !== undefined && process.env.CI) throw new Error(why);
  if (why !== undefined) console.warn(`skipped: ${why}`);
  return why;
}

function whyMissing(): string | undefined {
  if (!mosquittoAvailable()) return 'no Mosquitto';
  if (existsSync(join(process.env.HASS_ROOT ?? '/opt/hass', 'srv'))) return undefined;
  if (process.getuid?.() !== 0) return 'not root: Home Assistant cannot be installed';
  if (!existsSync('/etc/debian_version')) return 'not Debian: Home Assistant cannot be installed';
  return undefined;
}

/** Where Home Assistant's form joins, on the loopback. */
export interface BrokerAccount {
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

/** How a Home Assistant of the bench is reached; it can be handed to another process. */
export interface BenchAddress {
  readonly dir: string;
  readonly url: string;
  readonly token: string;
}

/** A Home Assistant that people use: automations, blueprints, restarts, and a log that can be read. */
export class Bench extends HomeAssistant {
  readonly dir: string;
  /** log entries of before */
  #old: ReadonlySet<string> = new Set();

  constructor({ dir, url, token }: BenchAddress) {
    super(url, token);
    this.dir = dir;
  }

  /** Fresh, onboarded, with the repository's blueprints, joined to a broker by its own form: about 12 s. */
  static async start(broker: BrokerAccount): Promise<Bench> {
    const dir = await mkdtemp(join(tmpdir(), 'jvs2mqtt-hass-'));
    await cp(blueprints, join(dir, 'blueprints'), { recursive: true });
    await run(
      ...['start', dir, '--port', String(await freePort()), '--mqtt-port', String(broker.port)],
      ...['--mqtt-username', broker.username, '--mqtt-password', broker.password],
    );
    const text = await readFile(join(dir, 'bench.json'), 'utf8');
    const { url, token } = JSON.parse(text) as { readonly url: string; readonly token: string };
    return new Bench({ dir, url, token });
  }

  /** Replaces the user's automations; they are running afterwards. Its YAML is 1.1: `off` is no text. */
  async automate(automations: readonly object[]): Promise<void> {
    await writeFile(join(this.dir, 'automations.yaml'), stringify(automations, { version: '1.1' }));
    await this.api('services/automation/reload', {});
  }

  /** What it logged until now is no more to be told. */
  async forgetLog(): Promise<void> {
    this.#old = new Set(await this.#entries());
  }

  /** Every warning and error that it logged, each once. */
  async log(): Promise<readonly string[]> {
    const entries = (await this.#entries()).filter((entry) => !this.#old.has(entry));
    return entries.filter((line) => !noise.some((known) => known.test(line)));
  }

  async #entries(): Promise<readonly string[]> {
    const files = ['home-assistant.log.1', 'home-assistant.log', 'hass.out'];
    const texts = await Promise.all(
      files.map((file) => readFile(join(this.dir, file), 'utf8').catch(() => '')),
    );
    // an entry begins with its time; a traceback belongs to it
    const entries = texts.flatMap((text) =>
      stripVTControlCharacters(text).split(/\n(?=\d{4}-\d\d-\d\d )/),
    );
    const bad = entries.map((entry) => entry.trimEnd()).filter((entry) => isBad.test(entry));
    return [...new Set(bad)];
  }

  /** What a user's restart does. */
  restart(): Promise<void> {
    return run('restart', this.dir);
  }

  async stop(): Promise<void> {
    await run('stop', this.dir);
    await rm(this.dir, { recursive: true, force: true });
  }
}

const isBad = /^\S+ \S+ (WARNING|ERROR|CRITICAL) /;

/** The bench's output is no pipe: Home Assistant stays behind and would hold it open. */
async function run(...args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`bench ${args[0]} ended with ${code}`);
}
