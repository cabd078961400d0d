import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { authorization, readChallenge } from '../../src/simulator/challenge.ts';
import { brokerKind, startTestBridge, type TestBridge, type Written } from '../support/bridge.ts';

describe(`a restart with the ${brokerKind} broker`, () => {
  let bridge: TestBridge;
  const settings = {
    alarms: { motion_detection: { hold: 3 }, voice_detection: { hold: 0.4 } },
    devices: { '12221SSTAY': { expect: ['motion_detection', 'voice_detection'] } },
  };

  beforeAll(async () => {
    bridge = await startTestBridge(settings, { expected: ['12221SSTAY'] });
  });
  afterAll(() => bridge.stop());

  const motion = 'jvs2mqtt/12221SSTAY/0/alarm/motion_detection';
  const discovery = (id: string) => `homeassistant/device/jvs2mqtt_${id}/config`;

  test('in the middle of alarms: ON stays, each ends when it should have, nothing is told twice', async () => {
    const camera = bridge.camera('12221SSTAY');
    await camera.event('motion_detection', 'pulse');
    await camera.event('cover_alarm', 'start');
    await camera.event('voice_detection', 'pulse');
    const on = await bridge.json(motion, { state: 'ON' });
    await bridge.json('jvs2mqtt/12221SSTAY/0/alarm/cover_alarm', { state: 'ON' });
    const voice = await bridge.json('jvs2mqtt/12221SSTAY/0/alarm/voice_detection', { state: 'ON' });
    const before = bridge.heard.messages.length;
    // the voice's time is over while nobody is there
    const over = () => expect(Date.now()).toBeGreaterThan(Date.parse(String(voice.until)));
    await bridge.restart(settings, () => vi.waitFor(over, 10_000));

    const recorder = await bridge.record();
    const kept = async (topic: string) =>
      JSON.parse((await recorder.waitFor((message) => message.topic === topic)).text);
    expect(await kept(motion)).toEqual(on);
    expect(await kept('jvs2mqtt/12221SSTAY/0/alarm/cover_alarm')).toMatchObject({ state: 'ON' });
    const off = await bridge.json(motion, { state: 'OFF', id: on.id });
    expect(off).toMatchObject({ since: on.until, reason: 'hold_over' });
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(String(on.until)));
    const silent = await bridge.json('jvs2mqtt/12221SSTAY/0/alarm/voice_detection', {
      state: 'OFF',
      id: voice.id,
    });
    expect(silent).toMatchObject({ since: voice.until, reason: 'hold_over' });
    expect(await camera.event('cover_alarm', 'stop')).toMatchObject({ errorcode: 0 });
    await bridge.json('jvs2mqtt/12221SSTAY/0/alarm/cover_alarm', { reason: 'stop' });
    const since = bridge.heard.messages.slice(before);
    const states = since.flatMap(({ topic, text }) =>
      topic === motion ? [JSON.parse(text).state] : [],
    );
    expect(states.filter((state) => state === 'OFF')).toHaveLength(1);
    expect(states.at(-1)).toBe('OFF');
    const events = since.filter(({ topic }) => topic === 'jvs2mqtt/12221SSTAY/0/event');
    expect(events).toEqual([]);
    const history = since.filter(({ topic }) => topic === 'jvs2mqtt/12221SSTAY/history');
    expect(history.map(({ text }) => JSON.parse(text).status)).toEqual(['stop']);
  });

  test('devices and what was announced of them are remembered without a push', async () => {
    await bridge.camera('12221SKNOWN', { name: 'Gate' }).heartbeat();
    await bridge.camera('12221SKNOWN', { name: 'Gate' }).modbus({ 4: 5 });
    await bridge.heard.waitFor(
      ({ topic, text }) => topic === discovery('12221SKNOWN') && text.includes('modbus'),
    );
    const announced = await payload('12221SKNOWN', (text) => text.includes('modbus'));
    await bridge.restart();
    const recorder = await bridge.record();
    const again = await recorder.waitFor(({ topic }) => topic === discovery('12221SKNOWN'));
    expect(JSON.parse(again.text)).toEqual(announced);
    const modbus = await recorder.waitFor(({ topic }) => topic === 'jvs2mqtt/12221SKNOWN/modbus');
    expect(JSON.parse(modbus.text)).toMatchObject({ registers: { 4: { value: 5 } } });
    const available = await recorder.waitFor(
      ({ topic }) => topic === 'jvs2mqtt/12221SKNOWN/availability',
    );
    expect(available.text).toBe('online');
    await bridge.caughtUp();
    const told = bridge.all('jvs2mqtt/bridge/event').filter(({ type }) => type === 'device_new');
    expect(told.filter(({ data }) => (data as Written).device === '12221SKNOWN')).toHaveLength(1);
    await bridge.camera('12221SKNOWN').heartbeat();
    await bridge.caughtUp();
    const after = bridge.all('jvs2mqtt/bridge/event').filter(({ type }) => type === 'device_new');
    expect(after).toHaveLength(told.length);
  });

  test('a nonce of the life before is stale: the camera follows by itself, the push is not lost', async () => {
    const camera = bridge.camera('12221SNONCE');
    expect((await camera.heartbeat()).sends).toBe(2);
    expect((await camera.heartbeat()).sends).toBe(1);
    const { username, password } = bridge.target;
    const url = `${bridge.target.url}/v1/device/keepalive`;
    const post = (headers: Record<string, string>) =>
      fetch(url, { method: 'POST', headers, body: '{"param":{"deviceId":"12221SNONCE"}}' });
    const asked = (await post({})).headers.get('www-authenticate') ?? '';
    expect(asked).not.toContain('stale=true');
    const challenge = readChallenge([asked]);
    if (challenge === undefined) throw new Error(`no challenge: ${asked}`);
    const answer = authorization({
      challenge,
      username,
      password,
      method: 'POST',
      uri: '/v1/device/keepalive',
      count: 1,
      cnonce: 'a1b2c3',
      style: {},
    });
    await bridge.restart();
    const stale = await post({ Authorization: answer });
    expect(stale.status).toBe(401);
    expect(stale.headers.get('www-authenticate')).toMatch(/stale=true/);
    const followed = await camera.modbus({ 0: 1 });
    expect(followed).toMatchObject({ errorcode: 0, sends: 2 });
    await bridge.json('jvs2mqtt/12221SNONCE/modbus', { registers: { 0: { value: 1 } } });
    await bridge.caughtUp();
    const told = bridge.all('jvs2mqtt/bridge/event').map(({ type }) => type);
    expect(told).not.toContain('wrong_credentials');
  });

  test('a renamed camera changes its names and nothing else', async () => {
    const named = (name: string) => bridge.camera('12221SNAME', { name });
    await named('Old name').heartbeat();
    await named('Old name').event('motion_detection', 'pulse');
    const before = await payload('12221SNAME', (text) => text.includes('motion_detection'));
    expect(JSON.stringify(before)).toContain('Old name');
    await named('新名 "quoted"').heartbeat();
    const after = await payload('12221SNAME', (text) => text.includes('新名'));
    const replaced = JSON.parse(
      JSON.stringify(before).replaceAll('Old name', JSON.stringify('新名 "quoted"').slice(1, -1)),
    );
    expect(after).toEqual(replaced);
    await bridge.json('jvs2mqtt/12221SNAME/state', { name: '新名 "quoted"' });
    const topics = bridge.heard.messages.flatMap(({ topic }) => topic.match(/新|Old name/) ?? []);
    expect(topics).toEqual([]);
  });

  /** The newest discovery payload of a device that the predicate takes, had or to come. */
  async function payload(id: string, predicate: (text: string) => boolean): Promise<Written> {
    const { text } = await bridge.heard.waitFor(
      (message) => message.topic === discovery(id) && predicate(message.text),
    );
    return JSON.parse(text);
  }
});
