import { afterEach, describe, expect, test } from 'vitest';
import { jpeg } from '../../src/simulator/jpeg.ts';
import { brokerKind, startTestBridge, type TestBridge } from '../support/bridge.ts';
import { makeCamera } from '../support/camera.ts';
import type { Recorded, Recorder } from '../support/recorder.ts';

const ID = '12221SOUTAGE';
const HISTORY = `jvs2mqtt/${ID}/history`;
const IMAGE = `jvs2mqtt/${ID}/0/image/alarm`;

let bridge: TestBridge | undefined;
afterEach(async () => {
  await bridge?.stop();
  bridge = undefined;
});

async function metric(of: TestBridge, name: string): Promise<number> {
  const text = await (await fetch(`${of.target.url}/metrics`)).text();
  return Number(new RegExp(`^jvs2mqtt_${name} (\\S+)`, 'm').exec(text)?.[1]);
}

const on = (topic: string) => (message: Recorded) => message.topic === topic;
const events = (recorder: Recorder) =>
  recorder.texts(HISTORY).map((text) => JSON.parse(text) as { uuid?: string; delayed?: boolean });

describe.skipIf(brokerKind === 'embedded')('the broker is away', () => {
  test('reports are answered 0, and come out when it is back: in order, the history alone', async () => {
    bridge = await startTestBridge({ homeassistant: { subscribe_hold: 0 } });
    const { mosquitto } = bridge;
    if (mosquitto === undefined) throw new Error('this needs Mosquitto');
    const camera = makeCamera(bridge.target, { id: ID, generation: 'old' });
    await camera.heartbeat();
    await mosquitto.kill();
    await expect.poll(() => bridge && metric(bridge, 'broker_connected')).toBe(0);
    const pictures = [jpeg({ scene: 'house' }), jpeg({ scene: 'shop' })];
    for (const [index, picture] of [...pictures.entries()]) {
      const uuid = `turn/${index}`;
      const answer = await camera.alarm('motion_detection', 'pulse', { uuid, channel: 0, picture });
      expect(answer).toMatchObject({ status: 200, errorcode: 0 });
    }
    expect(await metric(bridge, 'possibly_lost_total')).toBe(0);
    expect(await metric(bridge, 'outbox_entries')).toBeGreaterThan(2);
    expect(await metric(bridge, 'outbox_oldest_seconds')).toBeGreaterThan(0);

    await mosquitto.start();
    const recorder = await bridge.record();
    await recorder.waitFor(({ topic, text }) => topic === HISTORY && text.includes('turn/1'));
    expect(events(recorder)).toMatchObject([
      { uuid: 'turn/0', delayed: true },
      { uuid: 'turn/1', delayed: true },
    ]);
    const image = await recorder.waitFor(on(IMAGE));
    expect(image.payload.equals(pictures[1] ?? Buffer.alloc(0))).toBe(true);
    expect(recorder.messages.filter(on(IMAGE))).toHaveLength(1);
    expect(
      recorder.messages.filter(({ topic }) => topic.endsWith('/event') && topic.includes(ID)),
    ).toEqual([]);
    await expect.poll(() => bridge && metric(bridge, 'outbox_entries')).toBe(0);
    expect(await metric(bridge, 'late_events_total')).toBe(2);
  });

  test('an outbox that is full refuses, says so, and is counted', async () => {
    bridge = await startTestBridge({ outbox: { max_bytes: 2_000 }, mqtt: { ack_timeout: 0.2 } });
    const camera = makeCamera(bridge.target, { id: ID, generation: 'old' });
    await camera.heartbeat();
    await bridge.mosquitto?.kill();
    const answers = [];
    for (const index of [0, 1, 2, 3, 4]) {
      const details = { uuid: `turn/${index}`, channel: 0, picture: jpeg({ scene: 'house' }) };
      answers.push(await camera.alarm('motion_detection', 'pulse', details));
    }
    expect(answers[0]).toMatchObject({ errorcode: 0 });
    expect(answers.at(-1)).toMatchObject({ status: 503, errorcode: -503 });
    expect(answers.at(-1)?.errormsg).toContain('outbox.max_bytes');
    expect(await metric(bridge, 'possibly_lost_total')).toBeGreaterThan(0);
    expect(
      await metric(bridge, 'outbox_dropped_total{why="full"}'.replace(/[{}]/g, '\\$&')),
    ).toBeGreaterThan(0);
    await bridge.mosquitto?.start();
  });

  test('over a restart of the bridge too', async () => {
    bridge = await startTestBridge();
    const camera = makeCamera(bridge.target, { id: ID, generation: 'old' });
    await camera.heartbeat();
    await bridge.mosquitto?.kill();
    const details = { uuid: 'turn/0', channel: 0 };
    expect(await camera.alarm('motion_detection', 'pulse', details)).toMatchObject({
      errorcode: 0,
    });
    await bridge.restart();
    await bridge.mosquitto?.start();
    const recorder = await bridge.record();
    await recorder.waitFor(on(HISTORY));
    expect(events(recorder)).toMatchObject([{ uuid: 'turn/0', delayed: true }]);
  });

  test('over a restart that switches pictures and plates off: without them', async () => {
    const PLATE = 'ZH-4711-X';
    const mqtt = { ack_timeout: 0.2 };
    bridge = await startTestBridge({ mqtt });
    const camera = makeCamera(bridge.target, { id: ID });
    await camera.heartbeat();
    await bridge.mosquitto?.kill();
    const details = { picture: jpeg({ scene: 'house' }), extension: { plate_no: PLATE } };
    const answers = [
      await camera.event('license_plate_alarm', 'pulse', details),
      await camera.snapshot(jpeg({ scene: 'shop' })),
    ];
    for (const answer of answers) expect(answer).toMatchObject({ errorcode: 0 });
    await bridge.restart({ mqtt, publish: { plates: false, pictures: ['snapshot'] } });
    await bridge.mosquitto?.start();
    const recorder = await bridge.record();
    await recorder.waitFor(on(`jvs2mqtt/${ID}/device/image/snapshot`));
    await expect.poll(() => bridge && metric(bridge, 'outbox_entries')).toBe(0);
    await recorder.waitFor(on(HISTORY));
    expect(events(recorder)).toMatchObject([{ event_type: 'license_plate_alarm', delayed: true }]);
    expect(recorder.messages.filter(({ text }) => text.includes(PLATE))).toEqual([]);
    const alarms = recorder.messages.filter(
      ({ topic, payload }) => topic.startsWith(IMAGE) && payload.length > 0,
    );
    expect(alarms.map(({ topic }) => topic)).toEqual([]);
    // with its attributes
    expect(await bridge.metric('outbox_dropped_total', { why: 'withheld' })).toBe(2);
  });

  test('over a restart with another base topic: below that alone', async () => {
    const mqtt = { ack_timeout: 0.2 };
    bridge = await startTestBridge({ mqtt });
    const camera = makeCamera(bridge.target, { id: ID, generation: 'old' });
    await camera.heartbeat();
    await bridge.mosquitto?.kill();
    const picture = jpeg({ scene: 'house' });
    const details = { uuid: 'turn/0', channel: 0, picture };
    expect(await camera.alarm('motion_detection', 'pulse', details)).toMatchObject({
      errorcode: 0,
    });
    // of the base topic before
    bridge.heard.messages.splice(0);
    await bridge.restart({ mqtt: { ...mqtt, base_topic: 'house/cameras' } });
    await bridge.mosquitto?.start();
    const recorder = await bridge.record();
    await expect.poll(() => bridge && metric(bridge, 'outbox_entries')).toBe(0);
    const image = await recorder.waitFor(on(`house/cameras/${ID}/0/image/alarm`));
    expect(image.payload.equals(picture)).toBe(true);
    await recorder.waitFor(on(`house/cameras/${ID}/history`));
    const strays = recorder.messages.filter(
      ({ topic, payload }) => topic.startsWith('jvs2mqtt/') && payload.length > 0,
    );
    expect(strays.map(({ topic }) => topic)).toEqual([]);
  });
});

