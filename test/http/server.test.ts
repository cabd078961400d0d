import { once } from 'node:events';
import { createServer as createTcp } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { AT_ONCE } from '../../src/http/limits.ts';
import type { Answer, Push } from '../../src/http/push.ts';
import { reports } from '../../src/spec/reports.ts';
import { authorizationFor, pushRaw, RawClient, requestHead, startServer } from './bench.ts';
import { forms } from './digest-forms.ts';

const closers: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function start(...args: Parameters<typeof startServer>) {
  const bench = await startServer(...args);
  closers.push(() => bench.server.close(0));
  return bench;
}

function client(port: number): RawClient {
  const made = new RawClient(port);
  closers.push(() => {
    made.socket.destroy();
  });
  return made;
}

const OK = (method: string) => ({ method, error: { errorcode: 0, errormsg: '' } });
const open = { auth: { mode: 'none' } } as const;
const NO_LIMIT = { max_connections: 1_000, max_connections_per_address: 1_000 };

describe('many pushes at once', () => {
  it('so many are handled, the others wait and are all answered', async () => {
    let [running, most, begun] = [0, 0, 0];
    let open128: () => void = () => {};
    const full = new Promise<void>((resolve) => {
      open128 = resolve;
    });
    const handle = async (): Promise<Answer> => {
      most = Math.max(most, ++running);
      if (++begun === AT_ONCE.most) open128();
      await full;
      running--;
      return { ok: true };
    };
    const { port } = await start({ ...open, http: NO_LIMIT }, { handle });
    const clients = Array.from({ length: AT_ONCE.most + 40 }, () => client(port));
    for (const raw of clients) raw.write(`${requestHead({ body: 'x' })}x`);
    const answers = await Promise.all(clients.map((raw) => raw.answer()));
    expect(answers.map(({ status }) => status)).toEqual(clients.map(() => 200));
    expect(most).toBe(AT_ONCE.most);
  });

  it('a body counts while it waits for its turn, though its sender is gone', async () => {
    const KB = 1024;
    const begun: number[] = [];
    let go: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      go = resolve;
    });
    const handle = async ({ body: { bytes } }: Push): Promise<Answer> => {
      begun.push(bytes.length);
      if (bytes.length === 90 * KB) await held;
      return { ok: true };
    };
    const { port, url } = await start({ ...open, http: { body_budget: 100 * KB } }, { handle });
    const send = (raw: RawClient, bytes: number) => {
      const body = 'x'.repeat(bytes);
      raw.write(`${requestHead({ body })}${body}`);
    };
    const passed = async () => {
      for (let trips = 0; trips < 20; trips += 1) await fetch(`${url}/health`);
    };
    const gone = client(port);
    send(gone, 90 * KB);
    await expect.poll(() => begun).toEqual([90 * KB]);
    gone.socket.destroy();
    await passed();
    const raw = client(port);
    send(raw, 80 * KB);
    await passed();
    expect(begun).toEqual([90 * KB]);
    go();
    expect((await raw.answer()).status).toBe(200);
    expect(begun).toEqual([90 * KB, 80 * KB]);
  });

  it('who sends slowly takes nobody’s place', async () => {
    const { port } = await start({ ...open, http: NO_LIMIT });
    for (const raw of Array.from({ length: AT_ONCE.most }, () => client(port))) {
      raw.write(requestHead({ body: 'never comes' }));
    }
    const raw = client(port);
    raw.write(`${requestHead({ body: 'x' })}x`);
    expect((await raw.answer()).status).toBe(200);
  });
});

