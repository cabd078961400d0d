import type { DeviceSettings, RegisterSettings, Settings } from '../config/schema.ts';
import { own } from '../domain/json.ts';
import { type Topics, topicsOf } from './topics.ts';

/** What messages and entities are made with, besides the record. */
export interface Context {
  readonly settings: Settings;
  readonly topics: Topics;
}

export function contextOf(settings: Settings): Context {
  return contextAt(settings, settings.mqtt.base_topic);
}

/** The same below another base topic: where the bridge was before. */
export function contextAt(settings: Settings, base: string): Context {
  return { settings, topics: topicsOf(base) };
}

/** The settings of one device; `undefined` where it has none. */
export function deviceSettings(settings: Settings, deviceId: string): DeviceSettings | undefined {
  return own(settings.devices, deviceId);
}

/** The settings of one modbus register; `undefined` for one that is not mapped. */
export function registerSettings(
  settings: Settings,
  deviceId: string,
  register: string,
): RegisterSettings | undefined {
  return own(deviceSettings(settings, deviceId)?.modbus ?? {}, register);
}
