import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Debian keeps it where a plain user's PATH does not look. */
const PROGRAM = ['mosquitto', '/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto'].find(
  (program) => spawnSync(program, ['-h']).error === undefined,
);

/**
 * Whether the real Mosquitto is here. Tests that need it are skipped where it is not, and say so; in
 * CI its absence is a failure.
 */
export function mosquittoAvailable(): boolean {
  if (PROGRAM !== undefined) return true;
  if (process.env.CI) throw new Error('mosquitto is missing: CI must install it');
  console.warn('mosquitto is not installed: the tests against it are skipped');
  return false;
}

export interface MosquittoOptions {
  /** user names and passwords; none: anybody may join */
  readonly users?: Readonly<Record<string, string>>;
  /** more lines of the configuration, those of the listener last */
  readonly lines?: readonly string[];
  /** files beside the configuration, by name: certificates, access lists */
  readonly files?: Readonly<Record<string, string>>;
}

/** A real Mosquitto on a free port of the loopback. Paths in `lines` are relative to its own folder. */
export class Mosquitto {
  readonly port: number;
  readonly dir: string;
  /** of all its listeners: it opens one after the other */
  readonly #ports: readonly number[];
  #process: ChildProcess | undefined;
  #said = '';

  private constructor(port: number, dir: string, lines: readonly string[]) {
    this.port = port;
    this.dir = dir;
    const more = lines.flatMap((line) => /^listener (\d+)/.exec(line)?.[1] ?? []);
    this.#ports = [port, ...more.map(Number)];
  }

  static async start(options: MosquittoOptions = {}): Promise<Mosquitto> {
    const dir = mkdtempSync(join(tmpdir(), 'mosquitto-'));
    const broker = new Mosquitto(await freePort(), dir, options.lines ?? []);
    for (const [name, text] of Object.entries(options.files ?? {})) {
      writeFileSync(join(dir, name), text);
    }
    writeFileSync(join(dir, 'mosquitto.conf'), broker.#configuration(options));
    await broker.start();
    return broker;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** What it wrote to its log. */
  get log(): string {
    return this.#said;
  }

  /** Starts it again on the same port, after `stop` or `kill`. */
  async start(): Promise<void> {
    const child = spawn(PROGRAM ?? 'mosquitto', ['-c', 'mosquitto.conf'], {
      cwd: this.dir,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = child;
    child.stderr?.on('data', (data: Buffer) => {
      this.#said += data.toString();
    });
    for (const port of this.#ports) {
      while (!(await reachable(port))) {
        if (child.exitCode !== null) throw new Error(`mosquitto ended: ${this.#said}`);
        await delay(10);
      }
    }
  }

  /** SIGKILL: as in a crash. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** SIGSTOP: sockets stay open and nothing is answered. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  async restart(): Promise<void> {
    await this.#end('SIGTERM');
    await this.start();
  }

  /** Ends it and removes its folder. */
  async stop(): Promise<void> {
    await this.#end('SIGKILL');
    rmSync(this.dir, { recursive: true, force: true });
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }

  #configuration({ users, lines = [] }: MosquittoOptions): string {
    const root = process.getuid?.() === 0 ? ['user root'] : [];
    return [
      ...root,
      `listener ${this.port} 127.0.0.1`,
      ...(users === undefined ? ['allow_anonymous true'] : this.#passwords(users)),
      ...lines,
      '',
    ].join('\n');
  }

  #passwords(users: Readonly<Record<string, string>>): string[] {
    const file = join(this.dir, 'passwords');
    writeFileSync(file, '', { mode: 0o600 });
    for (const [name, password] of Object.entries(users)) {
      execFileSync('mosquitto_passwd', ['-b', file, name, password], { stdio: 'ignore' });
    }
    return ['allow_anonymous false', 'password_file passwords'];
  }
}

/** Below those that the system gives to connections: none of them takes it meanwhile. */
const LOWEST = 12_000;
const HIGHEST = 32_000;

/** A port of the loopback that nothing listens on; by chance, for tests run side by side. */
export async function freePort(): Promise<number> {
  const port = randomInt(LOWEST, HIGHEST);
  const server = createServer();
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch {
    return freePort();
  }
  server.close();
  await once(server, 'close');
  return port;
}

function reachable(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
