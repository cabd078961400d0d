import {
  type DeviceSettings,
  deviceSchema,
  type Settings,
  schema,
} from '../../src/config/schema.ts';

/** The part of the settings that the HTTP side asks for, with the schema's defaults. */
export type HttpSettings = Pick<Settings, 'http' | 'auth' | 'heartbeat' | 'devices'>;

type Defaults = Record<string, { readonly default: unknown }>;

function defaultsOf<T>(tree: Defaults): T {
  return Object.fromEntries(Object.entries(tree).map(([key, row]) => [key, row.default])) as T;
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
