import { isSetting } from '../../src/config/paths.ts';
import {
  type DeviceSettings,
  deviceSchema,
  type Settings,
  type SettingTree,
  schema,
} from '../../src/config/schema.ts';

/** The part of the settings that the HTTP side asks for, with the schema's defaults. */
export type HttpSettings = Pick<Settings, 'http' | 'auth' | 'heartbeat' | 'devices'>;

function defaultsOf<T>(tree: SettingTree): T {
  return Object.fromEntries(
    Object.entries(tree).map(([key, node]) => [
      key,
      isSetting(node) ? node.default : defaultsOf(node),
    ]),
  ) as T;
}

export function settingsOf(
  changes: {
    http?: Partial<Settings['http']>;
    auth?: Partial<Settings['auth']>;
    devices?: Readonly<Record<string, Partial<DeviceSettings>>>;
  } = {},
): HttpSettings {
  return {
    http: {
      ...defaultsOf<Settings['http']>(schema.http),
      host: '127.0.0.1',
      port: 0,
      ...changes.http,
    },
    auth: { ...defaultsOf<Settings['auth']>(schema.auth), ...changes.auth },
    heartbeat: defaultsOf<Settings['heartbeat']>(schema.heartbeat),
    devices: Object.fromEntries(
      Object.entries(changes.devices ?? {}).map(([id, device]) => [
        id,
        { ...defaultsOf<DeviceSettings>(deviceSchema), ...device },
      ]),
    ),
  };
}
