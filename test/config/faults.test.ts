import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigFaults, faultLine } from '../../src/config/faults.ts';
import { loadSettings } from '../../src/config/load.ts';
import { faultOf, faultsOf, folder, load } from './folder.ts';

/** A fault as it is printed, without the folder that is another one each time. */
function lineOf(yaml: string, env: Readonly<Record<string, string>> = {}): string {
  return faultLine(faultOf(yaml, env)).replace(/^\/\S*\//, '');
}

describe('what is wrong in a file', () => {
  test('a misspelt key', () => {
    expect(lineOf('http:\n  prot: 80\n')).toBe(
      'my.yaml:2: http.prot: there is no such setting; allowed: host, port, max_body, body_budget, url, max_connections, max_connections_per_address, trusted_proxies, tls; did you mean http.port?',
    );
  });

  test('a misspelt group', () => {
    expect(lineOf('# mine\nhtpt: {}\n')).toMatch(
      /^my\.yaml:2: htpt: there is no such setting; allowed: http, auth, .*; did you mean http\?$/,
    );
  });

  test('a key that belongs elsewhere', () => {
    expect(faultOf('client_id: x').nearest).toBe('mqtt.client_id');
    expect(faultOf('port: 80').nearest).toBe('http.port or broker.port');
  });

  test('a key that is like nothing gets no wrong hint', () => {
    expect(faultOf('zzzzzzzz: 1')).not.toHaveProperty('nearest');
  });

  test('a wrong type', () => {
    expect(lineOf('http:\n  host: "::"\n  port: "8780"\n')).toBe(
      'my.yaml:3: http.port: found "8780" (text); allowed: a whole number from 0 to 65535 (0: any that is free)',
    );
    expect(lineOf('http: {port: [1]}')).toMatch(
      /http\.port: found a list; allowed: a whole number/,
    );
    expect(lineOf('http: {port: {a: 1}}')).toMatch(/http\.port: found a map; allowed: a whole/);
  });

  test('an impossible value', () => {
    expect(lineOf('heartbeat:\n  interval: -5\n')).toBe(
      'my.yaml:2: heartbeat.interval: found -5 (a number); allowed: a whole number of seconds, 1 or more',
    );
  });

  test('a word that is not one of the choices', () => {
    expect(lineOf('log:\n  level: wran\n')).toBe(
      'my.yaml:2: log.level: found "wran" (text); allowed: one of fatal, error, warn, info, debug, trace, silent; did you mean warn?',
    );
  });

  test('yes and on are text', () => {
    expect(lineOf('homeassistant:\n  enabled: yes\n')).toMatch(
      /found "yes" \(text\); allowed: true or false$/,
    );
  });

  test('text that looks like a number', () => {
    expect(lineOf('mqtt:\n  client_id: 12\n')).toBe(
      'my.yaml:2: mqtt.client_id: text that looks like something else needs quotes; found 12 (a number); allowed: text',
    );
  });

  test('a group that is none', () => {
    expect(lineOf('auth: digest\n')).toBe(
      'my.yaml:1: auth: found text (not shown); allowed: a map: settings below it, each with its name and a colon',
    );
    expect(lineOf('- a\n')).toMatch(/^my\.yaml:1: found a list; allowed: a map/);
  });

  test('a key that is there twice', () => {
    expect(lineOf('http:\n  port: 1\nlog:\n  level: info\nhttp:\n  port: 2\n')).toBe(
      'my.yaml:5: http: this is here twice, first in line 1',
    );
    expect(lineOf('http: {port: 1, port: 1}')).toMatch(
      /http\.port: this is here twice, first in line 1/,
    );
  });

  test('a device that is there twice, once as a number', () => {
    expect(lineOf('devices:\n  123: {}\n  "123": {}\n')).toBe(
      'my.yaml:3: devices.123: this is here twice, first in line 2',
    );
  });

  test('an alarm under two of its names', () => {
    expect(lineOf('alarms:\n  pd_alarm: {hold: 1}\n  people_detection: {hold: 2}\n')).toBe(
      'my.yaml:3: alarms.people_detection: this is here twice, first in line 2 (pd_alarm and people_detection are one)',
    );
  });

  test('in the settings of a device', () => {
    expect(lineOf('devices:\n  A1:\n    timezone: UTC\n')).toMatch(
      /^my\.yaml:3: devices\.A1\.timezone: there is no such setting; .*did you mean devices\.A1\.time_zone\?$/,
    );
    expect(lineOf('devices:\n  A1:\n    time_zone: Europa/Berlin\n')).toBe(
      'my.yaml:3: devices.A1.time_zone: found "Europa/Berlin" (text); allowed: the name of a time zone, like Europe/Berlin',
    );
    expect(lineOf('devices:\n  A1: true\n')).toMatch(
      /^my\.yaml:2: devices\.A1: found true or false/,
    );
    expect(faultOf('devices: {a.b: {name: [1]}}').path).toBe('devices."a.b".name');
  });

  test('in lists, by their position', () => {
    expect(lineOf('devices:\n  A1:\n    expect:\n      - snapshot\n      - [x]\n')).toBe(
      'my.yaml:5: devices.A1.expect[1]: found a list; allowed: text',
    );
    expect(lineOf('devices:\n  A1:\n    expect: snapshot\n')).toMatch(
      /devices\.A1\.expect: found text \(not shown\); allowed: a list$/,
    );
  });

  test('keys of maps', () => {
    expect(lineOf('devices:\n  A1:\n    modbus:\n      x1: {}\n')).toBe(
      'my.yaml:4: devices.A1.modbus: "x1" cannot be a key here; allowed: a register\'s number, 0 to 65535',
    );
    const kind = faultOf('devices:\n  A1:\n    expire_after:\n      temperatur: 60\n');
    expect(kind).toMatchObject({ path: 'devices.A1.expire_after', nearest: 'temperature' });
    expect(kind.source?.line).toBe(4);
    for (const id of ['__proto__', '""', `"${'x'.repeat(200)}"`]) {
      expect(faultOf(`devices: {${id}: {}}`).problem).toMatch(/cannot be a key here/);
    }
  });

  test('a value of a map by kind', () => {
    expect(lineOf('devices:\n  A1:\n    expire_after:\n      people: 0\n')).toMatch(
      /^my\.yaml:4: devices\.A1\.expire_after\.people: found 0 \(a number\); allowed: a whole number of seconds/,
    );
  });

  test('what an entry must have', () => {
    expect(lineOf('auth:\n  users:\n    - username: a\n')).toBe(
      'my.yaml:3: auth.users[0].password: this is missing; allowed: text',
    );
  });

  test('what is no YAML', () => {
    expect(lineOf('http:\n  port: [1\n')).toMatch(/^my\.yaml:\d: /);
    expect(lineOf('a: 1\n---\nb: 2\n')).toMatch(/^my\.yaml:\d: .*documents/);
  });

  test.each([
    ['!', 'mqtt:\n  password: !geheim'],
    ['*', 'mqtt:\n  password: *geheim'],
    ['&', 'mqtt:\n  password: &geheim'],
  ])('a password that begins with %s and has no quotes', (sign, yaml) => {
    expect(lineOf(yaml)).toBe(`my.yaml:2: text that begins with ${sign} needs quotes`);
  });

  test('a file that unfolds without end', () => {
    const ten = (name: string) => `[${Array(10).fill(`*${name}`).join(', ')}]`;
    const laughs = 'bcdefghi'.replace(/./g, (name) => {
      const before = String.fromCharCode(name.charCodeAt(0) - 1);
      return `${name}: &${name} ${ten(before)}\n`;
    });
    expect(lineOf(`a: &a [1]\n${laughs}`)).toMatch(/^my\.yaml:\d: too much is within this$/);
    expect(lineOf('a: &a [*a]')).toMatch(/^my\.yaml:1: /);
  });

  test('a file that is not there', () => {
    const { message } = faultsOf(() => loadSettings({ JVS2MQTT_CONFIG: 'gone.yaml' }, '/tmp'));
    expect(message).toContain('/tmp/gone.yaml: this file of settings cannot be read (ENOENT)');
  });
});

describe('what is wrong in the environment', () => {
  test('a value, by the variable', () => {
    expect(lineOf('', { JVS2MQTT_HTTP_PORT: 'abc' })).toBe(
      'JVS2MQTT_HTTP_PORT: http.port: found "abc" (text); allowed: a whole number from 0 to 65535 (0: any that is free)',
    );
  });

  test('a value in a file, by the variable that names it', () => {
    const cwd = folder({ port: '99999\n' });
    const { faults } = faultsOf(() => loadSettings({ JVS2MQTT_HTTP_PORT_FILE: 'port' }, cwd));
    expect(faults.map(faultLine)).toEqual([
      'JVS2MQTT_HTTP_PORT_FILE: http.port: found 99999 (a number); allowed: a whole number from 0 to 65535 (0: any that is free)',
    ]);
  });

  test('a value both ways', () => {
    expect(lineOf('', { JVS2MQTT_HTTP_PORT: '1', JVS2MQTT_HTTP_PORT_FILE: 'x' })).toBe(
      'JVS2MQTT_HTTP_PORT_FILE: http.port: JVS2MQTT_HTTP_PORT is set too: leave one of them out',
    );
  });

  test('a file that cannot be read', () => {
    expect(lineOf('', { JVS2MQTT_AUTH_PASSWORD_FILE: '/not/there' })).toBe(
      'JVS2MQTT_AUTH_PASSWORD_FILE: auth.password: the file that it names cannot be read (ENOENT); found "/not/there"',
    );
  });

  test('a misspelt variable', () => {
    expect(lineOf('', { JVS2MQTT_MQTT_PASWORD: 'x' })).toBe(
      'JVS2MQTT_MQTT_PASWORD: no setting has this variable; did you mean JVS2MQTT_MQTT_PASSWORD?',
    );
  });

  test('users that are no JSON', () => {
    expect(lineOf('', { JVS2MQTT_AUTH_USERS: 'garage:secret' })).toBe(
      'JVS2MQTT_AUTH_USERS: auth.users: found text (not shown); allowed: a list',
    );
  });
});

describe('what is wrong together', () => {
  test('a camera without a password needs its address', () => {
    expect(lineOf('devices:\n  A1:\n    auth: none\n')).toBe(
      'my.yaml:3: devices.A1.auth: this needs devices.A1.address too: without a password a camera is let in from that address alone',
    );
  });

  test('an address that is wrong is not missing too', () => {
    expect(faultOf('devices: {A1: {auth: none, address: 10.0.0}}').path).toBe('devices.A1.address');
  });

  test('an account without a password', () => {
    expect(faultOf('devices: {A1: {username: admin}}').problem).toMatch(
      /needs devices\.A1\.password/,
    );
    expect(load('devices: {A1: {username: admin, password: ""}}').warnings).toEqual([]);
  });

  test('a certificate without its key, a key without its certificate', () => {
    const file = import.meta.filename;
    expect(faultOf(`mqtt: {cert: ${file}}`).problem).toBe('this needs mqtt.key too');
    expect(faultOf(`mqtt: {key: ${file}}`).problem).toBe('this needs mqtt.cert too');
  });

  test('two on one port', () => {
    expect(faultOf('broker: {port: 8780}').problem).toBe('http.port is the same');
    expect(load('{broker: {port: 8780}, mqtt: {url: "mqtt://b"}}').warnings).toEqual([]);
    expect(load('{broker: {port: 0}, http: {port: 0}}').warnings).toEqual([]);
  });

  test('a class of binary sensors without the value that is on', () => {
    expect(faultOf('devices: {A1: {modbus: {4: {device_class: door}}}}').problem).toMatch(
      /^this needs devices\.A1\.modbus\.4\.on too/,
    );
    expect(load('devices: {A1: {modbus: {4: {device_class: door, on: 1}}}}').warnings).toEqual([]);
  });

  test('the base topic is not where Home Assistant looks', () => {
    expect(faultOf('mqtt: {base_topic: homeassistant}').path).toBe('mqtt.base_topic');
  });
});

test('all faults come at once, in the order of lines, after them those of the environment', () => {
  const yaml = 'http:\n  prot: 1\n  max_body: 0\nlogs: {}\ndevices:\n  A1:\n    auth: none\n';
  const { faults, message } = faultsOf(() => load(yaml, { JVS2MQTT_BROKER_PORT: 'x' }));
  expect(faults.map(({ source, path }) => [source?.line, path])).toEqual([
    [2, 'http.prot'],
    [3, 'http.max_body'],
    [4, 'logs'],
    [7, 'devices.A1.auth'],
    [undefined, 'broker.port'],
  ]);
  expect(message).toMatch(/^5 faults in the settings:\n {2}\/.*my\.yaml:2: /);
  expect(message.split('\n')).toHaveLength(6);
});

describe('no secret is ever in a message', () => {
  const secret = 'Zx81-Geheimnis';
  const places = [
    `mqtt: {password: [${secret}]}`,
    `mqtt: {password: {a: ${secret}}}`,
    `mqtt: ${secret}`,
    `auth:\n  users: ${secret}`,
    `auth:\n  users: [${secret}]`,
    `auth:\n  users:\n    - password: {x: ${secret}}`,
    `auth: {password: "${secret}\\u0000"}`,
    `devices: {A1: {password: [${secret}]}}`,
    `devices: {A1: ${secret}}`,
    `mqtt: {url: "mqtt://u:${secret}@host"}`,
    `mqtt: {url: "mqtt://${secret}@host"}`,
    `mqtt:\n  password: "${secret}"x`,
    `mqtt:\n  password: @${secret}`,
    `mqtt:\n  password: !${secret}`,
    `mqtt:\n  password: *${secret}`,
    `mqtt:\n  password: %${secret}`,
    `mqtt:\n  password: \`${secret}`,
    `mqtt:\n  password: "${secret}`,
    `mqtt:\n  password: 'a' ${secret}`,
    `mqtt:\n  key: /${secret}`,
  ];
  test.each(places)('%s', (yaml) => {
    expect(faultsOf(() => load(yaml)).message).not.toContain(secret);
  });

  test.each(['JVS2MQTT_AUTH_USERS', 'JVS2MQTT_MQTT_URL', 'JVS2MQTT_MQTT_KEY'])('%s', (name) => {
    const text = name.endsWith('URL') ? `mqtt://u:${secret}@host` : `[{"password": "${secret}"`;
    expect(faultsOf(() => load('', { [name]: text })).message).not.toContain(secret);
  });

  test('a password of digits', () => {
    const { message } = faultsOf(() => load('auth: {password: 8150972}'));
    expect(message).toContain('found a number (not shown)');
    expect(message).not.toContain('8150972');
  });
});

test('whatever the file says, settings come out or faults that name it', () => {
  const line = fc.oneof(
    fc.constantFrom(
      'http:',
      '  port: 1',
      'devices:',
      '  A1:',
      '    modbus:',
      '- a',
      '  - b',
      '? x',
    ),
    fc.constantFrom(
      '<<: *a',
      '&a x: 1',
      '? [1]: 2',
      '{{}}: 1',
      '!!binary x',
      '\t',
      '%YAML 1.2',
      '...',
    ),
    fc.string({ maxLength: 20 }),
  );
  const cwd = folder();
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.string(), (lines, text) => {
      const { settings } = attempt(lines.join('\n'), text);
      expect(settings === undefined || settings.http.port >= 0).toBe(true);
    }),
    { numRuns: 300 },
  );

  function attempt(yaml: string, text: string): Partial<ReturnType<typeof loadSettings>> {
    const env = { JVS2MQTT_CONFIG: 'x.yaml', JVS2MQTT_AUTH_USERS: text, JVS2MQTT_LOG_LEVEL: text };
    try {
      return fromText(yaml, env);
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigFaults);
      for (const fault of (error as ConfigFaults).faults) expect(faultLine(fault)).not.toBe('');
      return {};
    }
  }

  function fromText(yaml: string, env: Readonly<Record<string, string>>) {
    writeFileSync(join(cwd, 'x.yaml'), yaml);
    return loadSettings(env, cwd);
  }
});
