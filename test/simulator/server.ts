import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PushTarget } from '../support/camera.ts';

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
  /** fields of `Authorization`, quotes taken off */
  readonly digest: ReadonlyMap<string, string> | undefined;
  /** the same as sent */
  readonly authorization: string | undefined;
  /** the status it was answered with */
  readonly status: number;
}

export interface ServerOptions {
  readonly algorithm?: 'MD5' | 'SHA-256';
  /** `WWW-Authenticate` headers instead of the usual one; `NONCE` stands for the nonce */
  readonly challenges?: readonly string[];
  /** answers served by one nonce; then it is stale */
  readonly nonceServes?: number;
  readonly answer?: (received: Received) => object;
  /** no authentication at all */
  readonly open?: boolean;
}

/** A receiver that checks Digest by its own reading of RFC 7616 §3.4, as a judge of the camera. */
export class JudgeServer {
  readonly requests: Received[];
  readonly target: PushTarget;
  readonly #close: () => void;
  readonly #drop: () => void;

  private constructor(port: number, close: () => void, drop: () => void, requests: Received[]) {
    this.target = { url: `http://127.0.0.1:${port}`, username: 'admin', password: 'geheim' };
    this.#close = close;
    this.#drop = drop;
    this.requests = requests;
  }

  static async start(options: ServerOptions = {}): Promise<JudgeServer> {
    const requests: Received[] = [];
    const judge = new Judge(options);
    const server = createServer((request, response) => {
      void readAll(request).then((body) => requests.push(judge.answer(request, body, response)));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const close = () => {
      server.close();
      server.closeAllConnections();
    };
    const drop = () => server.closeAllConnections();
    return new JudgeServer((server.address() as AddressInfo).port, close, drop, requests);
  }

  stop(): void {
    this.#close();
  }

  /** Closes what is kept open, and stays. */
  dropConnections(): void {
    this.#drop();
  }

  get accepted(): readonly Received[] {
    return this.requests.filter(({ status }) => status === 200);
  }
}

class Judge {
  readonly #options: ServerOptions;
  #nonces = 0;
  #served = 0;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  answer(request: IncomingMessage, body: Buffer, response: ServerResponse): Received {
    const { authorization } = request.headers;
    const digest = authorization === undefined ? undefined : fields(authorization);
    const right = this.#options.open === true || this.#isRight(request, digest);
    const fresh = this.#served < (this.#options.nonceServes ?? Number.POSITIVE_INFINITY);
    const status = right && (fresh || this.#options.open === true) ? 200 : 401;
    const received: Received = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body,
      digest,
      authorization,
      status,
    };
    if (status === 401) {
      this.#challenge(response, right);
    } else {
      this.#served += 1;
      const said = this.#options.answer?.(received) ?? {
        method: 'keepalive',
        error: { errorcode: 0, errormsg: '' },
      };
      response.end(JSON.stringify(said));
    }
    return received;
  }

  #challenge(response: ServerResponse, stale: boolean): void {
    this.#nonces += 1;
    this.#served = 0;
    const algorithm = this.#options.algorithm ?? 'MD5';
    const usual = `Digest realm="a, \\"realm\\"", qop="auth", nonce="NONCE", algorithm=${algorithm}${stale ? ', stale=true' : ''}`;
    const challenges = this.#options.challenges ?? [usual];
    response.statusCode = 401;
    response.setHeader(
      'WWW-Authenticate',
      challenges.map((text) => text.replace('NONCE', `nonce${this.#nonces}`)),
    );
    response.end('{"method":"keepalive","error":{"errorcode":-1,"errormsg":"who are you"}}');
  }

  #isRight(request: IncomingMessage, digest: ReadonlyMap<string, string> | undefined): boolean {
    if (digest === undefined) return false;
    const nonce = Number(digest.get('nonce')?.replace('nonce', ''));
    if (!(nonce > 0 && nonce <= this.#nonces)) return false;
    const name = digest.get('algorithm') === 'SHA-256' ? 'sha256' : 'md5';
    const hash = (text: string) => createHash(name).update(text).digest('hex');
    const realm = digest.get('realm');
    const a1 = hash(`admin:${realm}:geheim`);
    const a2 = hash(`${request.method}:${request.url}`);
    const middle = digest.has('qop')
      ? [digest.get('nonce'), digest.get('nc'), digest.get('cnonce'), digest.get('qop')].join(':')
      : digest.get('nonce');
    return digest.get('response') === hash(`${a1}:${middle}:${a2}`);
  }
}

function fields(header: string): ReadonlyMap<string, string> {
  const found = header.matchAll(/(\w+)=(?:"((?:\\.|[^"\\])*)"|([^,]*))/g);
  return new Map(
    [...found].map(([, key = '', quoted, bare]) => [
      key,
      quoted === undefined ? (bare ?? '') : quoted.replaceAll('\\', ''),
    ]),
  );
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
