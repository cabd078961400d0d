import { describe, quoted } from './describe.ts';
import type { ConfigFault, Source } from './faults.ts';
import { type Context, choice, type Format, formats, Refused } from './formats.ts';
import { type KeyFormat, keyFormats } from './keys.ts';
import { nearest } from './nearest.ts';
import { isSetting, leaves } from './paths.ts';
import { pictureKinds } from './pictures.ts';
import type { CollectionName, Setting, SettingTree } from './schema.ts';
import type { Found, FoundEntry, FoundMap } from './tree.ts';

/** The values of a tree that were found and are allowed, as plain objects. */
export type Values = { [key: string]: unknown };

type Read = (setting: Setting, found: Found, path: string) => unknown;

/** Goes through what one source says and notes everything that is wrong with it. */
export class Checker {
  readonly faults: ConfigFault[] = [];
  readonly warnings: ConfigFault[] = [];
  /** where each setting was found, by its path */
  readonly places = new Map<string, Source>();
  readonly #source: Source;
  readonly #context: Context;
  readonly #collections: Readonly<Record<CollectionName, Read>> = {
    map: (setting, found, path) =>
      this.#map(setting, found, path, keyFormats[setting.keys ?? 'device_id'], (value, at) =>
        this.#entry(setting.of ?? {}, value, at),
      ),
    expiry_by_kind: (setting, found, path) =>
      this.#map(setting, found, path, keyFormats.kind, (value, at) =>
        this.#scalar(setting, formats.interval, value, at),
      ),
    area_by_channel: (setting, found, path) =>
      this.#map(setting, found, path, keyFormats.channel, (value, at) =>
        this.#scalar(setting, formats.text, value, at),
      ),
    list: (setting, found, path) =>
      this.#list(found, path, (value, at) => this.#entry(setting.of ?? {}, value, at)),
    texts: (setting, found, path) =>
      this.#list(found, path, (value, at) => this.#scalar(setting, formats.text, value, at)),
    networks: (setting, found, path) =>
      this.#list(found, path, (value, at) => this.#scalar(setting, formats.network, value, at)),
    picture_kinds: (setting, found, path) =>
      this.#list(found, path, (value, at) => this.#scalar(setting, formats.picture, value, at)),
  };

  constructor(source: Source, context: Context) {
    this.#source = source;
    this.#context = context;
  }

  /** @returns what was found of a tree of settings; nothing for what is missing or wrong */
  tree(tree: SettingTree, found: Found, path = ''): Values {
    const values: Values = {};
    for (const [name, value] of this.#known(tree, found, path)) {
      const node = tree[name];
      if (node === undefined) continue;
      const at = path === '' ? name : `${path}.${name}`;
      const read = isSetting(node) ? this.setting(node, value, at) : this.tree(node, value, at);
      if (read !== undefined) values[name] = read;
    }
    return values;
  }

  /** @returns the setting's value; `undefined` where it is left open or wrong */
  setting(setting: Setting, found: Found, path: string): unknown {
    this.#note(path, found);
    if (found.kind === 'scalar' && found.value === null) return undefined;
    const format = setting.format;
    if (isCollection(format)) return this.#collections[format](setting, found, path);
    const row = typeof format === 'string' ? formats[format] : choice(format);
    return this.#scalar(setting, row, found, path);
  }

  #scalar(setting: Setting, format: Format, found: Found, path: string): unknown {
    const value =
      found.kind === 'scalar' ? format.check(found.value, this.#context) : new Refused();
    if (!(value instanceof Refused)) return value;
    const secret = setting.sensitive === true;
    const guess =
      !secret && found.kind === 'scalar' && typeof found.value === 'string'
        ? nearest(found.value, format.names ?? [])
        : undefined;
    this.#fault(found, path, value.because ?? '', {
      found: describe(found, secret),
      allowed: format.allowed,
      ...(guess === undefined ? {} : { nearest: guess }),
    });
    return undefined;
  }

  /** One entry of a map or list: complete, with the default of everything that it leaves open. */
  #entry(tree: SettingTree, found: Found, path: string): Values | undefined {
    if (found.kind !== 'map' && !(found.kind === 'scalar' && found.value === null)) {
      this.#notMap(found, path);
      return undefined;
    }
    const own = this.tree(tree, found, path);
    const entries = Object.entries(tree).flatMap(([name, node]) => {
      if (!isSetting(node)) return [];
      if (node.required && !this.places.has(`${path}.${name}`)) {
        this.#fault(found, `${path}.${name}`, 'this is missing', { allowed: allowedOf(node) });
      }
      return [[name, own[name] ?? node.default] as const];
    });
    return Object.fromEntries(entries);
  }

  #map(
    _setting: Setting,
    found: Found,
    path: string,
    keys: KeyFormat,
    read: (value: Found, at: string) => unknown,
  ): Values | undefined {
    if (found.kind !== 'map') return this.#notMap(found, path);
    const values: Values = {};
    for (const entry of this.#once(found, path, keys.read)) {
      const key = keys.read(entry.key);
      const guess =
        keys.read(entry.key) === undefined || keys.open ? unlisted(entry, keys) : undefined;
      const at = `${path}.${pathPart(key ?? entry.key)}`;
      if (key === undefined) {
        this.#fault(entry, path, `${quoted(entry.key)} cannot be a key here`, {
          allowed: keys.allowed,
          ...(guess === undefined ? {} : { nearest: guess }),
        });
        continue;
      }
      if (guess !== undefined) {
        this.#warn(
          entry,
          at,
          `no device is known to send this ${keys.allowed.replace(/^an? /, '')}`,
          guess,
        );
      }
      this.#note(at, entry);
      const value = read(entry.value, at);
      if (value !== undefined) values[key] = value;
    }
    return values;
  }

  #list(found: Found, path: string, read: (value: Found, at: string) => unknown): unknown {
    if (found.kind !== 'list') {
      this.#fault(found, path, '', {
        found: describe(found, true),
        allowed: 'a list',
      });
      return undefined;
    }
    return found.items
      .map((item, index) => read(item, `${path}[${index}]`))
      .filter((item) => item !== undefined);
  }

  /** The entries of a group that the schema knows; the others are faults. */
  #known(tree: SettingTree, found: Found, path: string): (readonly [string, Found])[] {
    if (found.kind === 'scalar' && found.value === null) return [];
    if (found.kind !== 'map') {
      this.#notMap(found, path);
      return [];
    }
    return this.#once(found, path, (key) => key).flatMap((entry) => {
      if (Object.hasOwn(tree, entry.key)) return [[entry.key, entry.value] as const];
      this.#unknown(tree, entry, path);
      return [];
    });
  }

  /** The entries of a map, each key once. */
  #once(
    found: FoundMap,
    path: string,
    same: (key: string) => string | undefined,
  ): readonly FoundEntry[] {
    const seen = new Map<string, FoundEntry>();
    return found.entries.filter((entry) => {
      const key = same(entry.key) ?? entry.key;
      const first = seen.get(key);
      seen.set(key, entry);
      if (first === undefined) return true;
      const at = first.line === undefined ? '' : `, first in line ${first.line}`;
      const alike = first.key === entry.key ? '' : ` (${first.key} and ${entry.key} are one)`;
      const where = path === '' ? pathPart(key) : `${path}.${pathPart(key)}`;
      this.#fault(entry, where, `this is here twice${at}${alike}`);
      return false;
    });
  }

  #unknown(tree: SettingTree, entry: FoundEntry, path: string): void {
    const names = Object.keys(tree);
    const at = path === '' ? pathPart(entry.key) : `${path}.${pathPart(entry.key)}`;
    const near = nearest(entry.key, names);
    const guess =
      near === undefined ? elsewhere(entry.key) : path === '' ? near : `${path}.${near}`;
    this.#fault(entry, at, 'there is no such setting', {
      allowed: names.join(', '),
      ...(guess === undefined ? {} : { nearest: guess }),
    });
  }

  #notMap(found: Found, path: string): undefined {
    this.#fault(found, path, '', {
      found: describe(found, true),
      allowed: 'a map: settings below it, each with its name and a colon',
    });
  }

  #fault(
    at: { readonly line?: number },
    path: string,
    problem: string,
    more: Partial<ConfigFault> = {},
  ): void {
    this.faults.push({ source: this.#place(at), path, problem, ...more });
  }

  #warn(at: FoundEntry, path: string, problem: string, guess: string): void {
    this.warnings.push({ source: this.#place(at), path, problem, nearest: guess });
  }

  #note(path: string, at: { readonly line?: number }): void {
    this.places.set(path, this.#place(at));
  }

  #place(at: { readonly line?: number }): Source {
    return at.line === undefined ? this.#source : { ...this.#source, line: at.line };
  }
}

function isCollection(format: Setting['format']): format is CollectionName {
  return typeof format === 'string' && !Object.hasOwn(formats, format);
}

/** What is allowed for a setting, in plain words: for messages and the reference table. */
export function allowedOf(setting: Setting): string {
  const { format } = setting;
  const collections: Readonly<Record<CollectionName, string>> = {
    map: `a map by ${keyFormats[setting.keys ?? 'device_id'].allowed.replace(/^an? /, '')}`,
    list: 'a list',
    texts: 'a list of texts',
    networks: 'a list of IP addresses and networks',
    picture_kinds: `a list of ${pictureKinds.join(', ')}`,
    expiry_by_kind: 'seconds by kind of reading',
    area_by_channel: 'areas by channel',
  };
  if (isCollection(format)) return collections[format];
  return typeof format === 'string' ? formats[format].allowed : choice(format).allowed;
}

/** The listed name that a key not listed is near to. */
function unlisted(entry: FoundEntry, keys: KeyFormat): string | undefined {
  const names = keys.names ?? [];
  return names.includes(entry.key.trim().toLowerCase()) ? undefined : nearest(entry.key, names);
}

/** A setting of that very name in another place: `port` at the top is `http.port`. */
function elsewhere(key: string): string | undefined {
  const same = leaves.filter((leaf) => leaf.path.split('.').pop() === key);
  return same.length === 0 ? undefined : same.map((leaf) => leaf.path).join(' or ');
}

/** A key with a point in it is quoted, so that a path can be read. */
function pathPart(key: string): string {
  return /^[^\s."]+$/.test(key) ? key : JSON.stringify(key);
}
