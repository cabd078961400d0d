import { get, type IncomingMessage } from 'node:http';
import { get as getByTls } from 'node:https';
import { isIPv6 } from 'node:net';
import type { Settings } from '../config/schema.ts';
import { type Command, exitCodes, noArguments } from './command.ts';
import { settingsFor } from './settings.ts';

/** ms; a health check of a container waits five seconds */
const timeout = 3000;
const longestAnswer = 10_000;

/** `jvs2mqtt health`: asks the running bridge, for `HEALTHCHECK` of a container. */
export const health: Command = async (args, io) => {
  if (args.length > 0) return noArguments(args, io, 'Usage: jvs2mqtt health\n');
  const loaded = settingsFor(io);
  // a bridge that runs was started with other settings: this check cannot reach it
  if (loaded === undefined) return exitCodes.failed.code;
  const url = healthUrl(loaded.settings);
  try {
    const { status, body } = await ask(url);
    const well = status === 200;
    (well ? io.stdout : io.stderr).write(`${body.trim() || `HTTP ${status}`}\n`);
    return well ? exitCodes.ok.code : exitCodes.failed.code;
  } catch (error) {
    io.stderr.write(`${url} does not answer: ${error instanceof Error ? error.message : error}\n`);
    return exitCodes.failed.code;
  }
};

/** Where the bridge of these settings answers on this machine. */
export function healthUrl({ http: { host, port, tls } }: Pick<Settings, 'http'>): string {
  const everywhere = host === '::' || host === '0.0.0.0';
  const own = everywhere ? '127.0.0.1' : host;
  const scheme = tls.cert === '' ? 'http' : 'https';
  return `${scheme}://${isIPv6(own) ? `[${own}]` : own}:${port}/health`;
}

function ask(url: string): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeout);
    const answered = (response: IncomingMessage) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        if (body.length < longestAnswer) body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', reject);
    };
    // the certificate is made for another name, and nothing secret is sent
    const request = url.startsWith('https:')
      ? getByTls(url, { agent: false, signal, rejectUnauthorized: false }, answered)
      : get(url, { agent: false, signal }, answered);
    request.on('error', reject);
  });
}
