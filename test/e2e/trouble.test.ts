import { describe, expect, type TestContext, test } from 'vitest';
import { jpeg } from '../../src/simulator/jpeg.ts';
import {
  brokerKind,
  startTestBridge,
  type TestBridge,
  type TestBridgeOptions,
  type Written,
} from '../support/bridge.ts';
import type { Mosquitto } from '../support/mosquitto.ts';
import { pictureOf } from '../support/picture.ts';
import type { Recorded, Recorder } from '../support/recorder.ts';

// the embedded broker dies with the bridge: there is no such trouble
describe.skipIf(brokerKind === 'embedded').concurrent('the broker in trouble', () => {
  const start = async (
    onTestFinished: TestContext['onTestFinished'],
    settings: Written = {},
    options: TestBridgeOptions = {},
  ) => {
    const bridge = await startTestBridge(settings, options);
    const { mosquitto } = bridge;
    if (mosquitto === undefined) throw new Error('this needs Mosquitto');
    onTestFinished(async () => {
      mosquitto.thaw();
      await bridge.stop();
    });
    return { bridge, mosquitto };
  };

  /** Kills the broker, which loses all, lets something happen, starts it again; all that comes then. */
  async function withoutBroker(
    { bridge, mosquitto }: { bridge: TestBridge; mosquitto: Mosquitto },
    meanwhile: () => Promise<void>,
  ): Promise<Recorder> {
    await mosquitto.kill();
    await meanwhile();
    await mosquitto.start();
    const recorder = await bridge.record();
    await recorder.waitFor(is('jvs2mqtt/bridge/state', 'online'));
    return recorder;
  }

  const is = (topic: string, text: string) => (message: Recorded) =>
    message.topic === topic && message.text.includes(text);
  const indexOf = (recorder: Recorder, found: (message: Recorded) => boolean) =>
    recorder.messages.findIndex(found);

  test('gone: the disk within the deadline, counted; back: all that was retained is there again, and the newest', async ({
    onTestFinished,
  }) => {
    const both = await start(onTestFinished, { alarms: { cover_alarm: { hold: 600 } } });
    const { bridge } = both;
    const camera = bridge.camera('12221SGONE');
    await camera.heartbeat();
    await camera.event('cover_alarm', 'start');
    await bridge.camera('12221SGONE2').modbus({ 3: 17 });
    await bridge.json('jvs2mqtt/12221SGONE/0/alarm/cover_alarm', { state: 'ON' });
    const discovery = 'homeassistant/device/jvs2mqtt_12221SGONE/config';
    await bridge.heard.waitFor(is(discovery, 'cover_alarm'));
    const other = 'homeassistant/device/jvs2mqtt_12221SGONE2/config';
    await bridge.heard.waitFor(is(other, 'modbus'));
    const before = retainedIn(bridge.heard);
    const changes = new Set([
      'jvs2mqtt/bridge/info',
      'jvs2mqtt/12221SGONE/state',
      'jvs2mqtt/bridge/device/12221SGONE',
      'jvs2mqtt/12221SGONE/settings',
      discovery,
    ]);

    const recorder = await withoutBroker(both, async () => {
      const sentAt = Date.now();
      const answer = await camera.event('motion_detection', 'start');
      expect(answer).toMatchObject({ status: 200, errorcode: 0, method: 'event_report' });
      expect(Date.now() - sentAt).toBeLessThan(4_000);
      expect(await bridge.metric('possibly_lost_total')).toBe(0);
      expect(await bridge.metric('outbox_entries')).toBeGreaterThan(0);
      expect(await bridge.metric('broker_connected')).toBe(0);
      expect(JSON.parse(await bridge.page('/health'))).toMatchObject({ broker: 'disconnected' });
    });
    await recorder.waitFor(is(discovery, 'cover_alarm'));
    await recorder.waitFor(({ topic }) =>
      topic.startsWith('homeassistant/device/jvs2mqtt_bridge/'),
    );
    await recorder.waitFor(is(other, 'modbus'));
    const after = retainedIn(recorder);
    // pictures have no second copy; everything else is there as it was, and what came meanwhile
    const motion = 'jvs2mqtt/12221SGONE/0/alarm/motion_detection';
    expect([...after.keys()].sort()).toEqual([...before.keys(), motion].sort());
    expect(JSON.parse(after.get(motion) ?? '')).toMatchObject({ state: 'ON' });
    for (const [topic, text] of before) {
      if (!changes.has(topic)) expect(after.get(topic), topic).toBe(text);
    }
    // old state first, then availability, the bridge's own last
    const alarm = indexOf(recorder, ({ topic }) => topic.endsWith('/alarm/cover_alarm'));
    const online = indexOf(recorder, is('jvs2mqtt/12221SGONE/availability', 'online'));
    const state = indexOf(recorder, is('jvs2mqtt/bridge/state', 'online'));
    expect([alarm, online, state]).toEqual([alarm, online, state].sort((a, b) => a - b));
    expect(await bridge.metric('broker_connected')).toBe(1);
    expect(await bridge.metric('reconnects_total')).toBe(1);
  });

  test('an alarm that could not be kept while the broker was gone is no repeat when it is sent again', async ({
    onTestFinished,
  }) => {
    const both = await start(onTestFinished, {
      devices: { '12221SAGAIN': { expect: ['motion_detection'] } },
      homeassistant: { subscribe_hold: 0 },
      // no event fits in
      outbox: { max_bytes: 100 },
    });
    const { bridge } = both;
    const camera = bridge.camera('12221SAGAIN', { generation: 'old' });
    const details = { uuid: '12221SAGAIN/0/motion_detection/1/1', time: camera.time(), channel: 0 };
    const push = () => camera.alarm('motion_detection', 'start', details);
    await camera.heartbeat();
    const recorder = await withoutBroker(both, async () => {
      expect(await push()).toMatchObject({ status: 503 });
    });
    await recorder.waitFor(is('homeassistant/device/jvs2mqtt_12221SAGAIN/config', 'motion'));
    await bridge.caughtUp();
    expect(await push()).toMatchObject({ errorcode: 0 });
    const event = await bridge.json('jvs2mqtt/12221SAGAIN/0/event');
    const on = await bridge.json('jvs2mqtt/12221SAGAIN/0/alarm/motion_detection', { state: 'ON' });
    expect(on.id).toBe(event.id);
    expect(await push()).toMatchObject({ errorcode: 0 });
    await bridge.caughtUp();
    expect(bridge.all('jvs2mqtt/12221SAGAIN/0/event')).toHaveLength(1);
    expect(bridge.all('jvs2mqtt/12221SAGAIN/history')).toHaveLength(1);
  });

  test('a turn that waits for Home Assistant and that the disk does not take: 0 once it is live, and once', async ({
    onTestFinished,
  }) => {
    const { bridge } = await start(onTestFinished, {
      homeassistant: { subscribe_hold: 0.5 },
      // no event fits in, and a slow machine has the time that it needs
      outbox: { max_bytes: 100 },
      mqtt: { ack_timeout: 15 },
    });
    const camera = bridge.camera('12221SHELD', { generation: 'old' });
    await camera.heartbeat();
    const details = { uuid: '12221SHELD/0/motion_detection/1/1', time: camera.time(), channel: 0 };
    const push = () => camera.alarm('motion_detection', 'start', details);
    expect(await push()).toMatchObject({ status: 200, errorcode: 0 });
    const event = await bridge.json('jvs2mqtt/12221SHELD/0/event');
    expect(await push()).toMatchObject({ errorcode: 0 });
    await bridge.caughtUp();
    expect(bridge.all('jvs2mqtt/12221SHELD/0/event')).toHaveLength(1);
    expect(bridge.all('jvs2mqtt/12221SHELD/history').map(({ id }) => id)).toEqual([event.id]);
    expect(await bridge.metric('possibly_lost_total')).toBe(0);
  });

  test('frozen: the disk after two seconds; thawed: it comes once, and what is sent again is a repeat', async ({
    expect,
    onTestFinished,
  }) => {
    const { bridge, mosquitto } = await start(onTestFinished);
    const camera = bridge.camera('12221SFROZEN', { generation: 'old' });
    await camera.heartbeat();
    const details = { uuid: 'one/turn', time: camera.time() };
    // joined: on a slow machine that comes behind the first push, which went to disk then
    await bridge.json('jvs2mqtt/12221SFROZEN/state');
    await expect.poll(() => bridge.metric('outbox_entries')).toBe(0);
    mosquitto.freeze();
    const sentAt = Date.now();
    const answers = await Promise.all([
      camera.alarm('motion_detection', 'start', details),
      bridge.camera('12221SFROZEN2').heartbeat(),
    ]);
    const took = Date.now() - sentAt;
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, errorcode: 0 });
    expect(took).toBeGreaterThanOrEqual(1_990);
    expect(took).toBeLessThan(4_000);
    expect(await bridge.metric('possibly_lost_total')).toBe(0);
    mosquitto.thaw();
    expect(await camera.alarm('motion_detection', 'start', details)).toMatchObject({
      errorcode: 0,
    });
    const alarm = 'jvs2mqtt/12221SFROZEN/1/alarm/motion_detection';
    await bridge.json(alarm, { state: 'ON' });
    const history = 'jvs2mqtt/12221SFROZEN/history';
    await bridge.json(history);
    await expect.poll(() => bridge.metric('outbox_entries')).toBe(0);
    await bridge.caughtUp();
    const ids = bridge.all(alarm).flatMap(({ id }) => id ?? []);
    expect(new Set(ids).size).toBe(1);
    expect(new Set(bridge.all(history).map(({ id }) => id))).toEqual(new Set(ids));
    expect(await bridge.camera('12221SFROZEN2').heartbeat()).toMatchObject({ errorcode: 0 });
  });

  test('a picture larger than the broker takes is left out, told, and holds up nothing', async ({
    onTestFinished,
  }) => {
    const { bridge } = await start(
      onTestFinished,
      { devices: { '12221SLARGE': { expect: ['motion_detection'] } } },
      { mosquitto: { lines: ['max_packet_size 2000000'] } },
    );
    const camera = bridge.camera('12221SLARGE');
    const large = await camera.event('motion_detection', 'start', {
      picture: pictureOf(2_500_000),
    });
    expect(large).toMatchObject({ errorcode: 0 });
    const topic = 'jvs2mqtt/12221SLARGE/0/image/alarm';
    const told = await bridge.json('jvs2mqtt/bridge/event', { type: 'too_large' });
    expect(told).toMatchObject({ event_type: 'too_large', data: { topic } });
    expect(told.message).toMatch(/2500\d\d\d bytes.*max_packet/);
    const event = await bridge.json('jvs2mqtt/12221SLARGE/0/event');
    const on = await bridge.json('jvs2mqtt/12221SLARGE/0/alarm/motion_detection', { state: 'ON' });
    expect(on.id).toBe(event.id);
    const small = jpeg({ scene: 'house' });
    expect(await camera.event('motion_detection', 'stop', { picture: small })).toMatchObject({
      errorcode: 0,
    });
    const image = await bridge.heard.waitFor((message) => message.topic === topic);
    expect(image.payload.equals(small)).toBe(true);
    expect(await bridge.metric('messages_total', { outcome: 'left_out' })).toBe(1);
    expect(await bridge.metric('reconnects_total')).toBe(0);
  });

  test("a broker's own lower limit is kept, and one camera's picture troubles no other", async ({
    onTestFinished,
  }) => {
    const { bridge } = await start(
      onTestFinished,
      {},
      // a picture that was left out has its entity all the same: the next one may fit
      { mosquitto: { lines: ['max_packet_size 100000'] }, expected: ['12221SLOW2'] },
    );
    const answers = await Promise.all([
      bridge.camera('12221SLOW').snapshot(pictureOf(99_000)),
      bridge.camera('12221SLOW2').snapshot(pictureOf(100_000)),
      bridge.camera('12221SLOW3').heartbeat(),
    ]);
    for (const answer of answers) expect(answer).toMatchObject({ errorcode: 0 });
    const { payload } = await bridge.heard.waitFor(
      ({ topic }) => topic === 'jvs2mqtt/12221SLOW/device/image/snapshot',
    );
    expect(payload).toHaveLength(99_000);
    await bridge.json('jvs2mqtt/bridge/event', { type: 'too_large' });
    expect(await bridge.metric('reconnects_total')).toBe(0);
  });

  test('a topic that the access list forbids: its pushes are refused, everything else goes on', async ({
    onTestFinished,
  }) => {
    const list = 'topic readwrite #\ntopic deny jvs2mqtt/12221SDENIED/0/#\n';
    const { bridge } = await start(
      onTestFinished,
      {
        devices: { '12221SDENIED': { expect: ['motion_detection'] } },
        homeassistant: { subscribe_hold: 0 },
      },
      {
        mosquitto: {
          lines: ['acl_file acl'],
          files: { acl: `${list}user jvs2mqtt\n${list}` },
        },
        silent: ['12221SDENIED'],
      },
    );
    const denied = bridge.camera('12221SDENIED');
    await bridge.heard.waitFor(is('homeassistant/device/jvs2mqtt_12221SDENIED/config', 'motion'));
    const answer = await denied.event('motion_detection', 'pulse');
    expect(answer).toMatchObject({ status: 503, errorcode: -503 });
    expect(answer.errormsg).toMatch(/refused.*authorized/i);
    expect(await denied.modbus({ 1: 2 })).toMatchObject({ errorcode: 0 });
    const other = bridge.camera('12221SALLOWED');
    expect(await other.event('motion_detection', 'pulse')).toMatchObject({ errorcode: 0 });
    await bridge.json('jvs2mqtt/12221SALLOWED/0/event');
    await bridge.json('jvs2mqtt/12221SDENIED/modbus');
    expect(await bridge.metric('possibly_lost_total')).toBe(1);
  });

  test('no right to announce to Home Assistant: events are live all the same', async ({
    onTestFinished,
  }) => {
    const list = 'topic readwrite #\ntopic deny homeassistant/#\n';
    const { bridge } = await start(
      onTestFinished,
      {},
      {
        mosquitto: {
          lines: ['acl_file acl'],
          files: { acl: `${list}user jvs2mqtt\n${list}` },
        },
      },
    );
    const camera = bridge.camera('12221SPLAIN');
    expect(await camera.event('motion_detection', 'pulse')).toMatchObject({ errorcode: 0 });
    expect(await bridge.json('jvs2mqtt/12221SPLAIN/0/event')).toMatchObject({
      event_type: 'motion_detection',
    });
    const history = await bridge.json('jvs2mqtt/12221SPLAIN/history');
    expect(history.delayed).toBeUndefined();
    const refused = bridge.log.filter((line) => line.includes('homeassistant/device'));
    expect(refused.length).toBeGreaterThan(0);
  });

  /** Texts by topic of all that is retained at the moment, pictures left out. */
  function retainedIn(recorder: Recorder): Map<string, string> {
    const kept = new Map<string, string>();
    for (const { topic, text, retain } of recorder.messages) {
      if (!retain || /\/image\//.test(topic)) continue;
      if (text === '') kept.delete(topic);
      else kept.set(topic, text);
    }
    return kept;
  }
});
