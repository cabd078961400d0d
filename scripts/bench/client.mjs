// One camera's connection: keep-alive, real Digest (RFC 7616) with a nonce that is used again and `nc`
// counted. Cheap, so that the load does not measure itself.
import { createHash } from 'node:crypto';
import { connect } from 'node:net';

const md5 = (text) => createHash('md5').update(text).digest('hex');
const CNONCE = 'bc9d806106d901b0';
const NOTHING = Buffer.alloc(0);

export class Client {
  #socket;
  #login;
  #received = NOTHING;
  #done;
  #realm = '';
  #nonce;
  #nc = 0;
  #hashed = new Map();

  /** @param login `{ username, password }`; none where nobody asks */
  constructor(port, login) {
    this.#login = login;
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk) => this.#data(chunk));
    this.#socket.on('error', (error) => this.#done?.(error));
    this.#socket.on('close', () => this.#done?.(new Error('the connection was closed')));
  }

  /** @returns whether the answer was `errorcode` 0 */
  async push(push) {
    let answer = await this.#send(push);
    if (answer.status === 401) {
      this.#nonce = /nonce="([^"]+)"/.exec(answer.head)?.[1];
      this.#realm = /realm="([^"]+)"/.exec(answer.head)?.[1];
      this.#nc = 0;
      this.#hashed.clear();
      answer = await this.#send(push);
    }
    return answer.status === 200 && answer.body.includes('"errorcode":0');
  }

  close() {
    this.#done = undefined;
    this.#socket.destroy();
  }

  #hash(text) {
    const hashed = this.#hashed.get(text) ?? md5(text);
    this.#hashed.set(text, hashed);
    return hashed;
  }

  #authorization({ method, path }) {
    if (this.#nonce === undefined || this.#login === undefined) return '';
    const { username, password } = this.#login;
    this.#nc += 1;
    const nc = this.#nc.toString(16).padStart(8, '0');
    const secret = this.#hash(`${username}:${this.#realm}:${password}`);
    const target = this.#hash(`${method}:${path}`);
    const response = md5(`${secret}:${this.#nonce}:${nc}:${CNONCE}:auth:${target}`);
    return `Authorization: Digest username="${username}",realm="${this.#realm}",nonce="${this.#nonce}",uri="${path}",response="${response}",algorithm="MD5",qop=auth,nc=${nc},cnonce="${CNONCE}"\r\n`;
  }

  #send(push) {
    const headers = Object.entries(push.headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join('');
    const length = push.body.reduce((sum, part) => sum + part.length, 0);
    const head = `${push.method} ${push.path} HTTP/1.1\r\nHost: bench\r\n${headers}Content-Length: ${length}\r\n${this.#authorization(push)}\r\n`;
    return new Promise((resolve, reject) => {
      this.#done = (answer) => (answer instanceof Error ? reject(answer) : resolve(answer));
      this.#socket.cork();
      this.#socket.write(head, 'latin1');
      for (const part of push.body) this.#socket.write(part);
      this.#socket.uncork();
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
    this.#received = NOTHING;
    this.#done({ status: Number(head.slice(9, 12)), head, body });
  }
}
