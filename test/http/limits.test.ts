import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SlowSenders } from '../../src/http/slow.ts';
import { authorizationFor, pushRaw, RawClient, requestHead, startServer } from './bench.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const last of undo.splice(0).reverse()) await last();
});

async function start(...args: Parameters<typeof startServer>) {
  const started = await startServer(...args);
  undo.push(() => started.server.close(0));
  const client = () => {
    const raw = new RawClient(started.port);
    undo.push(() => raw.socket.destroy());
    return raw;
  };
  return { ...started, client };
}

describe('headers', () => {
  it('more than 64 are refused, whatever Node kept of them', async () => {
    const { client, server, refusals, pushes } = await start({ auth: { mode: 'none' } });
    const headers = Array.from({ length: 300 }, (_, i) => `X-${i}: 1`);
    const raw = client()
      .write(requestHead({ headers, body: '{}' }))
      .write('{}');
    expect((await raw.answer()).status).toBe(431);
    await raw.ended();
    expect(server.refused()).toEqual({ headers_too_large: 1 });
    expect(refusals).toMatchObject([{ type: 'headers_too_large', address: '127.0.0.1' }]);
    expect(pushes).toEqual([]);
  });

  it('larger than 16 KiB are refused', async () => {
    const { client, server } = await start();
    const raw = client().write(requestHead({ headers: [`X: ${'x'.repeat(17_000)}`] }));
    expect((await raw.answer()).status).toBe(431);
    expect(server.refused()).toEqual({ headers_too_large: 1 });
  });
});

it.each([
  ['an expectation that nobody knows', requestHead({ headers: ['Expect: a-miracle'] })],
  ['a proxy asked for', 'CONNECT camera:80 HTTP/1.1\r\nHost: camera:80\r\n\r\n'],
])('%s is refused and counted, and the connection ends', async (_what, head) => {
  const { client, server, refusals, pushes } = await start({ auth: { mode: 'none' } });
  const raw = client().write(head);
  expect((await raw.answer()).status).toBe(400);
  await raw.ended();
  expect(server.refused()).toEqual({ bad_request: 1 });
  expect(refusals).toMatchObject([{ type: 'bad_request', address: '127.0.0.1' }]);
  expect(pushes).toEqual([]);
});

it('a body that was compressed stays as it is', async () => {
  const { client, pushes } = await start({ auth: { mode: 'none' } });
  const body = gzipSync(Buffer.alloc(1_000_000));
  const raw = client().write(requestHead({ headers: ['Content-Encoding: gzip'], body }));
  raw.write(body);
  expect((await raw.answer()).status).toBe(200);
  expect(pushes[0]?.body.bytes.equals(body)).toBe(true);
});

it('of who it says it is, no more is handed on than any id has', async () => {
  const { client, refusals } = await start();
  for (let i = 0; i < 3; i++) {
    const headers = [`User-Identify: ${'x'.repeat(10_000)}`];
    expect((await client().write(requestHead({ headers })).answer()).status).toBe(401);
  }
  expect(refusals[0]).toMatchObject({ type: 'no_credentials', device: 'x'.repeat(256) });
});

describe('slow senders', () => {
  async function slowServer() {
    let now = 0;
    const slow = new SlowSenders(() => now);
    const started = await start({}, { slow });
    const later = (ms: number) => {
      now += ms;
      slow.sweep();
    };
    return { ...started, later };
  }

  it('are answered 408, before they have authenticated', async () => {
    const { client, later, server } = await slowServer();
    const raw = client().write(requestHead({ body: 'x'.repeat(100) }));
    raw.write('x');
    await client().write('GET /health HTTP/1.1\r\n\r\n').answer();
    later(31_000);
    const answer = await raw.answer();
    expect([answer.status, JSON.parse(answer.body).error.errorcode]).toEqual([408, -408]);
    await raw.ended();
    expect(server.refused()).toEqual({ timeout: 1 });
  });

  it('and after; and nothing of theirs is taken', async () => {
    const { client, later, refusals, pushes } = await slowServer();
    const raw = client();
    const parts = { body: 'x'.repeat(100), headers: ['User-Identify: A'] };
    raw.write(requestHead(parts)).write(parts.body);
    const headers = [...parts.headers, authorizationFor(await raw.answer(), parts)];
    raw.write(requestHead({ ...parts, headers })).write('x');
    await client().write('GET /health HTTP/1.1\r\n\r\n').answer();
    later(31_000);
    expect((await raw.answer()).status).toBe(408);
    expect(refusals).toMatchObject([{ type: 'timeout', device: 'A' }]);
    expect(pushes).toEqual([]);
  });
});

