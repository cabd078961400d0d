import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Context, Hono } from 'hono';
import { failure, JSON_TYPE, type ProblemName, problems, success } from './answers.ts';
import type { Authenticator, Verdict } from './auth.ts';
import { type BodyOptions, discardBody, readBody } from './body.ts';
import type { Crowd } from './crowd.ts';
import { DISCARD_MORE, GUESS_HOLD, MAX_HEADERS, MAX_PATH } from './limits.ts';
import type { HttpLog } from './log.ts';
import { homePage } from './pages.ts';
import type { Peers } from './peers.ts';
import type { Answer, Health, Principal, Push } from './push.ts';
import type { Refusals } from './refusal.ts';
import { deviceOf } from './request.ts';
import { type Route, route, shownTarget } from './route.ts';

export interface AppParts {
  readonly authenticator: Authenticator;
  readonly refusals: Refusals;
  readonly handle: (push: Push) => Promise<Answer>;
  /** who is handled, and who waits */
  readonly crowd: Crowd;
  readonly status: () => Health;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly body: string }>;
  readonly now: () => number;
  readonly log: HttpLog;
  readonly body: BodyOptions;
  readonly peers: Peers;
  /** who came in on a connection, and who did not; false where it is to be closed after the answer */
  readonly admitted: (incoming: IncomingMessage, device: string | undefined) => boolean;
  readonly turnedAway: (incoming: IncomingMessage) => boolean;
  readonly wait: (ms: number) => Promise<void>;
}

interface Bindings {
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
}
type App = Hono<{ Bindings: Bindings }>;

/**
 * All paths: `/`, `/health` and `/metrics` by GET are ours, everything else is a push, by whatever
 * method. Bodies are read from `incoming` alone: Hono's own methods see none on GET.
 */
export function createApp(parts: AppParts): App {
  const app: App = new Hono({
    getPath: (_request, options) => {
      // Hono's own type of `env` is loose here; every request comes through the adaptor.
      const env = options?.env as Bindings | undefined;
      return route(env?.incoming.url ?? '/').path;
    },
  });
  const own = async (context: Context<{ Bindings: Bindings }>, make: () => Promise<Response>) => {
    const drained = await discardBody(context.env.incoming, DISCARD_MORE, parts.body.slow);
    if (!drained.ok) context.env.outgoing.setHeader('Connection', 'close');
    return await make();
  };
  const health = async () => json(JSON.stringify({ status: 'ok', ...parts.status() }));
  app.get('/', (context) =>
    own(context, async () => {
      const browser = context.env.incoming.headers.accept?.includes('text/html') === true;
      return browser ? homePage(parts.status()) : await health();
    }),
  );
  app.get('/health', (context) => own(context, health));
  app.get('/metrics', (context) =>
    own(context, async () => {
      const { contentType, body } = await parts.metrics();
      return new Response(body, { headers: { 'Content-Type': contentType } });
    }),
  );
  app.all('*', ({ env }) => receive(env.incoming, env.outgoing, parts));
  app.onError((error, { env }) => {
    parts.log.error({ err: error }, 'a page failed');
    return refuse(route(env.incoming.url ?? '/').method, 'internal');
  });
  return app;
}

/** One push, from its headers to its answer. Never rejects. */
async function receive(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  parts: AppParts,
): Promise<Response> {
  const { authenticator, log, now, peers } = parts;
  const target = incoming.url ?? '/';
  const found = route(target);
  try {
    if (incoming.rawHeaders.length > MAX_HEADERS * 2) {
      return await tooManyHeaders(incoming, outgoing, found, parts);
    }
    const verdict = authenticator.check(
      {
        verb: incoming.method ?? '',
        target,
        authorization: incoming.headers.authorization,
        address: peers.addressOf(incoming),
        device: deviceOf(incoming),
      },
      now(),
    );
    return verdict.ok
      ? await admitted(incoming, outgoing, verdict.principal, found, parts)
      : await challenged(incoming, outgoing, verdict, found, parts);
  } catch (error) {
    log.error({ err: error, path: found.path }, 'a push failed');
    tellRefused(parts, 'internal', incoming, problems.internal.text);
    return refuse(found.method, 'internal');
  }
}

/** Node leaves out what is past its own limit: nothing is decided by headers that may be missing. */
async function tooManyHeaders(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { method }: Route,
  parts: AppParts,
): Promise<Response> {
  await discardBody(incoming, DISCARD_MORE, parts.body.slow);
  tellRefused(parts, 'headers_too_large', incoming, `More than ${MAX_HEADERS} headers.`);
  outgoing.setHeader('Connection', 'close');
  return refuse(method, 'headers_too_large');
}

