import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { jpeg } from '../../src/simulator/jpeg.ts';
import { brokerKind, startTestBridge, type TestBridge, type Written } from '../support/bridge.ts';
import { componentsOf } from '../support/discovery.ts';

const VECTOR = Buffer.from('a biometric vector that nobody may see: 0123456789');
const FACE_ID = Buffer.from('face-library-id-4711');

const passwords = {
  one: 'the-own-password-of-one',
  two: 'quite-another-one-of-two',
  garage: 'shared-by-the-garage',
};

describe(`settings with the ${brokerKind} broker`, () => {
  let bridge: TestBridge;

  beforeAll(async () => {
    bridge = await startTestBridge(
      {
        auth: { users: [{ username: 'garage', password: passwords.garage }] },
        heartbeat: { interval: 47 },
        publish: { areas: 1 },
        alarms: {
          motion_detection: { name: 'Something moves', device_class: 'occupancy', hold: 0.3 },
          voice_detection: { ignore: true },
        },
        devices: {
          '12221SSHANG': { time_zone: 'Asia/Shanghai', name: 'In Shanghai', area: 'China' },
          '12221SOWN1': { username: 'admin', password: passwords.one },
          '12221SOWN2': { username: 'admin', password: passwords.two },
          '12221SOPEN': { auth: 'none', address: '127.0.0.2' },
          '12221SBEAT': { heartbeat_interval: 17 },
          '12221SQUIET': {
            alarms: { pd_alarm: { ignore: true }, motion_detection: { hold: 600 } },
          },
          '12221SREGS': {
            modbus: {
              0: {
                name: 'Cold store',
                unit: '°C',
                scale: 0.1,
                offset: -5,
                signed: true,
                precision: 1,
                device_class: 'temperature',
              },
              1: { name: 'Pump', on: 1, off: 0, device_class: 'running' },
              2: {
                name: 'Meter',
                state_class: 'total_increasing',
                unit: 'kWh',
                device_class: 'energy',
              },
              3: { name: 'Alone', on: 2, device_class: 'none', unit: 'x' },
            },
            expire_after: { modbus: 600 },
          },
          '12221SSHOP': { people_counts: 'interval' },
          '12221SSHOP2': {},
          '12221SSOON': {
            expect: ['firesmoke_alarm', 'modbus 0-2', 'temperature 0-1 @1', 'snapshot'],
          },
        },
      },
      { expected: ['12221SSOON'], secrets: Object.values(passwords) },
    );
  });
  afterAll(() => bridge.stop());

  /** The newest component of a device by the end of its key, once there is one. */
  async function component(id: string, key: RegExp, of = bridge): Promise<Written> {
    const found = ({ topic, text }: { topic: string; text: string }) =>
      topic.endsWith(`${id}/config`) && text !== '' && byKey(text, key) !== undefined;
    const { text } = await of.heard.waitFor(found);
    return byKey(text, key) ?? {};
  }
  const byKey = (text: string, key: RegExp) =>
    Object.entries(componentsOf(JSON.parse(text))).find(([name]) => key.test(name))?.[1];
  const payload = async (id: string, of = bridge): Promise<Written> =>
    JSON.parse((await of.heard.waitFor(({ topic }) => topic.endsWith(`${id}/config`))).text);

  test("a camera's wall clock becomes an instant by its time zone; its name is the setting's", async () => {
    const camera = bridge.camera('12221SSHANG', { zone: 480, name: 'Whatever' });
    await camera.event('motion_detection', 'pulse', { time: '2026-01-02 08:30:00' });
    const history = await bridge.json('jvs2mqtt/12221SSHANG/history');
    expect(history.time).toBe('2026-01-02T00:30:00.000Z');
    expect((await payload('12221SSHANG')).device).toMatchObject({
      name: 'In Shanghai',
      suggested_area: 'China',
    });
  });

  test('cameras with the same user name and passwords of their own, each for itself alone', async () => {
    const as = (id: string, password: string) =>
      bridge.camera(id, { username: 'admin', password }).heartbeat();
    expect(await as('12221SOWN1', passwords.one)).toMatchObject({ errorcode: 0 });
    expect(await as('12221SOWN2', passwords.two)).toMatchObject({ errorcode: 0 });
    expect(await as('12221SOWN1', passwords.two)).toMatchObject({ errorcode: -403 });
    expect(await as('12221SELSE', passwords.one)).toMatchObject({ errorcode: -403 });
    expect(await as('12221SOWN1', 'of-the-cameras')).toMatchObject({ status: 401 });
    const shared = bridge.camera('12221SGARAGE', {
      username: 'garage',
      password: passwords.garage,
    });
    expect(await shared.heartbeat()).toMatchObject({ errorcode: 0 });
    // the account alone says who it is
    const nameless = bridge.camera('', {
      username: 'admin',
      password: passwords.two,
      quirks: { anonymous: true },
    });
    expect(await nameless.modbus({ 0: 1 })).toMatchObject({ errorcode: 0 });
    await bridge.json('jvs2mqtt/12221SOWN2/modbus');
  });

  test('`auth: none` lets one device in, from one address', async () => {
    const from = (id: string, localAddress: string) =>
      bridge
        .camera(id, {
          localAddress,
          username: 'nobody',
          password: '-',
          quirks: { digest: { neverAnswers: true } },
        })
        .heartbeat();
    expect(await from('12221SOPEN', '127.0.0.2')).toMatchObject({ errorcode: 0, sends: 1 });
    expect(await from('12221SOPEN', '127.0.0.1')).toMatchObject({ status: 401 });
    expect(await from('12221SOTHER', '127.0.0.2')).toMatchObject({ status: 401 });
  });

  test('heartbeat intervals are told: for all, for one', async () => {
    expect((await bridge.camera('12221SANY').heartbeat()).keepinterval).toBe(47);
    expect((await bridge.camera('12221SBEAT').heartbeat()).keepinterval).toBe(17);
    await bridge.json('jvs2mqtt/12221SBEAT/settings', { heartbeat_interval: 17 });
  });

  test('alarms: name, device class, hold, ignore; of a device before those of all', async () => {
    const camera = bridge.camera('12221SMOVE');
    await camera.event('motion_detection', 'pulse');
    expect(await component('12221SMOVE', /^binary_sensor_0_motion/)).toMatchObject({
      name: 'Something moves',
      device_class: 'occupancy',
    });
    const alarm = 'jvs2mqtt/12221SMOVE/0/alarm/motion_detection';
    const on = await bridge.json(alarm, { state: 'ON' });
    const off = await bridge.json(alarm, { state: 'OFF', reason: 'hold_over' });
    expect(off.since).toBe(on.until);
    expect(await camera.event('voice_detection', 'start')).toMatchObject({ errorcode: 0 });

    const quiet = bridge.camera('12221SQUIET');
    expect(await quiet.event('people_detection', 'start')).toMatchObject({ errorcode: 0 });
    await quiet.event('motion_detection', 'pulse');
    const longer = await bridge.json('jvs2mqtt/12221SQUIET/0/alarm/motion_detection', {
      state: 'ON',
    });
    expect(Date.parse(String(longer.until)) - Date.now()).toBeGreaterThan(500_000);
    await bridge.caughtUp();
    const ignored = bridge.heard.messages.filter(
      ({ topic, text }) =>
        /^jvs2mqtt\/12221S(MOVE|QUIET)/.test(topic) &&
        /voice_detection|people_detection/.test(text),
    );
    expect(ignored.map(({ topic }) => topic)).toEqual([]);
  });

  test('modbus registers: scaled, signed, on and off, with their classes', async () => {
    await bridge
      .camera('12221SREGS', { generation: 'old' })
      .modbus({ 0: 65_436, 1: 1, 2: 70_000, 3: 2, 7: 3 });
    expect(await bridge.json('jvs2mqtt/12221SREGS/modbus')).toMatchObject({
      registers: {
        0: { value: -15, raw: 65_436 },
        1: { value: 1, on: true },
        2: { value: 70_000 },
        7: { value: 3, raw: 3 },
      },
    });
    const entities = Object.values(componentsOf(await payload('12221SREGS')));
    const named = (name: string) => entities.filter((entity) => entity.name === name);
    expect(named('Cold store')[0]).toMatchObject({
      p: 'sensor',
      unit_of_measurement: '°C',
      device_class: 'temperature',
      state_class: 'measurement',
      suggested_display_precision: 1,
      expire_after: 600,
    });
    expect(named('Pump').find(({ p }) => p === 'binary_sensor')).toMatchObject({
      device_class: 'running',
    });
    expect(named('Pump').find(({ p }) => p === 'sensor')).not.toHaveProperty('device_class');
    for (const alone of named('Alone')) expect(alone).not.toHaveProperty('device_class');
    expect(named('Alone')).toHaveLength(2);
    expect(named('Meter')[0]).toMatchObject({ state_class: 'total_increasing' });
  });

  test('people counts are totals, or those of an interval', async () => {
    for (const id of ['12221SSHOP', '12221SSHOP2']) {
      await bridge.camera(id).tlv([
        {
          layer: 'META',
          items: [
            ['TARGET', 5],
            ['CHANNELID', 0],
            ['CUSTOMER_COUNT_IN', 4],
          ],
        },
      ]);
    }
    const entered = /^sensor_0_people\.entered$/;
    expect((await component('12221SSHOP', entered)).state_class).toBe('measurement');
    expect((await component('12221SSHOP2', entered)).state_class).toBe('total_increasing');
  });

  test('what is expected is there before the first push: OFF, without values', async () => {
    expect(await bridge.json('jvs2mqtt/12221SSOON/0/alarm/firesmoke_alarm')).toMatchObject({
      state: 'OFF',
    });
    const keys = Object.keys(componentsOf(await payload('12221SSOON')));
    for (const wanted of [/alarm/, /modbus.*2/, /1_temperature.*1/, /snapshot/]) {
      expect(
        keys.some((key) => wanted.test(key)),
        `${wanted} in ${keys.join(' ')}`,
      ).toBe(true);
    }
    expect(bridge.all('jvs2mqtt/12221SSOON/history')).toEqual([]);
  });

  test('detection frames: so many a second and channel', async () => {
    const camera = bridge.camera('12221SFRAMES');
    const frame = (channel: number) =>
      camera.tlv([
        {
          layer: 'AREA',
          items: [
            ['CHANNELID', channel],
            ['AREA_OBJ', [[1, 2, 3, 4, 5]]],
          ],
        },
      ]);
    for (const channel of [0, 0, 0, 1, 1]) {
      expect(await frame(channel)).toMatchObject({ errorcode: 0 });
    }
    await bridge.json('jvs2mqtt/12221SFRAMES/1/area');
    await bridge.caughtUp();
    expect(bridge.all('jvs2mqtt/12221SFRAMES/0/area')).toHaveLength(1);
    expect(bridge.all('jvs2mqtt/12221SFRAMES/1/area')).toHaveLength(1);
    const frames = bridge.heard.messages.filter(({ topic }) => topic.endsWith('/area'));
    for (const { retain, qos } of frames)
      expect({ retain, qos }).toEqual({ retain: false, qos: 0 });
  });

  const face = (id: string, of: TestBridge) =>
    of.camera(id).tlv([
      {
        layer: 'META',
        items: [
          ['TARGET', 1],
          ['CHANNELID', 0],
          ['FACE_INFO', 1],
          ['FACE_GENDER', 1],
          ['FACE_FEATURE', VECTOR],
          ['FACE_ID', FACE_ID],
          ['OBJ_PIC', jpeg({ scene: 'face' })],
        ],
      },
    ]);

  test('faces without what recognizes them', async () => {
    expect(await face('12221SFACE', bridge)).toMatchObject({ errorcode: 0 });
    expect(await bridge.json('jvs2mqtt/12221SFACE/0/face')).toMatchObject({ gender: 'male' });
    await bridge.caughtUp();
    const put = [
      ...bridge.heard.messages.map(({ payload: bytes }) => bytes.toString('latin1')),
      ...bridge.log,
    ];
    for (const secret of [VECTOR, FACE_ID]) {
      for (const form of [
        secret.toString('latin1'),
        secret.toString('hex'),
        secret.toString('base64').slice(0, -4),
      ]) {
        expect(put.filter((text) => text.toLowerCase().includes(form.toLowerCase()))).toEqual([]);
      }
    }
  });

  describe('of another kind', () => {
    let other: TestBridge;

    beforeAll(async () => {
      other = await startTestBridge({
        auth: { mode: 'digest', algorithm: 'SHA-256' },
        mqtt: { base_topic: 'house/cameras' },
        homeassistant: { prefix: 'ha/discovery', language: 'zh', entity_ids: false },
        publish: { reports: true, areas: 0, face_features: true },
      });
    });
    afterAll(() => other.stop());

    test('base topic and discovery prefix hold everywhere; names are Chinese', async () => {
      await other.camera('12221SZH').event('motion_detection', 'pulse');
      await other.json('house/cameras/12221SZH/0/alarm/motion_detection', { state: 'ON' });
      const announced = other.heard.messages.filter(({ topic }) =>
        topic.endsWith('12221SZH/config'),
      );
      expect(announced.map(({ topic }) => topic)[0]).toMatch(
        /^ha\/discovery\/device\/[\w-]+\/config$/,
      );
      expect(await component('12221SZH', /^binary_sensor_0_motion/, other)).toMatchObject({
        name: '移动侦测',
      });
      const entities = Object.values(componentsOf(await payload('12221SZH', other)));
      expect(entities.filter((entity) => 'default_entity_id' in entity)).toEqual([]);
      const strays = other.heard.messages.filter(
        ({ topic }) => !/^(house\/cameras|ha\/discovery)\//.test(topic),
      );
      expect(strays.map(({ topic }) => topic)).toEqual([]);
    });

    test('every report whole, pictures by their length; no frames; faces with all', async () => {
      const camera = other.camera('12221SALL');
      await camera.snapshot(jpeg({ scene: 'house' }));
      const report = await other.json('house/cameras/12221SALL/report/snap_report');
      expect(JSON.stringify(report).length).toBeLessThan(2_000);
      expect(report).toMatchObject({ report: 'snap_report', repaired: false });
      await camera.tlv([
        {
          layer: 'AREA',
          items: [
            ['CHANNELID', 0],
            ['AREA_OBJ', [[1, 2, 3, 4, 5]]],
          ],
        },
      ]);
      expect(await face('12221SALL', other)).toMatchObject({ errorcode: 0 });
      const seen = JSON.stringify(await other.json('house/cameras/12221SALL/0/face'));
      const forms = ['hex', 'base64'] as const;
      expect(forms.some((form) => seen.includes(VECTOR.toString(form)))).toBe(true);
      await other.caughtUp();
      expect(other.heard.texts('house/cameras/12221SALL/0/area')).toEqual([]);
    });

    test('SHA-256 is offered first, and MD5 for cameras', async () => {
      const challenges = (await fetch(`${other.target.url}/v1/device/keepalive`)).headers;
      const offered = challenges.get('www-authenticate') ?? '';
      expect(offered.indexOf('algorithm=SHA-256')).toBeGreaterThan(-1);
      expect(offered.indexOf('algorithm=SHA-256')).toBeLessThan(offered.indexOf('algorithm=MD5'));
      for (const algorithm of ['SHA-256', 'MD5'] as const) {
        const camera = other.camera('12221SSHA', {
          quirks: { digest: { algorithms: [algorithm] } },
        });
        expect(await camera.heartbeat()).toMatchObject({ errorcode: 0, sends: 2 });
      }
    });
  });

  describe('with everything open and Home Assistant off', () => {
    let open: TestBridge;

    beforeAll(async () => {
      open = await startTestBridge({
        auth: { mode: 'none', approval: 'auto' },
        homeassistant: { enabled: false },
      });
    });
    afterAll(() => open.stop());

    test('anybody may push; it is said loudly', async () => {
      const camera = open.camera('12221SANY', { username: 'x', password: 'y' });
      expect(await camera.event('motion_detection', 'start')).toMatchObject({
        errorcode: 0,
        sends: 1,
      });
      await open.json('jvs2mqtt/12221SANY/0/event');
      await open.json('jvs2mqtt/12221SANY/0/alarm/motion_detection', { state: 'ON' });
      const warned = open.log.filter((line) => /"level":"warn"/.test(line) && /auth/.test(line));
      expect(warned.length).toBeGreaterThan(0);
    });

    test('nothing is announced', async () => {
      await open.caughtUp();
      const announced = open.heard.messages.filter(({ topic }) =>
        topic.startsWith('homeassistant/'),
      );
      expect(announced.map(({ topic }) => topic)).toEqual([]);
    });
  });
});
