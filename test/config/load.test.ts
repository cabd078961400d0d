import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../src/config/convict.ts';
import { faultLine } from '../../src/config/faults.ts';
import { loadSettings } from '../../src/config/load.ts';
import { folder, load } from './folder.ts';

describe('where settings come from', () => {
  test('nowhere: the defaults', () => {
    const { settings, file, warnings, sources } = loadSettings({}, folder());
    expect(settings).toEqual(defaultSettings());
    expect(settings).toMatchObject({
      http: { port: 8780, max_body: 16 * 1024 * 1024 },
      auth: { mode: 'digest', password: '', users: [] },
      mqtt: { url: '', base_topic: 'jvs2mqtt', max_packet: 2_000_000 },
      devices: {},
      alarms: {},
    });
    expect({ file, warnings, sources }).toEqual({
      file: undefined,
      warnings: [],
      sources: new Map(),
    });
  });

  test('the file that JVS2MQTT_CONFIG names', () => {
    const cwd = folder({
      'a/b.conf': 'http:\n  port: 1234\n',
      'data/config.yaml': 'http: {port: 1}',
    });
    const { settings, file, sources } = loadSettings({ JVS2MQTT_CONFIG: 'a/b.conf' }, cwd);
    expect(settings.http.port).toBe(1234);
    expect(file).toBe(join(cwd, 'a/b.conf'));
    expect(sources.get('http.port')).toEqual({ name: file, kind: 'file', line: 2 });
  });

  test('else config.yaml of the data folder', () => {
    const cwd = folder({
      'data/config.yaml': 'http: {port: 1}',
      'mine/config.yaml': 'http: {port: 2}',
    });
    expect(loadSettings({}, cwd).settings.http.port).toBe(1);
    expect(loadSettings({ JVS2MQTT_DATA_DIR: 'mine' }, cwd).settings.http.port).toBe(2);
  });

  test('the environment wins over the file', () => {
    const loaded = load('http: {port: 1, host: 127.0.0.1}', { JVS2MQTT_HTTP_PORT: '2' });
    expect(loaded.settings.http).toMatchObject({ port: 2, host: '127.0.0.1' });
    expect(loaded.sources.get('http.port')?.name).toBe('JVS2MQTT_HTTP_PORT');
  });

  test('an empty variable is one that is not set', () => {
    const env = { JVS2MQTT_HTTP_PORT: '', JVS2MQTT_AUTH_USERNAME_FILE: '', JVS2MQTT_HTTP_URL: '' };
    expect(load('http: {port: 7}', env).settings).toMatchObject({
      http: { port: 7, url: '' },
      auth: { username: 'jvs2mqtt' },
    });
  });

  test('a file of one value, without the end of its line', () => {
    const cwd = folder({ password: ' two words\r\n', port: '99\n' });
    const env = { JVS2MQTT_AUTH_PASSWORD_FILE: 'password', JVS2MQTT_HTTP_PORT_FILE: 'port' };
    const { settings } = loadSettings(env, cwd);
    expect(settings.auth.password).toBe(' two words');
    expect(settings.http.port).toBe(99);
  });

  test('only one line end goes', () => {
    const cwd = folder({ password: 'x\n\n' });
    // a line end within a password is refused rather than lost
    expect(() => loadSettings({ JVS2MQTT_AUTH_PASSWORD_FILE: 'password' }, cwd)).toThrow(/control/);
  });
});

describe('values', () => {
  test('every kind of value by the environment', () => {
    const { settings } = load('', {
      JVS2MQTT_HTTP_MAX_BODY: '2MiB',
      JVS2MQTT_MQTT_VERIFY: 'false',
      JVS2MQTT_MQTT_VERSION: '5',
      JVS2MQTT_HOMEASSISTANT_PACE: '0.5',
      JVS2MQTT_AUTH_PASSWORD: '012345',
      JVS2MQTT_AUTH_USERS: '[{"username": "a", "password": "b"}]',
      JVS2MQTT_LOG_FORMAT: 'json',
    });
    expect(settings.http.max_body).toBe(2 * 1024 * 1024);
    expect(settings.mqtt).toMatchObject({ verify: false, version: '5' });
    expect(settings.homeassistant.pace).toBe(0.5);
    expect(settings.auth).toMatchObject({
      password: '012345',
      users: [{ username: 'a', password: 'b' }],
    });
    expect(settings.log.format).toBe('json');
  });

  test('what is left open has its default', () => {
    expect(load('http:\nmqtt:\n  url:\ndevices:\nalarms: ~\n').settings).toEqual(defaultSettings());
    expect(load('').settings).toEqual(defaultSettings());
    expect(load('# nothing\n').settings).toEqual(defaultSettings());
  });

  test('entries of maps are complete', () => {
    const { settings } = load('devices:\n  A1:\n    modbus:\n      3: {unit: bar}\n  B2:\n');
    expect(Object.keys(settings.devices)).toEqual(['A1', 'B2']);
    expect(settings.devices.B2).toMatchObject({
      auth: 'digest',
      channels: 'auto',
      people_counts: 'total',
      expect: [],
      alarms: {},
      modbus: {},
      expire_after: {},
      allow_repeated_nc: false,
    });
    expect(settings.devices.A1?.modbus['3']).toEqual({
      unit: 'bar',
      scale: 1,
      offset: 0,
      signed: false,
      state_class: 'measurement',
    });
  });

  test('ids are the text that was written', () => {
    const { settings } = load('devices:\n  123:\n  12E5:\n  0x1F:\n  007:\n  true:\n  "a b":\n');
    expect(Object.keys(settings.devices).toSorted()).toEqual(
      ['123', '12E5', '0x1F', '007', 'true', 'a b'].toSorted(),
    );
  });

  test('an alarm goes by its own name, whichever was written', () => {
    const { settings } = load('alarms:\n  PD_Alarm: {hold: 5}\n  my_own: {hold: 6}\n');
    expect(settings.alarms.people_detection?.hold).toBe(5);
    expect(settings.alarms.my_own?.hold).toBe(6);
  });

  test('a register goes by its number, with or without @', () => {
    const { settings } = load('devices: {A: {modbus: {"@1": {offset: 1}, 2: {offset: 2}}}}');
    expect(Object.keys(settings.devices.A?.modbus ?? {})).toEqual(['1', '2']);
  });

  test('on and off are keys, not truth', () => {
    const { settings } = load('devices: {A: {modbus: {1: {on: 1, off: 0}}}}');
    expect(settings.devices.A?.modbus['1']).toMatchObject({ on: 1, off: 0 });
  });

  test('anchors and aliases', () => {
    const { settings } = load('devices:\n  A: &common {area: Yard}\n  B: *common\n');
    expect(settings.devices.B?.area).toBe('Yard');
  });

  test('names of the language itself are names of devices', () => {
    const { settings } = load('devices: {constructor: {name: a}, toString: {name: b}}');
    expect(Object.keys(settings.devices)).toEqual(['constructor', 'toString']);
    expect(() => load('constructor: 1')).toThrow(/there is no such setting/);
  });
});

