import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Entry, type Kept, newestOnly } from '../../src/outbox/entry.ts';
import { Ledger } from '../../src/outbox/ledger.ts';

const LOTS = { maxBytes: 1_000_000, maxAge: 1_000 };
const entry = (seq: number, kept: Kept, more: Partial<Entry> = {}): Entry => ({
  seq,
  device: 'A',
  kept,
  topic: kept === 'state' ? '' : `A/${kept}`,
  bytes: 10,
  at: 0,
  ...more,
});

/** Everything that leaves, in its order, as if each were sent at once. */
function drained(ledger: Ledger): Entry[] {
  const left: Entry[] = [];
  for (let [head] = ledger.heads(); head !== undefined; [head] = ledger.heads()) {
    left.push(head);
    ledger.remove(head.seq);
  }
  return left;
}

function filled(entries: readonly Entry[], options = LOTS): Ledger {
  const ledger = new Ledger(options);
  for (const one of entries) {
    ledger.admit([one]);
    ledger.free(one.seq);
  }
  return ledger;
}

describe('what is kept', () => {
  test('every event and report, the newest of a picture and of a state', () => {
    const kinds: Kept[] = ['history', 'picture', 'state', 'report'];
    const ledger = filled([...kinds, ...kinds].map((kept, seq) => entry(seq, kept)));
    expect(drained(ledger).map(({ seq }) => seq)).toEqual([0, 3, 4, 5, 6, 7]);
    expect(ledger).toMatchObject({ size: 0, bytes: 0 });
  });

  test('of one report too, only the newest of a topic', () => {
    const ledger = filled([entry(0, 'state')]);
    const admission = ledger.admit([entry(1, 'state'), entry(2, 'history'), entry(3, 'state')]);
    expect(admission?.kept.map(({ seq }) => seq)).toEqual([2, 3]);
    expect(ledger).toMatchObject({ size: 2, bytes: 20 });
  });

  test('an older one that comes behind a newer one of its topic is not taken', () => {
    const ledger = filled([entry(5, 'picture')]);
    expect(ledger.admit([entry(3, 'picture')])).toEqual({ kept: [], replaced: [], dropped: [] });
    expect(drained(ledger).map(({ seq }) => seq)).toEqual([5]);
  });

  test('what is older than the bound is given up, but not what somebody sends', () => {
    const ledger = filled([
      entry(0, 'history'),
      entry(1, 'history'),
      entry(2, 'history', { at: 1 }),
    ]);
    ledger.hold(1);
    expect(ledger.expire(1_000)).toEqual([]);
    expect(ledger.expire(1_001).map(({ seq }) => seq)).toEqual([0]);
    expect(ledger.size).toBe(2);
  });
});

describe('when it is full', () => {
  const small = { maxBytes: 40, maxAge: 1_000 };
  const full = () =>
    filled(
      [
        entry(0, 'history'),
        entry(1, 'picture', { topic: 'one' }),
        entry(2, 'picture', { topic: 'two' }),
        entry(3, 'history'),
      ],
      small,
    );

  test('the oldest picture gives way, then the next, then the own one, then it refuses', () => {
    const ledger = full();
    expect(ledger.admit([entry(4, 'history')])?.dropped.map(({ seq }) => seq)).toEqual([1]);
    const both = [entry(5, 'picture', { topic: 'three' }), entry(6, 'history')];
    const admission = ledger.admit(both);
    expect(admission?.dropped.map(({ seq }) => seq)).toEqual([2, 5]);
    expect(admission?.kept.map(({ seq }) => seq)).toEqual([6]);
    expect(ledger.admit([entry(7, 'history')])).toBeUndefined();
    expect(ledger).toMatchObject({ size: 4, bytes: 40 });
  });

  test('a picture that is being sent does not give way', () => {
    const ledger = full();
    ledger.hold(1);
    expect(ledger.admit([entry(4, 'history')])?.dropped.map(({ seq }) => seq)).toEqual([2]);
  });

  test('what could not be written is as if it had never been asked for', () => {
    const ledger = full();
    const admission = ledger.admit([entry(4, 'picture', { topic: 'two', bytes: 20 })]);
    if (admission === undefined) throw new Error('there was room');
    ledger.revert(admission);
    expect(drained(ledger).map(({ seq }) => seq)).toEqual([0, 1, 2, 3]);
  });
});

