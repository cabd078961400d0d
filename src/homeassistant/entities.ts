import type { Settings } from '../config/schema.ts';
import type { DeviceRecord } from '../domain/record.ts';
import { alarmEntities } from './entities/alarms.ts';
import { deviceEntities } from './entities/device.ts';
import { eventEntities } from './entities/events.ts';
import { imageEntities } from './entities/images.ts';
import { readingEntities } from './entities/readings.ts';
import { registerEntities } from './entities/registers.ts';
import { triggerEntities } from './entities/triggers.ts';
import { type Entity, type Scope, scopeOf } from './entity.ts';
import { remarked } from './text.ts';

const families: readonly ((scope: Scope) => readonly Entity[])[] = [
  deviceEntities,
  alarmEntities,
  eventEntities,
  imageEntities,
  readingEntities,
  registerEntities,
  triggerEntities,
];

/** Every entity of a device: of all that it ever reported, and of what it is expected to. */
export function entitiesOf(record: DeviceRecord, settings: Settings): readonly Entity[] {
  const scope = scopeOf(record, settings);
  return distinct(
    families.flatMap((family) => family(scope)),
    scope,
  );
}

/**
 * The same name twice in a device: the one that is of the device itself says so. An old camera's
 * timed snapshots name no channel, its alarms' pictures do.
 */
function distinct(entities: readonly Entity[], { language }: Scope): readonly Entity[] {
  const nameOf = ({ platform, config }: Entity) => `${platform} ${config.name}`;
  const elsewhere = new Set(
    entities.filter(({ channel }) => channel !== 'device').map((entity) => nameOf(entity)),
  );
  return entities.map((entity) => {
    const { channel, config } = entity;
    if (channel !== 'device' || !elsewhere.has(nameOf(entity))) return entity;
    const name = remarked(String(config.name), language === 'zh' ? '设备' : 'device', language);
    return { ...entity, config: { ...config, name } };
  });
}
