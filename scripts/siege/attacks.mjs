// What is thrown at the bridge, one attack each. Loopback only; every one ends with its signal.
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { connect } from 'node:net';
import { SimulatedCamera } from '../../dist/simulator/camera.js';

/** A socket of an attacker, who has many addresses of the loopback. */
export function open({ port, signal }, localAddress, written = '') {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.on('error', () => {});
  const end = () => socket.destroy();
  signal.addEventListener('abort', end, { once: true });
  socket.once('close', () => signal.removeEventListener('abort', end));
  if (written !== '') socket.write(written);
  return socket;
}

/** Everybody listens to the one signal. */
export function prepare(signal) {
  setMaxListeners(0, signal);
  return signal;
}

const pause = (ms, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });

/** So many connections that stay, each replaced when the bridge ends it; a byte now and then. */
async function hold(siege, { count, addressOf, first, drip, every }) {
  const sockets = new Map();
  while (!siege.signal.aborted) {
    for (let index = 0; index < count && !siege.signal.aborted; index++) {
      const socket = sockets.get(index);
      if (socket === undefined || socket.destroyed) {
        sockets.set(index, open(siege, addressOf(index), first));
        siege.count('opened');
        if (index % 50 === 49) await pause(5, siege.signal);
      } else if (drip !== '') socket.write(drip);
    }
    await pause(every, siege.signal);
  }
}

/** One request after the other on a connection, as fast as answers come. */
async function flood(siege, { localAddress, request, parallel }) {
  const one = async () => {
    while (!siege.signal.aborted) {
      const socket = open(siege, localAddress);
      await new Promise((resolve) => {
        const next = () => socket.write(request());
        socket.on('connect', next);
        socket.on('data', () => {
          siege.count('answers');
          next();
        });
        socket.on('close', resolve);
      });
      siege.count('opened');
      await pause(20, siege.signal);
    }
  };
  await Promise.all(Array.from({ length: parallel }, one));
}

/** Whole requests of an odd shape, each on a connection of its own. */
async function shapes(siege, { localAddress, texts, every }) {
  for (let index = 0; !siege.signal.aborted; index++) {
    const socket = open(siege, localAddress, texts[index % texts.length]);
    socket.on('data', (chunk) => {
      siege.count('answers');
      if (/^HTTP\/1\.1 2/.test(chunk.toString('latin1'))) siege.count('let_in');
    });
    await pause(every, siege.signal);
    socket.end();
    setTimeout(() => socket.destroy(), 2_000).unref();
  }
}

/** A body without an end, as fast as it is taken. */
async function endless(siege, { localAddress, head, chunk }) {
  while (!siege.signal.aborted) {
    const socket = open(siege, localAddress, head);
    await new Promise((resolve) => {
      const more = () => {
        // a few at a time: the others want their turn
        for (let some = 0; some < 16 && !socket.destroyed; some++) {
          siege.count('chunks');
          if (!socket.write(chunk)) return;
        }
        if (!socket.destroyed) setImmediate(more);
      };
      socket.on('connect', more).on('drain', more).on('close', resolve).resume();
    });
    await pause(100, siege.signal);
  }
}

/** A camera that knows the password: another device each time, and bodies that are hard to read. */
async function takenOver(siege, { parallel }) {
  const bodies = ['"\\"', '[[', ', ', ' a"'].map((bit) =>
    Buffer.from(`{"param":{"type":"x",${bit.repeat(1_000)}}}`),
  );
  bodies.push(Buffer.from(`{"param":{"type":"x","jpeg_base64":"A${' '.repeat(1_000_000)}A"}}`));
  const one = async (index) => {
    const { username, password, port } = siege;
    const url = `http://127.0.0.1:${port}`;
    for (let round = 0; !siege.signal.aborted; round++) {
      const id = `12221STAKEN${index}X${round}`;
      const camera = new SimulatedCamera({ id, url, username, password });
      const pushed =
        round % 2 === 0
          ? camera.heartbeat()
          : camera.push({
              report: undefined,
              method: 'POST',
              path: PATH,
              headers: { 'User-Identify': id },
              body: bodies[round % bodies.length],
            });
      const answer = await pushed.catch(() => undefined);
      siege.count(answer === undefined ? 'unanswered' : `errorcode ${answer.errorcode}`);
      await pause(10, siege.signal);
    }
  };
  await Promise.all(Array.from({ length: parallel }, (_, index) => one(index)));
}

