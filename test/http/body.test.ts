import { once } from 'node:events';
import { createServer, IncomingMessage, type Server } from 'node:http';
import { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type Body, type BodyOptions, discardBody, readBody } from '../../src/http/body.ts';
import { RawClient, requestHead } from './bench.ts';

const servers: Server[] = [];
const clients: RawClient[] = [];
afterEach(() => {
  for (const { socket } of clients.splice(0)) socket.destroy();
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** A body with its bytes in place of the lazy ones. */
function shown(body: Body) {
  return body.ok ? { ok: true, bytes: body.received.bytes } : body;
}

/** Reads one body that a raw client sends. */
async function reading(read: (incoming: IncomingMessage) => Promise<Body>) {
  let tell: (body: Promise<Body>) => void = () => {};
  const body = new Promise<Body>((resolve) => {
    tell = resolve;
  }).then(shown);
  const server = createServer({ requireHostHeader: false }, (incoming) => tell(read(incoming)));
  server.on('clientError', (_, socket) => socket.destroy());
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve());
  });
  const address = server.address();
  const client = new RawClient(typeof address === 'object' ? (address?.port ?? 0) : 0);
  clients.push(client);
  return { client, body };
}

const take = (options: Partial<BodyOptions> = {}) => {
  return reading((incoming) => readBody(incoming, { limit: 1000, ...options }));
};

const chunked = 'GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n';

describe('readBody', () => {
  it.each([0, 1, 1000])('%i bytes in one buffer', async (size) => {
    const { client, body } = await take();
    const bytes = Buffer.alloc(size, 'abc');
    client.write(requestHead({ method: 'GET', body: bytes })).write(bytes);
    expect(await body).toEqual({ ok: true, bytes });
  });

  it('in pieces, of declared size and of none', async () => {
    const declared = await take();
    declared.client.write(requestHead({ body: 'abcdef' })).write('abc');
    await new Promise((resolve) => setImmediate(resolve));
    declared.client.write('def');
    expect(await declared.body).toEqual({ ok: true, bytes: Buffer.from('abcdef') });
    const open = await take();
    open.client.write(`${chunked}3\r\nabc\r\n`);
    await new Promise((resolve) => setImmediate(resolve));
    open.client.write('3\r\ndef\r\n0\r\n\r\n');
    expect(await open.body).toEqual({ ok: true, bytes: Buffer.from('abcdef') });
  });

  it('past the limit is read to its end', async () => {
    const { client, body } = await take();
    client.write(requestHead({ body: 'x'.repeat(1001) })).write('x'.repeat(1001));
    expect(await body).toEqual({ ok: false, problem: 'too_large', drained: true });
  });

  it('without end is given up', async () => {
    const { client, body } = await take({ discard: 1000 });
    client.write(`${chunked}7d1\r\n${'x'.repeat(2001)}\r\n`);
    expect(await body).toEqual({ ok: false, problem: 'too_large', drained: false });
  });

  it.each([requestHead({ body: 'abcdef' }), `${chunked}6\r\n`])(
    'cut short is aborted',
    async (head) => {
      const { client, body } = await take();
      client.write(`${head}abc`);
      client.socket.end();
      expect(await body).toEqual({ ok: false, problem: 'aborted' });
    },
  );

  it('is whole where every declared byte came, though the end did not', async () => {
    const incoming = new IncomingMessage(new Socket());
    incoming.headers['content-length'] = '3';
    const body = readBody(incoming, { limit: 1000 });
    incoming.push('abc');
    await once(incoming, 'data');
    incoming.destroy();
    expect(shown(await body)).toEqual({ ok: true, bytes: Buffer.from('abc') });
  });

  it('holds the sender back until it is admitted', async () => {
    let admit: () => void = () => {};
    const admitted = new Promise<void>((resolve) => {
      admit = resolve;
    });
    let asked: (incoming: IncomingMessage) => void = () => {};
    const asking = new Promise<IncomingMessage>((resolve) => {
      asked = resolve;
    });
    const { client, body } = await take({
      admit: (incoming) => {
        asked(incoming);
        return admitted;
      },
    });
    client.write(requestHead({ body: 'abc' })).write('abc');
    const incoming = await asking;
    while (!incoming.complete) await new Promise((resolve) => setImmediate(resolve));
    // It is all here, and was not taken.
    expect(incoming.readableLength).toBe(3);
    admit();
    expect(await body).toEqual({ ok: true, bytes: Buffer.from('abc') });
  });

  it('that is not admitted is aborted', async () => {
    const { client, body } = await take({ admit: () => Promise.reject(new Error('full')) });
    client.write(requestHead({ body: 'abc' })).write('abc');
    expect(await body).toEqual({ ok: false, problem: 'aborted' });
  });
});

describe('discardBody', () => {
  const drop = () => reading((incoming) => discardBody(incoming, 1000));

  it.each([0, 1000])('reads %i bytes and keeps none', async (size) => {
    const { client, body } = await drop();
    client.write(requestHead({ body: 'x'.repeat(size) })).write('x'.repeat(size));
    expect(await body).toEqual({ ok: true, bytes: Buffer.alloc(0) });
  });

  it('has an end too', async () => {
    const { client, body } = await drop();
    client.write(requestHead({ body: 'x'.repeat(1001) })).write('x'.repeat(1001));
    expect(await body).toEqual({ ok: false, problem: 'too_large', drained: false });
  });
});
