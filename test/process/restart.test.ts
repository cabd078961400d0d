import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { makeCamera } from '../support/camera.ts';
import { Mosquitto, mosquittoAvailable } from '../support/mosquitto.ts';
import { type Recorded, Recorder } from '../support/recorder.ts';
import { type BridgeProcess, Home } from './bridge.ts';

let home: Home;
beforeEach(() => {
  home = new Home();
});
afterEach(() => home.remove());

const ID = '12221S55G3X8';
const ALARM = `jvs2mqtt/${ID}/0/alarm/motion_detection`;
const on = (state: string) => (message: Recorded) =>
  message.topic === ALARM && message.text.includes(`"state":"${state}"`);

/** Resolves once the store's own files hold the text: changes are written together, a little later. */
async function stored(text: string): Promise<void> {
  const folder = join(home.dir, 'data', 'store');
  const holds = () =>
    readdirSync(folder).some((file) => readFileSync(join(folder, file)).includes(text));
  while (!holds()) await delay(50);
}

async function alarmRaised(bridge: BridgeProcess): Promise<Recorded> {
  const recorder = await bridge.record();
  const answer = await makeCamera(bridge.target).event('motion_detection', 'pulse');
  expect(answer.errorcode).toBe(0);
  const raised = await recorder.waitFor(on('ON'));
  await stored('"state":"ON"');
  return raised;
}

describe('killed with -9 in the middle of an alarm, with the broker inside', () => {
  test('device, discovery, state and the running timer are there again', async () => {
    home.configure({ alarms: { motion_detection: { hold: 8 } } });
    const first = await home.start();
    const raised = JSON.parse((await alarmRaised(first)).text);
    await first.process.kill('SIGKILL');

    const second = await home.start();
    const recorder = await second.record();
    const again = await recorder.waitFor(on('ON'));
    expect(again.retain).toBe(true);
    expect(JSON.parse(again.text)).toMatchObject({ id: raised.id, until: raised.until });
    const discovery = await recorder.waitFor(
      ({ topic }) => topic.startsWith('homeassistant/device/') && topic.includes(ID),
    );
    expect(discovery.retain).toBe(true);
    expect(discovery.text).toContain(ALARM);
    const over = JSON.parse((await recorder.waitFor(on('OFF'))).text);
    expect(over.id).toBe(raised.id);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(raised.until));
    expect(recorder.messages.filter(({ topic }) => topic.endsWith('/event'))).toEqual([]);
  });

  test('what was answered and is sent again is a repeat: no event, no alarm', async () => {
    const first = await home.start();
    const heard = await first.record();
    const camera = makeCamera(first.target, { id: ID });
    const details = { time: camera.time() };
    expect(await camera.event('motion_detection', 'pulse', details)).toMatchObject({
      errorcode: 0,
    });
    await first.process.kill('SIGKILL');

    const second = await home.start();
    const recorder = await second.record();
    const again = makeCamera(second.target, { id: ID });
    expect(await again.event('motion_detection', 'pulse', details)).toMatchObject({ errorcode: 0 });
    await recorder.waitFor(
      ({ topic, text }) => topic === `jvs2mqtt/${ID}/state` && text.includes('"repeats":1'),
    );
    // the first event waits for Home Assistant, and the kill came before
    await recorder.waitFor(({ topic }) => topic.endsWith('/history'));
    expect(recorder.messages.filter(({ topic }) => topic.endsWith('/event'))).toEqual([]);
    const history = [...heard.messages, ...recorder.messages].filter(({ topic }) =>
      topic.endsWith('/history'),
    );
    expect(new Set(history.map(({ text }) => JSON.parse(text).id)).size).toBe(1);
  });

  test('an alarm whose time was over meanwhile is off', async () => {
    home.configure({ alarms: { motion_detection: { hold: 4 } } });
    const first = await home.start();
    const raised = JSON.parse((await alarmRaised(first)).text);
    await first.process.kill('SIGKILL');
    while (Date.now() <= Date.parse(raised.until)) await delay(50);

    const recorder = await (await home.start()).record();
    await recorder.waitFor(({ topic }) => topic === `jvs2mqtt/${ID}/availability`);
    const state = await recorder.waitFor(on('OFF'));
    expect(JSON.parse(state.text).id).toBe(raised.id);
    expect(recorder.messages.filter(on('ON'))).toEqual([]);
  });
});

test('after a clean stop nothing is lost, and a nonce of the life before is only stale', async () => {
  const first = await home.start();
  const camera = makeCamera(first.target);
  await camera.heartbeat();
  await first.process.kill('SIGTERM');

  const second = await home.start({ JVS2MQTT_HTTP_PORT: String(first.httpPort) });
  const recorder = await second.record();
  const state = await recorder.waitFor(({ topic }) => topic === `jvs2mqtt/${ID}/state`);
  expect(JSON.parse(state.text)).toMatchObject({ name: 'HD IPC' });
  expect(await camera.heartbeat()).toMatchObject({ status: 200, errorcode: 0 });
});

test.skipIf(!mosquittoAvailable())(
  'what the user set is on disk before it is shown as set',
  async () => {
    const mosquitto = await Mosquitto.start({ lines: ['set_tcp_nodelay true'] });
    onTestFinished(() => mosquitto.stop());
    home.configure({ mqtt: { url: mosquitto.url } });
    const first = await home.start();
    await makeCamera(first.target).event('motion_detection', 'pulse');
    const heard = await Recorder.connect(mosquitto.url);
    onTestFinished(() => heard.close());
    const settings = `jvs2mqtt/${ID}/settings`;
    const number = 'hold/0/motion_detection';
    await heard.waitFor(({ topic }) => topic === settings);
    await heard.client.publishAsync(`jvs2mqtt/${ID}/set/${number}`, '7', { qos: 1 });
    await heard.waitFor(({ topic, text }) => topic === settings && JSON.parse(text)[number] === 7);
    await first.process.kill('SIGKILL');
    const already = heard.messages.length;

    await home.start();
    const after = () => heard.messages.slice(already).filter(({ topic }) => topic === settings);
    await heard.waitFor(() => after().length > 0);
    expect(after().map(({ text }) => JSON.parse(text)[number])).toEqual([7]);
  },
);
