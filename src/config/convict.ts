import convict from 'convict';
import { type Format, formats, Refused } from './formats.ts';
import { children, isSetting, type Leaf, leaves } from './paths.ts';
import { type Setting, type Settings, type SettingTree, schema } from './schema.ts';

/**
 * The schema as convict has it, which keeps defaults, reads the environment's text by format and
 * lays one source over the other. The finer checks, of entries and with lines, are `check.ts`'s.
 */

function convictSchema(tree: SettingTree, env: ReadonlyMap<Setting, string>): object {
  return Object.fromEntries(
    children(tree).flatMap(([name, node]) => {
      if (!isSetting(node)) return [[name, convictSchema(node, env)]];
      const { doc, format, default: value, sensitive } = node;
      const variable = env.get(node);
      // convict takes a point in a key, and so in a device's id, for a level of its own
      if (variable === undefined) return [];
      const row = { doc, format, default: value, env: variable };
      return [[name, sensitive ? { ...row, sensitive } : row]];
    }),
  );
}

/** An environment's text that is JSON; what is none stays text, and the check says so. */
function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A list of texts, as JSON or with commas. */
function words(text: string): unknown {
  const parsed = json(text);
  if (Array.isArray(parsed)) return parsed;
  return text.split(',').map((word) => word.trim());
}

function registered(name: string, row: Format): convict.Format {
  const validate = (value: unknown) => {
    // where a file lies is known to the check that has the folder
    if (name === 'file') return;
    if (row.check(value, { cwd: '' }) instanceof Refused) throw new Error(row.allowed);
  };
  return { name, validate, coerce: row.read ?? ((text: unknown) => text) };
}

for (const [name, row] of Object.entries(formats)) convict.addFormat(registered(name, row));
// its entries are checked where their lines are known
convict.addFormat({ name: 'list', validate: () => {}, coerce: json });
for (const name of ['texts', 'networks', 'picture_kinds']) {
  convict.addFormat({ name, validate: () => {}, coerce: words });
}

const variables = new Map(
  leaves.flatMap((leaf: Leaf) => (leaf.env === undefined ? [] : [[leaf.setting, leaf.env]])),
);

/** Settings in the making. */
export interface Layers {
  /** the value of a setting as it stands now */
  get(path: string): unknown;
  /** lays values over what is there */
  load(values: object): void;
  set(path: string, value: unknown): void;
  /** @returns everything, checked once more @throws where a value does not fit its format */
  settings(): Settings;
}

/** The settings that have no variable: the maps, kept beside convict. */
const maps: readonly Leaf[] = leaves.filter((leaf) => leaf.env === undefined);

/** @param texts of the environment, by variable: they win over what is loaded */
export function createLayers(texts: Readonly<Record<string, string>>): Layers {
  const definition = convictSchema(schema, variables) as convict.Schema<Settings>;
  const config = convict<Settings>(definition, { env: texts, args: [] }) as unknown as {
    get(path: string): unknown;
    load(values: object): unknown;
    set(path: string, value: unknown): unknown;
    validate(options: convict.ValidateOptions): unknown;
    getProperties(): Settings;
  };
  const entries: Record<string, unknown> = Object.fromEntries(
    maps.map(({ path, setting }) => [path, setting.default]),
  );
  return {
    get: (path) => config.get(path),
    load: (values) => {
      const all = Object.entries(values);
      const isMap = ([path]: readonly [string, unknown]) => Object.hasOwn(entries, path);
      Object.assign(entries, Object.fromEntries(all.filter(isMap)));
      config.load(Object.fromEntries(all.filter((entry) => !isMap(entry))));
    },
    set: (path, value) => void config.set(path, value),
    settings: () => {
      config.validate({ allowed: 'strict' });
      return { ...config.getProperties(), ...entries };
    },
  };
}

/** The settings that nobody changed. */
export function defaultSettings(): Settings {
  return createLayers({}).settings();
}
