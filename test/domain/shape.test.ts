import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChannelRecord, DeviceRecord } from '../../src/domain/record.ts';
import { Shape } from '../../src/domain/shape.ts';
import { fullRecord } from '../store/records.ts';

const PNG = { format: 'png', at: 0, bytes: 0 } as const;
const quiet = { alarm: 'new', state: 'OFF' } as const;

function followed(record: DeviceRecord): Shape {
  const shape = new Shape();
  shape.follow(record);
  return shape;
}

describe("a record's shape", () => {
  it('is the same while only states change', () => {
    const record = fullRecord('A');
    const shape = followed(record);
    record.lastSeen += 1;
    record.counters.pushes += 1;
    record.recent.set('beef', 1);
    for (const { alarms, readings } of Object.values(record.channels)) {
      for (const alarm of Object.values(alarms)) alarm.state = 'OFF';
      for (const reading of Object.values(readings)) reading.values = { temperature: 1 };
    }
    expect(shape.follow(record)).toBe(false);
  });

  const changes: readonly [string, (record: DeviceRecord, channel: ChannelRecord) => void][] = [
    ['a name', (record) => void Object.assign(record, { name: 'Gate' })],
    ['an address', (record) => void Object.assign(record, { address: '192.0.2.99' })],
    ['a number', ({ numbers }) => void Object.assign(numbers, { heartbeat_interval: 31 })],
    ['an unknown thing', ({ unknown }) => void unknown.push('x')],
    ['an event type', (_record, { events }) => void events.push('x')],
    ['a report', (_record, { seenIn }) => void seenIn.push('x')],
    ['a channel less', ({ channels }) => void Reflect.deleteProperty(channels, 'in0')],
    ['a picture', (_record, { images }) => void Object.assign(images, { face: PNG })],
    ['an alarm', (_record, { alarms }) => void Object.assign(alarms, { new: quiet })],
    [
      'a label',
      (_record, { alarms }) => void Object.assign(alarms, { new: { ...quiet, label: 'x' } }),
    ],
  ];

  it.each(changes)('is another with %s', (_what, change) => {
    const record = fullRecord('A');
    const shape = followed(record);
    const channel = record.channels['0'];
    if (channel === undefined) throw new Error('no channel 0');
    change(record, channel);
    expect(shape.follow(record)).toBe(true);
    expect(shape.follow(record)).toBe(false);
  });

  it('is told apart wherever a text moves from one list to another', () => {
    const texts = fc.array(fc.constantFrom('a', 'b'), { maxLength: 3 });
    fc.assert(
      fc.property(texts, texts, texts, texts, (one, other, more, last) => {
        const [first, second] = [fullRecord('A'), fullRecord('A')];
        [first.unknown, second.unknown] = [one, more];
        const [of, and] = [first.channels['0'], second.channels['0']];
        if (of === undefined || and === undefined) throw new Error('no channel 0');
        [of.seenIn, and.seenIn] = [other, last];
        const isSame = JSON.stringify([one, other]) === JSON.stringify([more, last]);
        expect(followed(first).follow(second)).toBe(!isSame);
      }),
    );
  });
});
