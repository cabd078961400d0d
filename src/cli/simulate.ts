import { setTimeout as sleep } from 'node:timers/promises';
import { SimulatedCamera } from '../simulator/camera.ts';
import type { CameraOptions } from '../simulator/camera-options.ts';
import { isUnreachable, playedLine, resultText } from '../simulator/line.ts';
import { type LoadResult, load } from '../simulator/load.ts';
import { oneShots } from '../simulator/one-shot.ts';
import { readOptions, type SimulateOptions, UsageError, usage } from '../simulator/options.ts';
import { type Played, play } from '../simulator/play.ts';
import { scenarios } from '../simulator/scenarios.ts';
import { findTarget, type Target } from '../simulator/target.ts';

/** What the command needs of the process: `process` itself is nearly one. */
export interface SimulateIo {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** ends it; Ctrl-C without one */
  readonly signal?: AbortSignal;
}

/**
 * `jvs2mqtt simulate`: cameras in software that push to a bridge.
 *
 * @returns the exit code: 0 all accepted, 1 something refused or not answered, 2 a wrong command line
 */
export async function simulate(args: readonly string[], io: SimulateIo): Promise<number> {
  const say = (line: string) => io.stdout.write(`${line}\n`);
  const complain = (line: string) => io.stderr.write(`${line}\n`);
  let options: SimulateOptions | 'help';
  try {
    options = readOptions(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(`${error.message}\n\n${usage}`);
    return 2;
  }
  if (options === 'help') {
    say(usage);
    return 0;
  }
  const base = findTarget(options, io.env, io.cwd);
  if (typeof base === 'string') {
    complain(base);
    return 1;
  }
  const interrupt = interruption(io.signal);
  try {
    const run: Run = { base, options, say, complain, signal: interrupt.signal };
    return await runners[options.work.kind](run);
  } finally {
    interrupt.done();
  }
}

interface Run {
  readonly base: Target;
  readonly options: SimulateOptions;
  readonly say: (line: string) => void;
  readonly complain: (line: string) => void;
  readonly signal: AbortSignal;
}

const runners: Readonly<Record<SimulateOptions['work']['kind'], (run: Run) => Promise<number>>> = {
  report: runReport,
  story: runStory,
  load: runLoad,
};

const ID = '12221S55G3X8';

async function runReport({ base, options, say, complain }: Run): Promise<number> {
  if (options.work.kind !== 'report') return 2;
  const { report, type } = options.work;
  const { id = ID, generation } = options;
  const camera = new SimulatedCamera({ ...base, id, generation });
  try {
    const answer = await oneShots[report](camera, type);
    say(`${id} ${report} ${resultText(answer)}`);
    if (answer.status === 401) complain(wrongPassword(base.username));
    return answer.ok ? 0 : 1;
  } catch (error) {
    complain(isUnreachable(error) ? nobodyThere(base.url) : `no answer: ${String(error)}`);
    return 1;
  } finally {
    camera.stop();
  }
}

async function runStory(run: Run): Promise<number> {
  const { base, options, say, complain } = run;
  if (options.work.kind !== 'story') return 2;
  const { scenario, speed, once } = options.work;
  const story = scenarios[scenario];
  // A story goes on though a push was lost, but not where there is nobody to tell it to.
  const giveUp = new AbortController();
  let bad = 0;
  const step = (played: Played) => {
    const { result } = played;
    say(playedLine(played));
    if (!(result instanceof Error) && result.ok) return;
    bad += 1;
    const wrong = !(result instanceof Error) && result.status === 401;
    if (wrong) complain(wrongPassword(base.username));
    else if (isUnreachable(result)) complain(nobodyThere(base.url));
    else return;
    giveUp.abort();
  };
  const signal = AbortSignal.any([run.signal, giveUp.signal]);
  say(`${story.about}.`);
  const played = await play(story, {
    camera: ({ key: _key, scene: _scene, ...role }) =>
      new SimulatedCamera({
        ...base,
        ...role,
        ...named(
          options.id,
          story.cameras.findIndex(({ id }) => id === role.id),
        ),
      }),
    speed,
    once,
    step,
    signal,
    wait: waiter(signal),
  });
  say(`${played.length} of ${story.steps.length} pushes, ${played.length - bad} accepted.`);
  return bad === 0 ? 0 : 1;
}

/** A story's first camera gets the id asked for, the others the same with their number. */
function named(id: string | undefined, at: number): { id?: string } {
  if (id === undefined) return {};
  return { id: at === 0 ? id : `${id}${at + 1}` };
}

async function runLoad(run: Run): Promise<number> {
  const { base, options, say, complain, signal } = run;
  if (options.work.kind !== 'load') return 2;
  const { devices, rate, duration } = options.work;
  const { id = 'SIM', generation } = options;
  const camera = (index: number): CameraOptions => {
    const number = String(index + 1).padStart(5, '0');
    return { ...base, id: `${id}${number}`, name: `Camera ${index + 1}`, generation };
  };
  say(`${devices} cameras, ${rate} pushes a second for ${duration} s.`);
  const result = await load({
    devices,
    rate,
    duration,
    camera,
    wait: waiter(signal),
    now: () => performance.now(),
    signal,
    progress: (so) => say(loadLine(so)),
  });
  say(loadLine(result));
  if (isUnreachable(result.lastError)) complain(nobodyThere(base.url));
  return result.accepted === result.pushes ? 0 : 1;
}

function loadLine({ pushes, accepted, refused, failed, median, p99 }: LoadResult): string {
  const times = `median ${median.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`;
  return `${pushes} pushes: ${accepted} accepted, ${refused} refused, ${failed} not answered; ${times}`;
}

function nobodyThere(url: string): string {
  return `Nothing answers at ${url}. Start the bridge with \`npm start\`, or name another with --url.`;
}

function wrongPassword(username: string): string {
  return `The bridge refuses the password of user ${username}. \`jvs2mqtt credentials\` shows the right one.`;
}

/** Waits, or stops waiting when the story ends. */
function waiter(signal: AbortSignal): (ms: number) => Promise<void> {
  return async (ms) => {
    await sleep(ms, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  };
}

/** The signal that ends it: the one given, else Ctrl-C. */
function interruption(given: AbortSignal | undefined): {
  readonly signal: AbortSignal;
  readonly done: () => void;
} {
  if (given !== undefined) return { signal: given, done: () => {} };
  const controller = new AbortController();
  const onInterrupt = () => controller.abort();
  process.once('SIGINT', onInterrupt);
  return { signal: controller.signal, done: () => process.off('SIGINT', onInterrupt) };
}
