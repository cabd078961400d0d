// Load from a process of its own: keep-alive connections, real Digest, one push after the other on
// each. Usage: load.mjs PORT WORK CONNECTIONS REQUESTS [USER PASSWORD]; prints one line of JSON.
import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { works } from './works.mjs';

const [port, work, connections, requests, username, password] = process.argv.slice(2);
const { make } = works[work];
const md5 = (text) => createHash('md5').update(text).digest('hex');
const latencies = [];
let left = Number(requests);
let bad = 0;
let serial = Math.floor(Date.now() / 10) % 1e9;

/** One connection: sends a push, waits for its answer, sends the next. */
class Connection {
  #socket = connect(Number(port), '127.0.0.1');
  #received = Buffer.alloc(0);
  #done;
  #challenge;
  #nc = 0;

  constructor() {
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk) => this.#data(chunk));
    this.#socket.on('error', (error) => this.#done?.(error));
  }

  async push() {
    serial += 1;
    const push = make(serial);
    let answer = await this.#send(push);
    if (answer.status === 401) {
      this.#challenge = /nonce="([^"]+)"/.exec(answer.head)?.[1];
      this.#realm = /realm="([^"]+)"/.exec(answer.head)?.[1];
      this.#nc = 0;
      answer = await this.#send(push);
    }
    if (answer.status !== 200 || !answer.body.includes('"errorcode":0')) bad += 1;
  }

  #realm = '';

  #authorization({ method, path }) {
    if (this.#challenge === undefined || username === undefined) return '';
    this.#nc += 1;
    const nc = this.#nc.toString(16).padStart(8, '0');
    const cnonce = 'bc9d806106d901b0';
    const ha1 = md5(`${username}:${this.#realm}:${password}`);
    const ha2 = md5(`${method}:${path}`);
    const response = md5(`${ha1}:${this.#challenge}:${nc}:${cnonce}:auth:${ha2}`);
    return `Authorization: Digest username="${username}",realm="${this.#realm}",nonce="${this.#challenge}",uri="${path}",response="${response}",algorithm="MD5",qop=auth,nc=${nc},cnonce="${cnonce}"\r\n`;
  }

  #send(push) {
    const headers = Object.entries(push.headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
    const head = `${push.method} ${push.path} HTTP/1.1\r\nHost: bench\r\n${headers}Content-Length: ${push.body.length}\r\n${this.#authorization(push)}\r\n`;
    return new Promise((resolve, reject) => {
      this.#done = (answer) => (answer instanceof Error ? reject(answer) : resolve(answer));
      this.#socket.write(Buffer.concat([Buffer.from(head, 'latin1'), push.body]));
    });
  }

  #data(chunk) {
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    const end = this.#received.indexOf('\r\n\r\n');
    if (end === -1) return;
    const head = this.#received.toString('latin1', 0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (this.#received.length < end + 4 + length) return;
    const body = this.#received.toString('utf8', end + 4, end + 4 + length);
    this.#received = this.#received.subarray(end + 4 + length);
    this.#done({ status: Number(head.slice(9, 12)), head, body });
  }

  close() {
    this.#socket.destroy();
  }
}

const all = Array.from({ length: Number(connections) }, () => new Connection());
// what is done once is not measured: the challenge, the first alarm
await Promise.all(all.map((one) => one.push()));
bad = 0;
const began = process.hrtime.bigint();
await Promise.all(
  all.map(async (one) => {
    while (left > 0) {
      left -= 1;
      const start = process.hrtime.bigint();
      await one.push();
      latencies.push(Number(process.hrtime.bigint() - start) / 1e6);
    }
  }),
);
const seconds = Number(process.hrtime.bigint() - began) / 1e9;
latencies.sort((a, b) => a - b);
const at = (share) =>
  latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
console.log(
  JSON.stringify({
    rate: latencies.length / seconds,
    p50: at(0.5),
    p99: at(0.99),
    bad,
    count: latencies.length,
  }),
);
for (const one of all) one.close();
