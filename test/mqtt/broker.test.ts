import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectBroker } from '../../src/mqtt/broker.ts';
import { InvalidTopic, NotConnected, PacketTooLarge } from '../../src/mqtt/errors.ts';
import { mosquittoAvailable } from '../support/mosquitto.ts';
import { Recorder } from '../support/recorder.ts';
import {
  BRIDGE,
  failure,
  joined,
  MemoryLog,
  optionsFor,
  say,
  type Target,
  targets,
} from './bench.ts';

describe.each(Object.entries(targets))('the connection to %s', (name, start) => {
  const skip = name === 'mosquitto' && !mosquittoAvailable();
  let target: Target;

  beforeAll(async () => {
    if (!skip) target = await start();
  });
  afterAll(() => target?.stop());

  describe.skipIf(skip).each(['5', '3.1.1'] as const)('by MQTT %s', (version) => {
    it('publishes in order, with retain, QoS and expiry', async () => {
      const broker = await joined(target.url, { version });
      const recorder = await Recorder.connect(target.url, ['order/#'], BRIDGE);
      // a broker may mix up messages of different QoS, so each is a row of its own
      const sent = Array.from({ length: 200 }, (_, number) => String(number));
      for (const qos of [0, 1] as const) {
        await Promise.all(sent.map((text) => broker.publish(say(`order/${qos}`, text, { qos }))));
      }
      await broker.publish(say('order/kept', Buffer.from([0, 255]), { retain: true, expiry: 60 }));
      const kept = await recorder.waitFor(({ topic }) => topic === 'order/kept');
      for (const qos of [0, 1]) expect(recorder.texts(`order/${qos}`)).toEqual(sent);
      expect(kept.payload).toEqual(Buffer.from([0, 255]));
      expect(kept).toMatchObject({ retain: true, qos: 1 });
      if (version === '5') expect(kept.properties.messageExpiryInterval).toBeGreaterThan(50);
      await broker.publish(say('order/kept', '', { retain: true }));
      await recorder.close();
      await broker.close();
    });

    it('never sends a packet that is too large, and what is behind it goes on', async () => {
      const broker = await joined(target.url, { version });
      expect(broker.maxPacket).toBe(2_000_000);
      const large = failure(broker.publish(say('large', Buffer.alloc(2_100_000))));
      const behind = broker.publish(say('behind', 'goes on'));
      expect(await large).toBeInstanceOf(PacketTooLarge);
      expect(await large).toMatchObject({ limit: 2_000_000 });
      await behind;
      // the very largest: topic, packet id and headers count
      const overhead = version === '5' ? 5 + 2 + 5 + 2 + 1 : 5 + 2 + 5 + 2;
      await broker.publish(say('large', Buffer.alloc(2_000_000 - overhead + 1)));
      const one = failure(broker.publish(say('large', Buffer.alloc(2_000_000 - overhead + 2))));
      expect(await one).toMatchObject({ size: 2_000_001 });
      expect(broker.connected).toBe(true);
      await broker.close();
    });

    it('refuses what is no topic, and goes on', async () => {
      const broker = await joined(target.url, { version });
      for (const topic of ['', 'a/+', '#', 'a\0']) {
        expect(await failure(broker.publish(say(topic, 'x')))).toBeInstanceOf(InvalidTopic);
      }
      await broker.publish(say('fine', 'x'));
      expect(broker.connected).toBe(true);
      await broker.close();
    });

    it('hears what it subscribed to, and ends that', async () => {
      const broker = await joined(target.url, { version });
      const other = await joined(target.url);
      const heard: string[] = [];
      let told = () => {};
      const listen = (topic: string, payload: Buffer) => {
        heard.push(`${topic} ${payload}`);
        told();
      };
      const until = (topic: string) =>
        new Promise<void>((resolve) => {
          told = () => heard.some((line) => line.startsWith(topic)) && resolve();
        });
      const stop = broker.subscribe('commands/+', listen);
      broker.subscribe('commands/a/b', () => {
        throw new Error('a listener that fails harms no other');
      });
      broker.subscribe('last', listen);
      await broker.readRetained([]); // a round trip: the subscriptions are there

      const first = until('commands/a');
      await broker.publish(say('commands/mine', 'not by MQTT 5'));
      await other.publish(say('commands/a', '1'));
      await first;
      stop();
      await broker.readRetained([]);
      const last = until('last');
      await other.publish(say('commands/b', '2'));
      await other.publish(say('commands/a/b', 'x'));
      await other.publish(say('last', '3'));
      await last;
      const own = version === '5' ? [] : ['commands/mine not by MQTT 5'];
      expect(heard).toEqual([...own, 'commands/a 1', 'last 3']);
      await other.close();
      await broker.close();
    });

    it('reads everything that is retained, and nothing else', async () => {
      const broker = await joined(target.url, { version });
      const topics = Array.from({ length: 900 }, (_, number) => `kept/${number % 3}/${number}`);
      const set = (payload: string) =>
        Promise.all(topics.map((topic) => broker.publish(say(topic, payload, { retain: true }))));
      await set('x'.repeat(2_000));
      const stop = broker.subscribe('kept/0/+', () => {});
      const found = await broker.readRetained(['kept/0/#', 'kept/1/#', 'kept/nothing/+']);
      expect([...found.keys()].sort()).toEqual(
        topics.filter((t) => !t.startsWith('kept/2')).sort(),
      );
      expect(found.get('kept/0/0')?.length).toBe(2_000);
      stop();
      await set('');
      expect((await broker.readRetained(['kept/#'])).size).toBe(0);
      await broker.close();
    });

    it('leaves a will behind when it dies, and none when it leaves', async () => {
      const recorder = await Recorder.connect(target.url, ['wills/#'], BRIDGE);
      const will = say(`wills/${version}`, 'offline', { retain: true });
      const broker = await joined(target.url, { version, will });
      await broker.publish({ ...will, payload: 'online' });
      await broker.close([{ ...will, payload: 'gone' }]);
      expect(broker.connected).toBe(false);
      expect(await failure(broker.publish(will))).toBeInstanceOf(NotConnected);

      // the same client id again: the broker throws the older one out, which is a death
      const clientId = `twins-${version}`;
      const older = connectBroker(optionsFor(target.url, { version, will, clientId }));
      await new Promise<unknown>((resolve) => older.onConnect(resolve));
      const lost = new Promise<string>((resolve) => older.onDisconnect(resolve));
      const younger = await joined(target.url, { clientId });
      const reason = await lost;
      // Mosquitto 2.0.11 hangs up without a word, which the plain text allows for
      expect(reason).toMatch(/another client (has|have) the same (mqtt\.)?client.id/);
      await older.close();
      await recorder.waitFor(({ topic, text }) => topic === will.topic && text === 'offline');
      expect(recorder.texts(will.topic)).toEqual(['online', 'gone', 'offline']);
      await younger.close();
      await recorder.close();
    });
  });

  it.skipIf(skip)('says plainly that the password is wrong, once', async () => {
    const log = new MemoryLog();
    const broker = connectBroker(optionsFor(target.url, { password: 'wrong', log }));
    const { text } = await log.waitFor('cannot join');
    expect(text).toMatch(/user name or password/);
    expect(text).not.toContain('wrong (');
    expect(JSON.stringify(log.lines)).not.toContain('secret');
    expect(await failure(broker.publish(say('a', 'b')))).toBeInstanceOf(NotConnected);
    await broker.close();
  });

  it.skipIf(skip)('takes nothing more once it is told to close', async () => {
    const broker = await joined(target.url);
    const before = broker.publish(say('before', 'x'));
    const closed = broker.close([say('last', 'words')]);
    expect(await failure(broker.publish(say('after', 'x')))).toBeInstanceOf(NotConnected);
    await closed;
    await before;
    await broker.close();
  });
});
