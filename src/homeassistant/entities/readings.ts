import type { Json } from '../../decode/report.ts';
import type { ChannelKey } from '../../domain/event.ts';
import { own } from '../../domain/json.ts';
import type { ReadingRecord } from '../../domain/record.ts';
import { enumOptions } from '../../spec/enums.ts';
import { kindRows, type ReadingField, type ReadingKind } from '../../spec/kinds.ts';
import type { Language } from '../../spec/name.ts';
import { type Entity, entity, type Scope } from '../entity.ts';
import { type FieldType, fieldType } from '../payloads/reading.ts';
import { spaceName } from '../spaces.ts';
import { attributes, flagState, jsonValue, labelState, output, textState } from '../template.ts';
import { clean, joined, remarked, worded } from '../text.ts';
import { unitOf } from '../units.ts';

/** One field of one reading. */
interface Field {
  readonly scope: Scope;
  readonly reading: ReadingRecord;
  /** of the reading */
  readonly topic: string;
  readonly key: string;
  readonly row: ReadingField;
}

/** The keys of a component that say how a field is read. */
type Config = { readonly [key: string]: Json | undefined };

/** What is kept of a text in the attributes of another field's entity. */
const SHORT_TEXT = 500;

/** The entities of every kind of reading but registers: each field is one. */
export function readingEntities(scope: Scope): readonly Entity[] {
  return Object.entries(scope.record.channels).flatMap(([channel, { readings }]) =>
    Object.values(readings)
      .filter(({ kind }) => kind !== 'modbus')
      .flatMap((reading) =>
        rowsOf(reading).map(([key, row]) => {
          const topic = scope.topics.reading(scope.record.id, channel, reading);
          return fieldEntity(channel, { scope, reading, topic, key, row });
        }),
      ),
  );
}

/** The rows of the fields that were ever seen, in the order of the kind. */
function rowsOf({ kind, fields }: ReadingRecord): readonly (readonly [string, ReadingField])[] {
  return Object.entries(kindRows[kind].fields).filter(([field]) => fields.includes(field));
}

function fieldEntity(channel: ChannelKey, field: Field): Entity {
  const { scope, reading, topic, key, row } = field;
  const index = reading.index === undefined ? [] : [reading.index];
  return entity(scope, {
    platform: row.platform,
    channel,
    what: [reading.kind, ...index, key],
    idParts: [reading.kind, ...index, ...(row.main ? [] : [key])],
    name: nameOf(field),
    category: row.diagnostic ? 'diagnostic' : undefined,
    hidden: row.hidden,
    icon: row.icon,
    config: {
      device_class: row.deviceClass,
      state_topic: topic,
      expire_after: expiryOf(field),
      ...configs[fieldType(row)](field),
    },
  });
}

/** How each type of value becomes a state. */
const configs: Readonly<Record<FieldType, (field: Field) => Config>> = {
  flag: ({ key }) => ({ value_template: flagState(key) }),
  time: (field) => ({
    value_template: output(jsonValue(field.key)),
    ...(field.key === 'seen_at' ? seenBeside(field) : {}),
  }),
  text: (field) => ({
    value_template: textState(field.key),
    ...attributesOf(field, [['text', jsonValue(field.key)]]),
  }),
  label: labelConfig,
  number: numberConfig,
};

/** The label is the state, the stable key an attribute: automations need not know the language. */
function labelConfig(field: Field): Config {
  const { scope, key, row } = field;
  const options = row.enumeration === undefined ? [] : enumOptions(row.enumeration);
  const labels = options.map((option) => [option.key, option.name[scope.language]] as const);
  return {
    options: [...new Set(labels.map(([, label]) => label))],
    value_template: labelState(labels, key),
    ...attributesOf(field, [['key', jsonValue(key)]]),
  };
}

function numberConfig({ scope, reading, key, row }: Field): Config {
  const { unit } = reading.values;
  const named =
    reading.kind === 'sensor' ? unitOf(typeof unit === 'string' ? unit : undefined) : {};
  const isTotal = row.counter && scope.device?.people_counts !== 'interval';
  return {
    value_template: output(jsonValue(key)),
    ...(named.deviceClass === undefined ? {} : { device_class: named.deviceClass }),
    unit_of_measurement: named.unit ?? worded(row.unit, scope.language),
    state_class: isTotal ? 'total_increasing' : row.stateClass,
    suggested_display_precision: row.precision,
  };
}

/** Everything else that was seen, beside its time: most of it is off by default as entities. */
function seenBeside(field: Field): Config {
  const others = rowsOf(field.reading).filter(([key]) => key !== 'seen_at');
  if (others.length === 0) return {};
  const data = others.map(([key, row]) => {
    const value = jsonValue(key);
    const isText = fieldType(row) === 'text';
    return `'${key}': ${isText ? `((${value} or '') | string)[:${SHORT_TEXT}]` : value}`;
  });
  return attributesOf(field, [['data', `{${data.join(', ')}}`]]);
}

function attributesOf(field: Field, entries: readonly (readonly [string, string])[]): Config {
  return {
    json_attributes_topic: field.topic,
    json_attributes_template: attributes(entries),
  };
}

/** A label names the whole; `main` has the whole's name, the others stand behind it. */
function nameOf({ scope, reading, row }: Field): string {
  const { language } = scope;
  const kind = kindRows[reading.kind].name[language];
  const name = row.name[language];
  const { index } = reading;
  if (index === undefined) {
    // `Queue length` says `Queue` already; a camera's own label may be the beginning of anything
    return name.startsWith(kind) ? name : joined(kind, name, language);
  }
  const whole = clean(reading.label) ?? numbered(reading.kind, index, language);
  return row.main ? whole : joined(whole, name, language);
}

/** What has an index alone: `Temperature 3`, `Parking space (left)`. */
function numbered(kind: ReadingKind, index: string, language: Language): string {
  const name = kindRows[kind].name[language];
  const space = kind === 'parking' ? spaceName(index, language) : undefined;
  if (space !== undefined) return remarked(name, space, language);
  return `${name}${language === 'zh' ? '' : ' '}${clean(index) ?? ''}`;
}

/** Seconds without news after which a reading is no longer believed. */
function expiryOf({ scope, reading }: Field): number | undefined {
  const seconds = own(scope.device?.expire_after ?? {}, reading.kind);
  return seconds === undefined || seconds <= 0 ? undefined : Math.ceil(seconds);
}
