import { commands as requests } from '../bridge/commands.ts';
import { type MetricRow, metricRows } from '../bridge/exposition.ts';
import { exitCodes } from '../cli/command.ts';
import { commands } from '../cli/commands.ts';
import { allowedOf } from '../config/check.ts';
import { type Leaf, leaves, leavesOf } from '../config/paths.ts';
import type { Setting } from '../config/schema.ts';
import { profiles } from '../domain/profiles.ts';
import { notices } from '../homeassistant/bridge.ts';
import { type TopicRow, topicRows } from '../homeassistant/topics.ts';
import { type AlarmRow, alarmRows } from '../spec/alarms.ts';
import { type Enumeration, type EnumName, enums } from '../spec/enums.ts';
import { type ExtensionRow, extensions } from '../spec/extensions.ts';
import { type KindRow, kinds } from '../spec/kinds.ts';
import type { Name } from '../spec/name.ts';
import { type ReportRow, reports } from '../spec/reports.ts';
import { layers, type TagRow, tags } from '../spec/tags.ts';
import { type TargetRow, targets } from '../spec/targets.ts';
import { bridgeTable, entityTable } from './entities.ts';
import { code, table } from './markdown.ts';
import { shownDefault } from './values.ts';

/** Every table of the documentation: its columns, and what becomes of one row of the code. */
interface TableRow<Row = never> {
  readonly head: readonly string[];
  readonly rows: () => readonly Row[];
  readonly cells: (row: Row) => readonly string[];
}

function define<Row>(row: TableRow<Row>): () => string {
  return () => table(row.head, row.rows().map(row.cells));
}

const sources: Readonly<Record<TagRow['source'], string>> = { document: '', sdk: 'SDK' };
const generations = { old: 'old', jes: 'JES', both: 'both' } as const;

/** The tables by the name that a page's region has. */
export const tables: Readonly<Record<string, () => string>> = {
  reports: define<[string, ReportRow]>({
    head: ['report', 'method and path', 'firmware', 'body'],
    rows: () => Object.entries(reports),
    cells: ([, { method, verbs, path, generation, body }]) => [
      code(method),
      `${verbs.join(' or ')} ${code(path)}`,
      generations[generation],
      body.toUpperCase(),
    ],
  }),
  fields: define<[string, string, string, string]>({
    head: ['report', 'field', 'where', 'type'],
    rows: () =>
      Object.values<ReportRow>(reports).flatMap(({ method, fields }) =>
        Object.entries(fields).map(([field, { at, type }]): [string, string, string, string] => [
          method,
          field,
          at,
          type,
        ]),
      ),
    cells: ([method, field, at, type]) => [code(method), words(field), code(at), words(type)],
  }),
  extensions: define<[string, ExtensionRow]>({
    head: ['key', 'becomes', 'meaning', 'of', 'values'],
    rows: () => Object.entries<ExtensionRow>(extensions),
    cells: ([wire, { key, name, meaning, of, type, enumeration }]) => [
      code(wire),
      code(key),
      meaning === undefined ? name.en : `${name.en}: ${meaning.en}`,
      of.join(', '),
      enumeration === undefined ? type : enumLink(enumeration),
    ],
  }),
  layers: define<[string, { readonly doc: { readonly en: string } }]>({
    head: ['T', 'what follows'],
    rows: () => Object.entries(layers),
    cells: ([letters, { doc }]) => [code(letters), doc.en],
  }),
  targets: define<[string, TargetRow]>({
    head: ['number', 'target', 'reading', 'picture'],
    rows: () => Object.entries<TargetRow>(targets),
    cells: ([number, { name, kind, image }]) => [number, name.en, code(kind ?? ''), code(image)],
  }),
  tags: define<[string, TagRow]>({
    head: ['tag', 'name', 'type', 'unit or values', 'meaning', 'source'],
    rows: () => Object.entries<TagRow>(tags),
    cells: ([tag, row]) => [
      code(`0x${Number(tag).toString(16).toUpperCase()}`),
      code(row.name),
      tagType(row),
      row.enumeration === undefined ? (row.unit ?? '') : enumLink(row.enumeration),
      `${row.doc.en}${row.biometric ? ' (only with `publish.face_features`)' : ''}`,
      sources[row.source],
    ],
  }),
  enumerations: () =>
    Object.entries<Enumeration>(enums)
      .map(([name, options]) => `## ${name}\n\n${enumTable(options)}`)
      .join('\n\n'),
  alarms: define<[string, AlarmRow]>({
    head: ['alarm', 'also sent as', 'name', 'device class', 'a pulse lasts', 'at most'],
    rows: () => Object.entries(alarmRows).filter(([, { role }]) => role === 'alarm'),
    cells: ([key, { aliases = [], name, deviceClass = '', hold, maximum }]) => [
      code(key),
      aliases.map(code).join(', '),
      bothNames(name),
      code(deviceClass),
      hold === 'lasting' ? 'until it ends' : `${hold} s`,
      maximum === 'none' ? '' : `${maximum} s`,
    ],
  }),
  occurrences: define<[string, AlarmRow]>({
    head: ['type', 'name', 'ends'],
    rows: () => Object.entries(alarmRows).filter(([, { role }]) => role === 'event'),
    cells: ([key, { name, clears, eliminates }]) => [
      code(key),
      bothNames(name),
      eliminates ? 'every alarm of the device' : code(clears ?? ''),
    ],
  }),
  topics: define<TopicRow>({
    head: ['topic', 'retained', 'QoS', 'payload'],
    rows: () => Object.values<TopicRow>(topicRows).filter(({ direction }) => direction === 'out'),
    cells: topicCells,
  }),
  commands: define<TopicRow>({
    head: ['topic', 'retained', 'QoS', 'payload'],
    rows: () => Object.values<TopicRow>(topicRows).filter(({ direction }) => direction === 'in'),
    cells: topicCells,
  }),
  requests: define<[string, { readonly doc: string }]>({
    head: ['command', 'what it does'],
    rows: () => Object.entries(requests),
    cells: ([name, { doc }]) => [code(name), doc],
  }),
  notices: define<[string, string]>({
    head: ['`event_type`', 'when'],
    rows: () => Object.entries(notices),
    cells: ([type, when]) => [code(type), when],
  }),
  metrics: define<[string, MetricRow]>({
    head: ['metric', 'meaning'],
    rows: () => Object.entries<MetricRow>(metricRows),
    cells: ([name, { help, labels = [] }]) => [
      code(`jvs2mqtt_${name}${labels.length === 0 ? '' : `{${labels.join(',')}}`}`),
      help,
    ],
  }),
  profiles: define<[string, readonly string[]]>({
    head: ['list', 'stands for'],
    rows: () => Object.entries(profiles),
    cells: ([name, list]) => [code(`profile:${name}`), list.map(code).join(', ')],
  }),
  readings: define<[string, KindRow]>({
    head: ['kind', 'what', 'topic', 'keys'],
    rows: () => Object.entries<KindRow>(kinds),
    cells: ([kind, { name, indexed, fields }]) => [
      code(kind),
      name.en,
      code(
        kind === 'modbus'
          ? '<device>/modbus'
          : `<device>/<channel>/${kind}${indexed ? '/<n>' : ''}`,
      ),
      Object.keys(fields).map(code).join(', '),
    ],
  }),
  alarm_entities: () => entityTable('alarms'),
  image_entities: () => entityTable('images'),
  reading_entities: () => entityTable('readings'),
  register_entities: () => entityTable('registers'),
  device_entities: () => entityTable('device'),
  bridge_entities: bridgeTable,
  command_line: define<[string, { readonly about: string; readonly args?: string }]>({
    head: ['command', 'what it does'],
    rows: () => Object.entries(commands),
    cells: ([name, { about, args }]) => [
      code(['jvs2mqtt', name, args].filter(Boolean).join(' ')),
      about,
    ],
  }),
  exit_codes: define<{ readonly code: number; readonly doc: string }>({
    head: ['code', 'meaning'],
    rows: () => Object.values(exitCodes),
    cells: (row) => [code(row.code), row.doc],
  }),
  settings: define<Leaf>({
    head: ['setting', 'default', 'meaning', 'allowed', 'environment'],
    rows: () => leaves,
    cells: (leaf) => [...settingCells(leaf), code(leaf.env ?? '')],
  }),
  device_settings: entryTable('devices'),
  alarm_settings: entryTable('alarms'),
  register_settings: entryTable('devices', 'modbus'),
  user_settings: entryTable('auth.users'),
};

