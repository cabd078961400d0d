import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { Mosquitto, mosquittoAvailable } from '../support/mosquitto.ts';
import { Recorder } from '../support/recorder.ts';
import { Home } from './bridge.ts';

let home: Home;
beforeEach(() => {
  home = new Home();
});
afterEach(() => home.remove());

/** What a user reads is a sentence, not a stack. */
function expectPlain(stderr: string): void {
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stderr).not.toContain('Error:');
}

test('a second bridge on the same data folder', async () => {
  const first = await home.start();
  const second = await home.run([]);
  expect(second.code).toBe(1);
  expect(second.stderr).toContain('another jvs2mqtt uses');
  expect(second.stderr).toContain('data.dir');
  expectPlain(second.stderr);
  expect((await fetch(`${first.target.url}/health`)).status).toBe(200);
});

describe('a port that is taken', () => {
  test.each(['HTTP', 'BROKER'])('%s', async (which) => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const { code, stderr } = await home.run([], { [`JVS2MQTT_${which}_PORT`]: port });
    other.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`port ${port} is taken`);
    expect(stderr).toContain(`${which.toLowerCase()}.port`);
    expectPlain(stderr);
  });

  test('does not keep the data folder', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    await home.run([], { JVS2MQTT_HTTP_PORT: port });
    other.close();
    await expect(home.start()).resolves.toMatchObject({ process: expect.anything() });
  });
});

test.skipIf(!mosquittoAvailable())(
  'a certificate that cannot be used; the broker hears nothing of it',
  async () => {
    const broker = await Mosquitto.start();
    onTestFinished(() => broker.stop());
    const recorder = await Recorder.connect(broker.url);
    onTestFinished(() => recorder.close());
    // it is there, and holds something else
    const file = join(home.dir, 'data', 'config.yaml');
    home.configure({
      http: { tls: { cert: file, key: file } },
      mqtt: { url: broker.url },
      devices: { '12221SEXPECT': { expect: ['motion_detection'] } },
    });
    const { code, stderr } = await home.run([]);
    expect(code).toBe(1);
    expect(stderr).toContain('http.tls.cert');
    expectPlain(stderr);
    await recorder.client.publishAsync('behind/it', '', { qos: 1 });
    await recorder.waitFor(({ topic }) => topic === 'behind/it');
    expect(recorder.messages.map(({ topic }) => topic)).toEqual(['behind/it']);
  },
);

describe('settings that are wrong', () => {
  test('end it with 78 and every fault at once', async () => {
    home.configure({});
    writeFileSync(
      join(home.dir, 'data', 'config.yaml'),
      'http:\n  prot: 8780\n  max_body: huge\nalarms:\n  motion_detection: { hold: -1 }\n',
    );
    const { code, stdout, stderr } = await home.run([], { JVS2MQTT_LOG_LEVEL: 'loud' });
    expect(code).toBe(78);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/config\.yaml:2: http\.prot: .*did you mean http\.port\?/);
    expect(stderr).toMatch(/config\.yaml:3: http\.max_body: .*huge/);
    expect(stderr).toMatch(/config\.yaml:5: alarms\.motion_detection\.hold: .*-1/);
    expect(stderr).toMatch(/JVS2MQTT_LOG_LEVEL: log\.level: .*loud/);
    expectPlain(stderr);
  });

  test('a file that is named and not there', async () => {
    const { code, stderr } = await home.run([], { JVS2MQTT_CONFIG: 'nowhere.yaml' });
    expect(code).toBe(78);
    expect(stderr).toContain('nowhere.yaml');
    expectPlain(stderr);
  });
});

test('a command that there is not', async () => {
  const { code, stderr } = await home.run(['credentails']);
  expect(code).toBe(2);
  expect(stderr).toContain('Did you mean credentials?');
});
