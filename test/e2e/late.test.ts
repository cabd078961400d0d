import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AlarmDetails } from '../../src/simulator/camera-options.ts';
import { jpeg } from '../../src/simulator/jpeg.ts';
import { wallText } from '../../src/simulator/wall.ts';
import { brokerKind, startTestBridge, type TestBridge, type Written } from '../support/bridge.ts';

const ids = [
  'LATE',
  'LENS',
  'PULSE',
  'DELAY',
  'MAXIMUM',
  'ALL',
  'CLASS',
  'STRANGE1',
  'STRANGE2',
  'STRANGE3',
  'TWICE',
  'STOP',
];

describe.concurrent(`late, lasting and repeated, by the ${brokerKind} broker`, () => {
  let bridge: TestBridge;

  beforeAll(async () => {
    const expected = { expect: ['motion_detection', 'cover_alarm', 'snapshot'] };
    bridge = await startTestBridge(
      {
        // what is expected has no first minute to wait for
        devices: {
          ...Object.fromEntries(ids.map((id) => [`12221S${id}`, expected])),
          '12221SLATE': { ...expected, time_zone: 'UTC' },
          '12221SPULSE': { ...expected, alarms: { motion_detection: { hold: 2 } } },
          '12221SALL': { expect: ['cover_alarm', 'alarm_input @in0', 'alarm_elimination @device'] },
        },
        alarms: { motion_detection: { maximum: 0.7 } },
      },
      { expected: ids.map((id) => `12221S${id}`) },
    );
  });
  afterAll(() => bridge.stop());

  const topic = (id: string, rest: string) => `jvs2mqtt/12221S${id}/${rest}`;
  const alarm = (id: string, name = 'motion_detection') => topic(id, `0/alarm/${name}`);
  /** Who subscribes while something retained is published may hear it twice, live and retained. */
  const states = (id: string, name?: string) =>
    bridge.heard
      .texts(alarm(id, name))
      .filter((text, index, all) => text !== all[index - 1])
      .map((text) => JSON.parse(text))
      .map(({ state, reason }) => `${state} ${reason}`);
  const history = (id: string) => bridge.all(topic(id, 'history'));
  const live = (id: string) => bridge.all(topic(id, '0/event'));
  const ms = (time: unknown) => Date.parse(String(time));

  describe('late', () => {
    /** The wall clock of a camera that is seven minutes ahead, so many seconds before now. */
    const AHEAD = 7 * 60_000;
    const ago = (seconds: number) => wallText(Date.now() + AHEAD - seconds * 1000);

    test('what a camera sends late, by its corrected clock, is history alone', async () => {
      const camera = bridge.camera('12221SLATE', { offset: AHEAD });
      for (let beat = 0; beat < 3; beat += 1) await camera.heartbeat();
      const { text } = await bridge.heard.waitFor(
        (message) =>
          message.topic === topic('LATE', 'state') && message.text.includes('clock_offset'),
      );
      // its clock shows whole seconds
      expect([419, 420]).toContain(JSON.parse(text).heartbeat.clock_offset);
      // by the bridge's own clock this is still to come
      const details: AlarmDetails = { time: ago(120), picture: jpeg({ scene: 'house' }) };
      expect(await camera.event('motion_detection', 'start', details)).toMatchObject({
        errorcode: 0,
      });
      expect(await bridge.json(topic('LATE', 'history'))).toMatchObject({
        event_type: 'motion_detection',
        delayed: true,
      });
      await bridge.caughtUp();
      expect(live('LATE')).toEqual([]);
      expect(states('LATE')).not.toContain('ON start');
      expect(await bridge.metric('late_events_total')).toBeGreaterThanOrEqual(1);
      // half a minute is not late, and the next one is as live as any
      const soon = await camera.event('motion_detection', 'start', { time: ago(30) });
      expect(soon).toMatchObject({ errorcode: 0 });
      await bridge.json(alarm('LATE'), { state: 'ON' });
      expect((await bridge.json(topic('LATE', '0/event'))).delayed).toBeUndefined();
      expect(history('LATE').map(({ delayed }) => delayed)).toEqual([true, undefined]);
    });

    test('a late start of what may last still counts, without an event; a late stop too', async () => {
      const camera = bridge.camera('12221SLENS', { zone: 0 });
      for (let beat = 0; beat < 3; beat += 1) await camera.heartbeat();
      const at = (seconds: number) => ({ time: wallText(Date.now() - seconds * 1000) });
      await camera.event('cover_alarm', 'start', at(300));
      const on = await bridge.json(alarm('LENS', 'cover_alarm'), { state: 'ON' });
      expect(Date.now() - ms(on.since)).toBeGreaterThan(290_000);
      await camera.event('cover_alarm', 'stop', at(200));
      await bridge.json(alarm('LENS', 'cover_alarm'), { state: 'OFF', reason: 'stop' });
      await bridge.caughtUp();
      expect(live('LENS')).toEqual([]);
      expect(history('LENS').map(({ delayed }) => delayed)).toEqual([true, true]);
    });
  });

  describe('lasting', () => {
    test('a pulse holds; a further one makes it longer, as one turn of the state', async () => {
      const camera = bridge.camera('12221SPULSE');
      await camera.event('motion_detection', 'pulse');
      await camera.event('motion_detection', 'pulse', { label: 'again' });
      const first = await bridge.json(alarm('PULSE'), { state: 'ON' });
      const second = await bridge.json(alarm('PULSE'), { state: 'ON', label: 'again' });
      expect(second.since).toBe(first.since);
      expect(ms(second.until)).toBeGreaterThan(ms(first.until));
      const off = await bridge.json(alarm('PULSE'), { state: 'OFF', reason: 'hold_over' });
      expect(off.since).toBe(second.until);
      expect(Date.now()).toBeGreaterThanOrEqual(ms(second.until));
      expect(states('PULSE')).toEqual(['OFF expected', 'ON pulse', 'ON pulse', 'OFF hold_over']);
      expect(live('PULSE')).toHaveLength(2);
    });

    test('ALARM_DELAY overrides the hold', async () => {
      await bridge.camera('12221SDELAY').tlv([
        {
          layer: 'ALAM',
          items: [
            ['CHANNELID', 0],
            ['ALARM_TYPE', 'motion_detection'],
            ['ALARM_STATUS', 2],
            ['ALARM_DELAY', 100],
          ],
        },
      ]);
      const on = await bridge.json(alarm('DELAY'), { state: 'ON' });
      expect(ms(on.until) - Date.now()).toBeGreaterThan(90_000);
    });

    test('a start whose stop never comes ends after its maximum', async () => {
      await bridge.camera('12221SMAXIMUM').event('motion_detection', 'start');
      const on = await bridge.json(alarm('MAXIMUM'), { state: 'ON', reason: 'start' });
      const off = await bridge.json(alarm('MAXIMUM'), { state: 'OFF' });
      expect(off).toMatchObject({ reason: 'expected' });
      const over = await bridge.json(alarm('MAXIMUM'), { reason: 'maximum_over' });
      expect(over).toMatchObject({ state: 'OFF', id: on.id, since: on.until });
    });

    test('alarm_elimination ends them all and is no alarm itself', async () => {
      const camera = bridge.camera('12221SALL');
      await camera.event('cover_alarm', 'start');
      await camera.event('alarm_input', 'start', { channelType: 1 });
      await bridge.json(topic('ALL', 'in0/alarm/alarm_input'), { state: 'ON' });
      await camera.event('alarm_elimination', 'pulse', { channelType: 2 });
      const off = { state: 'OFF', reason: 'eliminated' };
      await bridge.json(alarm('ALL', 'cover_alarm'), off);
      await bridge.json(topic('ALL', 'in0/alarm/alarm_input'), off);
      await bridge.json(topic('ALL', 'device/event'), { event_type: 'alarm_elimination' });
      await bridge.caughtUp();
      const own = bridge.heard.messages.filter(({ topic: of }) =>
        of.endsWith('alarm/alarm_elimination'),
      );
      expect(own).toEqual([]);
    });

    test('class 3 is a picture alone', async () => {
      const picture = jpeg({ scene: 'shop' });
      await bridge.camera('12221SCLASS').event('motion_detection', 'start', { event: 3, picture });
      const image = await bridge.heard.waitFor(
        ({ topic: of, payload }) => of === topic('CLASS', '0/image/snapshot') && payload.length > 0,
      );
      expect(image.payload.equals(picture)).toBe(true);
      await bridge.caughtUp();
      expect([live('CLASS'), history('CLASS'), states('CLASS')]).toEqual([
        [],
        [],
        ['OFF expected'],
      ]);
    });

    test.each([
      ['start,stop,pulse', 'STRANGE1'],
      [7, 'STRANGE2'],
      ['', 'STRANGE3'],
    ])('the status %j is an event and changes no state', async (status, id) => {
      const camera = bridge.camera(`12221S${id}`, { generation: 'old' });
      const answer = await camera.alarm('motion_detection', status, { channel: 0 });
      expect(answer).toMatchObject({ errorcode: 0 });
      await bridge.json(topic(id, 'history'));
      await bridge.caughtUp();
      expect(live(id)).toHaveLength(1);
      expect(states(id)).toEqual(['OFF expected']);
    });
  });

  describe('repeated', () => {
    test('the same body twice is answered 0 and is one event', async () => {
      const camera = bridge.camera('12221STWICE');
      const details = { time: camera.time(), picture: jpeg({ scene: 'house' }) };
      for (let time = 0; time < 3; time += 1) {
        expect(await camera.event('motion_detection', 'pulse', details)).toMatchObject({
          errorcode: 0,
        });
      }
      await bridge.json(topic('TWICE', 'state'), { counters: { repeats: 2 } });
      await bridge.json(topic('TWICE', 'history'));
      await bridge.caughtUp();
      expect([live('TWICE').length, history('TWICE').length]).toEqual([1, 1]);
      const images = bridge.heard.texts(topic('TWICE', '0/image/alarm'));
      expect(images).toHaveLength(1);
      // another second, another event
      const other = { ...details, time: wallText(Date.now() - 2_000), label: 'another' };
      await camera.event('motion_detection', 'pulse', other);
      await bridge.json(topic('TWICE', 'history'), { label: 'another' });
      expect(history('TWICE')).toHaveLength(2);
    });

    test("a stop with its start's uuid is no repeat, nor is the next turn of the same uuid", async () => {
      const camera = bridge.camera('12221SSTOP', { generation: 'old' });
      const uuid = '12221SSTOP_0_cover_alarm_20261123112820_42';
      const turn = async (time: string) => {
        for (const status of ['start', 'stop'] as const) {
          const answer = await camera.alarm('cover_alarm', status, { uuid, time, channel: 0 });
          expect(answer).toMatchObject({ errorcode: 0 });
        }
      };
      await turn(wallText(Date.now() - 2_000));
      await turn(wallText(Date.now()));
      await bridge.heard.waitFor(() => history('STOP').length === 4);
      await bridge.caughtUp();
      expect(states('STOP', 'cover_alarm')).toEqual([
        'OFF expected',
        'ON start',
        'OFF stop',
        'ON start',
        'OFF stop',
      ]);
      const [one, two, three, four] = history('STOP').map(({ id }) => id);
      expect([one === two, three === four, one === three]).toEqual([true, true, false]);
    });
  });

  test('what comes at once keeps its order, each device for itself', async () => {
    const devices = ['ORDER1', 'ORDER2', 'ORDER3'];
    const cameras = devices.map((id) => bridge.camera(`12221S${id}`));
    // authenticated once, so that nothing overtakes anything on the way in
    await Promise.all(cameras.map((camera) => camera.heartbeat()));
    const count = 15;
    const pushes = Array.from({ length: count }, (_, number) =>
      cameras.map((camera) =>
        camera.event('cover_alarm', number % 2 === 0 ? 'start' : 'stop', {
          label: `number ${number}`,
        }),
      ),
    ).flat();
    for (const answer of await Promise.all(pushes)) expect(answer).toMatchObject({ errorcode: 0 });
    for (const id of devices) {
      await bridge.json(topic(id, 'history'), { label: `number ${count - 1}` });
    }
    await bridge.caughtUp();
    for (const id of devices) {
      const all = history(id);
      expect(all).toHaveLength(count);
      expect(all.map(({ received }) => ms(received))).toEqual(
        all.map(({ received }) => ms(received)).sort((one, other) => one - other),
      );
      // state and history agree on what came last
      const last = all.at(-1) as Written;
      const state = bridge.all(alarm(id, 'cover_alarm')).at(-1);
      expect(state?.state).toBe(last.status === 'start' ? 'ON' : 'OFF');
      expect(state?.label).toBe(last.label);
    }
  });
});