/** The settings of one entry of a map or list; `inner` is a map within it. */
function entryTable(path: string, inner?: string): () => string {
  const outer = leaves.find((leaf) => leaf.path === path)?.setting.of ?? {};
  const own = inner === undefined ? outer : leavesOf(outer).find((it) => it.path === inner);
  const tree = own !== undefined && 'setting' in own ? ((own as Leaf).setting.of ?? {}) : outer;
  return define<Leaf>({
    head: ['setting', 'default', 'meaning', 'allowed'],
    rows: () => leavesOf(tree),
    cells: settingCells,
  });
}

function settingCells({ path, setting }: Leaf): string[] {
  return [code(path), defaultText(setting), setting.doc, allowedText(setting)];
}

function defaultText(setting: Setting): string {
  const value = shownDefault(setting);
  if (value === undefined || value === '') return '';
  return typeof value === 'string' ? code(value) : code(JSON.stringify(value));
}

function allowedText(setting: Setting): string {
  if (Array.isArray(setting.format)) return setting.format.map(code).join(', ');
  return allowedOf(setting);
}

function topicCells({ path, retained, qos, doc }: TopicRow): string[] {
  return [code(path), retained ? 'yes' : 'no', String(qos), doc];
}

function tagType({ type, width, scale, above }: TagRow): string {
  const bits = width === undefined ? '' : `, ${width} ${width === 1 ? 'byte' : 'bytes'}`;
  const divided = scale === undefined ? '' : `, divided by ${scale}`;
  const more = above === undefined ? '' : `; above ${above.limit}: ${above.unit}`;
  return `${words(type)}${bits}${divided}${more}`;
}

function enumLink(name: EnumName): string {
  return `[${name}](enumerations.md#${name})`;
}

function enumTable(options: Enumeration): string {
  return table(
    ['sent', 'on the wire', 'English', 'Chinese'],
    Object.entries(options).map(([value, { key, name }]) => [value, code(key), name.en, name.zh]),
  );
}

function bothNames({ en, zh }: Name): string {
  return en === zh ? en : `${en} (${zh})`;
}

function words(key: string): string {
  return key.replaceAll('_', ' ');
}