describe('a push', () => {
  it.each(Object.entries(forms))('401 first, then 0, on one connection: as %s', async (_, form) => {
    const { port, pushes, refusals } = await start();
    const body = '{"method":"event_report"}';
    const { challenged, answer } = await pushRaw(client(port), { body }, { form });
    expect(challenged.status).toBe(401);
    expect(challenged.head).toContain(
      '\r\nWWW-Authenticate: Digest realm="jvs2mqtt", qop="auth", ',
    );
    expect(challenged.head).not.toMatch(/connection: close/i);
    expect(JSON.parse(challenged.body)).toEqual({
      method: 'event_report',
      error: { errorcode: -401, errormsg: 'user name and password needed' },
    });
    expect(answer.status).toBe(200);
    expect(answer.head).toMatch(/content-type: application\/json;charset=utf-8/i);
    expect(JSON.parse(answer.body)).toEqual(OK('event_report'));
    expect(pushes.map((push) => push.body.bytes.toString())).toEqual([body]);
    expect(refusals).toEqual([]);
  });

  it('of 5 MB, 401 first, arrives whole', async () => {
    const { port, pushes } = await start();
    const body = Buffer.alloc(5_000_000, 'jvs');
    const { challenged, answer } = await pushRaw(client(port), { body });
    expect([challenged.status, answer.status]).toEqual([401, 200]);
    expect(pushes[0]?.body.bytes.equals(body)).toBe(true);
  });

  it('keeps its nonce and counts on', async () => {
    const { port, pushes } = await start();
    const raw = client(port);
    const { challenged } = await pushRaw(raw, { body: 'first' }, { nc: '42' });
    for (const nc of ['43', '44', '45']) {
      const headers = [authorizationFor(challenged, {}, { nc })];
      raw.write(`${requestHead({ headers, body: nc })}${nc}`);
      expect((await raw.answer()).status).toBe(200);
    }
    expect(pushes.map((push) => push.body.bytes.toString())).toEqual(['first', '43', '44', '45']);
  });

  it('in parallel, with counts out of order', async () => {
    const { port, pushes } = await start();
    const { challenged } = await pushRaw(client(port), { body: 'x' }, { nc: '00000010' });
    const counts = ['00000014', '00000011', '00000013', '00000012', '00000001'];
    const answers = counts.map(async (nc) => {
      const raw = client(port);
      raw.write(requestHead({ headers: [authorizationFor(challenged, {}, { nc })] }));
      return (await raw.answer()).status;
    });
    expect(await Promise.all(answers)).toEqual([200, 200, 200, 200, 200]);
    expect(pushes).toHaveLength(6);
  });

  it('that was captured and sent again is refused with stale=true', async () => {
    const { port, pushes } = await start();
    const raw = client(port);
    const { challenged } = await pushRaw(raw, { body: 'x' });
    raw.write(requestHead({ headers: [authorizationFor(challenged, {})] }));
    const replayed = await raw.answer();
    expect(replayed.status).toBe(401);
    expect(replayed.head).toContain('stale=true');
    expect(pushes).toHaveLength(1);
  });

  it('goes on after a restart of the bridge by stale=true', async () => {
    const before = await start();
    const { challenged } = await pushRaw(client(before.port), { body: 'x' });
    const after = await start();
    const raw = client(after.port);
    raw.write(requestHead({ headers: [authorizationFor(challenged, {}, { nc: '2' })] }));
    const stale = await raw.answer();
    expect(stale.head).toContain('stale=true');
    raw.write(requestHead({ headers: [authorizationFor(stale, {})] }));
    expect((await raw.answer()).status).toBe(200);
    expect(after.refusals).toEqual([]);
  });

  it('says all that is known of it', async () => {
    const { port, pushes } = await start({}, { now: () => 1_700_000_000_000 });
    const target = '/cam//v1/device/snap_report/?x=1';
    const headers = ['User-Identify: 12221S55G3X8', 'Content-Type: application/json;charset=utf-8'];
    await pushRaw(client(port), { target, headers, body: '{}' });
    expect(pushes.map(({ body, ...push }) => ({ ...push, body: body.bytes }))).toEqual([
      {
        report: 'snap_report',
        method: 'snap_report',
        path: target,
        verb: 'POST',
        userIdentify: '12221S55G3X8',
        principal: { kind: 'user', username: 'jvs2mqtt' },
        address: '127.0.0.1',
        body: Buffer.from('{}'),
        receivedAt: 1_700_000_000_000,
        contentType: 'application/json;charset=utf-8',
      },
    ]);
  });

  it('is received once all of it is there, however long that takes', async () => {
    let now = 1_700_000_000_000;
    const { port, pushes } = await start(open, { now: () => now });
    const raw = client(port);
    raw.write(requestHead({ headers: ['Expect: 100-continue'], body: 'abcdef' }));
    expect((await raw.answer()).status).toBe(100);
    now += 12_000;
    raw.write('abcdef');
    expect((await raw.answer()).status).toBe(200);
    expect(pushes[0]?.receivedAt).toBe(now);
  });

  it('has its address as IPv4 where the server listens on both kinds', async () => {
    const { port, pushes } = await start({ ...open, http: { host: '::' } });
    const raw = client(port);
    raw.write(requestHead({}));
    expect((await raw.answer()).status).toBe(200);
    expect(pushes[0]?.address).toBe('127.0.0.1');
  });

  it('after three wrong passwords is a notice', async () => {
    const { port, refusals, server } = await start();
    const raw = client(port);
    for (let i = 0; i < 3; i++) {
      const { answer } = await pushRaw(raw, { body: 'x' }, { password: 'wrong' });
      expect(answer.status).toBe(401);
      expect(answer.head).not.toContain('stale');
    }
    expect(refusals.map(({ type }) => type)).toEqual(['wrong_credentials']);
    expect(server.refused()).toEqual({ wrong_credentials: 3 });
  });

  it('that never answers a challenge is a notice after three', async () => {
    const { port, refusals } = await start();
    const raw = client(port);
    for (let i = 0; i < 3; i++) {
      raw.write(requestHead({}));
      expect((await raw.answer()).status).toBe(401);
    }
    expect(refusals.map(({ type }) => type)).toEqual(['no_credentials']);
  });

  it('can be by SHA-256, offered before MD5 in a header of its own', async () => {
    const { port } = await start({ auth: { algorithm: 'SHA-256' } });
    const { challenged, answer } = await pushRaw(client(port), { body: 'x' }, { form: forms.curl });
    const lines = challenged.head.split('\r\n').filter((line) => line.startsWith('WWW-'));
    expect(lines.map((line) => /algorithm=(\S+)/.exec(line)?.[1])).toEqual(['SHA-256', 'MD5']);
    expect(answer.status).toBe(200);
  });
});

