import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = fileURLToPath(new URL('..', import.meta.url));

/** An entity as Home Assistant has it: its registry entry with state and attributes. */
export interface Entity {
  readonly entity_id: string;
  readonly unique_id: string;
  readonly device_id: string;
  readonly name: string | null;
  readonly original_name: string | null;
  readonly original_device_class: string | null;
  readonly disabled_by: string | null;
  readonly entity_category: string | null;
  readonly state: string | null;
  readonly attributes: Readonly<Record<string, unknown>> | null;
}

export interface Device {
  readonly id: string;
  readonly name: string;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly via_device_id: string | null;
  readonly identifiers: readonly (readonly [string, string])[];
}

/** What Home Assistant made of MQTT, and every warning and error in its log. */
export interface Snapshot {
  readonly devices: readonly Device[];
  readonly entities: readonly Entity[];
  readonly log: readonly string[];
}

export interface HomeAssistant {
  readonly dir: string;
  readonly url: string;
  readonly token: string;
  snapshot(): Promise<Snapshot>;
  /** Asks for a snapshot until `settled` says that it is what was waited for; then the last one. */
  until(settled: (snapshot: Snapshot) => boolean, seconds?: number): Promise<Snapshot>;
  restart(): Promise<void>;
  stop(): Promise<void>;
  /** REST: GET, or POST where there is a body */
  api(path: string, body?: unknown): Promise<unknown>;
  /** A page as a picture */
  screenshot(path: string, file: string): Promise<void>;
}

/** Why there can be no Home Assistant here; `undefined` where there can. */
export function missing(): string | undefined {
  if (existsSync(`${process.env.HASS_ROOT ?? '/opt/hass'}/srv`)) return undefined;
  if (process.getuid?.() !== 0) return 'not root: Home Assistant cannot be installed';
  if (!existsSync('/etc/debian_version')) return 'not Debian: Home Assistant cannot be installed';
  return undefined;
}

let ports = 8140;

/** A fresh, onboarded Home Assistant, joined to a broker by its own form: about 12 s. */
export async function startHomeAssistant(broker: {
  port: number;
  username?: string;
  password?: string;
  language?: string;
}): Promise<HomeAssistant> {
  const dir = await mkdtemp(join(tmpdir(), 'jvs2mqtt-hass-'));
  ports += 1;
  const args = ['start', dir, '--port', String(ports), '--mqtt-port', String(broker.port)];
  if (broker.username !== undefined) args.push('--mqtt-username', broker.username);
  if (broker.password !== undefined) args.push('--mqtt-password', broker.password);
  if (broker.language !== undefined) args.push('--language', broker.language);
  await bench(args);
  const { url, token } = JSON.parse(await readFile(join(dir, 'bench.json'), 'utf8')) as {
    url: string;
    token: string;
  };
  const snapshot = async () =>
    JSON.parse(
      (await run(join(here, 'bench'), ['snapshot', dir], { maxBuffer: 1e9 })).stdout,
    ) as Snapshot;
  return {
    dir,
    url,
    token,
    snapshot,
    async until(settled, seconds = 60) {
      const end = Date.now() + seconds * 1000;
      let last = await snapshot();
      while (!settled(last) && Date.now() < end) last = await snapshot();
      return last;
    },
    restart: () => bench(['restart', dir]),
    stop: () => bench(['stop', dir]),
    async api(path, body) {
      const answer = await fetch(`${url}/api/${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(`${path}: HTTP ${answer.status} ${await answer.text()}`);
      return answer.json();
    },
    async screenshot(path, file) {
      await run(process.execPath, [join(here, 'screenshot.mjs'), dir, path, file]);
    },
  };
}

/** The bench's own output is not a pipe: Home Assistant stays behind and would hold it open. */
async function bench(args: readonly string[]): Promise<void> {
  const child = spawn(join(here, 'bench'), args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  if (code !== 0) throw new Error(`bench ${args[0]} ended with ${code}`);
}
