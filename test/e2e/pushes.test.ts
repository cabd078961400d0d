import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jpeg } from '../../src/simulator/jpeg.ts';
import { brokerKind, startTestBridge, type TestBridge } from '../support/bridge.ts';
import { makeCamera } from '../support/camera.ts';
import type { Recorder } from '../support/recorder.ts';

describe(`every report by the ${brokerKind} broker`, () => {
  let bridge: TestBridge;
  let recorder: Recorder;

  beforeAll(async () => {
    bridge = await startTestBridge({
      devices: {
        '12221SMODBUS': { modbus: { 1: { name: 'Cold store', scale: 0.1, signed: true } } },
      },
    });
    recorder = await bridge.record();
  });
  afterAll(() => bridge.stop());

  const camera = (id: string, generation: 'old' | 'jes' = 'jes') =>
    makeCamera(bridge.target, { id, generation, zone: 0 });
  const json = async (topic: string): Promise<Record<string, unknown>> =>
    JSON.parse((await recorder.waitFor((message) => message.topic === topic)).text);

  test('a heartbeat makes the device, and is told its interval', async () => {
    const answer = await camera('12221SBEAT').heartbeat();
    expect(answer).toMatchObject({ method: 'keepalive', errorcode: 0, keepinterval: 60 });
    const state = await json('jvs2mqtt/12221SBEAT/state');
    expect(state).toMatchObject({ name: 'HD IPC', heartbeat: { interval: 60 } });
    const available = await recorder.waitFor(
      ({ topic }) => topic === 'jvs2mqtt/12221SBEAT/availability',
    );
    expect(available).toMatchObject({ text: 'online', retain: true, qos: 1 });
  });

  test('the first alarm of a new camera: OFF, discovery, picture, attributes, event, ON', async () => {
    const picture = jpeg({ scene: 'house' });
    const answer = await camera('12221SFIRST').event('motion_detection', 'start', { picture });
    expect(answer).toMatchObject({ method: 'event_report', errorcode: 0 });
    const alarm = 'jvs2mqtt/12221SFIRST/0/alarm/motion_detection';
    const on = await recorder.waitFor(
      ({ topic, text }) => topic === alarm && text.includes('"ON"'),
    );
    const order = recorder.messages
      .filter(({ topic }) => /SFIRST.*(alarm|image|event|config)/.test(topic))
      .map(({ topic, text }) => `${topic} ${/"(ON|OFF)"/.exec(text)?.[1] ?? ''}`.trim());
    const off = order.indexOf(`${alarm} OFF`);
    const discovery = order.findIndex((line) => line.startsWith('homeassistant/device/'));
    expect(off).toBeGreaterThanOrEqual(0);
    expect(order.slice(Math.max(off, discovery) + 1)).toEqual([
      'jvs2mqtt/12221SFIRST/0/image/alarm',
      'jvs2mqtt/12221SFIRST/0/image/alarm/attributes',
      'jvs2mqtt/12221SFIRST/0/event',
      `${alarm} ON`,
    ]);
    const bytes = recorder.messages.find(({ topic }) => topic.endsWith('SFIRST/0/image/alarm'));
    expect(bytes?.payload.equals(picture)).toBe(true);
    const event = await json('jvs2mqtt/12221SFIRST/0/event');
    const attributes = await json('jvs2mqtt/12221SFIRST/0/image/alarm/attributes');
    expect(event).toMatchObject({ event_type: 'motion_detection', channel: '0' });
    expect(JSON.parse(on.text)).toMatchObject({ state: 'ON', id: event.id });
    expect(attributes.id).toBe(event.id);
    const history = await json('jvs2mqtt/12221SFIRST/history');
    expect(history).toMatchObject({ id: event.id, event_type: 'motion_detection' });
    expect(history.delayed).toBeUndefined();
  });

  test('a stop ends it, with the same id', async () => {
    const one = camera('12221SSTOP', 'old');
    await one.alarm('ebike_det', 'start');
    const topic = 'jvs2mqtt/12221SSTOP/1/alarm/ebike_detection';
    const on = await recorder.waitFor(
      (message) => message.topic === topic && message.text.includes('"ON"'),
    );
    expect(await one.alarm('ebike_det', 'stop')).toMatchObject({ errorcode: 0 });
    const after = recorder.messages.indexOf(on);
    const off = await recorder.waitFor(
      (message) =>
        message.topic === topic &&
        message.text.includes('"OFF"') &&
        recorder.messages.indexOf(message) > after,
    );
    expect(JSON.parse(off.text).id).toBe(JSON.parse(on.text).id);
  });

  test('modbus registers, scaled by the settings', async () => {
    const answer = await camera('12221SMODBUS', 'old').modbus({ 0: 7, 1: 65_436 }, { 1: 0 });
    expect(answer).toMatchObject({ method: 'reportData.do', errorcode: 0 });
    expect(await json('jvs2mqtt/12221SMODBUS/modbus')).toMatchObject({
      registers: { 0: { value: 7, limit: null }, 1: { value: -10, raw: 65_436, limit: 'below' } },
    });
  });

  test('thermal rectangles', async () => {
    const rectangles = [{ id: 2, name: 'Motor', temperature: 80.5, threshold: 70 }];
    await camera('12221SHOT', 'old').temperature(rectangles);
    expect(await json('jvs2mqtt/12221SHOT/1/temperature/2')).toMatchObject({
      temperature: 80.5,
      threshold: 70,
      over_threshold: true,
      label: 'Motor',
    });
  });

  test('a snapshot', async () => {
    const picture = jpeg({ scene: 'house' });
    await camera('12221SSNAP', 'old').snapshot(picture);
    const image = await recorder.waitFor(
      ({ topic }) => topic === 'jvs2mqtt/12221SSNAP/device/image/snapshot',
    );
    expect(image.payload.equals(picture)).toBe(true);
    expect(image.retain).toBe(true);
  });

  test('metadata: people, a face and an unknown tag in one body', async () => {
    const picture = jpeg({ scene: 'house' });
    const answer = await camera('12221STLV').tlv([
      {
        layer: 'META',
        items: [
          ['TARGET', 5],
          ['CHANNELID', 0],
          ['CUSTOMER_COUNT_IN', 12],
          ['CUSTOMER_COUNT_KEEP', 3],
        ],
      },
      {
        layer: 'META',
        items: [
          ['TARGET', 1],
          ['CHANNELID', 0],
          ['FACE_GENDER', 2],
          ['OBJ_PIC', picture],
          [0x1000e, Buffer.from('abc')],
        ],
      },
    ]);
    expect(answer).toMatchObject({ method: 'tlv_report', errorcode: 0 });
    expect(await json('jvs2mqtt/12221STLV/0/people')).toMatchObject({ entered: 12, inside: 3 });
    expect(await json('jvs2mqtt/12221STLV/0/face')).toMatchObject({ gender: 'female' });
    const face = await recorder.waitFor(({ topic }) => topic === 'jvs2mqtt/12221STLV/0/image/face');
    expect(face.payload.equals(picture)).toBe(true);
    const told = await recorder.waitFor(
      ({ topic, text }) => topic === 'jvs2mqtt/bridge/event' && text.includes('TAG_0x1000E'),
    );
    expect(JSON.parse(told.text)).toMatchObject({ event_type: 'unknown' });
  });

  test('a report that no row knows is answered 0 under its own name and published whole', async () => {
    const body = JSON.stringify({
      method: 'people_count_report',
      param: { device_id: '12221SNEW', n: 3 },
    });
    const answer = await camera('12221SNEW').push({
      report: undefined,
      method: 'POST',
      path: '/v1/device/people_count_report',
      headers: { 'Content-Type': 'application/json', 'User-Identify': '12221SNEW' },
      body: Buffer.from(body),
    });
    expect(answer).toMatchObject({ method: 'people_count_report', errorcode: 0 });
    expect(await json('jvs2mqtt/12221SNEW/report/people_count_report')).toMatchObject({
      content: { param: { n: 3 } },
    });
  });

  test('nothing readable: a negative code with the reason, and everybody may know', async () => {
    const answer = await camera('12221SBAD').push({
      report: undefined,
      method: 'POST',
      path: '/v1/device/event_report',
      headers: { 'Content-Type': 'application/json', 'User-Identify': '12221SBAD' },
      body: Buffer.from('\u0001\u0002 no json at all'),
    });
    expect(answer.errorcode).toBeLessThan(0);
    expect(answer.errormsg).not.toBe('');
    const told = await recorder.waitFor(
      ({ topic, text }) => topic === 'jvs2mqtt/bridge/event' && text.includes('unreadable'),
    );
    expect(JSON.parse(told.text).message).toContain('12221SBAD');
    expect(await camera('12221SBAD').heartbeat()).toMatchObject({ errorcode: 0 });
  });

  test('a camera may not speak for another', async () => {
    const answer = await camera('12221SONE').push({
      report: undefined,
      method: 'POST',
      path: '/rs/env/reportData.do',
      headers: { 'Content-Type': 'application/json', 'User-Identify': '12221SONE' },
      body: Buffer.from(JSON.stringify({ deviceNo: '12221STWO', data: { '@0': 1 } })),
    });
    expect(answer.errorcode).toBeLessThan(0);
  });
});
