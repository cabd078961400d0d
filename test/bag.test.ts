import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bag } from '../src/bag.ts';

test('a bag holds what a set would, whatever comes and goes', () => {
  const step = fc.tuple(fc.constantFrom('add', 'delete', 'takeAll'), fc.nat(9));
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const items = Array.from({ length: 10 }, (_, name) => ({ name, place: -1 }));
      const bag = new Bag<(typeof items)[number]>();
      const set = new Set<(typeof items)[number]>();
      for (const [what, index] of steps) {
        const item = items[index];
        if (item === undefined) continue;
        if (what === 'add' && !set.has(item)) {
          bag.add(item);
          set.add(item);
        }
        if (what === 'delete') expect(bag.delete(item)).toBe(set.delete(item));
        if (what === 'takeAll') {
          expect(new Set(bag.takeAll())).toEqual(set);
          set.clear();
        }
        expect(bag.size).toBe(set.size);
        expect(new Set(bag)).toEqual(set);
      }
    }),
  );
});
