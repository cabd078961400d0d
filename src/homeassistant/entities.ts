import type { Settings } from '../config/schema.ts';
import type { DeviceRecord } from '../domain/record.ts';
import { alarmEntities } from './entities/alarms.ts';
import { deviceEntities } from './entities/device.ts';
import { eventEntities } from './entities/events.ts';
import { imageEntities } from './entities/images.ts';
import { readingEntities } from './entities/readings.ts';
import { registerEntities } from './entities/registers.ts';
import { type Entity, type Scope, scopeOf } from './entity.ts';

const families: readonly ((scope: Scope) => readonly Entity[])[] = [
  deviceEntities,
  alarmEntities,
  eventEntities,
  imageEntities,
  readingEntities,
  registerEntities,
];

/** Every entity of a device: of all that it ever reported, and of what it is expected to. */
export function entitiesOf(record: DeviceRecord, settings: Settings): readonly Entity[] {
  const scope = scopeOf(record, settings);
  return families.flatMap((family) => family(scope));
}
