import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Nonces } from '../../src/http/nonces.ts';
import { CountWindow } from '../../src/http/window.ts';

const LIFE = 3_600_000;
const T0 = 1_700_000_000_000;

describe('Nonces', () => {
  it('are hex alone, and no two are the same', () => {
    const nonces = new Nonces({ life: LIFE });
    const issued = Array.from({ length: 100 }, () => nonces.issue(T0));
    expect(new Set(issued).size).toBe(100);
    for (const nonce of issued) expect(nonce).toMatch(/^[0-9a-f]{76}$/);
  });

  it('live as long as they should, used or not', () => {
    const nonces = new Nonces({ life: LIFE });
    const [unused, used] = [nonces.issue(T0), nonces.issue(T0)];
    expect(nonces.use(used, '1', T0)).toBe('fresh');
    expect(nonces.use(used, '2', T0 + LIFE)).toBe('fresh');
    expect(nonces.use(used, '3', T0 + LIFE + 1)).toBe('expired');
    expect(nonces.use(unused, '1', T0 + LIFE + 1)).toBe('expired');
  });

  it('of the run before, of another key and of nobody are foreign', () => {
    const start = Buffer.alloc(8, 1);
    const nonces = new Nonces({ life: LIFE, start });
    expect(nonces.use(new Nonces({ life: LIFE }).issue(T0), '1', T0)).toBe('foreign');
    expect(nonces.use(new Nonces({ life: LIFE, start }).issue(T0), '1', T0)).toBe('foreign');
    expect(nonces.use('C40Hr6NCxnvamwrO71o1zw==', '42', T0)).toBe('foreign');
    expect(nonces.use('', '1', T0)).toBe('foreign');
  });

  it('cannot be changed in a single digit', () => {
    const nonces = new Nonces({ life: LIFE });
    const nonce = nonces.issue(T0);
    for (let i = 0; i < nonce.length; i++) {
      const other = nonce[i] === '0' ? '1' : '0';
      expect(nonces.use(nonce.slice(0, i) + other + nonce.slice(i + 1), '1', T0)).toBe('foreign');
    }
    expect(nonces.use(nonce, '1', T0)).toBe('fresh');
  });

  it('count: an nc once, any first value, parallel ones out of order', () => {
    const nonces = new Nonces({ life: LIFE });
    const nonce = nonces.issue(T0);
    const uses = ['42', '00000029', '43', '00000043', '42', '44'];
    expect(uses.map((nc) => nonces.use(nonce, nc, T0))).toEqual([
      'fresh',
      'fresh',
      'fresh',
      'repeated',
      'repeated',
      'fresh',
    ]);
  });

  it('let nc repeat for the device that may, on its own nonce alone', () => {
    const nonces = new Nonces({ life: LIFE });
    const [own, others] = [nonces.issue(T0), nonces.issue(T0)];
    const lazy = { device: 'lazy', allowRepeated: true };
    expect(nonces.use(own, '1', T0, lazy)).toBe('fresh');
    expect(nonces.use(own, '1', T0, lazy)).toBe('fresh');
    expect(nonces.use(own, '1', T0, { device: 'other' })).toBe('repeated');
    // A captured request of another device does not become good by saying that it is the lazy one's.
    expect(nonces.use(others, '1', T0, { device: 'other' })).toBe('fresh');
    expect(nonces.use(others, '1', T0, lazy)).toBe('repeated');
  });

  it('have no count without qop', () => {
    const nonces = new Nonces({ life: LIFE });
    const nonce = nonces.issue(T0);
    expect(nonces.use(nonce, undefined, T0)).toBe('fresh');
    expect(nonces.use(nonce, undefined, T0)).toBe('fresh');
    expect(nonces.use(nonce, undefined, T0 + LIFE + 1)).toBe('expired');
  });

  it('that were forgotten to save memory are not taken again', () => {
    const nonces = new Nonces({ life: LIFE, capacity: 2 });
    const old = nonces.issue(T0);
    expect(nonces.use(old, '1', T0)).toBe('fresh');
    const [second, third] = [nonces.issue(T0 + 1), nonces.issue(T0 + 2)];
    for (const nonce of [second, third]) expect(nonces.use(nonce, '1', T0 + 3)).toBe('fresh');
    expect(nonces.use(old, '1', T0 + 3)).toBe('expired');
    expect(nonces.use(second, '2', T0 + 3)).toBe('fresh');
    expect(nonces.use(second, '2', T0 + 3)).toBe('repeated');
  });
});

describe('CountWindow', () => {
  it('takes each count of a growing counter once, decimal or hexadecimal', () => {
    for (const radix of [10, 16]) {
      const window = new CountWindow();
      for (let count = 1; count < 3000; count++) {
        expect(window.take(count.toString(radix))).toBe(true);
        expect(window.take(count.toString(radix).padStart(8, '0'))).toBe(false);
      }
    }
  });

  it('takes a decimal 999 that was overtaken by 1000', () => {
    const window = new CountWindow();
    for (const nc of ['998', '1000', '999']) expect(window.take(nc)).toBe(true);
    expect(window.take('999')).toBe(false);
  });

  it('takes counts that are no numbers once, and not without end', () => {
    const window = new CountWindow();
    expect(window.take('one')).toBe(true);
    expect(window.take('one')).toBe(false);
    const taken = Array.from({ length: 1000 }, (_, i) => window.take(`no ${i}`));
    expect(taken.filter(Boolean).length).toBeLessThan(100);
  });

  it('never takes a value twice, whatever came between', () => {
    const nc = fc.oneof(
      fc.nat(100).map((n) => n.toString(16)),
      fc.nat().map((n) => n.toString(16).padStart(8, '0')),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(nc, { maxLength: 400 }), (counts) => {
        const window = new CountWindow();
        const taken = counts.filter((count) => window.take(count));
        const values = taken.map((text) =>
          /^[0-9a-f]+$/i.test(text) ? Number.parseInt(text, 16) : text,
        );
        expect(new Set(values).size).toBe(values.length);
      }),
    );
  });

  it('takes any shuffle of neighbours in full', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(Array.from({ length: 60 }, (_, i) => i + 1)), (counts) => {
        const window = new CountWindow();
        expect(counts.every((count) => window.take(count.toString(16)))).toBe(true);
      }),
    );
  });
});
