import type { Setting, SettingTree } from './schema.ts';
import { schema } from './schema.ts';

/** One setting of the schema and where it is. */
export interface Leaf {
  /** with points: `http.port` */
  readonly path: string;
  readonly setting: Setting;
  /** `JVS2MQTT_HTTP_PORT`; absent for the maps `devices` and `alarms` */
  readonly env?: string;
}

/** What every environment variable of the bridge begins with. */
export const envPrefix = 'JVS2MQTT_';
/** At the end of a variable: it names a file that holds the value. */
export const envFileSuffix = '_FILE';

export function isSetting(node: Setting | SettingTree): node is Setting {
  // a group can hold a setting that is called `format` or `default`: that one is no text
  return typeof node.doc === 'string';
}

/** The schema's tree as an index: keys from outside are looked up in it with `Object.hasOwn`. */
export function children(tree: SettingTree): [string, Setting | SettingTree][] {
  return Object.entries(tree);
}

/** Every setting of a tree, in its order; entries of maps and lists are not gone into. */
export function leavesOf(tree: SettingTree, under = ''): Leaf[] {
  return children(tree).flatMap(([name, node]) => {
    const path = under === '' ? name : `${under}.${name}`;
    return isSetting(node) ? [{ path, setting: node, ...envOf(path, node) }] : leavesOf(node, path);
  });
}

function envOf(path: string, setting: Setting): { env?: string } {
  if (setting.format === 'map') return {};
  return { env: `${envPrefix}${path.toUpperCase().replaceAll('.', '_')}` };
}

/** Every setting of the bridge. */
export const leaves: readonly Leaf[] = leavesOf(schema);
