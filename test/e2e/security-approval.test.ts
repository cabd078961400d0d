import { describe, expect, test } from 'vitest';
import { startWithRecorder } from '../support/bridge.ts';
import { makeCamera } from '../support/camera.ts';
import type { Recorder } from '../support/recorder.ts';

async function command(recorder: Recorder, name: string, body: object): Promise<unknown> {
  const transaction = Math.random();
  await recorder.client.publishAsync(
    `jvs2mqtt/bridge/request/${name}`,
    JSON.stringify({ ...body, transaction }),
  );
  const answer = await recorder.waitFor(
    ({ topic, text }) =>
      topic === `jvs2mqtt/bridge/response/${name}` && text.includes(String(transaction)),
  );
  return JSON.parse(answer.text);
}

const isOf =
  (id: string) =>
  ({ topic }: { topic: string }) =>
    topic.startsWith(`jvs2mqtt/${id}/`) || topic.includes(`device/${id}`);

describe('a camera that nobody approved', () => {
  test('is pending, and nothing of it is published until it is approved; that lasts', async () => {
    const { bridge, recorder } = await startWithRecorder({ auth: { approval: 'ask' } });
    const camera = makeCamera(bridge.target, { id: '12221SNEW' });
    expect(await camera.heartbeat()).toMatchObject({ errorcode: -423 });
    expect(await camera.event('motion_detection', 'start')).toMatchObject({ errorcode: -423 });
    const told = await recorder.waitFor(({ text }) => text.includes('device_pending'));
    expect(JSON.parse(told.text)).toMatchObject({
      event_type: 'device_pending',
      data: { device: '12221SNEW', address: '127.0.0.1' },
    });
    const info = await recorder.waitFor(
      ({ topic, text }) => topic === 'jvs2mqtt/bridge/info' && text.includes('12221SNEW'),
    );
    expect(JSON.parse(info.text)).toMatchObject({
      stats: { pending: 1 },
      pending: [{ device: '12221SNEW', pushes: 2 }],
    });
    expect(recorder.messages.filter(isOf('12221SNEW'))).toEqual([]);

    expect(await command(recorder, 'device/approve', { device: '12221SNEW' })).toMatchObject({
      status: 'ok',
    });
    await recorder.waitFor(({ text }) => text.includes('device_approved'));
    expect(await camera.event('motion_detection', 'start')).toMatchObject({ errorcode: 0 });
    await recorder.waitFor(({ topic }) => topic.startsWith('jvs2mqtt/12221SNEW/0/alarm/'));

    await bridge.restart();
    const again = makeCamera(bridge.target, { id: '12221SNEW' });
    expect(await again.heartbeat()).toMatchObject({ errorcode: 0 });
    const other = makeCamera(bridge.target, { id: '12221SOTHER' });
    expect(await other.heartbeat()).toMatchObject({ errorcode: -423 });
  });

  test('is asked about where nobody is asked for a password', async () => {
    const { bridge } = await startWithRecorder({
      auth: { mode: 'none', devices: ['12221SLISTED'] },
      devices: { '12221SMINE': { name: 'Mine' } },
    });
    const push = async (id: string) =>
      (await makeCamera(bridge.target, { id }).heartbeat()).errorcode;
    expect(await push('12221SNEW')).toBe(-423);
    expect(await push('12221SLISTED')).toBe(0);
    expect(await push('12221SMINE')).toBe(0);
  });

  test('stays out for good where the settings list who comes in', async () => {
    const { bridge, recorder } = await startWithRecorder({
      auth: { approval: 'list', devices: ['12221SLISTED'] },
    });
    const push = async (id: string) =>
      (await makeCamera(bridge.target, { id }).heartbeat()).errorcode;
    expect(await push('12221SLISTED')).toBe(0);
    expect(await push('12221SNEW')).toBe(-423);
    const answer = await command(recorder, 'device/approve', { device: '12221SNEW' });
    expect(answer).toMatchObject({
      status: 'error',
      error: expect.stringContaining('auth.devices'),
    });
    expect(await push('12221SNEW')).toBe(-423);
  });

  test('comes in at once with a password, unless said otherwise', async () => {
    const { bridge } = await startWithRecorder({});
    expect(await makeCamera(bridge.target, { id: '12221SNEW' }).heartbeat()).toMatchObject({
      errorcode: 0,
    });
  });
});

