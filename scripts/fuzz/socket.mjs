import { connect } from 'node:net';
import { defaultSettings } from '../../dist/config/convict.js';
import { decodeReport } from '../../dist/decode/decode.js';
import { UnreadableReport } from '../../dist/decode/report.js';
import { createHttpServer } from '../../dist/http/server.js';
import { digest } from './digest.mjs';
import { bend } from './random.mjs';
import { targets } from './reports.mjs';

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

/** A whole request with a body of another target, and its Digest header. */
function whole(random) {
  const name = random.one(['tlv', 'json']);
  const [report = 'strange', body] = targets[name].make(random);
  const lines = [
    `${random.one(['POST', 'GET', 'PUT'])} /v1/device/${report} HTTP/1.1`,
    `User-Identify: ${random.one(['A', '', 'a/+#', '\xff\xfe', 'x'.repeat(70)])}`,
    ...(random.chance(30)
      ? [
          `Authorization: ${digest
            .make(random)
            .text.toString('latin1')
            .replace(/[\r\n]/g, ' ')}`,
        ]
      : []),
  ];
  if (random.chance(20)) {
    const chunks = `${body.length.toString(16)}\r\n`;
    const head = [...lines, 'Transfer-Encoding: chunked', '', chunks].join('\r\n');
    return Buffer.concat([Buffer.from(head, 'latin1'), body, Buffer.from('\r\n0\r\n\r\n')]);
  }
  const head = [...lines, `Content-Length: ${body.length}`, '', ''].join('\r\n');
  return Buffer.concat([Buffer.from(head, 'latin1'), body]);
}

/** What the bridge does first with a body that came in. */
async function handle({ report, method, body }) {
  try {
    decodeReport({ report, method }, body);
  } catch (error) {
    if (!(error instanceof UnreadableReport)) throw error;
    return { ok: false, problem: 'unreadable', message: error.message };
  }
  return { ok: true };
}

/** Two servers, one with a password that nobody knows and one without: whatever is sent, they answer the next one. */
export async function openSocketTarget() {
  const settings = defaultSettings();
  const faults = [];
  const open = async (mode, handle) => {
    const server = createHttpServer({
      settings: {
        ...settings,
        http: { ...settings.http, host: '127.0.0.1', port: 0 },
        auth: { ...settings.auth, mode },
      },
      credentials: { password: 'never guessed' },
      handle,
      now: () => Date.now(),
      log: { error: ({ err }) => faults.push(err ?? new Error('logged')), debug: () => {} },
      status: () => ({ broker: 'connected', version: 'fuzz' }),
      metrics: async () => ({ contentType: 'text/plain', body: '' }),
      onRefusal: () => {},
    });
    const { port } = await server.listen();
    return { port, close: () => server.close(0) };
  };
  const guarded = await open('digest', async () => {
    faults.push(new Error('a push came in'));
    return { ok: true };
  });
  const unguarded = await open('none', handle);
  /** @returns what was answered; `undefined` where nothing was, nor the connection ended */
  const send = (port, parts, seconds) =>
    new Promise((resolve) => {
      const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
      const answer = [];
      const timer = setTimeout(() => {
        resolve(undefined);
        socket.destroy();
      }, seconds * 1000);
      socket.on('data', (chunk) => answer.push(chunk));
      socket.on('error', () => {});
      socket.on('close', () => {
        clearTimeout(timer);
        resolve(Buffer.concat(answer).toString('latin1'));
      });
      socket.on('end', () => socket.end());
      for (const part of parts.slice(0, -1)) socket.write(part);
      socket.end(parts.at(-1));
    });
  return {
    make(random) {
      const all = Array.from({ length: 1 + random.below(3) }, () =>
        random.chance(50) ? whole(random) : random.one(heads),
      );
      const bytes = random.chance(70) ? bend(Buffer.concat(all), random, 8) : Buffer.concat(all);
      const at = random.below(bytes.length + 1);
      return {
        port: (random.chance(50) ? guarded : unguarded).port,
        bytes,
        parts: random.chance(50) ? [bytes] : [bytes.subarray(0, at), bytes.subarray(at)],
      };
    },
    async check({ port, parts }) {
      // on a machine that does other things too the first may not have had its turn
      const answer = (await send(port, parts, 10)) ?? (await send(port, parts, 60));
      if (answer === undefined) throw new Error('no answer and no end within 60 s');
      if (answer !== '' && !/^HTTP\/1\.1 \d{3} /.test(answer))
        throw new Error(`answer ${answer.slice(0, 80)}`);
      const [fault] = faults.splice(0);
      if (fault !== undefined) throw fault;
    },
    bytesOf: ({ bytes }) => bytes,
    close: () => Promise.all([guarded.close(), unguarded.close()]),
  };
}
