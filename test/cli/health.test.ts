import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { healthUrl } from '../../src/cli/health.ts';
import { folder, load } from '../config/folder.ts';
import { run } from './run.ts';

/** A bridge's stand-in on a port of its own. */
async function listen(listener: RequestListener): Promise<Readonly<Record<string, string>>> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { JVS2MQTT_HTTP_PORT: String((server.address() as AddressInfo).port) };
}

test('a bridge that is well', async () => {
  const asked: unknown[] = [];
  const env = await listen((request, response) => {
    asked.push([request.method, request.url]);
    response.end('{"status":"ok"}');
  });
  expect(await run(['health'], folder(), env)).toEqual({
    code: 0,
    out: '{"status":"ok"}\n',
    err: '',
  });
  expect(asked).toEqual([['GET', '/health']]);
});

test('a bridge that is not', async () => {
  const env = await listen((_, response) => response.writeHead(503).end('{"status":"down"}'));
  expect(await run(['health'], folder(), env)).toEqual({
    code: 1,
    out: '',
    err: '{"status":"down"}\n',
  });
});

test('a bridge that hangs up', async () => {
  const env = await listen((request) => request.socket.destroy());
  const { code, err } = await run(['health'], folder(), env);
  expect([code, err]).toEqual([1, expect.stringMatching(/^http:.* does not answer: /)]);
});

test('no bridge', async () => {
  const env = await listen(() => {});
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const { code, err } = await run(['health'], folder(), {
    ...env,
    JVS2MQTT_HTTP_PORT: String(port),
  });
  expect(code).toBe(1);
  expect(err).toMatch(/ECONNREFUSED/);
});

test('settings that are refused', async () => {
  expect((await run(['health'], folder(), { JVS2MQTT_HTTP_PORT: 'x' })).code).toBe(1);
});

test.each([
  ['"::"', 'http://127.0.0.1:8780/health'],
  ['0.0.0.0', 'http://127.0.0.1:8780/health'],
  ['192.168.1.5', 'http://192.168.1.5:8780/health'],
  ['"fe80::1"', 'http://[fe80::1]:8780/health'],
])('where it asks with host %s', (host, url) => {
  expect(healthUrl(load(`http: {host: ${host}}`).settings)).toBe(url);
});
