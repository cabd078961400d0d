import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const bridgeProgram = fileURLToPath(new URL('../../dist/bin/jvs2mqtt.js', import.meta.url));
const mosquittoProgram = ['mosquitto', '/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto'].find(
  (program) => spawnSync(program, ['-h']).error === undefined,
);

const programs = new Set();

/** Nothing is left running, however it went. */
export function endAll() {
  for (const program of programs) program.kill();
}

/** A program that is killed and started again, and again. */
class Program {
  #child;
  #port;
  #start;

  constructor(port, start) {
    this.#port = port;
    this.#start = start;
    programs.add(this);
  }

  kill() {
    this.#child?.kill('SIGKILL');
  }

  async start() {
    this.#child = this.#start();
    const child = this.#child;
    while (!(await answers(this.#port))) {
      if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`);
      await delay(30);
    }
  }

  async end(signal) {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null)
      return undefined;
    const ended = once(child, 'exit');
    child.kill(signal);
    const [code] = await ended;
    return code;
  }

  get pid() {
    return this.#child.pid;
  }

  signal(name) {
    this.#child.kill(name);
  }
}

export function mosquitto(dir, port) {
  if (mosquittoProgram === undefined) throw new Error('mosquitto is not installed');
  const file = join(dir, 'mosquitto.conf');
  writeFileSync(
    file,
    `listener ${port} 127.0.0.1\nallow_anonymous true\nuser ${process.env.USER ?? 'root'}\n`,
  );
  return new Program(port, () => spawn(mosquittoProgram, ['-c', file], { stdio: 'ignore' }));
}

/** @param env settings, by the names of their environment variables */
export function bridge(dir, port, env, log) {
  return new Program(port, () => {
    const child = spawn(process.execPath, [bridgeProgram], {
      cwd: dir,
      env: {
        PATH: process.env.PATH,
        JVS2MQTT_DATA_DIR: dir,
        JVS2MQTT_HTTP_HOST: '127.0.0.1',
        JVS2MQTT_HTTP_PORT: String(port),
        JVS2MQTT_AUTH_PASSWORD: 'of-the-cameras',
        JVS2MQTT_MQTT_PASSWORD: 'of-the-broker',
        JVS2MQTT_LOG_FORMAT: 'json',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    return child;
  });
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