const PATH = '/v1/device/event_report';
const head = (...lines) => [`POST ${PATH} HTTP/1.1`, 'Host: b', ...lines, '', ''].join('\r\n');
const guess = () => {
  const response = randomBytes(16).toString('hex');
  return head(
    'Content-Length: 0',
    `User-Identify: ${randomBytes(4).toString('hex')}`,
    `Authorization: Digest username="jvs2mqtt", realm="jvs2mqtt", nonce="${'0'.repeat(76)}", uri="${PATH}", response="${response}", qop=auth, nc=00000001, cnonce="a"`,
  );
};
const many = (index) => `127.0.1.${1 + (index % 40)}`;
const smuggled = `GET /health HTTP/1.1\r\nHost: b\r\n\r\n`;

/** Each is run from the siege's start to its end. */
export const attacks = {
  'slow headers': (siege) =>
    hold(siege, {
      count: 500,
      addressOf: many,
      first: `POST ${PATH} HTTP/1.1\r\nX: `,
      drip: 'x',
      every: 2_000,
    }),
  'slow bodies': (siege) =>
    hold(siege, {
      count: 500,
      addressOf: many,
      first: head('Content-Length: 1000000'),
      drip: 'x',
      every: 2_000,
    }),
  'half-open': (siege) =>
    hold(siege, { count: 200, addressOf: () => '127.0.2.1', first: '', drip: '', every: 1_000 }),
  'challenge flood': (siege) =>
    flood(siege, {
      localAddress: '127.0.3.1',
      request: () => head('Content-Length: 0'),
      parallel: 8,
    }),
  'wrong passwords': (siege) =>
    flood(siege, { localAddress: '127.0.4.1', request: guess, parallel: 8 }),
  // behind the cameras' own address
  'wrong passwords beside the cameras': (siege) =>
    flood(siege, { localAddress: '127.0.0.1', request: guess, parallel: 4 }),
  pipelining: (siege) =>
    flood(siege, {
      localAddress: '127.0.5.1',
      request: () => head('Content-Length: 0').repeat(50),
      parallel: 2,
    }),
  'endless chunks': (siege) =>
    endless(siege, {
      localAddress: '127.0.6.1',
      head: head('Transfer-Encoding: chunked'),
      chunk: `ffff\r\n${'x'.repeat(0xffff)}\r\n`,
    }),
  oversize: (siege) =>
    endless(siege, {
      localAddress: '127.0.6.2',
      head: head('Content-Length: 999999999999'),
      chunk: 'x'.repeat(65_536),
    }),
  'endless headers': (siege) =>
    endless(siege, {
      localAddress: '127.0.6.3',
      head: `POST ${PATH} HTTP/1.1\r\n`,
      chunk: 'X: 1\r\n',
    }),
  'a camera taken over': (siege) => takenOver(siege, { parallel: 4 }),
  smuggling: (siege) =>
    shapes(siege, {
      localAddress: '127.0.7.1',
      every: 10,
      texts: [
        head('Content-Length: 5', 'Content-Length: 6') + smuggled,
        `${head('Content-Length: 6', 'Transfer-Encoding: chunked')}0\r\n\r\n${smuggled}`,
        `${head('Transfer-Encoding: chunked, identity')}0\r\n\r\n${smuggled}`,
        `${head('Transfer-Encoding : chunked')}0\r\n\r\n${smuggled}`,
        head('Content-Length: +5') + smuggled,
        `POST ${PATH} HTTP/1.1\nContent-Length: 5\n\nabcde`,
        `POST ${PATH} HTTP/1.1\r\nX: a\rContent-Length: 5\r\n\r\nabcde`,
        `POST ${PATH} HTTP/1.1\r\n Content-Length: 5\r\n\r\nabcde`,
        `${head('Transfer-Encoding: chunked')}5;${'x'.repeat(20_000)}\r\nabcde\r\n0\r\n\r\n`,
        'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
        '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
      ],
    }),
};
