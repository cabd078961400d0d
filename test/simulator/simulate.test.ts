import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { simulate } from '../../src/cli/simulate.ts';
import { JudgeServer } from './server.ts';

let judge: JudgeServer;
let cwd: string;
beforeEach(async () => {
  judge = await JudgeServer.start();
  cwd = mkdtempSync(join(tmpdir(), 'simulate-'));
});
afterEach(() => {
  judge.stop();
  rmSync(cwd, { recursive: true });
});

async function run(args: readonly string[], env: Record<string, string> = {}) {
  let out = '';
  let err = '';
  const code = await simulate(args, {
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text) },
    env,
    cwd,
    signal: new AbortController().signal,
  });
  return { code, out, err };
}

const user = ['--user', 'admin', '--password', 'geheim'];
const here = () => ['--url', judge.target.url, ...user];

describe('simulate', () => {
  it.each(['keepalive', 'alarm', 'event', 'tlv', 'modbus', 'temperature', 'snapshot'])(
    'sends one %s',
    async (report) => {
      const { code, out, err } = await run([...here(), '--report', report, '--id', 'CAM1']);
      expect({ code, err }).toEqual({ code: 0, err: '' });
      expect(out).toBe(`CAM1 ${report} 0\n`);
      expect(judge.accepted).toHaveLength(1);
      expect(judge.accepted[0]?.headers['user-identify']).toBe('CAM1');
    },
  );

  it('sends the alarm type asked for', async () => {
    await run([...here(), '--report', 'alarm', '--type', 'pet_detection']);
    expect(JSON.parse(String(judge.accepted[0]?.body)).param.alarm_type).toBe('pet_detection');
  });

  it('plays a story at once, a line for each push, further cameras numbered', async () => {
    const { code, out } = await run([
      ...here(),
      '--scenario',
      'machine_room',
      '--once',
      '--id',
      'MY',
    ]);
    expect(code).toBe(0);
    expect(out.split('\n').length).toBe(judge.accepted.length + 3);
    expect(out).toContain(`${judge.accepted.length} of ${judge.accepted.length} pushes`);
    const ids = new Set(judge.accepted.map(({ headers }) => headers['user-identify']));
    expect(ids).toEqual(new Set(['MY', 'MY2']));
  });

  it('runs many devices', async () => {
    const { code, out } = await run([
      ...here(),
      ...['--devices', '3', '--rate', '60', '--duration', '0.1'],
    ]);
    expect(code).toBe(0);
    expect(out).toContain('6 pushes: 6 accepted, 0 refused, 0 not answered');
  });

  it('takes user and password from the environment', async () => {
    const { code } = await run(['--url', judge.target.url, '--report', 'keepalive'], {
      JVS2MQTT_AUTH_USERNAME: 'admin',
      JVS2MQTT_AUTH_PASSWORD: 'geheim',
    });
    expect(code).toBe(0);
  });

  it('takes the password that a bridge made from its data folder, and its port', async () => {
    writeFileSync(join(cwd, 'secrets.json'), '{"auth":"geheim","broker":"x","internal":"y"}');
    const { code } = await run(['--report', 'keepalive'], {
      JVS2MQTT_DATA_DIR: '.',
      JVS2MQTT_AUTH_USERNAME: 'admin',
      JVS2MQTT_HTTP_PORT: new URL(judge.target.url).port,
    });
    expect(code).toBe(0);
  });

  it('says what to do where there is no password', async () => {
    const { code, err } = await run(['--report', 'keepalive']);
    expect(code).toBe(1);
    expect(err).toContain('--password');
  });

  it.each([
    ['--report', 'event'],
    ['--scenario', 'house', '--once'],
    ['--duration', '0.05'],
  ])('says so where no bridge is: %s %s', async (...args) => {
    judge.stop();
    const { code, err } = await run([...here(), ...args]);
    expect(code).toBe(1);
    expect(err).toBe(
      `Nothing answers at ${judge.target.url}. Start the bridge with \`npm start\`, or name another with --url.\n`,
    );
  });

  it.each([
    ['--report', 'event'],
    ['--scenario', 'house', '--once'],
  ])('says so where the password is wrong: %s %s', async (...args) => {
    const { code, err } = await run([
      ...['--url', judge.target.url, '--user', 'admin', '--password', 'x'],
      ...args,
    ]);
    expect(code).toBe(1);
    expect(err).toContain('refuses the password of user admin');
    expect(judge.requests).toHaveLength(2);
  });

  it.each([
    [['--report', 'nonsense'], '--report nonsense is not known; there are keepalive'],
    [['--scenario', 'nonsense'], '--scenario nonsense is not known; there are house'],
    [['--speed', '0'], '--speed 0 is no number above 0'],
    [['--rate', 'x'], '--rate x is no number above 0'],
    [['--url', 'mqtt://x'], '--url mqtt://x is no http:// address'],
    [['--generation', 'new'], '--generation new is neither old nor jes'],
    [['--report', 'tlv', '--scenario', 'house'], 'exclude each other'],
    [['--nonsense'], '--nonsense'],
    [['nonsense'], 'nonsense'],
  ])('refuses %j', async (args, message) => {
    const { code, out, err } = await run([...here(), ...args]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(judge.requests).toEqual([]);
  });

  it('explains itself', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    expect(out).toContain('house, shop, carpark, machine_room');
  });
});
