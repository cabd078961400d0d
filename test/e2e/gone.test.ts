import { expect, test } from 'vitest';
import { startTestBridge } from '../support/bridge.ts';

test('a camera that falls silent is told of, and that it is back', async ({ onTestFinished }) => {
  const id = '12221SQUIET';
  const bridge = await startTestBridge({ devices: { [id]: { silent_after: 1 } } });
  onTestFinished(() => bridge.stop());
  const camera = bridge.camera(id);
  await camera.event('motion_detection', 'start');
  await bridge.notice('device_new', id);
  expect(await bridge.notice('device_gone', id)).toMatchObject({
    event_type: 'device_gone',
    data: { device: id, last_seen: expect.any(String) },
  });
  await bridge.heard.waitFor(
    ({ topic, text }) => topic === `jvs2mqtt/${id}/availability` && text === 'offline',
  );
  await camera.event('motion_detection', 'stop');
  expect(await bridge.notice('device_back', id)).toMatchObject({ event_type: 'device_back' });
  expect(bridge.all('jvs2mqtt/bridge/event').map(({ type }) => type)).toEqual([
    'device_new',
    'device_gone',
    'device_back',
  ]);
});