describe('methods and paths', () => {
  const rows = Object.values(reports);

  it.each(rows)('$path, however written', async ({ path, method, verbs }) => {
    const { port, pushes } = await start(open);
    const raw = client(port);
    const targets = [path, `/${path}`, `${path}/`, path.toUpperCase(), `/typed/base${path}`];
    for (const target of targets) {
      for (const verb of [...verbs, 'PUT']) {
        raw.write(`${requestHead({ method: verb, target, body: '{"a":1}' })}{"a":1}`);
        const answer = await raw.answer();
        expect([answer.status, JSON.parse(answer.body)]).toEqual([200, OK(method)]);
      }
    }
    expect(new Set(pushes.map((push) => push.report)).size).toBe(1);
    expect(pushes.every((push) => push.body.bytes.toString() === '{"a":1}')).toBe(true);
  });

  it.each(['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PROPFIND'])(
    'an unknown path by %s is an unknown report',
    async (method) => {
      const { port, pushes } = await start(open);
      const raw = client(port);
      raw.write(`${requestHead({ method, target: '/v1/device/People_count?x', body: 'abc' })}abc`);
      expect(JSON.parse((await raw.answer()).body)).toEqual(OK('People_count'));
      expect(pushes).toMatchObject([{ verb: method, method: 'People_count' }]);
      expect(pushes[0]).not.toHaveProperty('report');
      expect(pushes[0]?.body.bytes.toString()).toBe('abc');
    },
  );

  it('HEAD is answered without a body', async () => {
    const { port, pushes } = await start(open);
    const raw = client(port);
    raw.write(requestHead({ method: 'HEAD' }));
    expect(await raw.answer({ head: true })).toMatchObject({ status: 200, body: '' });
    raw.write(requestHead({ method: 'HEAD', target: '/health' }));
    expect((await raw.answer({ head: true })).status).toBe(200);
    expect(pushes).toHaveLength(1);
  });

  it('POST on / is a push without a name', async () => {
    const { port, pushes } = await start(open);
    const raw = client(port);
    raw.write(`${requestHead({ target: '/', body: 'abc' })}abc`);
    expect(JSON.parse((await raw.answer()).body)).toEqual(OK('push'));
    expect(pushes).toHaveLength(1);
  });

  it('keepinterval is in the answer', async () => {
    const handle = async (): Promise<Answer> => ({ ok: true, keepinterval: 30 });
    const { port } = await start(open, { handle });
    const raw = client(port);
    raw.write(requestHead({ method: 'GET', target: '/v1/device/keepalive' }));
    expect(JSON.parse((await raw.answer()).body)).toEqual({
      method: 'keepalive',
      keepinterval: 30,
      error: { errorcode: 0, errormsg: '' },
    });
  });

  it.each(['*', '/a\\b', 'http://['])(
    'a target %j is refused, and the server lives',
    async (target) => {
      const { port, refusals } = await start(open);
      const raw = client(port);
      raw.write(`${requestHead({ method: 'OPTIONS', target, body: 'abc' })}abc`);
      expect((await raw.answer()).status).toBe(400);
      const next = client(port);
      next.write(requestHead({}));
      expect((await next.answer()).status).toBe(200);
      expect(refusals).toMatchObject([{ type: 'bad_request', address: '127.0.0.1' }]);
    },
  );
});

