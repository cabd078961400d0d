import { children, isSetting } from './paths.ts';
import { type Setting, type Settings, type SettingTree, schema } from './schema.ts';

/** What stands for a secret that is set. */
export const hidden = '(hidden)';

/**
 * The settings as they can be shown, logged and published: every value that the schema calls
 * sensitive is `(hidden)`, or empty where it is not set.
 */
export function withoutSecrets(settings: Settings): Settings {
  return hideIn(schema, settings) as Settings;
}

/** Where secrets are, as a logger's redaction has it: `mqtt.password`, `devices.*.password`. */
export function sensitivePaths(): readonly string[] {
  return pathsIn(schema, '');
}

function hideIn(tree: SettingTree, values: object): object {
  const nodes = new Map(children(tree));
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      const node = nodes.get(name);
      return [name, node === undefined ? hidden : hide(node, value)];
    }),
  );
}

function hide(node: Setting | SettingTree, value: unknown): unknown {
  if (!isSetting(node)) return hideIn(node, Object(value));
  if (node.sensitive) return value === undefined || value === '' ? value : hidden;
  const { of } = node;
  if (of === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => hideIn(of, Object(item)));
  const entries = Object.entries(Object(value));
  return Object.fromEntries(entries.map(([key, item]) => [key, hideIn(of, Object(item))]));
}

function pathsIn(tree: SettingTree, under: string): string[] {
  return children(tree).flatMap(([name, node]) => {
    const path = `${under}${name}`;
    if (!isSetting(node)) return pathsIn(node, `${path}.`);
    const entry = node.format === 'list' ? `${path}[*].` : `${path}.*.`;
    return [...(node.sensitive ? [path] : []), ...(node.of ? pathsIn(node.of, entry) : [])];
  });
}
