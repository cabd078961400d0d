import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { Bag, type Bagged } from '../bag.ts';
import { type Clock, every, systemClock } from '../clock.ts';
import type { Settings } from '../config/schema.ts';
import { normalizeAddress } from './address.ts';
import { failure, JSON_TYPE, problems } from './answers.ts';
import { createApp } from './app.ts';
import { Authenticator, type AuthenticatorOptions } from './auth.ts';
import type { BodyOptions } from './body.ts';
import { BodyBudget } from './budget.ts';
import { answerParserError } from './client-error.ts';
import { Crowd } from './crowd.ts';
import * as limits from './limits.ts';
import type { HttpLog } from './log.ts';
import type { Nonces } from './nonces.ts';
import { Peers } from './peers.ts';
import type { Answer, Health, Push } from './push.ts';
import { type Refusal, Refusals, type RefusalType } from './refusal.ts';
import { shownTarget } from './route.ts';
import { SlowSenders } from './slow.ts';
import { Sockets } from './sockets.ts';
import { KeyPairFiles } from './tls.ts';

export interface HttpServerOptions {
  readonly settings: Pick<Settings, 'http' | 'auth' | 'heartbeat' | 'devices'>;
  /** the main account's password, as resolved at start */
  readonly credentials: { readonly password: string };
  /** an error thrown is answered 500 and logged */
  readonly handle: (push: Push) => Promise<Answer>;
  /** ms since 1970 UTC */
  readonly now: () => number;
  readonly log: HttpLog;
  readonly status: () => Health;
  /** what `/metrics` says */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly body: string }>;
  readonly onRefusal: (refusal: Refusal) => void;
  /** holds senders back before their body is read, see {@link BodyOptions}; instead of the budget */
  readonly admit?: BodyOptions['admit'];
  readonly nonces?: Nonces;
  /** who came in before the start */
  readonly known?: AuthenticatorOptions['known'];
  /** for what is waited for; the machine's own where there is none */
  readonly clock?: Pick<Clock, 'after'>;
  readonly slow?: SlowSenders;
}

export interface HttpServer {
  /** @throws what the system says: the port is taken, the address is not ours */
  listen(): Promise<{ readonly host: string; readonly port: number }>;
  /** Takes no more, finishes what is in flight, and after `graceMs` ends what is left. */
  close(graceMs: number): Promise<void>;
  /** refused so far, by type; types that never were are absent */
  refused(): Readonly<Partial<Record<RefusalType, number>>>;
}

/** A request whose answer is not sent yet. */
interface InFlight extends Bagged {
  readonly outgoing: ServerResponse;
}

/**
 * The door for cameras: HTTP, who may come in, and nothing of what they say.
 * @throws BadCertificate
 */
