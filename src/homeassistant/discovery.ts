import type { Settings } from '../config/schema.ts';
import type { JsonObject } from '../decode/report.ts';
import { own } from '../domain/json.ts';
import type { DeviceRecord } from '../domain/record.ts';
import type { Name } from '../spec/name.ts';
import { contextOf } from './context.ts';
import { bridgeComponents } from './entities/bridge.ts';
import { entitiesOf } from './entities.ts';
import { compact, type Entity, ownDevice, prefixOf, type Scope, scopeOf } from './entity.ts';
import { escapeId } from './escape.ts';
import { clean } from './text.ts';

export { type DiscoveryStep, planDiscovery } from './plan.ts';

/**
 * Most entities of one device in Home Assistant: its payload stays below the 2 MB that brokers take,
 * whatever a camera invents.
 */
export const mostEntities = 2000;

const models = {
  old: { en: 'HTTP push, old architecture', zh: 'HTTP推送（旧架构）' },
  jes: { en: 'HTTP push, JES', zh: 'HTTP推送（JES）' },
  unknown: { en: 'HTTP push', zh: 'HTTP推送' },
} as const satisfies Readonly<Record<string, Name>>;

/**
 * The discovery payloads of a device by topic, in the order of announcing: its own, then those of
 * its channels where they are devices beneath it.
 *
 * @param version of the bridge
 */
export function discoveryOf(
  record: DeviceRecord,
  settings: Settings,
  version: string,
): ReadonlyMap<string, JsonObject> {
  if (!settings.homeassistant.enabled) return new Map();
  const scope = scopeOf(record, settings);
  const byDevice = new Map<string | undefined, Entity[]>([[undefined, []]]);
  for (const entity of entitiesOf(record, settings)) {
    const channel = ownDevice(scope, entity.channel);
    const entities = byDevice.get(channel) ?? [];
    byDevice.set(channel, entities);
    if (entities.length < mostEntities) entities.push(entity);
  }
  const payloads = [...byDevice].map(([channel, entities]): [string, JsonObject] => {
    const device = channel === undefined ? deviceBlock(scope) : channelBlock(scope, channel);
    return [
      discoveryTopic(settings, objectIdOf(scope, channel)),
      {
        device,
        origin: originOf(version),
        availability: [
          { topic: scope.topics.bridgeState },
          { topic: scope.topics.availability(record.id) },
        ],
        availability_mode: 'all',
        qos: 1,
        components: Object.fromEntries(entities.map(({ key, config }) => [key, config])),
      },
    ];
  });
  return new Map(payloads);
}

/** The bridge's own device, under which the cameras hang. To be announced before them. */
export function bridgeDiscovery(
  settings: Settings,
  version: string,
): ReadonlyMap<string, JsonObject> {
  if (!settings.homeassistant.enabled) return new Map();
  const context = contextOf(settings);
  const id = bridgeId(context);
  const { base } = context.topics;
  const payload = {
    device: {
      identifiers: [id],
      name: base,
      manufacturer: 'jvs2mqtt',
      model: settings.homeassistant.language === 'zh' ? '网关' : 'Bridge',
      sw_version: version,
    },
    origin: originOf(version),
    qos: 1,
    components: bridgeComponents(context),
  };
  return new Map([[discoveryTopic(settings, id), payload]]);
}

function discoveryTopic(settings: Settings, objectId: string): string {
  return `${settings.homeassistant.prefix}/device/${objectId}/config`;
}

/** `_ch` is the beginning of no escaped byte: no device id becomes the object id of a channel. */
function objectIdOf(
  { topics, record }: Pick<Scope, 'topics' | 'record'>,
  channel?: string,
): string {
  const id = `${prefixOf(topics)}${escapeId(record.id)}`;
  return channel === undefined ? id : `${id}_channel_${escapeId(channel)}`;
}

function bridgeId({ topics }: Pick<Scope, 'topics'>): string {
  return `${prefixOf(topics)}bridge`;
}

function originOf(version: string): JsonObject {
  return { name: 'jvs2mqtt', sw_version: version };
}

function deviceBlock(scope: Scope): JsonObject {
  const { record, device, language } = scope;
  return compact({
    identifiers: [objectIdOf(scope)],
    name: nameOf(scope),
    manufacturer: 'Jovision',
    model: models[record.generation ?? 'unknown'][language],
    serial_number: clean(record.id),
    suggested_area: device?.area || undefined,
    via_device: bridgeId(scope),
  });
}

function channelBlock(scope: Scope, channel: string): JsonObject {
  const zh = scope.language === 'zh';
  return compact({
    identifiers: [objectIdOf(scope, channel)],
    name: zh ? `${nameOf(scope)} 通道${channel}` : `${nameOf(scope)} channel ${channel}`,
    manufacturer: 'Jovision',
    model: zh ? '通道' : 'Channel',
    suggested_area: own(scope.device?.areas ?? {}, channel) || scope.device?.area || undefined,
    via_device: objectIdOf(scope),
  });
}

function nameOf({ record, device }: Scope): string {
  return device?.name || clean(record.name) || clean(record.id) || 'Jovision';
}
