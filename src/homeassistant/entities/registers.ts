import { sensorClass, switchClass } from '../../config/register-classes.ts';
import type { RegisterSettings } from '../../config/schema.ts';
import { unitFor } from '../../config/sensor-units.ts';
import type { ChannelKey } from '../../domain/event.ts';
import { own } from '../../domain/json.ts';
import type { ReadingRecord } from '../../domain/record.ts';
import { kinds } from '../../spec/kinds.ts';
import { registerSettings } from '../context.ts';
import { type Entity, entity, type Scope } from '../entity.ts';
import { stateClassFor } from '../state-classes.ts';
import { attributes, flagState, jsonValue, output } from '../template.ts';
import { joined } from '../text.ts';

const limitName = { en: 'Out of range', zh: '超限' } as const;

interface Register {
  readonly scope: Scope;
  readonly channel: ChannelKey;
  readonly topic: string;
  readonly number: string;
  readonly settings: RegisterSettings | undefined;
}

/** Each register is a sensor, mapped so a binary sensor too, and its limits a problem. */
export function registerEntities(scope: Scope): readonly Entity[] {
  return Object.entries(scope.record.channels).flatMap(([channel, { readings }]) =>
    Object.values(readings)
      .filter(({ kind }) => kind === 'modbus')
      .flatMap((reading) => ofReading(scope, channel, reading)),
  );
}

function ofReading(scope: Scope, channel: ChannelKey, reading: ReadingRecord): readonly Entity[] {
  const topic = scope.topics.reading(scope.record.id, channel, reading);
  return inOrder(reading.fields).flatMap((number) => {
    const settings = registerSettings(scope.settings, scope.record.id, number);
    const register = { scope, channel, topic, number, settings };
    return [
      sensor(register),
      ...(settings?.on === undefined ? [] : [binarySensor(register)]),
      limit(register),
    ];
  });
}

function inOrder(registers: readonly string[]): readonly string[] {
  return [...registers].sort((one, other) => Number(one) - Number(other));
}

function sensor(register: Register): Entity {
  const { settings, number } = register;
  const wanted = sensorClass(settings);
  const written = settings?.unit ?? '';
  // with a unit that does not go with its class Home Assistant would have no sensor at all
  const fitting = wanted === undefined ? undefined : unitFor(wanted, written);
  const deviceClass = fitting === undefined ? undefined : wanted;
  return build(register, {
    platform: 'sensor',
    tail: [],
    name: nameOf(register),
    icon: deviceClass === undefined ? 'mdi:counter' : undefined,
    config: {
      value_template: output(jsonValue('registers', number, 'value')),
      device_class: deviceClass,
      unit_of_measurement: (fitting ?? written) || undefined,
      state_class: stateClassFor(deviceClass, settings?.state_class ?? 'measurement'),
      suggested_display_precision: settings?.precision,
    },
  });
}

function binarySensor(register: Register): Entity {
  const deviceClass = switchClass(register.settings);
  return build(register, {
    platform: 'binary_sensor',
    tail: [],
    name: nameOf(register),
    icon: deviceClass === undefined ? 'mdi:electric-switch' : undefined,
    config: {
      value_template: flagState('registers', register.number, 'on'),
      device_class: deviceClass,
    },
  });
}

/** `problem` where the register is out of range; it says on which side. */
function limit(register: Register): Entity {
  const { scope, number, topic } = register;
  const side = jsonValue('registers', number, 'limit');
  return build(register, {
    platform: 'binary_sensor',
    tail: ['limit'],
    name: joined(nameOf(register), limitName[scope.language], scope.language),
    config: {
      value_template: output(`'OFF' if ${side} is none else 'ON'`),
      device_class: 'problem',
      json_attributes_topic: topic,
      json_attributes_template: attributes([['limit', side]]),
    },
  });
}

function build(
  { scope, channel, topic, number }: Register,
  draft: {
    readonly platform: 'sensor' | 'binary_sensor';
    readonly tail: readonly string[];
    readonly name: string;
    readonly icon?: string | undefined;
    readonly config: Parameters<typeof entity>[1]['config'];
  },
): Entity {
  const expiry = own(scope.device?.expire_after ?? {}, 'modbus');
  const { tail, config, ...rest } = draft;
  return entity(scope, {
    ...rest,
    channel,
    what: ['modbus', number, ...tail],
    config: {
      state_topic: topic,
      expire_after: expiry === undefined || expiry <= 0 ? undefined : Math.ceil(expiry),
      ...config,
    },
  });
}

function nameOf({ scope, number, settings }: Register): string {
  const { language } = scope;
  return settings?.name || `${kinds.modbus.name[language]}${language === 'zh' ? '' : ' '}${number}`;
}
