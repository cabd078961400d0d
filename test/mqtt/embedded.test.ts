import { connect } from 'node:net';
import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt';
import { afterEach, describe, expect, it } from 'vitest';
import { type EmbeddedBroker, startEmbeddedBroker } from '../../src/mqtt/embedded.ts';
import { CannotListen } from '../../src/mqtt/errors.ts';
import { Recorder } from '../support/recorder.ts';
import { BRIDGE, embedded, failure, GUEST, MemoryLog } from './bench.ts';

describe('the embedded broker', () => {
  const open: { close(): Promise<unknown> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0).reverse()) await one.close();
  });

  const start = async (log = new MemoryLog()): Promise<EmbeddedBroker> => {
    const broker = await embedded(0, log);
    open.push(broker);
    return broker;
  };
  const urlOf = (broker: EmbeddedBroker) => `mqtt://127.0.0.1:${broker.port}`;
  const join = async (broker: EmbeddedBroker, options: IClientOptions): Promise<MqttClient> => {
    const client = await connectAsync(urlOf(broker), { reconnectPeriod: 0, ...options }, false);
    open.push({ close: () => client.endAsync(true) });
    return client;
  };
  const record = async (broker: EmbeddedBroker, user = BRIDGE): Promise<Recorder> => {
    const recorder = await Recorder.connect(urlOf(broker), ['#'], user);
    open.push(recorder);
    return recorder;
  };

  it('keeps no large packet of somebody who has shown no password', async () => {
    const log = new MemoryLog();
    const broker = await start(log);
    const guest = await join(broker, { ...GUEST });
    const stranger = connect(broker.port, '127.0.0.1').on('error', () => {});
    // a CONNECT of 1,500,000 bytes (MQTT 5 §2.1.4), the most of it to come
    stranger.write(Buffer.from([0x10, 0xe0, 0xc6, 0x5b]));
    stranger.write(Buffer.alloc(300_000));
    await new Promise<void>((resolve) => stranger.once('close', () => resolve()));
    // and not for its time being over
    expect(JSON.stringify(log.lines)).toContain('too much from somebody who has not joined');
    // who has shown one may send as much
    const heard = await record(broker);
    await guest.publishAsync('jvs2mqtt/bridge/request/x', Buffer.alloc(1_500_000), { qos: 1 });
    const { payload } = await heard.waitFor(({ topic }) => topic.endsWith('request/x'));
    expect(payload).toHaveLength(1_500_000);
  });

  describe.each([4, 5] as const)('by MQTT version %s', (protocolVersion) => {
    it.each([
      ['no user name', {}],
      ['a wrong password', { username: GUEST.username, password: 'guess' }],
      ["another user's password", { username: GUEST.username, password: BRIDGE.password }],
      ['no password', { username: GUEST.username }],
      [
        'names and passwords that join to the same text',
        { username: 'guests', password: GUEST.password.slice(1) },
      ],
    ])('lets nobody in with %s', async (_, options) => {
      const log = new MemoryLog();
      const broker = await start(log);
      for (let times = 0; times < 2; times += 1) {
        const error = await failure(join(broker, { protocolVersion, ...options }));
        expect(String(error)).toMatch(/user ?name or password/i);
      }
      expect(broker.clients()).toBe(0);
      expect(log.warnings).toHaveLength(1);
      expect(JSON.stringify(log.lines)).not.toMatch(/guess|secret/);
    });

    it('sends a new subscriber nothing old behind something new', async () => {
      const broker = await start();
      const bridge = await join(broker, { protocolVersion, ...BRIDGE });
      const topics = Array.from({ length: 40 }, (_, at) => `jvs2mqtt/cam/${at}`);
      const versions = ['1', '2', '3'];
      const publish = (version: string) =>
        topics.map((topic) => bridge.publishAsync(topic, version, { qos: 1, retain: true }));
      await Promise.all(publish('1'));
      const guest = await join(broker, { protocolVersion, ...GUEST });
      const heard = new Map<string, string[]>(topics.map((topic) => [topic, []]));
      guest.on('message', (topic, payload) => heard.get(topic)?.push(payload.toString()));
      await Promise.all([
        guest.subscribeAsync(topics, { qos: 1 }),
        ...versions.slice(1).flatMap((version) => publish(version)),
      ]);
      await expect.poll(() => [...heard.values()].every((all) => all.includes('3'))).toBe(true);
      // a second subscription is answered behind all that the first one brought
      await guest.subscribeAsync('jvs2mqtt/other', { qos: 1 });
      for (const [topic, all] of heard) expect(all, topic).toEqual([...all].sort());
    });

    it('lets a guest command and read, and publish nothing else', async () => {
      const broker = await start();
      const bridge = await record(broker);
      const guest = await join(broker, { protocolVersion, ...GUEST });
      expect(broker.clients()).toBe(2);
      const retain = { qos: 1, retain: true } as const;
      const forbidden = [
        'jvs2mqtt/bridge/state',
        'jvs2mqtt/cam/state',
        'jvs2mqtt/bridge/response/x',
        'homeassistant/device/cam/config',
        'other/topic',
        '$SYS/x',
      ];
      const allowed = [
        ['jvs2mqtt/bridge/request/device/remove', '{}'],
        ['jvs2mqtt/cam/set/heartbeat_interval', '30'],
        ['homeassistant/status', 'online'],
        ['homeassistant/device/cam/config', ''],
      ] as const;
      for (const topic of forbidden) await failure(guest.publishAsync(topic, 'forged', retain));
      for (const [topic, payload] of allowed) await guest.publishAsync(topic, payload, retain);
      await bridge.waitFor(({ topic }) => topic === 'homeassistant/device/cam/config');
      expect(bridge.messages.map(({ topic, text }) => [topic, text])).toEqual(allowed);
      expect(guest.connected).toBe(true);

      const heard = new Promise<void>((resolve) => {
        guest.on('message', (topic) => topic === 'jvs2mqtt/cam/0/event' && resolve());
      });
      await guest.subscribeAsync('#');
      await bridge.client.publishAsync('jvs2mqtt/cam/0/event', '{}', { qos: 1 });
      await heard;
    });

    it("publishes no guest's will where the guest might not", async () => {
      const broker = await start();
      const bridge = await record(broker);
      const will = {
        topic: 'jvs2mqtt/bridge/state',
        payload: Buffer.from('offline'),
        qos: 1,
        retain: true,
      } as const;
      const guest = await join(broker, { protocolVersion, ...GUEST, will });
      const status = { ...will, topic: 'homeassistant/status' };
      const other = await join(broker, { protocolVersion, ...GUEST, will: status });
      guest.stream.destroy();
      other.stream.destroy();
      await bridge.waitFor(({ topic }) => topic === status.topic);
      expect(bridge.messages.map(({ topic }) => topic)).toEqual([status.topic]);
    });

    it("keeps a guest out of the bridge's own client id", async () => {
      const broker = await start();
      const bridge = await join(broker, { protocolVersion, ...BRIDGE, clientId: 'jvs2mqtt' });
      expect(
        await failure(join(broker, { protocolVersion, ...GUEST, clientId: 'jvs2mqtt' })),
      ).toBeInstanceOf(Error);
      expect(bridge.connected).toBe(true);
    });

    it('queues nothing for who is absent', async () => {
      const broker = await start();
      const bridge = await record(broker);
      const session = { protocolVersion, ...GUEST, clientId: 'absent', clean: false };
      const properties =
        protocolVersion === 5 ? { properties: { sessionExpiryInterval: 9_999 } } : {};
      const guest = await join(broker, { ...session, ...properties });
      await guest.subscribeAsync('#', { qos: 1 });
      await guest.endAsync();
      await bridge.client.publishAsync('jvs2mqtt/cam/0/event', 'missed', { qos: 1 });
      if (protocolVersion === 5) return; // forgets it after a second, the least that aedes can
      const again = await join(broker, { ...session, ...properties });
      const heard: string[] = [];
      again.on('message', (topic) => heard.push(topic));
      await again.subscribeAsync('#', { qos: 1 });
      await again.publishAsync('jvs2mqtt/bridge/request/x', '', { qos: 1 });
      await bridge.waitFor(({ topic }) => topic === 'jvs2mqtt/bridge/request/x');
      expect(heard).not.toContain('jvs2mqtt/cam/0/event');
    });

    it('throws out who sends more than a packet may have, and no one else', async () => {
      const broker = await start();
      const bridge = await record(broker);
      const guest = await join(broker, { protocolVersion, ...GUEST });
      guest.on('error', () => {});
      const closed = new Promise<void>((resolve) => guest.once('close', () => resolve()));
      guest.publish('jvs2mqtt/bridge/request/x', Buffer.alloc(2_100_000), { qos: 1 });
      await closed;
      expect(bridge.client.connected).toBe(true);
      expect(bridge.messages).toEqual([]);
    });
  });

  it('says plainly that the port is taken', async () => {
    const broker = await start();
    const error = await failure(embedded(broker.port));
    expect(error).toBeInstanceOf(CannotListen);
    expect(String(error)).toContain(`port ${broker.port} is taken`);
    expect(String(await failure(listenOn('192.0.2.1')))).toContain('no address of this machine');
  });

  it('takes no more clients than it may', async () => {
    const broker = await startEmbeddedBroker({ ...settings('127.0.0.1'), limits: { clients: 1 } });
    open.push(broker);
    await join(broker, BRIDGE);
    expect(await failure(join(broker, BRIDGE))).toBeInstanceOf(Error);
    expect(broker.clients()).toBe(1);
  });

  it('listens on every address, and leaves the port free when it is closed', async () => {
    const broker = await listenOn('::');
    await join(broker, BRIDGE);
    await broker.close();
    const again = await startEmbeddedBroker({ ...settings('127.0.0.1'), port: broker.port });
    await again.close();
  });

  const listenOn = (host: string) => startEmbeddedBroker(settings(host));
  const settings = (host: string) => ({
    host,
    port: 0,
    users: [{ ...BRIDGE, role: 'bridge' as const }],
    base: 'jvs2mqtt',
    discovery: { prefix: 'homeassistant', status: 'homeassistant/status' },
    log: new MemoryLog(),
  });
});
