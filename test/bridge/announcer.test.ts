import { beforeEach, describe, expect, test } from 'vitest';
import { Announcer } from '../../src/bridge/announcer.ts';
import { newRecord } from '../../src/domain/device.ts';
import type { Message } from '../../src/domain/message.ts';
import type { DeviceRecord } from '../../src/domain/record.ts';
import { Holds } from '../../src/mqtt/holds.ts';
import { Pacer } from '../../src/mqtt/pacer.ts';
import { FakeClock } from './model/clock.ts';

const topicOf = (id: string) => `homeassistant/device/${id}/config`;
/** ms after which all is announced, whatever is once more */
const ALL = 20_000;

describe('while the broker is asked what it has', () => {
  const records = new Map<string, DeviceRecord>();
  const retained = new Map<string, Buffer>();
  let clock: FakeClock;
  let announcer: Announcer;
  /** the broker has answered */
  let answer: () => void;

  const reconcile = () => announcer.reconcile(() => [...records.values()]);
  const announced = () => [...retained.keys()].sort();

  beforeEach(async () => {
    records.clear();
    retained.clear();
    clock = new FakeClock(0);
    const broker = {
      connected: true,
      publish: async ({ topic, payload, retain }: Message) => {
        if (!retain) return;
        if (payload === '') retained.delete(topic);
        else retained.set(topic, Buffer.from(payload));
      },
      readRetained: async () => {
        await new Promise<void>((resolve) => {
          answer = resolve;
        });
        return new Map(retained);
      },
    };
    announcer = new Announcer(
      {
        broker,
        pacer: new Pacer({ pace: 10 }),
        holds: new Holds({ hold: 1_000, liveWithin: 10_000 }),
        store: { put: async () => {}, delete: async () => {} },
        clock,
        prefix: 'homeassistant',
        wanted: (record) =>
          new Map(record === undefined ? [] : [[topicOf(record.id), { device: record.id }]]),
        onAnnounced: () => {},
        onReread: () => {},
        onLeftOut: () => expect.unreachable(),
        onError: (error) => expect.unreachable(String(error)),
      },
      new Map(),
    );
    records.set('OLD', newRecord('OLD', 0));
    await answered(reconcile());
    expect(announced()).toEqual([topicOf('OLD')]);
  });

  async function answered(reconciling: Promise<void>): Promise<void> {
    answer();
    await reconciling;
    await clock.advance(ALL);
  }

  test('a device that is removed stays away', async () => {
    const reconciling = reconcile();
    records.delete('OLD');
    announcer.remove('OLD');
    await answered(reconciling);
    expect(announced()).toEqual([]);
  });

  test('a device that shows up is announced, and stays', async () => {
    const reconciling = reconcile();
    const record = newRecord('NEW', 0);
    records.set('NEW', record);
    announcer.update(record, false);
    await clock.advance(ALL);
    expect(announced()).toEqual([topicOf('NEW'), topicOf('OLD')]);
    await answered(reconciling);
    expect(announced()).toEqual([topicOf('NEW'), topicOf('OLD')]);
  });
});
