import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeCamera } from '../support/camera.ts';
import { accounts, Home } from './bridge.ts';

let home: Home;
beforeEach(() => {
  home = new Home();
});
afterEach(() => home.remove());

const modeOf = (...path: string[]) => statSync(join(home.dir, ...path)).mode & 0o777;
const health = async (port: number) => {
  const answer = await fetch(`http://127.0.0.1:${port}/health`);
  return { status: answer.status, body: await answer.text() };
};

describe('in an empty folder with nothing configured', () => {
  test('it runs, says what to do next, and keeps its passwords to itself', async () => {
    const { process, httpPort, brokerPort } = await home.start();
    const { camera, broker } = accounts((await home.run(['credentials'])).stdout);
    expect(process.stdout).toContain(`:${httpPort}`);
    expect(process.stdout).toContain(`${brokerPort}`);
    expect(process.stdout).toContain('`jvs2mqtt credentials` shows the passwords.');
    for (const { password } of [camera, broker]) {
      expect(password).toMatch(/^[a-z2-9]{26}$/);
      expect(process.stdout).not.toContain(password);
    }
    expect([modeOf('data'), modeOf('data', 'secrets.json')]).toEqual([0o700, 0o600]);
  });

  test('the passwords that it made let a camera and a subscriber in', async () => {
    const bridge = await home.start();
    const recorder = await bridge.record();
    const answer = await makeCamera(bridge.target).event('motion_detection', 'pulse');
    expect(answer).toMatchObject({ status: 200, errorcode: 0 });
    const topic = 'jvs2mqtt/12221S55G3X8/0/event';
    const event = await recorder.waitFor((message) => message.topic === topic);
    expect(JSON.parse(event.text)).toMatchObject({ event_type: 'motion_detection' });
  });

  test('they are the same after a restart', async () => {
    const first = await home.start();
    await first.process.kill('SIGTERM');
    const second = await home.start();
    expect(second.target.password).toBe(first.target.password);
  });

  test('/health and the health command say that it lives', async () => {
    const { httpPort } = await home.start();
    expect(await health(httpPort)).toMatchObject({ status: 200 });
    const asked = await home.run(['health'], { JVS2MQTT_HTTP_PORT: String(httpPort) });
    expect(asked).toMatchObject({ code: 0, stderr: '' });
  });

  test.skipIf(process.platform !== 'linux')(
    'on a terminal the passwords are shown, at the first start alone; Ctrl-C ends it',
    async () => {
      const shown = async () => {
        const started = home.spawnOnTerminal();
        await started.says(/shows (the passwords|them again)\./);
        await started.says(/joined the broker/);
        started.child.stdin?.write('\x03');
        expect(await started.ended).toMatchObject({ code: 0 });
        return started.stdout;
      };
      const [first, second] = [await shown(), await shown()];
      const { camera, broker } = accounts((await home.run(['credentials'])).stdout);
      for (const { password } of [camera, broker]) {
        expect(first).toContain(password);
        expect(second).not.toContain(password);
      }
    },
  );
});

test('without its broker it runs, says so, and keeps on disk what it promises', async () => {
  const env = { JVS2MQTT_MQTT_URL: 'mqtt://127.0.0.1:9' };
  const process = home.spawn([], env);
  const [, port = ''] = await process.says(/^ {2}address +http:.*:(\d+)$/m);
  const { camera } = accounts((await home.run(['credentials'], env)).stdout);
  const target = { url: `http://127.0.0.1:${port}`, ...camera };
  const answer = await makeCamera(target).event('motion_detection', 'pulse');
  expect(answer).toMatchObject({ status: 200, errorcode: 0 });
  expect((await health(Number(port))).body).toContain('disconnected');
  expect(await process.kill('SIGTERM')).toMatchObject({ code: 0 });
});
