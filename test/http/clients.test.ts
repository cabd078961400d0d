import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { PASSWORD, startServer } from './bench.ts';

/** Clients that others wrote: what they do with a 401 cannot be imitated with certainty. */

const folder = mkdtempSync(join(tmpdir(), 'jvs2mqtt-clients-'));
const files = { small: Buffer.from('{"param":{}}'), large: Buffer.alloc(5_000_000, 'jvs') };
for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
afterAll(() => rmSync(folder, { recursive: true }));

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function start(...args: Parameters<typeof startServer>) {
  const bench = await startServer(...args);
  closers.push(() => bench.server.close(0));
  return bench;
}

function run(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve(output) : reject(new Error(`${command}: ${code}: ${errors}`)),
    );
  });
}

/** Whether a client is there; says so where it is not. */
function has(what: string, command: string, args: readonly string[]): boolean {
  const found = spawnSync(command, args, { stdio: 'ignore' }).status === 0;
  if (!found) console.warn(`${what} is not installed: its tests are skipped`);
  return found;
}

const URLLIB = `
import sys, urllib.request as u
url, user, password, path, method = sys.argv[1:]
known = u.HTTPPasswordMgrWithDefaultRealm()
known.add_password(None, url, user, password)
opener = u.build_opener(u.HTTPDigestAuthHandler(known))
request = u.Request(url, data=open(path, 'rb').read(), method=method)
print(opener.open(request).status)
`;
const REQUESTS = `
import sys, requests
from requests.auth import HTTPDigestAuth
url, user, password, path, method = sys.argv[1:]
session = requests.Session()
session.auth = HTTPDigestAuth(user, password)
for _ in range(2):
    answer = session.request(method, url, data=open(path, 'rb').read())
    answer.raise_for_status()
print(answer.status_code)
`;
const WGET = ['-q', '-O', '-', '--content-on-error', '--user=jvs2mqtt', `--password=${PASSWORD}`];

interface Client {
  readonly there: boolean;
  readonly push: (url: string, file: string, method: string) => Promise<string>;
  /** how many pushes one call makes */
  readonly times?: number;
}

const python = (script: string): Client['push'] => {
  return (url, file, method) =>
    run('python3', ['-c', script, url, 'jvs2mqtt', PASSWORD, file, method]);
};

const clients: Readonly<Record<string, Client>> = {
  curl: {
    there: has('curl', 'curl', ['--version']),
    push: (url, file, method) =>
      run('curl', [
        ...['-sS', '--fail', '--max-time', '15', '--digest', '-u', `jvs2mqtt:${PASSWORD}`],
        ...['-X', method, '--data-binary', `@${file}`, '-w', '%{http_code}', url],
      ]),
  },
  wget: {
    there: has('wget', 'wget', ['--version']),
    push: (url, file, method) =>
      run('wget', [...WGET, `--method=${method}`, `--body-file=${file}`, url]),
  },
  'Python urllib': {
    there: has('python3', 'python3', ['-c', 'import urllib.request']),
    push: python(URLLIB),
  },
  'Python requests': {
    there: has('Python requests', 'python3', ['-c', 'import requests']),
    push: python(REQUESTS),
    times: 2,
  },
};

describe.each(Object.entries(clients))('%s', (_, { there, push, times = 1 }) => {
  it.skipIf(!there).each([
    ['POST', 'small'],
    ['POST', 'large'],
    ['GET', 'small'],
    ['GET', 'large'],
  ] as const)('%s of the %s body, 401 first', async (method, size) => {
    const { url, pushes, refusals } = await start();
    await push(`${url}//v1/device/event_report?a=b`, join(folder, size), method);
    expect(pushes).toHaveLength(times);
    for (const { body, verb } of pushes) {
      expect(verb).toBe(method);
      expect(body.bytes.equals(files[size])).toBe(true);
    }
    expect(refusals).toEqual([]);
  });
});

const { curl } = clients;
describe.skipIf(curl?.there !== true)('curl, more', () => {
  it('takes SHA-256 where it is offered', async () => {
    const { url, pushes } = await start({ auth: { algorithm: 'SHA-256' } });
    await curl?.push(url, join(folder, 'small'), 'POST');
    expect(pushes).toHaveLength(1);
  });

  it('follows stale=true: every nonce dies before it is used twice', async () => {
    let time = 0;
    const now = () => {
      time += 400;
      return time;
    };
    const { url, pushes } = await start({ auth: { nonce_life: 1 } }, { now });
    const file = join(folder, 'small');
    const args = ['-sS', '--fail', '--digest', '-u', `jvs2mqtt:${PASSWORD}`, '-d', `@${file}`];
    await run('curl', [...args, ...Array.from({ length: 6 }, () => `${url}/event_report`)]);
    expect(pushes).toHaveLength(6);
  });

  it('hears 413 after a body that is too large', async () => {
    const { url } = await start({ http: { max_body: 1000 } });
    await expect(curl?.push(url, join(folder, 'large'), 'POST')).rejects.toThrow('413');
  });

  it('that reads only when it has sent hears 401 on a slow upload', async () => {
    const { url, pushes } = await start();
    const args = ['-sS', '--fail', '--digest', '-u', `jvs2mqtt:${PASSWORD}`, '-H', 'Expect:'];
    await run('curl', [...args, '--limit-rate', '10M', '-T', join(folder, 'large'), `${url}/x`]);
    expect(pushes.map((push) => push.body.length)).toEqual([5_000_000]);
  });
});