describe.skipIf(brokerKind !== 'embedded')('the broker within', () => {
  test('pictures are there after a restart, and what nobody heard comes to the history', async () => {
    bridge = await startTestBridge({ homeassistant: { subscribe_hold: 0 } });
    const camera = makeCamera(bridge.target, { id: ID, generation: 'old' });
    const picture = jpeg({ scene: 'house' });
    await bridge.heard.client.unsubscribeAsync('#');
    const details = { uuid: 'unheard', channel: 0, picture };
    expect(await camera.alarm('motion_detection', 'pulse', details)).toMatchObject({
      errorcode: 0,
    });
    await bridge.restart();
    const first = await bridge.record();
    expect((await first.waitFor(on(IMAGE))).payload.equals(picture)).toBe(true);
    await first.waitFor(on(HISTORY));
    expect(events(first)).toMatchObject([{ uuid: 'unheard', delayed: true }]);
    const heard = { uuid: 'heard', channel: 0 };
    await makeCamera(bridge.target, { id: ID, generation: 'old' }).alarm(
      'motion_detection',
      'pulse',
      heard,
    );
    await first.waitFor(({ topic, text }) => topic === HISTORY && text.includes('"heard"'));
    await expect.poll(() => bridge && metric(bridge, 'outbox_entries')).toBe(0);
  });

  test('who hears the live events need not be kept the ends of alarms for', async () => {
    bridge = await startTestBridge({ homeassistant: { subscribe_hold: 0 } });
    const camera = makeCamera(bridge.target, { id: ID, generation: 'old' });
    await camera.heartbeat();
    await bridge.heard.client.unsubscribeAsync('#');
    await bridge.heard.client.subscribeAsync(`jvs2mqtt/${ID}/+/event`);
    await camera.alarm('motion_detection', 'start', { uuid: 'turn', channel: 0 });
    await camera.alarm('motion_detection', 'stop', { uuid: 'turn', channel: 0 });
    await expect.poll(() => bridge && metric(bridge, 'outbox_entries')).toBe(0);

    await bridge.heard.client.unsubscribeAsync(`jvs2mqtt/${ID}/+/event`);
    await camera.alarm('motion_detection', 'start', { uuid: 'more', channel: 0 });
    await camera.alarm('motion_detection', 'stop', { uuid: 'more', channel: 0 });
    const reader = await bridge.record();
    await camera.heartbeat();
    await reader.waitFor(({ topic, text }) => topic === HISTORY && text.includes('"stop"'));
    expect(events(reader)).toMatchObject([
      { uuid: 'more', status: 'start', delayed: true },
      { uuid: 'more', status: 'stop', delayed: true },
    ]);
  });
});
