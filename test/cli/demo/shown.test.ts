import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, messageLine, payloadText } from '../../../src/cli/demo/shown.ts';
import { jpeg } from '../../../src/simulator/jpeg.ts';

const plain = { width: 40, color: false };
const line = (topic: string, payload: string, retain = false) =>
  messageLine({ topic, payload: Buffer.from(payload), retain }, plain);

describe('messageLine', () => {
  it('fits the width, and says what is retained', () => {
    expect(line('a/b', 'online', true)).toBe('  ● a/b  online');
    expect(line('a/b', 'x'.repeat(100))).toBe(`  ○ a/b  ${'x'.repeat(30)}…`);
    expect(line('a/b', '{"name":\n "门"}')).toBe('  ○ a/b  {"name":  "门"}');
  });

  it('is coloured where there are colours', () => {
    const message = { topic: 'a/event', payload: Buffer.from('{}'), retain: false };
    expect(messageLine(message, { width: 40, color: true })).toBe(
      '  ○ \u001b[33ma/event\u001b[0m  \u001b[2m{}\u001b[0m',
    );
  });

  it('is one line no wider than asked for, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string({ unit: 'binary' }),
        fc.integer({ min: 20, max: 200 }),
        (topic, payload, width) => {
          const shown = messageLine(
            { topic, payload: Buffer.from(payload), retain: true },
            { width, color: false },
          );
          expect([...shown].length).toBeLessThanOrEqual(width);
          expect(shown).not.toMatch(/\p{Cc}/u);
        },
      ),
    );
  });
});

describe('payloadText', () => {
  it('names pictures by size', () => {
    const picture = jpeg({ scene: 'plate' });
    expect(payloadText(picture)).toBe(`JPEG, ${(picture.length / 1000).toFixed(1)} kB`);
    expect(payloadText(Buffer.from('89504e470d0a1a0a', 'hex'))).toBe('PNG, 8 B');
    expect(payloadText(Buffer.alloc(0))).toBe('(cleared)');
  });
});

describe('cut', () => {
  it('counts Chinese characters as two columns', () => {
    expect(cut('摄像机', 6)).toBe('摄像机');
    expect(cut('摄像机', 5)).toBe('摄像…');
    expect(cut('摄像机', 4)).toBe('摄…');
    expect(cut('abc', 0)).toBe('');
  });
});
