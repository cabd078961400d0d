import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

interface Service {
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly mem_limit?: string;
  readonly tmpfs?: readonly string[];
  readonly ulimits?: Readonly<Record<string, number>>;
  readonly privileged?: boolean;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

const compose = parse(readFileSync(new URL('../compose.yaml', import.meta.url), 'utf8')) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: object;
};

describe('compose.yaml', () => {
  test('bridge, Mosquitto and Home Assistant', () => {
    expect(Object.keys(compose.services)).toEqual(['jvs2mqtt', 'mosquitto', 'homeassistant']);
  });

  test('the bridge has nothing that it does not need', () => {
    expect(compose.services.jvs2mqtt).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      mem_limit: '128m',
      ulimits: { core: 0 },
      tmpfs: ['/tmp'],
      volumes: ['jvs2mqtt:/data'],
    });
    expect(compose.services.jvs2mqtt?.privileged).toBeUndefined();
  });

  test('no password is written down: each comes from outside, and is asked for', () => {
    for (const { environment = {} } of Object.values(compose.services)) {
      for (const [name, value] of Object.entries(environment)) {
        if (name.endsWith('PASSWORD')) expect(value).toMatch(/^\$\{\w+:\?/);
      }
    }
  });

  test('no password is an argument of a process: every user of the machine can read those', () => {
    const text = readFileSync(new URL('../compose.yaml', import.meta.url), 'utf8');
    expect(text).not.toMatch(/mosquitto_passwd .*PASSWORD/);
  });

  test('every named volume is declared', () => {
    const named = Object.values(compose.services)
      .flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(':')[0] ?? ''))
      .filter((source) => !source.startsWith('.'));
    expect(Object.keys(compose.volumes).sort()).toEqual([...new Set(named)].sort());
  });
});
