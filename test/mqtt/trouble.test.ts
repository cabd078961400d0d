import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src/clock.ts';
import { connectBroker } from '../../src/mqtt/broker.ts';
import {
  ConnectionLost,
  NotAcknowledged,
  NotConnected,
  PublishRefused,
} from '../../src/mqtt/errors.ts';
import { freePort, Mosquitto, mosquittoAvailable } from '../support/mosquitto.ts';
import { Recorder } from '../support/recorder.ts';
import {
  BRIDGE,
  connection,
  disconnection,
  failure,
  joined,
  MemoryLog,
  optionsFor,
  say,
  WILL,
} from './bench.ts';

const ACL = 'topic readwrite #\ntopic deny forbidden/#\n';

describe.skipIf(!mosquittoAvailable())('with a broker in trouble', () => {
  let mosquitto: Mosquitto;

  beforeEach(async () => {
    mosquitto = await Mosquitto.start({
      lines: ['max_inflight_messages 5', 'max_packet_size 1000000', 'acl_file acl'],
      files: { acl: `${ACL}user ${BRIDGE.username}\n${ACL}` },
    });
  });
  afterEach(() => mosquitto.stop());

  it('comes back after the broker was killed, subscribed again', async () => {
    const log = new MemoryLog();
    const broker = await joined(mosquitto.url, { log });
    const heard = new Promise<string>((resolve) => {
      broker.subscribe('commands/#', (_, payload) => resolve(payload.toString()));
    });
    const lost = disconnection(broker);
    await mosquitto.kill();
    await lost;
    expect(broker.connected).toBe(false);
    expect(await failure(broker.publish(say('a', 'x')))).toBeInstanceOf(NotConnected);
    const back = connection(broker);
    await mosquitto.start();
    expect(await back).toMatchObject({ sessionPresent: false });
    await broker.publish(say('a', 'x'));
    await broker.readRetained([]);
    const recorder = await Recorder.connect(mosquitto.url, []);
    await recorder.client.publishAsync('commands/a', 'still heard', { qos: 1 });
    expect(await heard).toBe('still heard');
    await recorder.close();
    await broker.close();
    expect(log.warnings.filter((text) => text.includes('lost the broker'))).toHaveLength(1);
  });

  it('says once why it cannot join, however often it tries', async () => {
    await mosquitto.kill();
    const log = new MemoryLog();
    let tries = 0;
    let thrice = () => {};
    const third = new Promise<void>((resolve) => {
      thrice = resolve;
    });
    const hurried: Clock = {
      now: systemClock.now,
      after(ms, action) {
        tries += 1;
        if (tries === 3) thrice();
        return systemClock.after(ms / 10, action);
      },
    };
    const broker = connectBroker(optionsFor(mosquitto.url, { log, clock: hurried }));
    const back = connection(broker);
    await third;
    await mosquitto.start();
    await back;
    expect(log.warnings).toHaveLength(1);
    expect(log.lines.at(-1)?.text).toBe('joined the broker');
    await broker.close();
  });

  it('gives up on a frozen broker at the deadline, and treats it as gone', async () => {
    const broker = await joined(mosquitto.url, { ackTimeoutMs: 150, stallMs: 400 });
    mosquitto.freeze();
    const lost = disconnection(broker);
    const outcomes = Array.from({ length: 8 }, (_, n) =>
      failure(broker.publish(say('frozen', `${n}`))),
    );
    expect(broker.pending).toEqual({ inFlight: 5, waiting: 3 });
    for (const outcome of await Promise.all(outcomes))
      expect(outcome).toBeInstanceOf(NotAcknowledged);
    expect(broker.pending).toEqual({ inFlight: 5, waiting: 0 });
    const patient = failure(broker.publish(say('frozen', 'patient'), { deadline: 5_000 }));
    expect(await lost).toContain('acknowledges none');
    expect(await patient).toBeInstanceOf(NotConnected);
    const back = connection(broker);
    mosquitto.thaw();
    await back;
    await broker.publish(say('thawed', 'x'), { deadline: 5_000 });
    expect(broker.pending).toEqual({ inFlight: 0, waiting: 0 });
    await broker.close();
  });

  it('gives back what was in flight when the broker dies, to be set aside at the second time', async () => {
    const broker = await joined(mosquitto.url);
    let losses = 0;
    for (const round of [1, 2]) {
      mosquitto.freeze();
      const outcome = failure(broker.publish(say('suspect', 'x'), { deadline: 10_000, losses }));
      await mosquitto.kill();
      const error = await outcome;
      expect(error).toBeInstanceOf(ConnectionLost);
      if (error instanceof ConnectionLost) losses = error.losses;
      expect(error).toMatchObject({ losses: round, setAside: round === 2 });
      const back = connection(broker);
      await mosquitto.start();
      await back;
    }
    const recorder = await Recorder.connect(mosquitto.url, ['#']);
    await broker.publish(say('after', 'x'));
    await recorder.waitFor(({ topic }) => topic === 'after');
    expect(recorder.texts('suspect')).toEqual([]);
    await recorder.close();
    await broker.close();
  });

  it('keeps more than a thousand messages behind the window of the broker, in order', async () => {
    const broker = await joined(mosquitto.url);
    const recorder = await Recorder.connect(mosquitto.url, ['many']);
    const sent = Array.from({ length: 1_500 }, (_, number) => String(number));
    const published = sent.map((text) => broker.publish(say('many', text), { deadline: 10_000 }));
    expect(broker.pending.inFlight).toBe(5);
    await Promise.all(published);
    await recorder.waitFor(({ text }) => text === '1499');
    expect(recorder.texts('many')).toEqual(sent);
    await recorder.close();
    await broker.close();
  });

  it("heeds the broker's own limit of packets, where MQTT 5 tells it", async () => {
    const broker = await joined(mosquitto.url);
    expect(broker.maxPacket).toBe(1_000_000);
    await broker.close();
  });

  it('tells of a message that the access list forbids', async () => {
    const broker = await joined(mosquitto.url);
    expect(await failure(broker.publish(say('forbidden/a', 'x')))).toBeInstanceOf(PublishRefused);
    await broker.publish(say('allowed', 'x'));
    expect(broker.pending.inFlight).toBe(0);
    await broker.close();
  });

  it('leaves within a second or two though the broker is frozen, the will behind it', async () => {
    const broker = await joined(mosquitto.url);
    mosquitto.freeze();
    await broker.close([{ ...WILL, payload: 'offline' }]);
    expect(broker.connected).toBe(false);
    mosquitto.thaw();
    const recorder = await Recorder.connect(mosquitto.url, [WILL.topic]);
    await recorder.waitFor(({ topic, text }) => topic === WILL.topic && text === 'offline');
    await recorder.close();
  });
});

describe('without a broker', () => {
  it.each([
    ['a host that does not exist', 'mqtt://no-such-host.invalid', /host name/],
    ['a file that does not exist', 'mqtts://127.0.0.1:1', /does not exist/],
  ])('says plainly what is wrong with %s', async (_, url, text) => {
    const log = new MemoryLog();
    const tls = { verify: true, ca: '/no/such/file' };
    const broker = connectBroker(
      optionsFor(url, { log, ...(url.startsWith('mqtts') ? { tls } : {}) }),
    );
    const line = await log.waitFor('cannot join the broker');
    expect(line.text).toMatch(text);
    await broker.close();
  });

  it('says plainly that nothing listens', async () => {
    const log = new MemoryLog();
    const broker = connectBroker(optionsFor(`mqtt://127.0.0.1:${await freePort()}`, { log }));
    await log.waitFor('is the broker running');
    await broker.close([WILL]);
  });
});
