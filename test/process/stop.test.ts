import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Mosquitto, mosquittoAvailable } from '../support/mosquitto.ts';
import { Recorder } from '../support/recorder.ts';
import { Home } from './bridge.ts';

let home: Home;
beforeEach(() => {
  home = new Home();
});
afterEach(() => home.remove());

const STATE = 'jvs2mqtt/bridge/state';

test.each(['SIGTERM', 'SIGINT'] as const)(
  '%s: offline is said, and it ends with 0',
  async (signal) => {
    const bridge = await home.start();
    const recorder = await bridge.record([STATE]);
    await recorder.waitFor(({ text }) => text === 'online');
    bridge.process.child.kill(signal);
    expect(await recorder.waitFor(({ text }) => text === 'offline')).toMatchObject({
      retain: true,
    });
    expect(await bridge.process.ended).toMatchObject({ code: 0, stderr: '' });
  },
);

/** Sends its own process SIGTERM so many ms after that is first listened for, and says so. */
const early = (ms: number) => `
  process.on('newListener', function look(name) {
    if (name !== 'SIGTERM') return;
    process.off('newListener', look);
    process.stdout.write('it listens for SIGTERM\\n');
    setTimeout(() => process.kill(process.pid, 'SIGTERM'), ${ms});
  });`;

test.each([0, 50, 150])('SIGTERM %i ms into a start: it ends with 0', async (ms) => {
  const code = `data:text/javascript,${encodeURIComponent(early(ms))}`;
  const starting = home.spawn([], { NODE_OPTIONS: `--import=${code}` });
  const ended = await starting.ended;
  expect(ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  expect(ended.stdout).toMatch(/^it listens for SIGTERM\n/);
});

test('a second signal ends it at once, whatever is in flight', async () => {
  const bridge = await home.start({ JVS2MQTT_SHUTDOWN_GRACE: '600' });
  const socket = connect(bridge.httpPort, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('POST /v1/device/event_report HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{');
  await once(socket, 'connect');
  await fetch(`${bridge.target.url}/health`);
  bridge.process.child.kill('SIGTERM');
  while (await listens(bridge.httpPort));
  expect(bridge.process.child.exitCode).toBeNull();
  const { code, signal } = await bridge.process.kill('SIGTERM');
  socket.destroy();
  expect({ code, signal }).not.toMatchObject({ code: 0 });
});

describe.skipIf(!mosquittoAvailable())('with Mosquitto', () => {
  let broker: Mosquitto;
  beforeEach(async () => {
    broker = await Mosquitto.start();
  });
  afterEach(() => broker.stop());

  test.each(['SIGTERM', 'SIGKILL'] as const)('%s: offline stays behind', async (signal) => {
    const bridge = await home.start({
      JVS2MQTT_MQTT_URL: broker.url,
      JVS2MQTT_MQTT_RESTART_GRACE: '1',
    });
    const before = await Recorder.connect(broker.url, [STATE]);
    await before.waitFor(({ text }) => text === 'online');
    await bridge.process.kill(signal);
    await before.waitFor(({ text }) => text === 'offline');
    const after = await Recorder.connect(broker.url, [STATE]);
    expect(await after.waitFor(() => true)).toMatchObject({ text: 'offline', retain: true });
    await Promise.all([before.close(), after.close()]);
  });
});

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  const there = await once(socket, 'connect').then(
    () => true,
    () => false,
  );
  socket.destroy();
  return there;
}