describe('warnings', () => {
  const warned = (yaml: string, env = {}) =>
    load(yaml, env).warnings.map(({ path, nearest }) => [path, nearest]);

  test('a door that is open', () => {
    expect(warned('auth: {mode: none}')).toEqual([['auth.mode', undefined]]);
    expect(load('auth: {mode: none}').warnings[0]?.problem).toMatch(/^EVERYBODY/);
    expect(warned('devices: {A: {auth: none, address: 10.0.0.1}}')).toEqual([
      ['devices.A.auth', undefined],
    ]);
    expect(warned('devices: {A: {allow_repeated_nc: true}}')).toHaveLength(1);
    expect(warned('auth: {allow_no_qop: true}')).toHaveLength(1);
    expect(warned('mqtt: {url: "mqtts://b", verify: false}')).toHaveLength(1);
    expect(warned('mqtt: {url: "mqtt://b", verify: false}')).toEqual([]);
  });

  test('an alarm type that is nearly one', () => {
    expect(warned('alarms:\n  motion_detecton: {hold: 5}\n')).toEqual([
      ['alarms.motion_detecton', 'motion_detection'],
    ]);
    expect(warned('devices: {A: {alarms: {ebike_dett: {hold: 5}}}}')).toEqual([
      ['devices.A.alarms.ebike_dett', 'ebike_det'],
    ]);
    expect(warned('alarms: {something_else_entirely: {hold: 5}}')).toEqual([]);
    expect(load('alarms: {motion_detecton: {hold: 5}}').settings.alarms.motion_detecton?.hold).toBe(
      5,
    );
  });

  test('something expected that is nearly known', () => {
    const list =
      '[motion_detection@1, pd_alarm, modbus 0-9, temperature 0-3 @1, snapshot, yard_gate_sensor]';
    expect(warned(`devices: {A: {expect: ${list}}}`)).toEqual([]);
    expect(warned('devices: {A: {expect: [temperatur 0-3]}}')).toEqual([
      ['devices.A.expect', 'temperature'],
    ]);
  });

  test('a unit that Home Assistant does not take with its class', () => {
    const lines = (text: string) =>
      load(`devices:\n  A:\n    modbus:\n      0: {${text}}\n`).warnings.map((warning) =>
        faultLine(warning).replace(/^\S*\//, ''),
      );
    expect(lines('unit: C, device_class: temperature')).toEqual([
      'my.yaml:4: devices.A.modbus.0.unit: temperature is left out: Home Assistant takes it with other units alone; found "C"; allowed: °C, °F, K',
    ]);
    expect(lines('device_class: power')[0]).toMatch(
      /^my\.yaml:4: devices\.A\.modbus\.0\.device_class: .*found no unit; allowed: mW, W,/,
    );
    expect(lines('unit: "%", device_class: aqi')[0]).toMatch(/found "%"; allowed: no unit$/);
    for (const fine of [
      'unit: ℃, device_class: temperature',
      'unit: pH, device_class: ph',
      'device_class: power_factor',
      'unit: CNY, device_class: monetary',
      'unit: X, device_class: none',
      // of the binary sensor
      'unit: X, device_class: power, on: 1',
    ])
      expect(lines(fine), fine).toEqual([]);
  });

  test("a variable that is somebody else's", () => {
    expect(load('', { JVS2MQTT_SOMETHING_QUITE_DIFFERENT: 'x' }).warnings).toMatchObject([
      { source: { name: 'JVS2MQTT_SOMETHING_QUITE_DIFFERENT' } },
    ]);
    // as Kubernetes sets them for a service of that name
    const service = { JVS2MQTT_PORT: 'tcp://10.0.0.1:8780', JVS2MQTT_SERVICE_HOST: '10.0.0.1' };
    expect(load('', { ...service, JVS2MQTT_PORT_8780_TCP: 'x' }).warnings).toEqual([]);
  });
});
