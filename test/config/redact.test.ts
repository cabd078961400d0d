import { expect, test } from 'vitest';
import { defaultSettings } from '../../src/config/convict.ts';
import { hidden, sensitivePaths, withoutSecrets } from '../../src/config/redact.ts';
import { load } from './folder.ts';

const yaml = `
auth: {password: geheim-1, users: [{username: garage, password: geheim-2}]}
mqtt: {password: geheim-3, cert: "-----BEGIN c", key: "-----BEGIN geheim-4"}
devices:
  A1: {username: admin, password: geheim-5, modbus: {3: {unit: bar}}}
  B2: {name: Yard}
alarms: {motion_detection: {hold: 5}}
`;

test('no secret is left, everything else is', () => {
  const { settings } = load(yaml);
  const shown = withoutSecrets(settings);
  expect(JSON.stringify(shown)).not.toContain('geheim');
  expect(shown.auth).toMatchObject({
    username: 'jvs2mqtt',
    password: hidden,
    users: [{ username: 'garage', password: hidden }],
  });
  expect(shown.mqtt).toMatchObject({ password: hidden, key: hidden, cert: '-----BEGIN c' });
  expect(shown.devices.A1).toMatchObject({ username: 'admin', password: hidden });
  expect(shown.devices.A1?.modbus).toEqual(settings.devices.A1?.modbus);
  expect(shown.devices.B2).toEqual(settings.devices.B2);
  expect(shown.alarms).toEqual(settings.alarms);
});

test('what is not set is shown as not set', () => {
  expect(withoutSecrets(defaultSettings())).toEqual(defaultSettings());
});

test('what no setting knows is hidden rather than shown', () => {
  const settings = { ...defaultSettings(), extra: 'geheim' };
  expect(JSON.stringify(withoutSecrets(settings))).not.toContain('geheim');
});

test('the places of secrets', () => {
  expect(sensitivePaths().toSorted()).toEqual([
    'auth.password',
    'auth.users[*].password',
    'devices.*.password',
    'http.tls.key',
    'mqtt.key',
    'mqtt.password',
  ]);
});