export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { settings, log, nonces, known, clock = systemClock, slow = new SlowSenders() } = options;
  const refusals = new Refusals((refusal) => {
    try {
      options.onRefusal(refusal);
    } catch (error) {
      log.error({ err: error }, 'a refusal could not be told');
    }
  });
  const peers = new Peers(settings.http.trusted_proxies);
  const sockets = new Sockets(settings.http, refusals, peers);
  const budget = new BodyBudget(settings.http.body_budget, settings.http.max_body);
  const admit = options.admit ?? ((incoming: IncomingMessage) => budget.admit(incoming));
  const app = createApp({
    ...options,
    refusals,
    peers,
    crowd: new Crowd(clock),
    admitted: (incoming, device) => sockets.admitted(incoming, device),
    turnedAway: (incoming) => sockets.turnedAway(incoming),
    wait: (ms) => new Promise((resolve) => void clock.after(ms, resolve)),
    authenticator: new Authenticator({
      settings,
      password: options.credentials.password,
      refusals,
      ...(nonces === undefined ? {} : { nonces }),
      ...(known === undefined ? {} : { known }),
    }),
    body: { limit: settings.http.max_body, slow, admit },
  });
  // Without `hostname` a request without `Host` (HTTP/1.0) gets no further than the adaptor.
  const listener = getRequestListener(app.fetch, {
    hostname: 'bridge',
    autoCleanupIncoming: false,
  });
  const inFlight = new Bag<InFlight>();
  let closing = false;
  const { tls } = settings.http;
  const files = tls.cert === '' ? undefined : new KeyPairFiles(tls, log);
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const turn = sockets.began(incoming);
    if (turn === 'ignored') return;
    if (closing || turn === 'last') outgoing.setHeader('Connection', 'close');
    const exchange = { outgoing, place: -1 };
    inFlight.add(exchange);
    // a body outlives its sender, who may be gone before its turn
    let holders = 1;
    const letGo = () => {
      holders -= 1;
      if (holders === 0) budget.release(incoming);
    };
    outgoing.once('close', () => {
      inFlight.delete(exchange);
      sockets.finished(incoming);
      letGo();
    });
    if (turn === 'last') return refuse(incoming, outgoing, refusals, 'More requests than answers.');
    if (!isTarget(incoming.url ?? '')) {
      return refuse(incoming, outgoing, refusals, 'The request names no path.');
    }
    // What was typed into the camera may be no valid host; nobody here asks.
    incoming.headers.host = '';
    holders += 1;
    listener(incoming, outgoing).then(letGo, (error: unknown) => {
      log.error({ err: error }, 'an answer could not be sent');
      letGo();
    });
  };
  const own = serverOptions(settings);
  const server =
    files === undefined
      ? createServer(own, serve)
      : createTlsServer({ ...own, ...files.pair, handshakeTimeout: limits.HEADERS_TIMEOUT }, serve);
  // A client that closes its half after the request is still waiting for the answer. No option sets it.
  Object.assign(server, { httpAllowHalfOpen: true });
  // one more than is taken, so that it is seen that there were too many
  server.maxHeadersCount = limits.MAX_HEADERS + 1;
  sockets.watch(server, files === undefined);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    answerParserError(error, socket as Socket, refusals);
  });
  server.on('dropRequest', () => refusals.count('too_many_connections'));
  // Node would answer the first by itself, and end the second without a word
  server.on('checkExpectation', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    outgoing.setHeader('Connection', 'close');
    refuse(incoming, outgoing, refusals, 'The request expects what is not known.');
  });
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    answerParserError(
      Object.assign(new Error(`no proxy: ${incoming.method}`), { code: 'CONNECT' }),
      socket,
      refusals,
    );
  });
  const stopSweeping = every(clock, limits.SLOW_CHECK, () => slow.sweep());
  const stopLooking = every(clock, limits.CERTIFICATE_CHECK, () => renew(server, files, log));
  return {
    listen: async () => await listen(server, settings.http, log),
    close: async (graceMs) => {
      closing = true;
      stopSweeping();
      stopLooking();
      // Else their connections would be kept, and waited for.
      for (const { outgoing } of inFlight) {
        if (!outgoing.headersSent) outgoing.setHeader('Connection', 'close');
      }
      await close(server, graceMs);
    },
    refused: () => refusals.counts,
  };
}

function renew(server: Server, files: KeyPairFiles | undefined, log: HttpLog): void {
  const pair = files?.renewed();
  if (pair === undefined || !('setSecureContext' in server)) return;
  (server as TlsServer).setSecureContext(pair);
  log.debug({}, 'the certificate was renewed');
}

function serverOptions({ heartbeat, devices }: HttpServerOptions['settings']) {
  const intervals = Object.values(devices).map((device) => device.heartbeat_interval ?? 0);
  const longest = Math.max(heartbeat.interval, ...intervals) * 1000;
  return {
    keepAliveTimeout: Math.min(longest + limits.KEEP_ALIVE_MARGIN, limits.KEEP_ALIVE_MOST),
    headersTimeout: limits.HEADERS_TIMEOUT,
    // bodies are judged by their rate
    requestTimeout: 0,
    connectionsCheckingInterval: limits.CONNECTIONS_CHECK,
    maxHeaderSize: limits.MAX_HEADER_SIZE,
    requireHostHeader: false,
    noDelay: true,
  };
}

/** What the adaptor cannot take for a URL: `*`, a backslash in the path, a host that is none. */
function isTarget(target: string): boolean {
  if (/^[^?]*\\/.test(target)) return false;
  return target.startsWith('/') || (/^https?:/.test(target) && URL.canParse(target));
}

/** Node reads the rest of the body by itself once this is sent. */
function refuse(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  refusals: Refusals,
  message: string,
) {
  refusals.report({
    type: 'bad_request',
    reason: problems.bad_request.text,
    address: normalizeAddress(incoming.socket.remoteAddress ?? ''),
    message,
    path: shownTarget(incoming.url ?? ''),
  });
  outgoing.writeHead(problems.bad_request.status, { 'Content-Type': JSON_TYPE });
  outgoing.end(failure('push', 'bad_request'));
}

const NO_IPV6 = new Set(['EAFNOSUPPORT', 'EADDRNOTAVAIL']);

/** `::` is every address of both kinds; where there is no IPv6, every one of the other. */
async function listen(server: Server, { host, port }: Settings['http'], log: HttpLog) {
  const attempt = (on: string) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: on, port }, () => {
        server.off('error', reject);
        resolve();
      });
    });
  try {
    await attempt(host);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (host !== '::' || !NO_IPV6.has(code)) throw error;
    await attempt('0.0.0.0');
  }
  server.on('error', (error) => log.error({ err: error }, 'the HTTP server failed'));
  const { address, port: bound } = server.address() as AddressInfo;
  return { host: address, port: bound };
}

async function close(server: Server, graceMs: number): Promise<void> {
  if (!server.listening) return;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