describe('a camera that was taken over and invents others', () => {
  test('past auth.max_devices a new one waits for approval; those that are known go on', async () => {
    const { bridge, recorder } = await startWithRecorder({ auth: { max_devices: 3 } });
    const push = async (id: string) =>
      (await makeCamera(bridge.target, { id }).heartbeat()).errorcode;
    const codes = [];
    for (let index = 0; index < 5; index++) codes.push(await push(`12221SFAKE${index}`));
    expect(codes).toEqual([0, 0, 0, -423, -423]);
    expect(await push('12221SFAKE0')).toBe(0);
    await recorder.waitFor(
      ({ text }) => text.includes('device_pending') && text.includes('12221SFAKE3'),
    );
    expect(recorder.messages.filter(isOf('12221SFAKE3'))).toEqual([]);
    await command(recorder, 'device/approve', { device: '12221SFAKE3' });
    expect(await push('12221SFAKE3')).toBe(0);
  });

  test('is told of twenty times a minute, whatever it calls itself', async () => {
    const { bridge, recorder } = await startWithRecorder({});
    const camera = makeCamera(bridge.target);
    for (let index = 0; index < 40; index++) {
      const answer = await camera.push({
        report: undefined,
        method: 'POST',
        path: '/v1/device/event_report',
        headers: { 'User-Identify': `12221SNAME${index}` },
        body: Buffer.from('{"param":{"device_id":"12221SANOTHER","type":"x","event":1}}'),
      });
      expect(answer).toMatchObject({ status: 403, errorcode: -403 });
    }
    await recorder.waitFor(({ text }) => text.includes('12221SNAME19'));
    await command(recorder, 'alarms/clear', { device: 'none' });
    const told = recorder.messages.filter(
      ({ topic, text }) => topic === 'jvs2mqtt/bridge/event' && text.includes('"identity"'),
    );
    expect(told).toHaveLength(20);
    expect(JSON.parse(told[0]?.text ?? '')).toMatchObject({
      data: { address: '127.0.0.1', device: '12221SNAME0', reason: expect.any(String) },
    });
    expect(bridge.log.filter((line) => line.includes('12221SNAME'))).toHaveLength(20);
    const metrics = await (await fetch(`${bridge.target.url}/metrics`)).text();
    expect(metrics).toMatch(/refused_total\{reason="identity"\} 40/);
  });
});

describe('ids bound to an address', () => {
  const settings = {
    http: { trusted_proxies: ['127.0.0.1'] },
    auth: { bind_address: true },
    devices: { '12221SOWN': { password: 'its own' } },
  };
  const from = (address: string, device: string) => ({
    report: undefined,
    method: 'POST' as const,
    path: '/v1/device/event_report',
    headers: { 'User-Identify': device, 'X-Forwarded-For': address },
    body: Buffer.from(JSON.stringify({ param: { device_id: device, type: 'x', event: 1 } })),
  });

  test('with the shared user: another address is refused, counted and told; that lasts', async () => {
    const { bridge, recorder } = await startWithRecorder(settings);
    const push = async (address: string) =>
      (await makeCamera(bridge.target).push(from(address, '12221SA'))).errorcode;
    expect(await push('192.0.2.1')).toBe(0);
    expect(await push('192.0.2.2')).toBe(-403);
    const told = await recorder.waitFor(({ text }) => text.includes('is bound to 192.0.2.1'));
    expect(JSON.parse(told.text)).toMatchObject({
      event_type: 'identity',
      data: { address: '192.0.2.2' },
    });
    const metrics = await (await fetch(`${bridge.target.url}/metrics`)).text();
    expect(metrics).toMatch(/refused_total\{reason="identity"\} 1/);
    await bridge.restart();
    expect(await push('192.0.2.2')).toBe(-403);
    expect(await push('192.0.2.1')).toBe(0);
    // removed, it starts over
    const after = await bridge.record();
    await command(after, 'device/remove', { device: '12221SA' });
    expect(await push('192.0.2.2')).toBe(0);
  });

  test('with a user of its own a device may move', async () => {
    const { bridge } = await startWithRecorder(settings);
    const own = makeCamera({ ...bridge.target, password: 'its own' }, { id: '12221SOWN' });
    for (const address of ['192.0.2.1', '192.0.2.2']) {
      expect(await own.push(from(address, '12221SOWN'))).toMatchObject({ errorcode: 0 });
    }
  });
});
