import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { BodyBudget } from '../../src/http/budget.ts';

const KB = 1024;

/** What the budget looks at, of a request with so many bytes. */
function request(bytes: number | undefined, remoteAddress = 'a'): IncomingMessage {
  const headers =
    bytes === undefined ? { 'transfer-encoding': 'chunked' } : { 'content-length': String(bytes) };
  return { headers, socket: { remoteAddress } } as unknown as IncomingMessage;
}

describe('memory for bodies', () => {
  test('what fits comes in, what does not waits until there is room', async () => {
    const budget = new BodyBudget(200 * KB, 1_000 * KB);
    const [one, two, three] = [request(100 * KB), request(100 * KB), request(100 * KB)];
    expect(budget.admit(one)).toBeUndefined();
    expect(budget.admit(two)).toBeUndefined();
    const waiting = budget.admit(three);
    expect(waiting).toBeInstanceOf(Promise);
    budget.release(one);
    await waiting;
    const last = budget.admit(request(150 * KB));
    budget.release(two);
    budget.release(three);
    await last;
  });

  test('a small one does not wait, and one larger than all of it goes alone', async () => {
    const budget = new BodyBudget(200 * KB, 1_000 * KB);
    const large = request(900 * KB);
    expect(budget.admit(large)).toBeUndefined();
    expect(budget.admit(request(1 * KB))).toBeUndefined();
    const { socket } = large;
    expect(budget.admit({ headers: {}, socket } as IncomingMessage)).toBeUndefined();
    const next = budget.admit(request(undefined));
    expect(next).toBeInstanceOf(Promise);
    budget.release(large);
    await next;
  });

  test('who floods waits behind itself', async () => {
    const budget = new BodyBudget(100 * KB, 1_000 * KB);
    const [first, ...flood] = Array.from({ length: 10 }, () => request(90 * KB, 'flood'));
    if (first === undefined) throw new Error('no flood');
    expect(budget.admit(first)).toBeUndefined();
    const order: string[] = [];
    const pass = async (name: string, each: IncomingMessage) => {
      await budget.admit(each);
      order.push(name);
      budget.release(each);
    };
    const all = flood.map((each) => pass('flood', each));
    all.push(pass('other', request(90 * KB, 'other')));
    budget.release(first);
    await Promise.all(all);
    expect(order).toHaveLength(10);
    expect(order.indexOf('other')).toBeLessThanOrEqual(1);
  });

  test('who leaves while it waits takes no room', async () => {
    const budget = new BodyBudget(100 * KB, 1_000 * KB);
    const [one, gone, two] = [request(90 * KB), request(90 * KB), request(90 * KB)];
    expect(budget.admit(one)).toBeUndefined();
    expect(budget.admit(gone)).toBeInstanceOf(Promise);
    const waiting = budget.admit(two);
    budget.release(gone);
    budget.release(one);
    await waiting;
  });
});
