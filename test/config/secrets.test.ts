import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Settings } from '../../src/config/schema.ts';
import { loadSecrets, makePassword, peekSecrets } from '../../src/config/secrets.ts';
import { folder, load } from './folder.ts';

const settings = (yaml = ''): Settings => load(yaml).settings;
const external = 'mqtt: {url: "mqtt://broker", username: u, password: broker-pw}';

describe('the first start', () => {
  test('makes the passwords that nobody set, each another', () => {
    const secrets = loadSecrets(folder(), settings());
    const { auth, broker, internal, firstStart } = secrets;
    expect(firstStart).toBe(true);
    for (const { password, made } of [auth, broker, internal]) {
      expect(made).toBe(true);
      // 26 letters of 5 bits, none of them like another
      expect(password).toMatch(/^[a-km-np-z2-9]{26}$/);
    }
    expect(new Set([auth, broker, internal].map(({ password }) => password)).size).toBe(3);
    expect([auth.username, broker.username]).toEqual(['jvs2mqtt', 'jvs2mqtt']);
    expect(internal.username).not.toBe(broker.username);
  });

  test('keeps them in a file for the owner alone, in a folder for the owner alone', () => {
    const dir = join(folder(), 'deep/data');
    loadSecrets(dir, settings());
    expect(readdirSync(dir)).toEqual(['secrets.json']);
    expect(statSync(join(dir, 'secrets.json')).mode & 0o777).toBe(0o600);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
  });

  test('leaves alone what is set', () => {
    const dir = folder();
    const { auth, firstStart } = loadSecrets(dir, settings('auth: {username: a, password: mine}'));
    expect({ auth, firstStart }).toEqual({
      auth: { username: 'a', password: 'mine', made: false },
      firstStart: true,
    });
    expect(readFileSync(join(dir, 'secrets.json'), 'utf8')).not.toContain('mine');
  });

  test('makes no password for a broker that is not its own', () => {
    const { auth, broker } = loadSecrets(folder(), settings(external));
    expect(auth.made).toBe(true);
    expect(broker).toEqual({ username: 'u', password: 'broker-pw', made: false });
    const open = loadSecrets(folder(), settings('mqtt: {url: "mqtt://broker"}')).broker;
    expect(open).toMatchObject({ password: '', made: false });
  });

  test('writes nothing where everything is set', () => {
    const dir = join(folder(), 'data');
    loadSecrets(dir, settings(`${external}\nauth: {password: x}`));
    expect(existsSync(dir)).toBe(false);
  });
});

describe('later', () => {
  test('the passwords are the same', () => {
    const dir = folder();
    const first = loadSecrets(dir, settings());
    expect(loadSecrets(dir, settings())).toEqual({ ...first, firstStart: false });
    expect(peekSecrets(dir, settings())).toEqual({ ...first, firstStart: false });
  });

  test('what is missing is made, what is there stays', () => {
    const dir = folder();
    const first = loadSecrets(dir, settings(external));
    const second = loadSecrets(dir, settings());
    expect(second.auth).toEqual(first.auth);
    expect(second.broker.made).toBe(true);
    expect(second.firstStart).toBe(false);
  });

  test('a password that was made for the embedded broker goes to no other', () => {
    const dir = folder();
    loadSecrets(dir, settings());
    expect(loadSecrets(dir, settings('mqtt: {url: "mqtt://b"}')).broker.password).toBe('');
  });

  test('a file that became open to others is closed', () => {
    const dir = folder();
    loadSecrets(dir, settings());
    const file = join(dir, 'secrets.json');
    chmodSync(file, 0o644);
    loadSecrets(dir, settings());
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test.each(['', '{', '[]', 'null', '{"auth": 5}'])(
    'a damaged file is not overwritten: %j',
    (text) => {
      const dir = folder({ 'secrets.json': text });
      expect(() => loadSecrets(dir, settings())).toThrow(/secrets\.json is damaged: mend it, or/);
      expect(readFileSync(join(dir, 'secrets.json'), 'utf8')).toBe(text);
    },
  );
});

describe('a look from outside', () => {
  test('makes nothing', () => {
    const dir = folder();
    expect(peekSecrets(dir, settings())).toBeUndefined();
    expect(readdirSync(dir)).toEqual([]);
  });

  test('sees what is set without a file', () => {
    const seen = peekSecrets(folder(), settings(`${external}\nauth: {password: x}`));
    expect(seen?.auth.password).toBe('x');
  });

  test('sees what another version of the file lacks as not made', () => {
    const dir = folder();
    writeFileSync(join(dir, 'secrets.json'), '{"auth": "a"}');
    expect(peekSecrets(dir, settings())).toBeUndefined();
    expect(peekSecrets(dir, settings(external))?.auth.password).toBe('a');
  });
});

test('passwords use every letter and do not come twice', () => {
  const many = Array.from({ length: 300 }, makePassword);
  expect(new Set(many).size).toBe(300);
  expect(new Set(many.join('')).size).toBe(32);
});
