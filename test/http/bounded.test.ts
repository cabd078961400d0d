import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BoundedMap } from '../../src/http/bounded.ts';

/** The same by a Map whose order is that of use. */
class Model {
  readonly entries = new Map<number, number>();
  readonly forgotten: number[] = [];

  use(key: number): number | undefined {
    const value = this.entries.get(key);
    if (value === undefined) return undefined;
    this.entries.delete(key);
    this.entries.set(key, value);
    return value;
  }

  set(key: number, value: number, capacity: number): void {
    this.entries.delete(key);
    this.entries.set(key, value);
    const [oldest] = this.entries.keys();
    if (this.entries.size <= capacity || oldest === undefined) return;
    this.forgotten.push(this.entries.get(oldest) ?? 0);
    this.entries.delete(oldest);
  }
}

test('forgets what was used longest ago, whatever is done to it', () => {
  const step = fc.record({
    what: fc.constantFrom('get', 'set', 'peek', 'delete'),
    key: fc.nat({ max: 7 }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step), (capacity, steps) => {
      const forgotten: number[] = [];
      const map = new BoundedMap<number, number>(capacity, (value) => forgotten.push(value));
      const model = new Model();
      for (const [at, { what, key }] of steps.entries()) {
        if (what === 'get') expect(map.get(key)).toBe(model.use(key));
        if (what === 'peek') expect(map.peek(key)).toBe(model.entries.get(key));
        if (what === 'delete') {
          map.delete(key);
          model.entries.delete(key);
        }
        if (what === 'set') {
          map.set(key, at);
          model.set(key, at, capacity);
        }
        expect(map.size).toBe(model.entries.size);
        expect(forgotten).toEqual(model.forgotten);
      }
    }),
  );
});
