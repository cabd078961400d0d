import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Connection, Connections } from '../../src/http/connections.ts';

function bench({ most = 6, mostEach = 3, exempt = '' } = {}) {
  const refused: string[] = [];
  const ended: Connection[] = [];
  const connections = new Connections({
    most,
    mostEach,
    isExempt: (address) => address === exempt,
    onRefused: (address) => refused.push(address),
  });
  const open = (address: string) => {
    const connection: Connection = { end: () => ended.push(connection) };
    return { connection, taken: connections.opened(connection, address) };
  };
  return { connections, refused, ended, open };
}

describe('connections of one address', () => {
  it('the oldest that has not authenticated makes room', () => {
    const { open, ended, refused, connections } = bench();
    const all = ['A', 'A', 'A', 'A'].map((address) => open(address).connection);
    expect(ended).toEqual([all[0]]);
    expect(refused).toEqual(['A']);
    expect(connections.size).toBe(3);
  });

  it('who authenticated is not counted there any more', () => {
    const { open, ended, connections } = bench();
    const camera = open('A').connection;
    expect(connections.authenticated(camera, 'camera')).toBe(true);
    for (let i = 0; i < 3; i++) open('A');
    expect(ended).toEqual([]);
    open('A');
    expect(ended).not.toContain(camera);
    expect(ended).toHaveLength(1);
  });

  it('one device has no more than that either', () => {
    const { open, connections } = bench();
    const kept = ['A', 'B', 'C', 'D'].map((address) =>
      connections.authenticated(open(address).connection, 'camera'),
    );
    expect(kept).toEqual([true, true, true, false]);
  });

  it('authenticates once, however often it says so', () => {
    const { open, connections } = bench();
    const { connection } = open('A');
    for (let i = 0; i < 10; i++) expect(connections.authenticated(connection, 'x')).toBe(true);
    connections.closed(connection);
    expect(connections.size).toBe(0);
    expect(connections.authenticated(connection, 'x')).toBe(true);
    expect(connections.size).toBe(0);
  });

  it('a proxy is not counted', () => {
    const { open, ended } = bench({ exempt: 'proxy' });
    for (let i = 0; i < 6; i++) open('proxy');
    expect(ended).toEqual([]);
  });
});

describe('connections in all', () => {
  it('make room for a newcomer while any has not authenticated', () => {
    const { open, ended } = bench({ most: 3 });
    const [first] = ['A', 'B', 'C', 'D'].map((address) => open(address).connection);
    expect(ended).toEqual([first]);
  });

  it('turn the newcomer away where all have', () => {
    const { open, ended, connections, refused } = bench({ most: 2 });
    for (const name of ['A', 'B']) connections.authenticated(open(name).connection, name);
    expect(open('C').taken).toBe(false);
    expect([ended, refused, connections.size]).toEqual([[], ['C'], 2]);
  });
});

it('is never past its limits, and forgets what is closed', () => {
  const step = fc.record({
    what: fc.constantFrom('open', 'open', 'authenticate', 'close'),
    address: fc.constantFrom('A', 'B', 'C'),
    which: fc.nat(30),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const { connections, open, ended } = bench();
      const all: Connection[] = [];
      for (const { what, address, which } of steps) {
        const one = all[which % (all.length || 1)];
        if (what === 'open') {
          const { connection, taken } = open(address);
          if (taken) all.push(connection);
        } else if (one !== undefined && !ended.includes(one)) {
          if (what === 'close') {
            connections.closed(one);
            all.splice(all.indexOf(one), 1);
          } else connections.authenticated(one, `device of ${address}`);
        }
        expect(connections.size).toBe(all.filter((each) => !ended.includes(each)).length);
        expect(connections.size).toBeLessThanOrEqual(6);
      }
    }),
  );
});
