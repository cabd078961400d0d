import { connectAsync } from 'mqtt';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type BridgeProcess, Home } from '../process/bridge.ts';
import { Mosquitto, mosquittoAvailable } from '../support/mosquitto.ts';
import { type Recorded, Recorder } from '../support/recorder.ts';

const STATE = 'jvs2mqtt/bridge/state';
// of a busy machine a start may take some seconds
const GRACE = 8;
const says = (text: string) => (message: Recorded) =>
  message.topic === STATE && message.text === text;

describe.skipIf(!mosquittoAvailable())('who sees the bridge come and go', () => {
  let home: Home;
  let broker: Mosquitto;
  let recorder: Recorder;

  beforeEach(async () => {
    home = new Home();
    broker = await Mosquitto.start();
    recorder = await Recorder.connect(broker.url, [STATE, 'clock/#']);
  });
  afterEach(async () => {
    await recorder.close();
    await home.remove();
    await broker.stop();
  });

  async function started(settings: object = {}): Promise<BridgeProcess> {
    home.configure({ mqtt: { url: broker.url, restart_grace: GRACE, ...settings } });
    const bridge = await home.start();
    await recorder.waitFor(says('online'));
    return bridge;
  }

  /** The broker's own clock: says so once so many seconds have passed there. */
  async function afterSeconds(seconds: number): Promise<() => Promise<Recorded>> {
    const topic = `clock/${seconds}`;
    const client = await connectAsync(broker.url, {
      protocolVersion: 5,
      clientId: `clock-${seconds}`,
      clean: false,
      properties: { sessionExpiryInterval: 100 },
      will: {
        topic,
        payload: Buffer.from('now'),
        qos: 1,
        retain: false,
        properties: { willDelayInterval: seconds },
      },
    });
    await client.endAsync(false, { reasonCode: 4 });
    return () => recorder.waitFor((message) => message.topic === topic);
  }

  const heard = () => recorder.texts(STATE);

  test('a restart within the grace shows nothing', async () => {
    const bridge = await started();
    await bridge.process.kill('SIGTERM');
    const graceIsOver = await afterSeconds(GRACE + 2);
    const again = await home.start();
    await graceIsOver();
    expect(new Set(heard())).toEqual(new Set(['online']));
    expect(await again.process.kill('SIGTERM')).toMatchObject({ code: 0 });
  });

  test('three restarts in a row show nothing', async () => {
    let bridge = await started();
    for (const _ of [1, 2, 3]) {
      await bridge.process.kill('SIGTERM');
      bridge = await home.start();
    }
    await (await afterSeconds(GRACE + 2))();
    expect(new Set(heard())).toEqual(new Set(['online']));
  });

  test('a bridge that is not back is offline after the grace, not before, and for newcomers too', async () => {
    const bridge = await started();
    const early = await afterSeconds(1);
    expect(await bridge.process.kill('SIGTERM')).toMatchObject({ code: 0 });
    await recorder.waitFor(says('offline'));
    await early();
    const topics = recorder.messages.map(({ topic, text }) => `${topic} ${text}`);
    expect(topics.indexOf('clock/1 now')).toBeLessThan(topics.indexOf(`${STATE} offline`));
    const newcomer = await Recorder.connect(broker.url, [STATE]);
    expect((await newcomer.waitFor(() => true)).text).toBe('offline');
    await newcomer.close();

    await home.start();
    await (await afterSeconds(GRACE + 2))();
    expect(heard().at(-1)).toBe('online');
  });

  test('kill -9 shows at once, and the next start puts it right', async () => {
    const bridge = await started();
    await bridge.process.kill('SIGKILL');
    const late = await afterSeconds(1);
    await recorder.waitFor(says('offline'));
    await late();
    const order = recorder.messages.map(({ topic, text }) => `${topic} ${text}`);
    expect(order.indexOf(`${STATE} offline`)).toBeLessThan(order.indexOf('clock/1 now'));
    await home.start();
    await recorder.waitFor(() => heard().length === 3);
    expect(heard()).toEqual(['online', 'offline', 'online']);
  });

  test('a stale will that comes while the bridge is there is put right', async () => {
    await started();
    const client = await connectAsync(broker.url);
    await client.publishAsync(STATE, 'offline', { retain: true, qos: 1 });
    await recorder.waitFor(says('offline'));
    await recorder.waitFor(() => heard().length === 3);
    expect(heard()).toEqual(['online', 'offline', 'online']);
    await client.endAsync();
  });

  test.each([
    ['where the broker speaks MQTT 3.1.1 only', { version: '3.1.1' }],
    ['where no grace is wanted', { restart_grace: 0 }],
  ])('%s, a clean stop shows at once', async (_, settings) => {
    const bridge = await started(settings);
    expect(await bridge.process.kill('SIGTERM')).toMatchObject({ code: 0 });
    // it was there before the process had ended: what is sent now comes behind it
    await recorder.client.publishAsync('clock/now', '', { qos: 1 });
    await recorder.waitFor(({ topic }) => topic === 'clock/now');
    expect(heard()).toEqual(['online', 'offline']);
  });
});

test('the embedded broker says offline, and ends', async () => {
  const home = new Home();
  const bridge = await home.start();
  const recorder = await bridge.record([STATE]);
  await recorder.waitFor(says('online'));
  expect(await bridge.process.kill('SIGTERM')).toMatchObject({ code: 0 });
  expect(recorder.texts(STATE)).toEqual(['online', 'offline']);
  await home.remove();
});
