import { connect } from 'node:net';
import { defaultSettings } from '../../dist/config/convict.js';
import { createHttpServer } from '../../dist/http/server.js';
import { bend } from './random.mjs';

const heads = [
  'POST /v1/device/event_report HTTP/1.1\r\nHost: b\r\nContent-Length: 2\r\nUser-Identify: A\r\n\r\n{}',
  'GET /v1/device/keepalive HTTP/1.1\r\nContent-Length: 5\r\nAuthorization: Digest username="a",nonce="b",uri="c",response="d"\r\n\r\n12345',
  'POST /v1/device/tlv_report HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nMETA\r\n0\r\n\r\n',
  'POST / HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'POST / HTTP/1.1\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc',
  'GET http://[::1/ HTTP/1.0\r\n\r\n',
  'GET /%ff%00//..//health?x HTTP/1.1\nHost:\n\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
].map((text) => Buffer.from(text, 'latin1'));

/** A server of its own and its sockets: whatever is sent, it answers the next one. */
export async function openSocketTarget() {
  const settings = defaultSettings();
  const faults = [];
  const server = createHttpServer({
    settings: { ...settings, http: { ...settings.http, host: '127.0.0.1', port: 0 } },
    credentials: { password: 'never guessed' },
    handle: async () => {
      faults.push(new Error('a push came in'));
      return { ok: true };
    },
    now: () => Date.now(),
    log: { error: ({ err }) => faults.push(err ?? new Error('logged')), debug: () => {} },
    status: () => ({ broker: 'connected', version: 'fuzz' }),
    metrics: async () => ({ contentType: 'text/plain', body: '' }),
    onRefusal: () => {},
  });
  const { port } = await server.listen();
  const send = (bytes, half) =>
    new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      const answer = [];
      const done = () => {
        socket.destroy();
        resolve(Buffer.concat(answer).toString('latin1'));
      };
      const timer = setTimeout(() => reject(new Error('no answer and no end within 10 s')), 10_000);
      socket.on('data', (chunk) => answer.push(chunk));
      socket.on('error', () => {});
      socket.on('close', () => {
        clearTimeout(timer);
        done();
      });
      socket.on('end', () => socket.end());
      for (const part of half) socket.write(part);
      socket.end(bytes);
    });
  return {
    make(random) {
      const all = Array.from({ length: 1 + random.below(3) }, () => random.one(heads));
      const bytes = bend(Buffer.concat(all), random, 8);
      const at = random.below(bytes.length + 1);
      return {
        bytes,
        parts: random.chance(50) ? [] : [bytes.subarray(0, at)],
        rest: bytes.subarray(at),
      };
    },
    async check({ bytes, parts, rest }) {
      const answer = await send(parts.length > 0 ? rest : bytes, parts);
      if (answer !== '' && !/^HTTP\/1\.1 \d{3} /.test(answer))
        throw new Error(`answer ${answer.slice(0, 80)}`);
      const [fault] = faults.splice(0);
      if (fault !== undefined) throw fault;
    },
    bytesOf: ({ bytes }) => bytes,
    close: () => server.close(0),
  };
}