describe('order', () => {
  test('one that is held keeps what is behind it back, of its device alone', () => {
    const ledger = filled([
      entry(0, 'history'),
      entry(1, 'history'),
      entry(2, 'history', { device: 'B' }),
    ]);
    ledger.hold(0);
    expect([...ledger.heads()].map(({ seq }) => seq)).toEqual([2]);
    ledger.free(0);
    expect([...ledger.heads()].map(({ seq }) => seq)).toEqual([0, 2]);
  });

  test('a report on its way keeps back what came after it', () => {
    const ledger = filled([entry(1, 'history')]);
    ledger.underway('A', 0);
    ledger.underway('A', 7);
    expect([...ledger.heads()]).toEqual([]);
    ledger.settled('A', 0);
    expect([...ledger.heads()].map(({ seq }) => seq)).toEqual([1]);
    expect(ledger.waitsFor('A', 7)).toBe(true);
    expect(ledger.waitsFor('A', 1)).toBe(false);
    expect(ledger.waitsFor('B', 7)).toBe(false);
  });

  test('a place that was taken earlier and is written later comes first', () => {
    const ledger = filled([entry(4, 'history'), entry(2, 'history')]);
    expect(drained(ledger).map(({ seq }) => seq)).toEqual([2, 4]);
  });
});

const entries = fc.uniqueArray(
  fc.record({
    seq: fc.nat(200),
    device: fc.constantFrom('A', 'B', 'C'),
    kept: fc.constantFrom<Kept>('state', 'picture', 'history', 'report'),
    kind: fc.constantFrom('face', 'alarm'),
    bytes: fc.integer({ min: 1, max: 60 }),
  }),
  { selector: ({ seq }) => seq, maxLength: 60 },
);

describe('whatever comes', () => {
  test('bounds hold, nothing but pictures is given up, each device leaves in order', () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 50, max: 1_500 }), (given, maxBytes) => {
        const ledger = new Ledger({ maxBytes, maxAge: 1_000 });
        const taken = new Map<number, Entry>();
        for (const { kind, ...rest } of given) {
          const one: Entry = { ...rest, topic: `${rest.device}/${kind}`, at: 0 };
          const admission = ledger.admit([one]);
          ledger.free(one.seq);
          expect(ledger.bytes).toBeLessThanOrEqual(maxBytes);
          for (const kept of admission?.kept ?? []) taken.set(kept.seq, kept);
          for (const gone of admission?.dropped ?? []) {
            expect(gone.kept).toBe('picture');
            taken.delete(gone.seq);
          }
          for (const gone of admission?.replaced ?? []) {
            expect(newestOnly.has(gone.kept)).toBe(true);
            taken.delete(gone.seq);
          }
          // refused only where all pictures together would not have made room
          const needed = [...taken.values(), one].filter((each) => !isPicture(each));
          if (admission === undefined) expect(sum(needed)).toBeGreaterThan(maxBytes - one.bytes);
        }
        const left = drained(ledger);
        expect(new Set(left)).toEqual(new Set(taken.values()));
        for (const device of ['A', 'B', 'C']) {
          const places = left.filter((one) => one.device === device).map(({ seq }) => seq);
          expect(places).toEqual([...places].sort((one, other) => one - other));
        }
      }),
    );
  });
});

function isPicture({ kept }: Entry): boolean {
  return kept === 'picture';
}

function sum(entries: readonly Entry[]): number {
  return entries.reduce((all, { bytes }) => all + bytes, 0);
}

describe('which may leave', () => {
  const step = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('admit' as const), device: fc.nat(4) }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('underway' as const), device: fc.nat(4) }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('settled' as const), at: fc.nat(20) }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant('free' as const), at: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('hold' as const), at: fc.nat(20) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), at: fc.nat(20) }) },
    { weight: 4, arbitrary: fc.constant({ do: 'look' as const }) },
  );

  test('is what a look at all entries finds, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const ledger = new Ledger(LOTS);
        const [entries, held] = [new Map<number, Entry>(), new Set<number>()];
        const underway = new Map<number, string>();
        const mayLeave = ({ seq, device }: Entry) => {
          const before = [...entries.values()].some(
            (other) => other.device === device && other.seq < seq,
          );
          const waits = [...underway].some(([at, of]) => of === device && at <= seq);
          return !before && !waits && !held.has(seq);
        };
        const look = () => {
          const found = [...ledger.heads()].map(({ seq }) => seq).sort((a, b) => a - b);
          expect(found).toEqual([...entries.values()].filter(mayLeave).map(({ seq }) => seq));
        };
        for (const [seq, next] of steps.entries()) {
          if (next.do === 'look') look();
          else if ('device' in next) {
            const device = `d${next.device}`;
            if (next.do === 'admit') {
              const one = entry(seq, 'history', { device });
              ledger.admit([one]);
              entries.set(seq, one);
              held.add(seq);
            } else {
              ledger.underway(device, seq);
              underway.set(seq, device);
            }
          } else if (next.do === 'settled') {
            const [seqOf, device] = [...underway][next.at] ?? [-1, ''];
            underway.delete(seqOf);
            ledger.settled(device, seqOf);
          } else {
            const chosen = [...entries.keys()][next.at] ?? -1;
            ledger[next.do](chosen);
            if (next.do === 'hold' && entries.has(chosen)) held.add(chosen);
            else held.delete(chosen);
            if (next.do === 'remove') entries.delete(chosen);
          }
        }
        look();
      }),
      { numRuns: 500 },
    );
  });
});