describe('own pages', () => {
  it.each(['/', '/health', '//health/', '/HEALTH'])(
    '%s says that the bridge lives',
    async (path) => {
      const { url } = await start();
      const answer = await fetch(url + path);
      expect([answer.status, await answer.json()]).toEqual([
        200,
        { status: 'ok', broker: 'connected', version: '1.2.3' },
      ]);
    },
  );

  it('/ is a page in a browser', async () => {
    const { url } = await start();
    const answer = await fetch(url, { headers: { Accept: 'text/html,*/*;q=0.8' } });
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await answer.text()).toContain('connected');
  });

  it('/health is 200 without a broker: a restart would not bring it', async () => {
    const status = () => ({ broker: 'disconnected', version: '1' }) as const;
    const { url } = await start({}, { status });
    const answer = await fetch(`${url}/health`);
    expect([answer.status, await answer.json()]).toMatchObject([200, { broker: 'disconnected' }]);
  });

  it('/metrics', async () => {
    const { url } = await start();
    const answer = await fetch(`${url}/metrics`);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4');
    expect(await answer.text()).toBe('up 1\n');
  });

  it('one that fails is 500', async () => {
    const metrics = () => Promise.reject(new Error('no'));
    const { url, errors } = await start({}, { metrics });
    const answer = await fetch(`${url}/metrics`);
    expect([answer.status, await answer.json()]).toMatchObject([500, { method: 'metrics' }]);
    expect(errors).toHaveLength(1);
  });

  it('read the body of who sends one', async () => {
    const { port } = await start();
    const raw = client(port);
    const body = Buffer.alloc(1_000_000);
    raw.write(requestHead({ method: 'GET', target: '/health', body }));
    await raw.upload(body);
    expect((await raw.answer()).status).toBe(200);
    raw.write(requestHead({ method: 'GET', target: '/health' }));
    expect((await raw.answer()).status).toBe(200);
  });
});

