import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ConfigFault, Source } from './faults.ts';
import { nearest } from './nearest.ts';
import { envFileSuffix, envPrefix, leaves } from './paths.ts';

/** The variable that names the file of settings. */
export const configVariable = `${envPrefix}CONFIG`;

/** One setting that the environment says. */
export interface Variable {
  readonly text: string;
  readonly source: Source;
}

export interface Environment {
  /** by the variable's name without `_FILE` */
  readonly variables: ReadonlyMap<string, Variable>;
  readonly faults: readonly ConfigFault[];
  readonly warnings: readonly ConfigFault[];
}

export type Variables = Readonly<Record<string, string | undefined>>;

const paths: ReadonlyMap<string, string> = new Map(
  leaves.flatMap(({ env, path }) => (env === undefined ? [] : [[env, path]])),
);

/**
 * Reads what the environment says of the settings. An empty variable is one that is not set, for
 * that is how container tools pass on what nobody gave.
 */
export function readEnvironment(env: Variables, cwd: string): Environment {
  const faults: ConfigFault[] = [];
  const variables = new Map<string, Variable>();
  for (const [name, path] of paths) {
    const fileName = `${name}${envFileSuffix}`;
    const text = env[name] ?? '';
    const file = env[fileName] ?? '';
    const source: Source = { name: file === '' ? name : fileName, kind: 'environment' };
    if (text !== '' && file !== '') {
      faults.push({ source, path, problem: `${name} is set too: leave one of them out` });
    } else if (file !== '') {
      const content = readValue(resolve(cwd, file));
      if (typeof content === 'string') variables.set(name, { text: content, source });
      else faults.push({ source, path, ...content });
    } else if (text !== '') {
      variables.set(name, { text, source });
    }
  }
  const strange = strangers(env);
  return {
    variables,
    faults: [...faults, ...strange.filter((it) => it.nearest !== undefined)],
    warnings: strange.filter((it) => it.nearest === undefined),
  };
}

/** The file's text without the end of its last line. */
function readValue(path: string): string | { problem: string; found: string } {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    return { problem: `the file that it names cannot be read${code}`, found: JSON.stringify(path) };
  }
}

/** What Kubernetes and linked containers set for a service of the bridge's own name. */
const fromOrchestrators = /^JVS2MQTT_(PORT|SERVICE|NAME$|ENV_)/;

/** Variables of our prefix that no setting has: a near one is a slip, any other somebody else's. */
function strangers(env: Variables): ConfigFault[] {
  const known = [...paths.keys(), ...[...paths.keys()].map((name) => `${name}${envFileSuffix}`)];
  const names = new Set([...known, configVariable]);
  return Object.keys(env)
    .filter((name) => name.startsWith(envPrefix) && !names.has(name) && env[name] !== '')
    .filter((name) => !fromOrchestrators.test(name))
    .map((name) => {
      const guess = nearestVariable(name, names);
      return {
        source: { name, kind: 'environment' },
        path: '',
        problem: 'no setting has this variable',
        ...(guess === undefined ? {} : { nearest: guess }),
      };
    });
}

function nearestVariable(name: string, names: ReadonlySet<string>): string | undefined {
  const short = new Map([...names].map((it) => [it.slice(envPrefix.length), it]));
  const guess = nearest(name.slice(envPrefix.length), [...short.keys()]);
  return guess === undefined ? undefined : short.get(guess);
}
