import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../support/mosquitto.ts';

const program = fileURLToPath(new URL('engine', import.meta.url));
const repository = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `test/container/engine`. @throws with what it wrote, where it fails */
export async function engine(...args: readonly string[]): Promise<Output> {
  return run(program, [...args], { maxBuffer: 1e8 });
}

/**
 * Which engine there is. Where there is none, its tests are skipped and say so; in CI its absence is
 * a failure.
 */
export async function engineKind(): Promise<string | undefined> {
  try {
    return (await engine('kind')).stdout.trim();
  } catch (error) {
    const { stderr } = error as Output;
    if (process.env.CI) throw new Error(`no container engine: ${stderr}`);
    console.warn(`${stderr.trim()}: the tests of the container are skipped`);
    return undefined;
  }
}

export const IMAGE = 'jvs2mqtt:test';
/** What the Dockerfile builds on. */
export const BASE = 'node:24-slim';

/** Builds the image as a user would. */
export async function buildImage(): Promise<void> {
  await engine('build', '-t', IMAGE, repository);
}

/** Everything that can be taken from a container: the bridge needs none of it. */
export const hardening = [
  '--read-only',
  '--cap-drop=all',
  '--security-opt=no-new-privileges',
  '--memory=128m',
  '--tmpfs=/tmp',
  '--ulimit=core=0',
] as const;

/** A container of the bridge with the broker inside, its ports published at the same numbers. */
export class Container {
  readonly name = `jvs2mqtt-test-${randomUUID().slice(0, 8)}`;
  readonly httpPort: number;
  readonly brokerPort: number;

  private constructor(httpPort: number, brokerPort: number) {
    this.httpPort = httpPort;
    this.brokerPort = brokerPort;
  }

  static async start(): Promise<Container> {
    const [http, broker] = [await freePort(), await freePort()];
    const container = new Container(http, broker);
    const ports = [http, broker].flatMap((port) => ['-p', `127.0.0.1:${port}:${port}`]);
    const settings = [`JVS2MQTT_HTTP_PORT=${http}`, `JVS2MQTT_BROKER_PORT=${broker}`];
    await engine(
      'run',
      '--detach',
      `--name=${container.name}`,
      ...hardening,
      `--volume=${container.name}:/data`,
      ...ports,
      ...settings.flatMap((setting) => ['-e', setting]),
      IMAGE,
    );
    return container;
  }

  /** Runs a command inside. */
  async exec(...command: readonly string[]): Promise<Output> {
    return engine('exec', this.name, ...command);
  }

  /** What a shell inside prints, without the last line break. */
  async shell(line: string): Promise<string> {
    return (await this.exec('sh', '-c', line)).stdout.trim();
  }

  async inspect(format: string): Promise<string> {
    return (await engine('inspect', '--format', format, this.name)).stdout.trim();
  }

  async logs(): Promise<Output> {
    return engine('logs', this.name);
  }

  /** Removes it and its volume, in whatever state it is. */
  async remove(): Promise<void> {
    await engine('rm', '--force', this.name).catch(() => {});
    await engine('volume', 'rm', this.name).catch(() => {});
  }
}