describe('odd senders', () => {
  it('chunked GET', async () => {
    const { port, pushes } = await start(open);
    const raw = client(port);
    raw.write('GET /v1/device/keepalive HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    raw.write('5\r\n{"a":\r\n2\r\n1}\r\n0\r\n\r\n');
    expect((await raw.answer()).status).toBe(200);
    expect(pushes[0]?.body.bytes.toString()).toBe('{"a":1}');
  });

  it('HTTP/1.0 without Host', async () => {
    const { port, pushes } = await start(open);
    const raw = client(port);
    raw.write('POST /v1/device/event_report HTTP/1.0\r\nContent-Length: 2\r\n\r\n{}');
    expect((await raw.answer()).status).toBe(200);
    expect(pushes).toHaveLength(1);
  });

  it.each(['http://192.0.2.1:8780/', '192.0.2.1/base', 'fe80::1', 'a b', ''])(
    'Host: %s',
    async (host) => {
      const { port, pushes } = await start(open);
      const raw = client(port);
      raw.write(
        `POST /v1/device/event_report HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 2\r\n\r\n{}`,
      );
      expect((await raw.answer()).status).toBe(200);
      expect(pushes).toHaveLength(1);
    },
  );

  it('absolute-form targets, with Digest', async () => {
    const { port, pushes } = await start();
    const target = 'http://192.0.2.1:8780/v1/device/event_report';
    const { answer } = await pushRaw(
      client(port),
      { target, body: '{}' },
      { uri: '/v1/device/event_report' },
    );
    expect(answer.status).toBe(200);
    expect(pushes).toHaveLength(1);
  });

  it('one that closes its half after the request', async () => {
    let go: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const handle = async (): Promise<Answer> => {
      await gate;
      return { ok: true };
    };
    const { port, url } = await start(open, { handle });
    const raw = client(port);
    raw.socket.end(`${requestHead({ method: 'GET', body: '{}' })}{}`);
    await once(raw.socket, 'finish');
    // Whatever the server does about the half-closed connection, it has done it before this answer.
    await fetch(`${url}/health`);
    go();
    expect((await raw.answer()).status).toBe(200);
  });

  it('one that sends and is gone at once', async () => {
    let taken: (body: string) => void = () => {};
    const body = new Promise<string>((resolve) => {
      taken = resolve;
    });
    const handle = async ({ body: { bytes } }: Push): Promise<Answer> => {
      taken(bytes.toString());
      return { ok: true };
    };
    const { port } = await start(open, { handle });
    const raw = client(port);
    raw.socket.end(`${requestHead({ method: 'GET', body: 'gone' })}gone`);
    expect(await body).toBe('gone');
    raw.socket.destroy();
  });

  it('one byte at a time', async () => {
    const { port, pushes } = await start(open);
    const raw = client(port);
    for (const byte of `${requestHead({ body: '{"a":1}' })}{"a":1}`) {
      raw.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await raw.answer()).status).toBe(200);
    expect(pushes[0]?.body.bytes.toString()).toBe('{"a":1}');
  });

  it('Expect: 100-continue', async () => {
    const { port, pushes } = await start(open);
    const raw = client(port);
    raw.write(requestHead({ headers: ['Expect: 100-continue'], body: 'abc' }));
    expect((await raw.answer()).status).toBe(100);
    raw.write('abc');
    expect((await raw.answer()).status).toBe(200);
    expect(pushes[0]?.body.bytes.toString()).toBe('abc');
  });

  it('pipelined requests are answered in order', async () => {
    const { port, pushes } = await start(open);
    const raw = client(port);
    const one = `${requestHead({ body: '1' })}1`;
    const two = `${requestHead({ method: 'GET', target: '/keepalive', body: '2' })}2`;
    raw.write(one + two);
    const answers = [await raw.answer(), await raw.answer()];
    expect(answers.map(({ body }) => JSON.parse(body).method)).toEqual([
      'event_report',
      'keepalive',
    ]);
    expect(pushes.map((push) => push.body.bytes.toString())).toEqual(['1', '2']);
  });

  it('a body cut short is not a push', async () => {
    let tell: (type: string) => void = () => {};
    const type = new Promise<string>((resolve) => {
      tell = resolve;
    });
    const { port, pushes } = await start(open, { onRefusal: (refusal) => tell(refusal.type) });
    const raw = client(port);
    raw.write(requestHead({ body: 'x'.repeat(100) })).write('only this');
    raw.socket.end();
    expect(await type).toBe('aborted');
    expect(pushes).toEqual([]);
  });

  it.each([
    ['two lengths', 'POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400],
    [
      'length and chunks',
      'POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['no HTTP', 'hello\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('%s: answered, told, closed', async (_, request, status) => {
    const { port, refusals, server } = await start(open);
    const raw = client(port);
    raw.write(request);
    const answer = await raw.answer();
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body).error.errorcode).toBe(-status);
    await raw.ended();
    const type = status === 431 ? 'headers_too_large' : 'bad_request';
    expect(refusals).toMatchObject([{ type, address: '127.0.0.1' }]);
    expect(server.refused()).toEqual({ [type]: 1 });
  });
});

describe('bodies too large', () => {
  const small = { ...open, http: { max_body: 100_000 } };

  it.each(['GET', 'POST'])('by %s: read to the end, then 413, connection kept', async (method) => {
    const { port, pushes, refusals } = await start(small);
    const raw = client(port);
    const body = Buffer.alloc(5_000_000);
    const target = '/snap_report?p=secret';
    raw.write(requestHead({ method, target, body, headers: ['User-Identify: A'] }));
    await raw.upload(body);
    const answer = await raw.answer();
    expect([answer.status, JSON.parse(answer.body).error.errorcode]).toEqual([413, -413]);
    expect(refusals).toMatchObject([
      { type: 'too_large', device: 'A', address: '127.0.0.1', path: '/snap_report?…' },
    ]);
    raw.write(`${requestHead({ body: 'fits' })}fits`);
    expect((await raw.answer()).status).toBe(200);
    expect(pushes).toHaveLength(1);
  });

  it('chunked', async () => {
    const { port, pushes } = await start(small);
    const raw = client(port);
    raw.write('POST /x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n');
    const chunk = Buffer.concat([
      Buffer.from('10000\r\n'),
      Buffer.alloc(65_536),
      Buffer.from('\r\n'),
    ]);
    await raw.upload(chunk);
    await raw.upload(chunk);
    raw.write('0\r\n\r\n');
    expect((await raw.answer()).status).toBe(413);
    expect(pushes).toEqual([]);
  });

  it('exactly the limit is taken', async () => {
    const { port, pushes } = await start(small);
    const raw = client(port);
    const body = Buffer.alloc(100_000, 1);
    raw.write(requestHead({ body }));
    await raw.upload(body);
    expect((await raw.answer()).status).toBe(200);
    expect(pushes[0]?.body.bytes.equals(body)).toBe(true);
  });
});

describe('what the bridge says', () => {
  it.each([
    ['unreadable', 400, -422],
    ['identity', 403, -403],
    ['broker_unavailable', 503, -503],
  ] as const)('%s is %i, counted, and told by the bridge alone', async (problem, status, code) => {
    const handle = async (): Promise<Answer> => ({ ok: false, problem, message: 'so it is' });
    const { port, refusals, server } = await start(open, { handle });
    const raw = client(port);
    raw.write(requestHead({ target: '/snap_report' }));
    const answer = await raw.answer();
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.body)).toEqual({
      method: 'snap_report',
      error: { errorcode: code, errormsg: 'so it is' },
    });
    expect(refusals).toEqual([]);
    expect(server.refused()).toEqual({ [problem]: 1 });
  });

  it('an error is 500, logged, and the server lives', async () => {
    const handle = () => Promise.reject(new Error('a secret detail'));
    const { port, errors } = await start(open, { handle });
    const raw = client(port);
    for (let i = 0; i < 2; i++) {
      raw.write(requestHead({}));
      const answer = await raw.answer();
      expect(answer.status).toBe(500);
      expect(JSON.parse(answer.body).error.errorcode).toBe(-500);
      expect(answer.body).not.toContain('secret');
    }
    expect(errors).toHaveLength(2);
  });

  it('an error of who is told a refusal is logged, and harms nobody', async () => {
    const onRefusal = () => {
      throw new Error('no');
    };
    const { port, errors } = await start({ ...open, http: { max_body: 1 } }, { onRefusal });
    const raw = client(port);
    raw.write(`${requestHead({ body: 'ab' })}ab`);
    expect((await raw.answer()).status).toBe(413);
    expect(errors).toHaveLength(1);
  });
});

