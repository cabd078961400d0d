import fc from 'fast-check';
import { generate } from 'mqtt-packet';
import { describe, expect, it } from 'vitest';
import { packetSize } from '../../src/mqtt/size.ts';
import { canPublishTo, matches } from '../../src/mqtt/topics.ts';

describe('topics', () => {
  it.each([
    // the examples of MQTT 5 §4.7.1
    ['sport/tennis/player1/#', 'sport/tennis/player1', true],
    ['sport/tennis/player1/#', 'sport/tennis/player1/ranking', true],
    ['sport/#', 'sport', true],
    ['#', 'any/thing', true],
    ['sport/tennis/+', 'sport/tennis/player1', true],
    ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
    ['sport/+', 'sport', false],
    ['sport/+', 'sport/', true],
    ['+/+', '/finance', true],
    ['/+', '/finance', true],
    ['+', '/finance', false],
    ['#', '$SYS/uptime', false],
    ['+/monitor/Clients', '$SYS/monitor/Clients', false],
    ['$SYS/#', '$SYS/uptime', true],
    ['a/b', 'a/b/c', false],
    ['a/b/c', 'a/b', false],
  ])('%s takes %s: %s', (filter, topic, expected) => {
    expect(matches(filter, topic)).toBe(expected);
  });

  it.each(['', 'a/+', 'a/#', 'a\0b', '\ud800', 'x'.repeat(65_536)])(
    'cannot publish to %j',
    (topic) => expect(canPublishTo(topic)).toBe(false),
  );

  it('can publish to names in any script', () => {
    expect(canPublishTo('jvs2mqtt/大门/😀')).toBe(true);
  });
});

describe('the size of a packet', () => {
  it('is what mqtt.js writes', () => {
    const message = fc.record({
      topic: fc.string({ minLength: 1, unit: 'grapheme' }).filter(canPublishTo),
      payload: fc
        .constantFrom(0, 1, 100, 127, 128, 16_300, 16_383, 2_097_152)
        .map((n) => Buffer.alloc(n)),
      qos: fc.constantFrom(0 as const, 1 as const),
      retain: fc.boolean(),
    });
    const expiry = fc.option(fc.nat(), { nil: undefined });
    fc.assert(
      fc.property(
        message,
        expiry,
        fc.constantFrom(4 as const, 5 as const),
        (m, seconds, protocolVersion) => {
          const properties =
            seconds === undefined ? {} : { properties: { messageExpiryInterval: seconds } };
          const bytes = generate(
            {
              cmd: 'publish',
              dup: false,
              messageId: 7,
              ...m,
              ...(protocolVersion === 5 ? properties : {}),
            },
            { protocolVersion },
          );
          const packet = seconds === undefined ? m : { ...m, expiry: seconds };
          expect(packetSize(packet, protocolVersion === 5 ? '5' : '3.1.1')).toBe(bytes.length);
        },
      ),
      { numRuns: 60 },
    );
  });
});
