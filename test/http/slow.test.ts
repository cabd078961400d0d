import { describe, expect, it } from 'vitest';
import { SlowSenders } from '../../src/http/slow.ts';

/** A sender with `bytes` every `pause` ms for `seconds`; when it was ended, in seconds. */
function send({ bytes, pause, seconds }: { bytes: number; pause: number; seconds: number }) {
  let now = 0;
  let ended: number | undefined;
  const slow = new SlowSenders(() => now);
  const sending = slow.begin(() => {
    ended ??= now / 1000;
  });
  for (; now < seconds * 1000; now += 1000) {
    if (now % pause === 0) slow.came(sending, bytes);
    slow.sweep();
  }
  return ended;
}

describe('how slow a body may come', () => {
  it('bad Wi-Fi gets an hour where it keeps at it', () => {
    expect(send({ bytes: 4096, pause: 1000, seconds: 3600 })).toBeUndefined();
    expect(send({ bytes: 100_000, pause: 50_000, seconds: 3600 })).toBeUndefined();
  });

  it('a byte now and then does not', () => {
    expect(send({ bytes: 1, pause: 10_000, seconds: 3600 })).toBe(31);
    expect(send({ bytes: 100, pause: 1000, seconds: 3600 })).toBe(34);
  });

  it('nothing at all ends it, however much came before', () => {
    expect(send({ bytes: 10_000_000, pause: 3_600_000, seconds: 3600 })).toBe(61);
  });

  it('who is done is not ended', () => {
    let now = 0;
    let ended = false;
    const slow = new SlowSenders(() => now);
    slow.end(
      slow.begin(() => {
        ended = true;
      }),
    );
    now = 1e9;
    slow.sweep();
    expect(ended).toBe(false);
  });
});
