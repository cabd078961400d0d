import { randomBytes } from 'node:crypto';
import * as http from 'node:http';
import * as https from 'node:https';
import {
  type Algorithm,
  authorization,
  type Challenge,
  type HeaderStyle,
  readChallenge,
} from './challenge.ts';

/** What a camera's Digest client does wrong, where it does. */
export interface DigestQuirks extends HeaderStyle {
  /** sends the same `nc` for ever */
  readonly repeatedNc?: boolean;
  /** takes 401 for an answer */
  readonly neverAnswers?: boolean;
  /** throws the nonce away after each request, so that every push is challenged */
  readonly forgetsNonce?: boolean;
  /** the first `nc` of each nonce; the document's sample shows 42 (protocol §1) */
  readonly firstNc?: number;
  /** what it can do, best liked first; the cameras know MD5 */
  readonly algorithms?: readonly Algorithm[];
}

export interface DigestClientOptions {
  /** the base address as typed into the camera's page: every path is appended to it as it is */
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly quirks?: DigestQuirks;
  /** ms without a byte after which a request is given up */
  readonly timeout?: number;
  /** the address to push from */
  readonly localAddress?: string;
  /** certificates of the authority to trust, PEM */
  readonly ca?: string;
}

export interface HttpRequest {
  readonly method: string;
  /** appended to the base address's path */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
  /** how many times it was sent before this answer, the challenged ones included */
  readonly sends: number;
}

interface Session {
  readonly challenge: Challenge;
  count: number;
}

/** Sends of one request: first, answer to the challenge, once more for `stale`, and one to spare. */
const MOST_SENDS = 4;

/**
 * An HTTP client as cameras have it (protocol §1 "Digest"): sends the whole body without asking,
 * answers a 401, keeps the nonce for later requests with a growing `nc`, follows `stale=true`.
 */
export class DigestClient {
  readonly #base: URL;
  /** what was typed after the host: base and path are joined as text, so `//v1/…` happens (protocol §1) */
  readonly #path: string;
  readonly #options: DigestClientOptions;
  readonly #quirks: DigestQuirks;
  readonly #agent: http.Agent;
  readonly #transport: typeof http | typeof https;
  #session: Session | undefined;

  constructor(options: DigestClientOptions) {
    this.#options = options;
    this.#quirks = options.quirks ?? {};
    this.#base = new URL(options.url);
    this.#path = options.url.replace(/^[a-z]+:\/\/[^/]*/i, '');
    const secure = this.#base.protocol === 'https:';
    this.#transport = secure ? https : http;
    this.#agent = new this.#transport.Agent({ keepAlive: true });
  }

  /**
   * Sends a request, as often as the challenges ask.
   *
   * @throws what the socket says where no answer came
   */
  async request(request: HttpRequest): Promise<HttpAnswer> {
    let sends = 0;
    for (;;) {
      const session = this.#session;
      const answer = await this.#exchange(request, session);
      sends += 1;
      const challenge = answer.status === 401 ? this.#challengeOf(answer) : undefined;
      if (this.#quirks.forgetsNonce === true) this.#session = undefined;
      if (challenge === undefined || sends === MOST_SENDS) return { ...answer, sends };
      // An answer that is refused though its nonce was good: the credentials are wrong.
      const refused = session !== undefined && sends > 1 && !challenge.stale;
      this.#session = refused ? undefined : { challenge, count: this.#quirks.firstNc ?? 1 };
      if (refused || this.#quirks.neverAnswers === true) return { ...answer, sends };
    }
  }

  /** Forgets the nonce, as a camera does at power-on. */
  forget(): void {
    this.#session = undefined;
  }

  /** Closes the kept connections. */
  close(): void {
    this.#agent.destroy();
  }

  #challengeOf(answer: HttpAnswer & { challenges: readonly string[] }): Challenge | undefined {
    return readChallenge(answer.challenges, this.#quirks.algorithms);
  }

  #authorization(method: string, uri: string, session: Session): string {
    const count = session.count;
    if (this.#quirks.repeatedNc !== true) session.count += 1;
    return authorization({
      challenge: session.challenge,
      username: this.#options.username,
      password: this.#options.password,
      method,
      uri,
      count,
      cnonce: randomBytes(16).toString('hex'),
      style: this.#quirks,
    });
  }

  /** One send; once more where a kept connection was found closed by the server meanwhile. */
  async #exchange(request: HttpRequest, session: Session | undefined): Promise<Raw> {
    try {
      return await this.#send(this.#prepare(request, session));
    } catch (error) {
      if (!(error instanceof StaleConnection)) throw error;
      return await this.#send(this.#prepare(request, session));
    }
  }

  #prepare(request: HttpRequest, session: Session | undefined): Sent {
    const uri = this.#path + request.path;
    const body = Buffer.from(request.body ?? '');
    const headers: Record<string, string> = {
      ...request.headers,
      'Content-Length': String(body.length),
    };
    if (session !== undefined && this.#quirks.neverAnswers !== true) {
      headers.Authorization = this.#authorization(request.method, uri, session);
    }
    return { method: request.method, uri, headers: asBytes(headers), body };
  }

  #send({ method, uri, headers, body }: Sent): Promise<Raw> {
    return new Promise((resolve, reject) => {
      const request = this.#transport.request({
        agent: this.#agent,
        host: this.#base.hostname.replace(/^\[(.*)\]$/, '$1'),
        port: this.#base.port === '' ? undefined : this.#base.port,
        path: uri,
        method,
        headers,
        timeout: this.#options.timeout ?? 15_000,
        localAddress: this.#options.localAddress,
        ...(this.#options.ca === undefined ? {} : { ca: this.#options.ca }),
      });
      request.on('timeout', () => request.destroy(new Error('no answer in time')));
      request.on('error', (error: NodeJS.ErrnoException) => {
        const closed = error.code === 'ECONNRESET' || error.code === 'EPIPE';
        const stale = request.reusedSocket && closed;
        reject(stale ? new StaleConnection() : error);
      });
      request.on('response', (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            challenges: response.headersDistinct['www-authenticate'] ?? [],
            body: Buffer.concat(chunks),
            sends: 1,
          }),
        );
      });
      request.end(body);
    });
  }
}

/** Node sends a header's characters as Latin-1 bytes: so UTF-8 goes out as it is. */
function asBytes(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Buffer.from(value).toString('latin1')]),
  );
}

interface Sent {
  readonly method: string;
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface Raw extends HttpAnswer {
  readonly challenges: readonly string[];
}

/** The server had closed the kept connection: nothing was lost but the attempt. */
class StaleConnection extends Error {}