/**
 * 401 comes after the whole body, on a connection that is kept: cameras send megabytes without
 * asking, and hear nothing until they are done.
 */
async function challenged(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { challenges, answered, hold }: Extract<Verdict, { ok: false }>,
  { method }: Route,
  parts: AppParts,
): Promise<Response> {
  const { limit, slow } = parts.body;
  const drained = await discardBody(incoming, limit + DISCARD_MORE, slow);
  if (!drained.ok && drained.problem === 'aborted') return refuse(method, 'aborted');
  if (!drained.ok) {
    const { problem } = drained;
    tellRefused(parts, problem, incoming, endless[problem]);
    outgoing.setHeader('Connection', 'close');
    return refuse(method, problem);
  }
  if (hold) await parts.wait(GUESS_HOLD);
  if (!parts.turnedAway(incoming)) outgoing.setHeader('Connection', 'close');
  outgoing.setHeader('WWW-Authenticate', [...challenges]);
  answered();
  return refuse(method, 'unauthorized');
}

const endless = {
  too_large: 'The body had no end.',
  timeout: 'The body came too slowly.',
} as const;

async function admitted(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  principal: Principal,
  { method, report }: Route,
  parts: AppParts,
): Promise<Response> {
  // before anything is waited for: what is read late is lost
  const reading = readBody(incoming, parts.body);
  if (!isKept(incoming, principal, parts)) outgoing.setHeader('Connection', 'close');
  const body = await reading;
  if (!body.ok) {
    const { problem } = body;
    const ends = problem === 'timeout' || (problem === 'too_large' && !body.drained);
    if (ends) outgoing.setHeader('Connection', 'close');
    tellRefused(parts, problem, incoming, unread(problem, parts.body.limit), principal);
    return refuse(method, problem);
  }
  const userIdentify = deviceOf(incoming);
  const contentType = incoming.headers['content-type'];
  const answer = await inTurn(incoming, parts, {
    ...(report === undefined ? {} : { report }),
    method,
    path: (incoming.url ?? '/').slice(0, MAX_PATH),
    verb: incoming.method ?? '',
    ...(userIdentify === undefined ? {} : { userIdentify }),
    principal,
    address: parts.peers.addressOf(incoming),
    body: body.received,
    receivedAt: parts.now(),
    ...(contentType === undefined ? {} : { contentType }),
  });
  if (answer.ok) return json(success(method, answer.keepinterval));
  const { problem, message } = answer;
  // Who refuses it tells it, knowing more of it than its headers.
  if (problem !== 'unauthorized') parts.refusals.count(problem);
  return refuse(method, problem, message);
}

/** Only once all of it is there: who sends slowly takes nobody's place. */
async function inTurn(
  incoming: IncomingMessage,
  { crowd, handle }: AppParts,
  push: Push,
): Promise<Answer> {
  const turn = crowd.admit(incoming, push.address);
  if (turn !== undefined) await turn;
  try {
    return await handle(push);
  } finally {
    crowd.release(incoming);
  }
}

/** Where everybody is let in, nobody has shown who it is. */
function isKept(incoming: IncomingMessage, principal: Principal, parts: AppParts): boolean {
  if (principal.kind === 'anyone') return true;
  return parts.admitted(incoming, principal.deviceId ?? deviceOf(incoming));
}

function unread(problem: 'too_large' | 'aborted' | 'timeout', limit: number): string {
  if (problem === 'timeout') return endless.timeout;
  return problem === 'too_large'
    ? `The body is larger than http.max_body, ${limit} bytes.`
    : 'The connection ended in the middle of the body.';
}

function tellRefused(
  { refusals, peers }: AppParts,
  type: Exclude<ProblemName, 'unauthorized'>,
  incoming: IncomingMessage,
  message: string,
  principal?: Principal,
): void {
  const owner = principal?.kind === 'anyone' ? undefined : principal?.deviceId;
  const device = deviceOf(incoming) ?? owner;
  refusals.report({
    type,
    reason: problems[type].text,
    address: peers.addressOf(incoming),
    ...(device === undefined ? {} : { device }),
    message,
    path: shownTarget(incoming.url ?? '/'),
  });
}

/** Headers in a plain object: anything else loses their case on the way. */
function json(body: string, status = 200): Response {
  return new Response(body, { status, headers: { 'Content-Type': JSON_TYPE } });
}

function refuse(method: string, problem: ProblemName, message?: string): Response {
  return json(failure(method, problem, message), problems[problem].status);
}
