import { expect, test } from 'vitest';
import { Metrics } from '../../src/bridge/metrics.ts';
import { BrokerPublisher } from '../../src/bridge/publisher.ts';
import type { Message } from '../../src/domain/message.ts';
import type { Broker } from '../../src/mqtt/broker.ts';
import { NotConnected } from '../../src/mqtt/errors.ts';

/** A publisher whose broker answers each message by hand. */
function publisher() {
  const sent: string[] = [];
  const answers: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const broker: Pick<Broker, 'publish' | 'onDisconnect'> = {
    publish: ({ payload }) => {
      sent.push(String(payload));
      return new Promise((resolve, reject) => void answers.push({ resolve, reject }));
    },
    onDisconnect: () => {},
  };
  const made = new BrokerPublisher({
    broker: broker as Broker,
    metrics: new Metrics({
      devices: () => 0,
      connected: () => true,
      outbox: { size: 0, bytes: 0, oldest: undefined },
      refused: () => ({}),
      now: () => 0,
    }),
    deadline: 1_000,
    onCleared: () => {},
    onLeftOut: () => {},
  });
  const publish = (payload: string) => made.publish(message(payload));
  return { publish, sent, answers };
}

const message = (payload: string): Message => ({ topic: 'a', payload, qos: 1, retain: true });

test('a retained text that is on its way or acknowledged is not sent again', async () => {
  const { publish, sent, answers } = publisher();
  const [first, same] = [publish('on'), publish('on')];
  expect(same).toBe(first);
  answers[0]?.resolve();
  await first;
  await publish('on');
  expect(sent).toEqual(['on']);
});

test('one that failed is, whatever of its topic failed before', async () => {
  const { publish, sent, answers } = publisher();
  const failed = publish('on');
  const newer = publish('off');
  answers[0]?.reject(new NotConnected('gone'));
  answers[1]?.resolve();
  await expect(failed).rejects.toThrow(NotConnected);
  await newer;
  await publish('off');
  const again = publish('on');
  answers[2]?.resolve();
  await again;
  expect(sent).toEqual(['on', 'off', 'on']);
});

test('a failure that nobody waits for ends nothing, of a topic that is emptied neither', async () => {
  const { publish, answers } = publisher();
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  void publish('on');
  void publish('');
  for (const { reject } of answers) reject(new NotConnected('gone'));
  // Node tells of it once the microtasks are over
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});
