import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Answer, Push } from '../../src/http/push.ts';
import type { Refusal } from '../../src/http/refusal.ts';
import { createHttpServer, type HttpServerOptions } from '../../src/http/server.ts';
import { type DigestForm, forms, readChallenge } from './digest-forms.ts';
import { settingsOf } from './settings.ts';

export const PASSWORD = 'the main password';

/** A server on a free port, and what it took and refused. */
export async function startServer(
  changes: Parameters<typeof settingsOf>[0] = {},
  options: Partial<HttpServerOptions> = {},
) {
  const pushes: Push[] = [];
  const refusals: Refusal[] = [];
  const errors: unknown[] = [];
  const server = createHttpServer({
    settings: settingsOf(changes),
    credentials: { password: PASSWORD },
    handle: async (push: Push): Promise<Answer> => {
      pushes.push(push);
      return { ok: true };
    },
    now: () => Date.now(),
    log: { error: (fields) => errors.push(fields), debug: () => {} },
    status: () => ({ broker: 'connected', version: '1.2.3' }),
    metrics: async () => ({ contentType: 'text/plain; version=0.0.4', body: 'up 1\n' }),
    onRefusal: (refusal) => refusals.push(refusal),
    ...options,
  });
  const { port } = await server.listen();
  const url = `http://127.0.0.1:${port}`;
  return { server, port, url, pushes, refusals, errors };
}

export interface RawAnswer {
  readonly status: number;
  /** as they stood on the wire */
  readonly head: string;
  readonly body: string;
}

/** A client that writes bytes and reads answers, one connection long. */
export class RawClient {
  readonly socket: Socket;
  #received = Buffer.alloc(0);
  #wake: () => void = () => {};
  closed = false;

  constructor(port: number) {
    this.socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    this.socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    const close = () => {
      this.closed = true;
      this.#wake();
    };
    this.socket.on('end', close).on('close', close).on('error', close);
  }

  write(text: string | Buffer): this {
    this.socket.write(text);
    return this;
  }

  /** Writes with the sender's backpressure, as an upload does. */
  async upload(bytes: Buffer): Promise<void> {
    for (let at = 0; at < bytes.length; at += 65_536) {
      if (!this.socket.write(bytes.subarray(at, at + 65_536))) await once(this.socket, 'drain');
    }
  }

  /** @throws where the connection ended before a whole answer */
  async answer({ head = false } = {}): Promise<RawAnswer> {
    for (;;) {
      const end = this.#received.indexOf('\r\n\r\n');
      if (end !== -1) {
        const text = this.#received.subarray(0, end).toString('latin1');
        const status = Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]);
        const length = head ? 0 : Number(/\r\ncontent-length: (\d+)/i.exec(text)?.[1] ?? 0);
        const from = status === 100 ? end + 4 : end + 4 + length;
        if (this.#received.length >= from) {
          const body = this.#received.subarray(end + 4, from).toString('utf8');
          this.#received = this.#received.subarray(from);
          return { status, head: text, body };
        }
      }
      if (this.closed)
        throw new Error(`connection ended: ${JSON.stringify(this.#received.toString())}`);
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Until the server ends the connection. */
  async ended(): Promise<void> {
    while (!this.closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

export interface RequestParts {
  readonly method?: string;
  readonly target?: string;
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
}

/** The head of a request, with the length of its body. */
export function requestHead(parts: RequestParts): string {
  const { method = 'POST', target = '/v1/device/event_report', headers = [], body = '' } = parts;
  return [
    `${method} ${target} HTTP/1.1`,
    'Host: bridge',
    `Content-Length: ${Buffer.byteLength(body)}`,
    ...headers,
    '',
    '',
  ].join('\r\n');
}

/** What answers a 401. */
export function authorizationFor(
  challenged: RawAnswer,
  { method = 'POST', target = '/v1/device/event_report' }: RequestParts,
  { form = forms.camera as DigestForm, nc = '1', password = PASSWORD, uri = target } = {},
): string {
  const line = /\r\nWWW-Authenticate: (.*)/.exec(challenged.head)?.[1] ?? '';
  const { realm, nonce, algorithm } = readChallenge(line);
  const authorization = form({
    username: 'jvs2mqtt',
    password,
    realm,
    nonce,
    method,
    uri,
    nc,
    cnonce: 'bc9d806106d901b02b909a0b93538ef0',
    algorithm: algorithm === 'SHA-256' ? 'SHA-256' : 'MD5',
  });
  return `Authorization: ${authorization}`;
}

/** Sends, is challenged, sends again, on one connection. */
export async function pushRaw(
  client: RawClient,
  parts: RequestParts,
  options: Parameters<typeof authorizationFor>[2] = {},
): Promise<{ challenged: RawAnswer; answer: RawAnswer }> {
  const body = Buffer.from(parts.body ?? '');
  client.write(requestHead(parts));
  await client.upload(body);
  const challenged = await client.answer();
  const headers = [...(parts.headers ?? []), authorizationFor(challenged, parts, options)];
  client.write(requestHead({ ...parts, headers }));
  await client.upload(body);
  return { challenged, answer: await client.answer() };
}