describe('connections', () => {
  it('of one address: the oldest that has not authenticated is answered 503 and closed', async () => {
    const { client, server, refusals } = await start({ http: { max_connections_per_address: 2 } });
    const camera = client();
    await pushRaw(camera, { body: '{}' });
    const idle = client();
    await idle.write('GET /health HTTP/1.1\r\n\r\n').answer();
    const others = [client(), client()];
    const answer = await idle.answer();
    expect([answer.status, JSON.parse(answer.body).error.errorcode]).toEqual([503, -429]);
    await idle.ended();
    expect(server.refused().too_many_connections).toBe(1);
    expect(refusals).toMatchObject([{ type: 'too_many_connections', address: '127.0.0.1' }]);
    // the camera and the newcomers are there
    for (const raw of [camera, ...others]) {
      expect((await raw.write('GET /health HTTP/1.1\r\n\r\n').answer()).status).toBe(200);
    }
  });

  it('of one device: answered, and then closed', async () => {
    const { client, pushes } = await start({ http: { max_connections_per_address: 2 } });
    const parts = { body: '{}', headers: ['User-Identify: A'] };
    const kept = [];
    for (let i = 0; i < 3; i++) kept.push((await pushRaw(client(), parts)).answer);
    expect(kept.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(kept.map(({ head }) => /connection: close/i.test(head))).toEqual([false, false, true]);
    expect(pushes).toHaveLength(3);
  });

  it('in all: where everybody has authenticated the newcomer is turned away', async () => {
    const { client, server } = await start({ http: { max_connections: 2 } });
    for (const id of ['A', 'B']) {
      await pushRaw(client(), { body: '{}', headers: [`User-Identify: ${id}`] });
    }
    const late = client();
    expect((await late.answer()).status).toBe(503);
    await late.ended();
    expect(server.refused()).toMatchObject({ too_many_connections: 1 });
  });

  it('on which nobody ever authenticates is closed after a hundred tries', async () => {
    const { client } = await start();
    const raw = client();
    for (let i = 1; i <= 100; i++) {
      const { status, head } = await raw.write(requestHead({})).answer();
      expect(status).toBe(401);
      expect(/connection: close/i.test(head)).toBe(i === 100);
    }
    await raw.ended();
  });
});

describe('addresses', () => {
  const devices = { A: { auth: 'none', address: '192.0.2.7' } } as const;
  const request = requestHead({ headers: ['X-Forwarded-For: 192.0.2.7'], body: '{}' });

  it('a forwarded one is believed of a trusted proxy', async () => {
    const { client, pushes } = await start({ devices, http: { trusted_proxies: ['127.0.0.1'] } });
    expect((await client().write(request).write('{}').answer()).status).toBe(200);
    expect(pushes).toMatchObject([{ address: '192.0.2.7' }]);
  });

  it('and of nobody else', async () => {
    const { client, pushes } = await start({ devices });
    expect((await client().write(request).write('{}').answer()).status).toBe(401);
    expect(pushes).toEqual([]);
  });
});

it('one guess too many is answered as any, when its time is over', async () => {
  const waits: { readonly ms: number; readonly action: () => void }[] = [];
  const clock = {
    after: (ms: number, action: () => void) => {
      waits.push({ ms, action });
      return () => {};
    },
  };
  const { client, server } = await start({}, { clock });
  const raw = client();
  let nc = 0;
  const guess = async () => {
    const challenged = await raw.write(requestHead({})).answer();
    const options = { password: 'guess', nc: String(++nc) };
    raw.write(requestHead({ headers: [authorizationFor(challenged, {}, options)] }));
  };
  for (let i = 0; i < 30; i++) {
    await guess();
    expect((await raw.answer()).status).toBe(401);
  }
  await guess();
  const health = client().write('GET /health HTTP/1.1\r\n\r\n');
  expect((await health.answer()).status).toBe(200);
  const held = await vi.waitUntil(() => waits.find(({ ms }) => ms === 1000), { timeout: 30_000 });
  held.action();
  expect((await raw.answer()).status).toBe(401);
  expect(server.refused()).toMatchObject({ wrong_credentials: 30, guessing: 1 });
});

describe('pipelining', () => {
  const health = 'GET /health HTTP/1.1\r\n\r\n';

  it('a few requests at once are answered in their order', async () => {
    const { client } = await start();
    const raw = client().write(health + requestHead({}) + health);
    const statuses = [];
    for (let i = 0; i < 3; i++) statuses.push((await raw.answer()).status);
    expect(statuses).toEqual([200, 401, 200]);
  });

  it('more than are answered: one is refused, and the connection with it', async () => {
    const { client, server } = await start();
    const raw = client().write(health.repeat(500));
    const statuses = [];
    for (let i = 0; i < 9; i++) statuses.push((await raw.answer()).status);
    expect(statuses).toEqual([...Array(8).fill(200), 400]);
    await raw.ended();
    expect(server.refused()).toEqual({ bad_request: 1 });
    expect((await client().write(health).answer()).status).toBe(200);
  });

  it('one after the other, as many as there are', async () => {
    const { client } = await start();
    const raw = client();
    for (let i = 0; i < 50; i++) expect((await raw.write(health).answer()).status).toBe(200);
  });
});
