import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Context, Hono } from 'hono';
import { failure, JSON_TYPE, type ProblemName, problems, success } from './answers.ts';
import type { Authenticator } from './auth.ts';
import { type BodyOptions, discardBody, readBody } from './body.ts';
import { DISCARD_MORE, MAX_PATH } from './limits.ts';
import type { HttpLog } from './log.ts';
import { homePage } from './pages.ts';
import type { Answer, Health, Principal, Push } from './push.ts';
import type { Refusals } from './refusal.ts';
import { addressOf, deviceOf } from './request.ts';
import { type Route, route, shownTarget } from './route.ts';

export interface AppParts {
  readonly authenticator: Authenticator;
  readonly refusals: Refusals;
  readonly handle: (push: Push) => Promise<Answer>;
  readonly status: () => Health;
  readonly metrics: () => Promise<{ readonly contentType: string; readonly body: string }>;
  readonly now: () => number;
  readonly log: HttpLog;
  readonly body: BodyOptions;
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
    const drained = await discardBody(context.env.incoming, DISCARD_MORE);
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
  const { authenticator, log, now } = parts;
  const receivedAt = now();
  const target = incoming.url ?? '/';
  const found = route(target);
  try {
    const verdict = authenticator.check(
      {
        verb: incoming.method ?? '',
        target,
        authorization: incoming.headers.authorization,
        address: addressOf(incoming),
        device: deviceOf(incoming),
      },
      receivedAt,
    );
    return verdict.ok
      ? await admitted(incoming, outgoing, verdict.principal, found, receivedAt, parts)
      : await challenged(incoming, outgoing, verdict, found, parts);
  } catch (error) {
    log.error({ err: error, path: found.path }, 'a push failed');
    parts.refusals.report(refusalOf('internal', incoming, problems.internal.text));
    return refuse(found.method, 'internal');
  }
}

/**
 * 401 comes after the whole body, on a connection that is kept: cameras send megabytes without
 * asking, and hear nothing until they are done.
 */
async function challenged(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { challenges, answered }: { challenges: readonly string[]; answered: () => void },
  { method }: Route,
  { refusals, body: { limit } }: AppParts,
): Promise<Response> {
  const drained = await discardBody(incoming, limit + DISCARD_MORE);
  if (!drained.ok && drained.problem === 'aborted') return refuse(method, 'aborted');
  if (!drained.ok) {
    const message = 'The body had no end.';
    refusals.report(refusalOf('too_large', incoming, message));
    outgoing.setHeader('Connection', 'close');
    return refuse(method, 'too_large');
  }
  outgoing.setHeader('WWW-Authenticate', [...challenges]);
  answered();
  return refuse(method, 'unauthorized');
}

async function admitted(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  principal: Principal,
  { method, report }: Route,
  receivedAt: number,
  parts: AppParts,
): Promise<Response> {
  const body = await readBody(incoming, parts.body);
  if (!body.ok) {
    if (body.problem === 'too_large' && !body.drained) outgoing.setHeader('Connection', 'close');
    const message =
      body.problem === 'too_large'
        ? `The body is larger than http.max_body, ${parts.body.limit} bytes.`
        : 'The connection ended in the middle of the body.';
    parts.refusals.report(refusalOf(body.problem, incoming, message, principal));
    return refuse(method, body.problem);
  }
  const userIdentify = deviceOf(incoming);
  const contentType = incoming.headers['content-type'];
  const answer = await parts.handle({
    ...(report === undefined ? {} : { report }),
    method,
    path: (incoming.url ?? '/').slice(0, MAX_PATH),
    verb: incoming.method ?? '',
    ...(userIdentify === undefined ? {} : { userIdentify }),
    principal,
    address: addressOf(incoming),
    body: body.bytes,
    receivedAt,
    ...(contentType === undefined ? {} : { contentType }),
  });
  if (answer.ok) return json(success(method, answer.keepinterval));
  const { problem, message } = answer;
  // Who refuses it tells it, knowing more of it than its headers.
  if (problem !== 'unauthorized') parts.refusals.count(problem);
  return refuse(method, problem, message);
}

function refusalOf(
  type: Exclude<ProblemName, 'unauthorized'>,
  incoming: IncomingMessage,
  message: string,
  principal?: Principal,
) {
  const owner = principal?.kind === 'anyone' ? undefined : principal?.deviceId;
  const device = deviceOf(incoming) ?? owner;
  return {
    type,
    reason: problems[type].text,
    address: addressOf(incoming),
    ...(device === undefined ? {} : { device }),
    message,
    path: shownTarget(incoming.url ?? '/'),
  };
}

/** Headers in a plain object: anything else loses their case on the way. */
function json(body: string, status = 200): Response {
  return new Response(body, { status, headers: { 'Content-Type': JSON_TYPE } });
}

function refuse(method: string, problem: ProblemName, message?: string): Response {
  return json(failure(method, problem, message), problems[problem].status);
}
