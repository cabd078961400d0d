import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jpeg } from '../../src/simulator/jpeg.ts';
import { brokerKind, startTestBridge, type TestBridge, type Written } from '../support/bridge.ts';
import { componentsOf } from '../support/discovery.ts';

describe(`commands by the ${brokerKind} broker`, () => {
  let bridge: TestBridge;

  beforeAll(async () => {
    bridge = await startTestBridge(
      {
        devices: {
          '12221SHOLD': { expect: ['motion_detection'] },
          '12221SNVR': { channels: 'separate' },
        },
      },
      {
        expected: ['12221SHOLD', '12221SEXPECT'],
        // removed before their first alarms could go out
        silent: ['12221SMOMENT', '12221SNVR'],
      },
    );
  });
  afterAll(() => bridge.stop());

  const discovery = (id: string) => `homeassistant/device/jvs2mqtt_${id}/config`;
  const picture = jpeg({ scene: 'house' });

  /** A component of a device by its key, once it was announced. */
  async function component(id: string, key: string): Promise<Written> {
    const { text } = await bridge.heard.waitFor(
      (message) => message.topic === discovery(id) && message.text.includes(`"${key}":`),
    );
    return componentsOf(JSON.parse(text))[key] ?? {};
  }

  /** Does what Home Assistant does when somebody presses the button. */
  async function press(id: string, key: string): Promise<void> {
    const { command_topic: topic, payload_press: payload } = await component(id, key);
    await bridge.send(String(topic), String(payload));
  }

  /** Does what Home Assistant does when somebody sets the number. */
  async function setNumber(id: string, key: string, value: string): Promise<void> {
    const { command_topic: topic } = await component(id, key);
    await bridge.send(String(topic), value);
  }

  const cleared = (id: string) =>
    bridge.heard.waitFor(({ topic, text }) => topic === discovery(id) && text === '');

  /** Discovery goes first, and what is retained beside it once Home Assistant let go of the entities. */
  async function gone(id: string): Promise<void> {
    await cleared(id);
    const state = `jvs2mqtt/${id}/availability`;
    await bridge.heard.waitFor(({ topic, text }) => topic === state && text === '');
    await bridge.caughtUp();
    expect(await bridge.retained(id)).toEqual([]);
  }

  describe.concurrent('device/remove', () => {
    test('leaves nothing retained; with the next push the device is back as a new one', async () => {
      const camera = bridge.camera('12221SGOES');
      await camera.heartbeat();
      await camera.event('motion_detection', 'start', { picture });
      await camera.snapshot(picture);
      await camera.modbus({ 0: 1 });
      await camera.temperature([{ id: 0, name: 'Motor', temperature: 40, threshold: 70 }]);
      await bridge.json('jvs2mqtt/12221SGOES/0/alarm/motion_detection', { state: 'ON' });
      expect((await bridge.retained('12221SGOES')).length).toBeGreaterThan(8);
      expect(await bridge.request('device/remove', { device: '12221SGOES' })).toMatchObject({
        status: 'ok',
      });
      await gone('12221SGOES');
      expect(await bridge.notice('device_removed', '12221SGOES')).toMatchObject({
        event_type: 'device_removed',
      });
      expect(await camera.modbus({ 5: 1 })).toMatchObject({ errorcode: 0 });
      const modbus = await bridge.json('jvs2mqtt/12221SGOES/modbus', {
        registers: { 5: { value: 1 } },
      });
      expect(Object.keys(modbus.registers as object)).toEqual(['5']);
      const told = bridge.all('jvs2mqtt/bridge/event').filter(({ type }) => type === 'device_new');
      expect(told.filter(({ data }) => (data as Written).device === '12221SGOES')).toHaveLength(2);
    });

    test('in the very moment of its first alarm, which still waits for Home Assistant', async () => {
      await bridge.camera('12221SMOMENT').event('motion_detection', 'start', { picture });
      expect(await bridge.request('device/remove', { device: '12221SMOMENT' })).toMatchObject({
        status: 'ok',
      });
      // by then the turn's own time has come and gone
      await gone('12221SMOMENT');
    });

    test('an NVR goes with its channels', async () => {
      await bridge.camera('12221SNVR').event('motion_detection', 'start');
      await bridge.heard.waitFor(({ topic }) => topic === discovery('12221SNVR_channel_0'));
      await bridge.request('device/remove', { device: '12221SNVR' });
      await cleared('12221SNVR_channel_0');
      await gone('12221SNVR');
    });

    test('by the button of the device', async () => {
      await bridge.camera('12221SBUTTON').heartbeat();
      await press('12221SBUTTON', 'button_device_remove');
      await gone('12221SBUTTON');
    });

    test('by its user in Home Assistant, which clears the discovery topic: silent until the next push', async () => {
      const camera = bridge.camera('12221SDELETED');
      await camera.heartbeat();
      await camera.modbus({ 0: 1 });
      await component('12221SDELETED', 'sensor_device_modbus.0');
      await bridge.heard.client.publishAsync(discovery('12221SDELETED'), '', {
        qos: 1,
        retain: true,
      });
      await bridge.notice('device_removed', '12221SDELETED');
      await gone('12221SDELETED');
      await camera.heartbeat();
      expect((await bridge.retained('12221SDELETED')).length).toBeGreaterThan(2);
    });
  });

  test('device/expect announces beforehand, a device never seen too', async () => {
    const wanted = { device: '12221SEXPECT', expect: ['firesmoke_alarm', 'modbus 0-1'] };
    expect(await bridge.request('device/expect', wanted)).toMatchObject({ status: 'ok' });
    expect(await bridge.json('jvs2mqtt/12221SEXPECT/0/alarm/firesmoke_alarm')).toMatchObject({
      state: 'OFF',
    });
    await component('12221SEXPECT', 'binary_sensor_0_firesmoke_alarm');
    await component('12221SEXPECT', 'sensor_device_modbus.1');
    const strange = { device: '12221SEXPECT', expect: ['firesmoke_alarm', 'no such thing'] };
    expect(await bridge.request('device/expect', strange)).toMatchObject({
      status: 'error',
      error: expect.stringContaining('no such thing'),
    });
    expect(await bridge.request('device/expect', { device: '12221SEXPECT' })).toMatchObject({
      status: 'error',
    });
  });

  test('alarms/clear and its button end every alarm of the device, and of no other', async () => {
    const camera = bridge.camera('12221SENDS');
    const other = bridge.camera('12221SOTHER');
    await camera.event('motion_detection', 'start');
    await camera.event('cover_alarm', 'start', { channel: 0 });
    await other.event('cover_alarm', 'start');
    for (const alarm of ['motion_detection', 'cover_alarm']) {
      await bridge.json(`jvs2mqtt/12221SENDS/0/alarm/${alarm}`, { state: 'ON' });
    }
    await press('12221SENDS', 'button_device_end_alarms');
    for (const alarm of ['motion_detection', 'cover_alarm']) {
      const off = { state: 'OFF', reason: 'eliminated' };
      await bridge.json(`jvs2mqtt/12221SENDS/0/alarm/${alarm}`, off);
    }
    await bridge.json('jvs2mqtt/12221SOTHER/0/alarm/cover_alarm', { state: 'ON' });
    await bridge.request('alarms/clear', { device: '12221SOTHER' });
    await bridge.json('jvs2mqtt/12221SOTHER/0/alarm/cover_alarm', {
      state: 'OFF',
      reason: 'eliminated',
    });
    // one stays on at the camera: what it says next counts
    await camera.event('motion_detection', 'start');
    await bridge.caughtUp();
    expect(bridge.all('jvs2mqtt/12221SENDS/0/alarm/motion_detection').at(-1)?.state).toBe('ON');
  });

  describe('what cannot be done is said', () => {
    const response = (command: string) => bridge.json(`jvs2mqtt/bridge/response/${command}`);

    test('an unknown command, with those that there are', async () => {
      expect(await bridge.request('device/paint', {})).toMatchObject({
        status: 'error',
        error: expect.stringContaining('device/remove'),
      });
    });

    test('no JSON, no object, no device, a device that is none', async () => {
      await bridge.send('jvs2mqtt/bridge/request/alarms/clear', '{"device": ');
      const topic = 'jvs2mqtt/bridge/response/alarms/clear';
      expect(await bridge.json(topic, { status: 'error' })).toEqual({
        status: 'error',
        error: expect.stringMatching(/JSON/),
      });
      for (const body of [{}, { device: 7 }, { device: '12221SNOBODY' }]) {
        expect(await bridge.request('device/remove', body)).toMatchObject({ status: 'error' });
      }
      await bridge.send('jvs2mqtt/bridge/request/array', '[1]');
      expect(await response('array')).toMatchObject({ status: 'error' });
    });

    test('a transaction of any kind comes back as it is', async () => {
      const transaction = { id: [1, 'two', null] };
      await bridge.send('jvs2mqtt/bridge/request/any', { transaction });
      expect(await response('any')).toMatchObject({ transaction });
    });
  });

  describe('numbers', () => {
    test('the heartbeat interval: told to the camera, kept over a restart; nonsense is refused', async () => {
      const camera = bridge.camera('12221SSET');
      await camera.heartbeat();
      const key = 'number_device_heartbeat_interval';
      await setNumber('12221SSET', key, '33');
      await bridge.json('jvs2mqtt/12221SSET/settings', { heartbeat_interval: 33 });
      expect((await camera.heartbeat()).keepinterval).toBe(33);
      for (const bad of ['4', '86401', '-1', 'abc', '', 'NaN'])
        await setNumber('12221SSET', key, bad);
      await bridge.caughtUp();
      expect((await camera.heartbeat()).keepinterval).toBe(33);
      expect(
        bridge.log.filter((line) => /12221SSET.*a setting was refused/.test(line)),
      ).toHaveLength(6);
      await bridge.restart();
      expect((await camera.heartbeat()).keepinterval).toBe(33);
      expect(await bridge.retained('12221SBUTTON')).toEqual([]);
      const { min, max } = await component('12221SSET', key);
      expect([min, max]).toEqual([5, 86_400]);
    });

    test('how long an alarm holds, and its longest time', async () => {
      const camera = bridge.camera('12221SHOLD');
      const alarm = 'jvs2mqtt/12221SHOLD/0/alarm/motion_detection';
      await setNumber('12221SHOLD', 'number_0_hold.motion_detection', '1');
      await setNumber('12221SHOLD', 'number_0_maximum.motion_detection', '2');
      await bridge.json('jvs2mqtt/12221SHOLD/settings', {
        'hold/0/motion_detection': 1,
        'maximum/0/motion_detection': 2,
      });
      await camera.event('motion_detection', 'pulse');
      const on = await bridge.json(alarm, { state: 'ON' });
      const received = (await bridge.json('jvs2mqtt/12221SHOLD/history')).received;
      expect(Date.parse(String(on.until))).toBe(Date.parse(String(received)) + 1_000);
      await bridge.json(alarm, { state: 'OFF', reason: 'hold_over' });
      await setNumber('12221SHOLD', 'number_0_maximum.motion_detection', '0');
      await bridge.json('jvs2mqtt/12221SHOLD/settings', { 'maximum/0/motion_detection': 0 });
      await camera.event('motion_detection', 'start');
      const endless = await bridge.json(alarm, { state: 'ON', reason: 'start' });
      expect(endless.until).toBeUndefined();
    });

    test('of a device or a name that is none: refused, and nothing is made of it', async () => {
      const strange = [
        '12221SNOBODY/set/heartbeat_interval',
        '12221SSET/set/colour',
        '12221SSET/set/hold',
      ];
      for (const path of strange) await bridge.send(`jvs2mqtt/${path}`, '60');
      await bridge.caughtUp();
      expect(await bridge.retained('12221SNOBODY')).toEqual([]);
      for (const path of strange) {
        expect(bridge.log.some((line) => line.includes(path) && line.includes('refused'))).toBe(
          true,
        );
      }
    });
  });
});
