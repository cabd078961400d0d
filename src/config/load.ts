import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Checker } from './check.ts';
import { createLayers } from './convict.ts';
import { configVariable, readEnvironment, type Variables } from './environment.ts';
import { type ConfigFault, ConfigFaults, type Source } from './faults.ts';
import { leaves } from './paths.ts';
import { crossCheck } from './rules.ts';
import { type Settings, schema } from './schema.ts';
import { foundIn, readYaml } from './tree.ts';

/** Settings, and where they come from. */
export interface LoadedSettings {
  readonly settings: Settings;
  /** the file that was read, absolute; absent where there is none */
  readonly file?: string;
  /** where each setting was found, by its path; what is not in it has its default */
  readonly sources: ReadonlyMap<string, Source>;
  /** what is allowed, but is not meant so or should be known */
  readonly warnings: readonly ConfigFault[];
}

/**
 * Reads all settings: the file `JVS2MQTT_CONFIG` names, else `config.yaml` in the data folder where
 * there is one, and the environment over it.
 *
 * @param cwd the folder that relative paths start from
 * @throws ConfigFaults with everything that is wrong, its message ready to print
 */
export function loadSettings(env: Variables, cwd: string): LoadedSettings {
  const context = { cwd };
  const environment = readEnvironment(env, cwd);
  const texts = Object.fromEntries(
    [...environment.variables].map(([name, variable]) => [name, variable.text]),
  );
  const layers = createLayers(texts);
  const faults: ConfigFault[] = [...environment.faults];
  const warnings: ConfigFault[] = [...environment.warnings];
  const sources = new Map<string, Source>();

  const dataDir = resolve(cwd, String(layers.get('data.dir')));
  const file = settingsFile(env, cwd, dataDir);
  if (file !== undefined) {
    const checker = new Checker({ name: file, kind: 'file' }, context);
    const text = readText(file);
    const yaml = typeof text === 'string' ? readYaml(text) : { problems: [text] };
    if ('found' in yaml) layers.load(checker.tree(schema, yaml.found));
    else faults.push(...yaml.problems.map((it) => syntaxFault(file, it)));
    faults.push(...checker.faults);
    warnings.push(...checker.warnings);
    for (const [path, source] of checker.places) sources.set(path, source);
  }

  for (const { path, setting, env: name } of leaves) {
    const variable = name === undefined ? undefined : environment.variables.get(name);
    if (variable === undefined) continue;
    const checker = new Checker(variable.source, context);
    const value = checker.setting(setting, foundIn(layers.get(path)), path);
    layers.set(path, value ?? setting.default);
    faults.push(...checker.faults);
    for (const [at, source] of checker.places) sources.set(at, source);
  }

  const settings = layers.settings();
  const together = crossCheck(
    settings,
    sources,
    faults.map((fault) => fault.path),
  );
  faults.push(...together.faults);
  if (faults.length > 0) throw new ConfigFaults(inOrder(faults));
  warnings.push(...together.warnings);
  return { settings, sources, warnings, ...(file === undefined ? {} : { file }) };
}

/** As somebody goes through them: by file or variable, and from its first line to its last. */
function inOrder(faults: readonly ConfigFault[]): readonly ConfigFault[] {
  const names = faults.map((fault) => fault.source?.name);
  return faults.toSorted(
    (a, b) =>
      names.indexOf(a.source?.name) - names.indexOf(b.source?.name) ||
      (a.source?.line ?? 0) - (b.source?.line ?? 0),
  );
}

function settingsFile(env: Variables, cwd: string, dataDir: string): string | undefined {
  const named = env[configVariable] ?? '';
  if (named !== '') return resolve(cwd, named);
  const usual = join(dataDir, 'config.yaml');
  return existsSync(usual) ? usual : undefined;
}

function readText(file: string): string | { problem: string } {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${error.code})` : '';
    return { problem: `this file of settings cannot be read${code}` };
  }
}

function syntaxFault(
  file: string,
  { line, problem }: { readonly line?: number; readonly problem: string },
): ConfigFault {
  const source: Source = { name: file, kind: 'file', ...(line === undefined ? {} : { line }) };
  return { source, path: '', problem };
}
