import { describe, expect, onTestFinished, test } from 'vitest';
import { jpeg } from '../../src/simulator/jpeg.ts';
import { brokerKind, startTestBridge, type Written } from '../support/bridge.ts';
import { pictureOf } from '../support/picture.ts';
import type { Recorded } from '../support/recorder.ts';

describe(`a device that is removed, by the ${brokerKind} broker`, () => {
  const start = async (settings: Written, silent: readonly string[] = []) => {
    const bridge = await startTestBridge(settings, { silent });
    onTestFinished(() => bridge.stop());
    return bridge;
  };
  const discovery = (id: string) => `homeassistant/device/jvs2mqtt_${id}/config`;
  const on =
    (topic: string, text = '') =>
    (message: Recorded) =>
      message.topic === topic && message.text.includes(text);

  test('in the very moment that Home Assistant comes back stays away', async () => {
    const bridge = await start({});
    await bridge.camera('GOES').heartbeat();
    await bridge.heard.waitFor(on(discovery('GOES'), 'device'));
    await bridge.send('homeassistant/status', 'online');
    const answer = await bridge.request('device/remove', { device: 'GOES' });
    expect(answer).toMatchObject({ status: 'ok' });
    const availability = 'jvs2mqtt/GOES/availability';
    await bridge.heard.waitFor(({ topic, text }) => topic === availability && text === '');
    expect(await bridge.retained('GOES')).toEqual([]);
  });

  test('and back before Home Assistant has let go of it keeps all, over a restart too', async () => {
    const bridge = await start({ alarms: { motion_detection: { hold: 600 } } });
    const camera = bridge.camera('BACK');
    const image = 'jvs2mqtt/BACK/0/image/alarm';
    const push = async () => {
      const from = bridge.heard.messages.length;
      const picture = jpeg({ scene: 'house' });
      expect(await camera.event('motion_detection', 'pulse', { picture })).toMatchObject({
        errorcode: 0,
      });
      const alarm = on('jvs2mqtt/BACK/0/alarm/motion_detection', '"ON"');
      await bridge.heard.waitFor((message) => {
        return alarm(message) && bridge.heard.messages.indexOf(message) >= from;
      });
    };
    await push();
    await bridge.request('device/remove', { device: 'BACK' });
    await push();
    await bridge.caughtUp();
    const before = await bridge.retained('BACK');
    expect(before).toContain(image);
    await bridge.restart();
    // answered once the bridge has joined the broker
    expect(await camera.heartbeat()).toMatchObject({ errorcode: 0 });
    expect((await bridge.retained('BACK')).toSorted()).toEqual(before.toSorted());
  });

  // the embedded broker's come behind the disk, and so behind what is announced
  const ahead = test.skipIf(brokerKind === 'embedded');
  ahead('with pictures that wait takes no room from those of others', async () => {
    const settings = { homeassistant: { subscribe_hold: 1 } };
    const bridge = await start(settings, ['GOES']);
    // each of them within a packet, all together as many bytes as may wait
    const picture = pictureOf(1_900_000);
    const types = ['motion_detection', 'cover_alarm', 'tripwire_detection', 'people_gathering'];
    const camera = bridge.camera('GOES');
    for (const type of types) {
      expect(await camera.event(type, 'pulse', { picture })).toMatchObject({ errorcode: 0 });
    }
    await bridge.request('device/remove', { device: 'GOES' });
    await bridge.camera('STAYS').event('motion_detection', 'pulse', { picture });
    await bridge.heard.waitFor(on('jvs2mqtt/STAYS/history'));
    const topics = bridge.heard.messages.map(({ topic }) => topic);
    const image = topics.indexOf('jvs2mqtt/STAYS/0/image/alarm');
    expect(image).toBeGreaterThan(topics.indexOf(discovery('STAYS')));
  });
});