describe('start and stop', () => {
  it.each([
    [undefined, 75],
    [200, 215],
    [7200, 300],
  ])(
    'a connection outlives the pause between heartbeats of %s s, within reason',
    async (interval, kept) => {
      const devices = interval === undefined ? {} : { A: { heartbeat_interval: interval } };
      const { url } = await start({ devices });
      const answer = await fetch(`${url}/health`);
      expect(answer.headers.get('keep-alive')).toBe(`timeout=${kept}, max=10000`);
    },
  );

  it('a port that is taken is an error', async () => {
    const other = createTcp().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    closers.push(() => void other.close());
    const address = other.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    await expect(startServer({ http: { port } })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('what is in flight is finished, then its kept connection closed', async () => {
    let go: () => void = () => {};
    let begun: () => void = () => {};
    const inside = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const handle = async (): Promise<Answer> => {
      begun();
      await new Promise<void>((resolve) => {
        go = resolve;
      });
      return { ok: true };
    };
    const { port, server } = await start(open, { handle });
    const raw = client(port);
    raw.write(requestHead({}));
    await inside;
    const closed = server.close(60_000);
    go();
    const answer = await raw.answer();
    expect(answer.status).toBe(200);
    expect(answer.head).toMatch(/connection: close/i);
    raw.socket.end();
    await closed;
  });

  it('idle connections do not hold it up, and what will not end is ended', async () => {
    const handle = () => new Promise<Answer>(() => {});
    const { port, server } = await start(open, { handle });
    const [idle, stuck] = [client(port), client(port)];
    idle.write(requestHead({ method: 'GET', target: '/health' }));
    await idle.answer();
    stuck.write(requestHead({}));
    await server.close(10);
    await Promise.all([idle.ended(), stuck.ended()]);
    await server.close(10);
  });
});
