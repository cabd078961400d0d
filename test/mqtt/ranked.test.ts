import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Ranked } from '../../src/mqtt/ranked.ts';

describe('things by number', () => {
  it('has nothing first where there is nothing', () => {
    const ranked = new Ranked<string>();
    expect(ranked.first).toBeUndefined();
    expect(ranked.lowest).toBe(Number.POSITIVE_INFINITY);
    expect([...ranked.takeUntil(Number.POSITIVE_INFINITY)]).toEqual([]);
  });

  it('moves a thing whose number changes, and forgets all', () => {
    const ranked = new Ranked<string>();
    ranked.set('a', 1);
    ranked.set('b', 2);
    ranked.set('a', 3);
    expect(ranked.first).toBe('b');
    ranked.clear();
    expect(ranked.size).toBe(0);
    ranked.set('a', 1);
    expect(ranked.first).toBe('a');
  });

  it('is what a plain list is, whatever is done to it', () => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant('set' as const),
        item: fc.nat(30),
        number: fc.oneof(fc.nat(20), fc.constant(Number.NEGATIVE_INFINITY)),
      }),
      fc.record({ do: fc.constant('delete' as const), item: fc.nat(30) }),
      fc.record({ do: fc.constant('take' as const), until: fc.nat(6) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const ranked = new Ranked<number>();
        const plain = new Map<number, number>();
        const lowest = () => Math.min(...plain.values());
        for (const next of steps) {
          if (next.do === 'set') {
            ranked.set(next.item, next.number);
            plain.set(next.item, next.number);
          } else if (next.do === 'delete') {
            ranked.delete(next.item);
            plain.delete(next.item);
          } else {
            for (const item of ranked.takeUntil(next.until)) {
              expect(plain.get(item)).toBe(lowest());
              plain.delete(item);
            }
            expect(lowest()).toBeGreaterThan(next.until);
          }
          expect(ranked.size).toBe(plain.size);
          expect(ranked.lowest).toBe(lowest());
          if (ranked.first !== undefined) expect(plain.get(ranked.first)).toBe(lowest());
        }
      }),
      { numRuns: 300 },
    );
  });
});
