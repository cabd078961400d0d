import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { freePort } from '../../support/mosquitto.ts';
import { HomeAssistant } from './homeassistant.ts';

const program = fileURLToPath(new URL('../bench', import.meta.url));

/** What Home Assistant says of itself at its start, in a bench without internet or Bluetooth. */
const noise: readonly RegExp[] = [
  /Skipping pip installation/,
  /falling back to zlib/,
  /haffmpeg|libturbojpeg|radio_browser|go2rtc|google_translate|bluetooth/,
  /components\.(met|analytics|onboarding)\]/,
  /has been detected at/,
  /Login attempt/,
];

/** Why there can be no Home Assistant here; `undefined` where there can. */
export function missing(): string | undefined {
  if (existsSync(join(process.env.HASS_ROOT ?? '/opt/hass', 'srv'))) return undefined;
  if (process.getuid?.() !== 0) return 'not root: Home Assistant cannot be installed';
  if (!existsSync('/etc/debian_version')) return 'not Debian: Home Assistant cannot be installed';
  return undefined;
}

/** Where Home Assistant's form joins. */
export interface BrokerAccount {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

/** A fresh Home Assistant of our own, which can be configured, restarted and read in full. */
export class Bench extends HomeAssistant {
  readonly dir: string;

  private constructor(dir: string, url: string, token: string) {
    super(url, token);
    this.dir = dir;
  }

  /** Onboarded, and joined to a broker by its own form: about 12 s. */
  static async start(broker: BrokerAccount): Promise<Bench> {
    const dir = await mkdtemp(join(tmpdir(), 'jvs2mqtt-hass-'));
    const { hostname, port } = new URL(broker.url);
    await run(
      ...['start', dir, '--port', String(await freePort())],
      ...['--mqtt-host', hostname, '--mqtt-port', port || '1883'],
      ...['--mqtt-username', broker.username, '--mqtt-password', broker.password],
    );
    const text = await readFile(join(dir, 'bench.json'), 'utf8');
    const { url, token } = JSON.parse(text) as { readonly url: string; readonly token: string };
    return new Bench(dir, url, token);
  }

  /** Replaces the user's automations. */
  async automate(automations: readonly object[]): Promise<void> {
    // JSON is YAML, and its texts are quoted: a bare `on` would be a boolean to Home Assistant
    await writeFile(join(this.dir, 'automations.yaml'), JSON.stringify(automations));
    await this.api('services/automation/reload', {});
  }

  /** Every warning and error that it logged, each once. */
  async log(): Promise<readonly string[]> {
    const files = ['home-assistant.log.1', 'home-assistant.log', 'hass.out'];
    const texts = await Promise.all(
      files.map((file) => readFile(join(this.dir, file), 'utf8').catch(() => '')),
    );
    const lines = texts.flatMap((text) => stripVTControlCharacters(text).split('\n'));
    const bad = lines.filter((line) => / (WARNING|ERROR|CRITICAL) /.test(line));
    return [...new Set(bad)].filter((line) => !noise.some((known) => known.test(line)));
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

/** The bench's output is no pipe: Home Assistant stays behind and would hold it open. */
async function run(...args: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`bench ${args[0]} ended with ${code}`);
}
