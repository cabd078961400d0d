import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import type { PushTarget } from '../support/camera.ts';
import { Recorder } from '../support/recorder.ts';

/** What `npm start` runs. */
export const program = fileURLToPath(new URL('../../dist/bin/jvs2mqtt.js', import.meta.url));
if (!existsSync(program)) throw new Error('there is no dist/: npm run build');

export type Environment = Readonly<Record<string, string>>;

/** What a process wrote, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Ports that are free, on the loopback: all that cannot be left to the defaults of the bridge. */
const loopback: Environment = {
  JVS2MQTT_HTTP_HOST: '127.0.0.1',
  JVS2MQTT_HTTP_PORT: '0',
  JVS2MQTT_BROKER_HOST: '127.0.0.1',
  JVS2MQTT_BROKER_PORT: '0',
};

/** A process of the built program. */
export class Process {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  #stdout = '';
  #stderr = '';
  readonly #waiting = new Set<() => void>();

  /** @param command what to run where it is not the program itself: the program's path is added */
  constructor(cwd: string, args: readonly string[], env: Environment, command = process.execPath) {
    const { PATH = '', HOME = '', TZ = 'UTC' } = process.env;
    this.child = spawn(command, args, {
      cwd,
      env: { PATH, HOME, TZ, ...loopback, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#stdout += text;
      for (const look of this.#waiting) look();
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    this.ended = once(this.child, 'close').then(([code, signal]) => ({
      code,
      signal,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }));
  }

  get stdout(): string {
    return this.#stdout;
  }

  /** Resolves to the first match, had or to come; rejects where the process ends before. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    let look = () => {};
    const found = new Promise<RegExpExecArray>((resolve) => {
      look = () => {
        const match = pattern.exec(this.#stdout);
        if (match !== null) resolve(match);
      };
      this.#waiting.add(look);
      look();
    });
    const never = this.ended.then(({ code, signal, stderr }) => {
      throw new Error(`ended (${code ?? signal}) before it said ${pattern}: ${stderr}`);
    });
    return Promise.race([found, never]).finally(() => this.#waiting.delete(look));
  }

  async kill(signal: NodeJS.Signals): Promise<Ended> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** A bridge that runs, joined to its broker. */
export interface BridgeProcess {
  readonly process: Process;
  readonly httpPort: number;
  /** of the embedded broker; 0 where there is none */
  readonly brokerPort: number;
  readonly target: PushTarget;
  /** at the embedded broker */
  readonly account: Account;
  /** A subscriber to the embedded broker. */
  record(filters?: readonly string[]): Promise<Recorder>;
}

/** A folder with nothing in it, and the bridges that run there. */
export class Home {
  readonly dir = mkdtempSync(join(tmpdir(), 'jvs2mqtt-process-'));
  readonly #processes: Process[] = [];
  readonly #recorders: Recorder[] = [];

  /** The settings of every later start. */
  configure(settings: unknown): void {
    mkdirSync(join(this.dir, 'data'), { recursive: true, mode: 0o700 });
    writeFileSync(join(this.dir, 'data', 'config.yaml'), stringify(settings));
  }

  /** Starts the program, whatever becomes of it. */
  spawn(args: readonly string[] = [], env: Environment = {}): Process {
    return this.#keep(new Process(this.dir, [program, ...args], env));
  }

  /** The same with a terminal, by util-linux' `script`. */
  spawnOnTerminal(env: Environment = {}): Process {
    const line = `exec '${process.execPath}' '${program}'`;
    return this.#keep(new Process(this.dir, ['-qefc', line, '/dev/null'], env, 'script'));
  }

  /** Runs a command to its end. */
  run(args: readonly string[], env: Environment = {}): Promise<Ended> {
    return this.spawn(args, env).ended;
  }

  /** Starts the bridge and waits until it listens and has joined its broker. */
  async start(env: Environment = {}): Promise<BridgeProcess> {
    const started = this.spawn([], env);
    const [, http = ''] = await started.says(/^ {2}address +http:.*:(\d+)$/m);
    await started.says(/joined the broker/);
    const embedded = /^ {2}port +(\d+)$/m.exec(started.stdout)?.[1];
    const { camera, broker } = accounts((await this.run(['credentials'], env)).stdout);
    const url = `http://127.0.0.1:${http}`;
    const record = async (filters?: readonly string[]) => {
      const recorder = await Recorder.connect(`mqtt://127.0.0.1:${embedded}`, filters, broker);
      this.#recorders.push(recorder);
      return recorder;
    };
    return {
      process: started,
      httpPort: Number(http),
      brokerPort: Number(embedded ?? 0),
      target: { url, ...camera },
      account: broker,
      record,
    };
  }

  /** Ends what still runs and removes the folder. */
  async remove(): Promise<void> {
    for (const recorder of this.#recorders) await recorder.close();
    for (const { child, ended } of this.#processes) {
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.dir, { recursive: true, force: true });
  }

  #keep(started: Process): Process {
    this.#processes.push(started);
    return started;
  }
}

interface Account {
  readonly username: string;
  readonly password: string;
}

/** The cameras' account and the broker's, as `jvs2mqtt credentials` prints them. */
export function accounts(text: string): { readonly camera: Account; readonly broker: Account } {
  const values = (name: string) =>
    [...text.matchAll(new RegExp(`^ {2}${name} +(\\S+)`, 'gm'))].map(([, value = '']) => value);
  const [camera, broker] = values('user name').map((username, at) => ({
    username,
    password: values('password')[at] ?? '',
  }));
  if (camera === undefined) throw new Error(`no credentials: ${text}`);
  return { camera, broker: broker ?? camera };
}
