import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Answer } from '../../src/simulator/answer.ts';
import { SimulatedCamera } from '../../src/simulator/camera.ts';
import { authorization, readChallenge } from '../../src/simulator/challenge.ts';
import { jpeg } from '../../src/simulator/jpeg.ts';
import { paths } from '../../src/simulator/reports.ts';
import { brokerKind, startTestBridge, type TestBridge } from '../support/bridge.ts';
import { playStory } from '../support/camera.ts';
import { digestSecrets, leaksIn } from '../support/leaks.ts';
import { pictureOf } from '../support/picture.ts';
import { frame, item, record } from '../support/tlv.ts';

const passwords = {
  main: 'the main password, with a blank and ünïcode',
  user: 'another-users-password',
  camera: 'own-account-of-a-camera',
  wrong: 'a-wrong-guess-is-secret-too',
};

describe(`what is refused, by the ${brokerKind} broker`, () => {
  let bridge: TestBridge;
  const realm = 'jvs2mqtt';

  beforeAll(async () => {
    bridge = await startTestBridge(
      {
        auth: {
          password: passwords.main,
          users: [{ username: 'second', password: passwords.user }],
        },
        devices: { '12221SOWN': { username: 'admin', password: passwords.camera } },
        publish: { reports: true },
      },
      {
        secrets: [
          ...Object.values(passwords),
          ...digestSecrets('jvs2mqtt', realm, passwords.main),
          ...digestSecrets('second', realm, passwords.user),
          ...digestSecrets('admin', realm, passwords.camera),
        ],
      },
    );
  });
  afterAll(() => bridge.stop());

  /** Any body on the path of a report. */
  const push = (id: string, path: string, body: Buffer | string): Promise<Answer> =>
    bridge.camera(id).push({
      report: undefined,
      method: 'POST',
      path,
      headers: {
        'Content-Type': 'application/json',
        ...(id === '' ? {} : { 'User-Identify': id }),
      },
      body: Buffer.from(body),
    });
  const refused = (reason: string) => bridge.metric('refused_total', { reason });

  describe('at the door', () => {
    const tries = async (camera: SimulatedCamera) => {
      for (let time = 0; time < 3; time += 1) {
        expect(await camera.heartbeat()).toMatchObject({ status: 401, errorcode: -401 });
      }
    };

    test.each([
      ['wrong_credentials', '12221SWRONG', { password: passwords.wrong }, /another password/],
      [
        'wrong_credentials',
        '12221SUSER',
        { username: 'admin2', password: passwords.wrong },
        /no account/,
      ],
      [
        'no_credentials',
        '12221SNEVER',
        { quirks: { digest: { neverAnswers: true } } },
        /not answer/,
      ],
    ] as const)(
      '%s: named after three tries, with the cure (%s)',
      async (type, id, options, says) => {
        const counted = await refused(type);
        await tries(bridge.camera(id, options));
        const notice = await bridge.notice(type, id);
        expect(notice).toMatchObject({
          event_type: type,
          data: { device: id, address: '127.0.0.1' },
        });
        expect(notice.message).toMatch(says);
        expect(notice.message).toContain('jvs2mqtt credentials');
        expect(notice.message).toContain(`devices."${id}".username`);
        expect(notice.message).toContain('127.0.0.1');
        expect(
          bridge.log.some((line) => line.includes(id) && line.includes('"level":"warn"')),
        ).toBe(true);
        expect(await refused(type)).toBeGreaterThan(counted);
        // a right password later is all it takes
        expect(await bridge.camera(id).heartbeat()).toMatchObject({ errorcode: 0 });
      },
    );

    test('who may not speak for a device', async () => {
      const own = bridge.camera('12221SOTHER', { username: 'admin', password: passwords.camera });
      expect(await own.heartbeat()).toMatchObject({ status: 403, errorcode: -403 });
      const body = JSON.stringify({ deviceNo: '12221STWO', data: { '@0': 1 } });
      const answer = await push('12221SONE', paths.modbus, body);
      expect(answer).toMatchObject({ status: 403, errorcode: -403 });
      expect(answer.errormsg).toMatch(/12221SONE.*12221STWO/);
      const nobody = await push('', paths.modbus, '{"deviceNo":"","data":{"@0":1}}');
      expect(nobody.errormsg).toMatch(/names no device/);
      // a TLV's DEVICEID may be a channel's
      const tlv = record('META', item('TARGET', 5), item('DEVICEID', '12221STWO'));
      expect((await push('', paths.tlv_report, tlv)).errormsg).toMatch(/names no device/);
      expect(await push('/'.repeat(10_000), paths.modbus, '{"data":{"@0":1}}')).toMatchObject({
        errorcode: -403,
      });
      expect(await push('x'.repeat(65), paths.modbus, '{"data":{"@0":1}}')).toMatchObject({
        errorcode: -403,
      });
      expect(await refused('identity')).toBe(6);
      await bridge.notice('identity', '12221SOTHER');
      await bridge.caughtUp();
      const made = bridge.heard.messages.filter(({ topic }) =>
        /jvs2mqtt\/12221S(OTHER|ONE|TWO)\//.test(topic),
      );
      expect(made).toEqual([]);
    });
  });

  describe('bodies', () => {
    test('past 16 MB: 413, though all of it was sent; the next one on the connection is taken', async () => {
      const camera = bridge.camera('12221SLARGE');
      const answer = await camera.snapshot(pictureOf(13 * 1024 * 1024));
      expect(answer).toMatchObject({ status: 413, errorcode: -413, method: 'snap_report' });
      expect(await refused('too_large')).toBe(1);
      expect((await bridge.json('jvs2mqtt/bridge/event', { type: 'too_large' })).message).toContain(
        'http.max_body',
      );
      expect(await camera.heartbeat()).toMatchObject({ errorcode: 0 });
    });

    test('cut short: counted and told, and nobody else is troubled', async () => {
      const { url, username } = bridge.target;
      const camera = new SimulatedCamera({
        id: '12221SCUT',
        url,
        username,
        password: passwords.main,
      });
      await camera.heartbeat();
      const credentials = await authorizationFor('/v1/device/event_report');
      await cutShort([
        'POST /v1/device/event_report HTTP/1.1',
        'Host: x',
        'User-Identify: 12221SCUT',
        `Authorization: ${credentials}`,
        'Content-Length: 1000',
        '',
        '{"param":',
      ]);
      expect(await bridge.notice('aborted', '12221SCUT')).toMatchObject({ event_type: 'other' });
      expect(await refused('aborted')).toBe(1);
      expect(await camera.heartbeat()).toMatchObject({ errorcode: 0 });
    });

    test('no HTTP at all', async () => {
      await cutShort(['HELLO camera', '', '']);
      await bridge.notice('bad_request');
      expect(await refused('bad_request')).toBe(1);
    });

    test.each([
      ['no JSON', paths.event_report, '\u0001\u0002 nothing'],
      ['no TLV', paths.tlv_report, 'not tlv at all'],
      ['empty', paths.event_report, ''],
      ['a list', paths.modbus, '[1, 2]'],
    ])('nothing readable (%s): a negative code and why', async (_what, path, body) => {
      const counted = await refused('unreadable');
      const answer = await push('12221SNOTHING', path, body);
      expect(answer).toMatchObject({ status: 400, errorcode: -422 });
      expect(answer.errormsg).not.toBe('');
      expect(await bridge.notice('unreadable', '12221SNOTHING')).toMatchObject({
        event_type: 'unreadable',
      });
      expect(await refused('unreadable')).toBe(counted + 1);
      await bridge.caughtUp();
      expect(bridge.heard.messages.filter(({ topic }) => topic.includes('12221SNOTHING'))).toEqual(
        [],
      );
    });
  });

  describe('in parts', () => {
    test('a TLV past its end: what is before it counts, with the place of the fault', async () => {
      const whole = record(
        'META',
        item('TARGET', 5),
        item('CHANNELID', 0),
        item('CUSTOMER_COUNT_IN', 12),
      );
      const cut = frame(
        'META',
        Buffer.concat([item('TARGET', 13), item('CHANNELID', 0), item('HUMAN_QUEUE_LENGTH', 4)]),
        4_000,
      );
      const faults = await bridge.metric('faults_total');
      const answer = await push('12221STLV', paths.tlv_report, Buffer.concat([whole, cut]));
      expect(answer).toMatchObject({ errorcode: 0 });
      expect(await bridge.json('jvs2mqtt/12221STLV/0/people')).toMatchObject({ entered: 12 });
      const told = await bridge.notice('fault', '12221STLV');
      expect(told.message).toMatch(/4000|4,000|end/);
      expect(told).toMatchObject({ data: { method: 'tlv_report' } });
      const report = await bridge.json('jvs2mqtt/12221STLV/report/tlv_report');
      expect((report.faults as unknown[]).length).toBeGreaterThan(0);
      expect(await bridge.metric('faults_total')).toBeGreaterThan(faults);
    });

    test.each([
      ['base64 that is not', '***not base64***'],
      [
        'a picture that is none',
        Buffer.from('GIF89a and the rest of it, long enough').toString('base64'),
      ],
      ['a picture cut short', jpeg({ scene: 'house' }).subarray(0, 4_000).toString('base64')],
    ])('%s: the alarm is an alarm, without it', async (what, text) => {
      const id = `12221SPIC${what.length}`;
      const camera = bridge.camera(id);
      const body = {
        method: 'event_report',
        param: {
          device_id: id,
          channel_type: 0,
          channel_id: 0,
          event: 1,
          type: 'motion_detection',
          time: camera.time(),
          status: 1,
          jpeg_base64: text,
        },
      };
      expect(await push(id, paths.event_report, JSON.stringify(body))).toMatchObject({
        errorcode: 0,
      });
      await bridge.json(`jvs2mqtt/${id}/0/alarm/motion_detection`, { state: 'ON' });
      const event = await bridge.json(`jvs2mqtt/${id}/0/event`);
      expect(JSON.stringify(event.faults)).toContain('/param/jpeg_base64');
      const told = await bridge.notice('fault', id);
      expect(told).toMatchObject({ event_type: 'fault' });
      expect(told.message).toContain('/param/jpeg_base64');
      await bridge.caughtUp();
      const images = bridge.heard.messages.filter(({ topic }) => topic.includes(`${id}/0/image`));
      expect(images).toEqual([]);
      expect(await bridge.json(`jvs2mqtt/${id}/state`)).toMatchObject({ counters: { faults: 1 } });
    });
  });

  test('nothing secret in all that is put out, in any form', async () => {
    const answers: string[] = [];
    for (const name of ['house', 'shop'] as const) {
      const played = await playStory(name, bridge.target);
      for (const { result, step } of played) {
        answers.push(JSON.stringify(result instanceof Error ? result.message : result));
        expect(result, `${step.by} ${step.do}`).toMatchObject({ errorcode: 0 });
      }
    }
    const unasked = await fetch(`${bridge.target.url}/v1/device/keepalive`);
    answers.push(JSON.stringify([...unasked.headers]), await unasked.text());
    const browser = await fetch(bridge.target.url, { headers: { Accept: 'text/html' } });
    await bridge.caughtUp();
    const pages = await Promise.all(['/', '/health', '/metrics'].map((path) => bridge.page(path)));
    const info = await bridge.json('jvs2mqtt/bridge/info', {
      settings: { auth: { mode: 'digest' } },
    });
    const { auth, broker, internal } = bridge.bridge.secrets;
    const secrets = [
      ...Object.values(passwords),
      ...[auth, broker, internal].flatMap(({ password }) => password || []),
      ...digestSecrets('jvs2mqtt', realm, passwords.main),
      ...digestSecrets('second', realm, passwords.user),
      ...digestSecrets('admin', realm, passwords.camera),
    ];
    const put: (readonly [string, string])[] = [
      ...bridge.log.map((line) => ['the log', line] as const),
      ...bridge.heard.messages.map(
        ({ topic, payload }) => [topic, payload.toString('latin1')] as const,
      ),
      ...bridge.heard.messages.map(({ topic }) => ['a topic', topic] as const),
      ...answers.map((answer) => ['an answer', answer] as const),
      ...[...pages, await browser.text()].map((page) => ['a page', page] as const),
    ];
    expect(put.length).toBeGreaterThan(300);
    expect(leaksIn(put, secrets)).toEqual([]);
    // and it would be found
    expect(
      leaksIn([['here', `x${Buffer.from(`a:${passwords.user}`).toString('base64')}`]], secrets),
    ).toHaveLength(1);
    expect(JSON.stringify(info)).toContain('"username":"second"');
    // who looks, sees that it lives and no more
    expect(Object.keys(JSON.parse(pages[1] ?? '')).sort()).toEqual(['broker', 'status', 'version']);
  });

  /** A right `Authorization` for one POST, of a camera that is asked first. */
  async function authorizationFor(uri: string): Promise<string> {
    const asked = await fetch(`${bridge.target.url}${uri}`, { method: 'POST' });
    const challenge = readChallenge([asked.headers.get('www-authenticate') ?? '']);
    if (challenge === undefined) throw new Error('not asked');
    const { username, password } = bridge.target;
    return authorization({
      challenge,
      username,
      password,
      method: 'POST',
      uri,
      count: 1,
      cnonce: 'c',
      style: {},
    });
  }

  /** Writes these lines to the bridge's port and ends the connection there. */
  async function cutShort(lines: readonly string[]): Promise<void> {
    const port = Number(new URL(bridge.target.url).port);
    await new Promise<void>((resolve, reject) => {
      const socket: Socket = connect(port, '127.0.0.1', () => socket.end(lines.join('\r\n')));
      socket
        .on('close', () => resolve())
        .on('error', reject)
        .resume();
    });
  }
});
