import { stringify } from 'yaml';
import { allowedOf } from '../config/check.ts';
import { children, isSetting } from '../config/paths.ts';
import { type Setting, type SettingTree, schema } from '../config/schema.ts';
import { shownDefault } from './values.ts';

/** `config/default.yaml`: every setting with its meaning and its default, made from the schema. */

/** columns, without what a commented example stands in */
const width = 88;
const head = `All settings of jvs2mqtt with their defaults. Nothing must be set: keep only what you change. Made from src/config/schema.ts by \`npm run docs\`. Name your own file by JVS2MQTT_CONFIG, or call it config.yaml and put it into the data folder. Every setting outside devices and alarms is an environment variable too: http.port is JVS2MQTT_HTTP_PORT, and JVS2MQTT_HTTP_PORT_FILE names a file that holds the value. \`jvs2mqtt check-config FILE\` checks a file.`;

/** Example keys of maps: what stands there in the commented part. */
const exampleKeys: Readonly<Record<string, string>> = {
  device_id: '12221S55G3X8',
  alarm_type: 'motion_detection',
  register: '0',
  kind: 'temperature',
};

/** @returns the file's text */
export function defaultYaml(): string {
  return `${[...comment(head), '', ...treeLines(schema, '')].join('\n').trimEnd()}\n`;
}

function treeLines(tree: SettingTree, indent: string): string[] {
  return children(tree).flatMap(([name, node]) => {
    if (!isSetting(node)) return [`${indent}${name}:`, ...treeLines(node, `${indent}  `), ''];
    const lines = settingLines(name, node, indent);
    return node.of !== undefined && indent === '' ? [...lines, ''] : lines;
  });
}

function settingLines(name: string, setting: Setting, indent: string): string[] {
  const about = comment(aboutText(setting), indent);
  const { of, format, example } = setting;
  if (of === undefined) {
    const shown =
      example === undefined ? [] : comment(`Example: ${name}: ${flow(example)}`, indent);
    return [...about, ...shown, `${indent}${name}: ${flow(shownDefault(setting))}`];
  }
  // left empty, so that the example works as soon as its comment signs are gone
  const entry = entryLines(setting, of, format === 'list').map((line) => `${indent}  # ${line}`);
  return [...about, `${indent}${name}:`, ...entry.map((line) => line.trimEnd())];
}

/** One entry of a map or list, every setting with an example. */
function entryLines(setting: Setting, of: SettingTree, list: boolean): string[] {
  const lines = children(of).flatMap(([name, node]) =>
    isSetting(node) ? example(name, node) : [],
  );
  if (!list) {
    const key = exampleKeys[setting.keys ?? 'device_id'];
    return [`${key}:`, ...lines.map((line) => `  ${line}`)];
  }
  // the dash takes the place of the first setting's indent
  const first = lines.findIndex((line) => !line.startsWith('#'));
  return lines.map((line, index) => {
    if (index < first) return line;
    return `${index === first ? '- ' : '  '}${line}`;
  });
}

function example(name: string, setting: Setting): string[] {
  const about = comment(aboutText(setting));
  if (setting.of !== undefined) {
    const entry = entryLines(setting, setting.of, setting.format === 'list');
    return [...about, `${name}:`, ...entry.map((line) => `  ${line}`)];
  }
  return [...about, `${name}: ${flow(setting.example ?? setting.default)}`];
}

/** Formats of which the meaning says all. */
const obvious: readonly string[] = [
  'text',
  'texts',
  'number',
  'boolean',
  'expiry_by_kind',
  'area_by_channel',
];

function aboutText(setting: Setting): string {
  if (setting.of !== undefined || obvious.includes(String(setting.format))) return setting.doc;
  return `${setting.doc} Allowed: ${allowedOf(setting)}.`;
}

/** A value on one line, as YAML has it. */
function flow(value: unknown): string {
  return stringify(value, {
    collectionStyle: 'flow',
    lineWidth: 0,
    flowCollectionPadding: false,
  }).trim();
}

function comment(text: string, indent = ''): string[] {
  const lines: string[] = [];
  let line = `${indent}#`;
  for (const word of text.split(' ')) {
    if (line.length + word.length >= width) {
      lines.push(line);
      line = `${indent}#`;
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
