import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectByTls } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BadCertificate } from '../../src/http/tls.ts';
import { run } from '../cli/run.ts';
import { folder } from '../config/folder.ts';
import { type Certificates, makeCertificates, opensslAvailable } from '../support/certificates.ts';
import { startServer } from './bench.ts';

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const last of undo.splice(0).reverse()) await last();
});

describe.skipIf(!opensslAvailable())('TLS', () => {
  let first: Certificates;
  let second: Certificates;
  beforeAll(() => {
    first = makeCertificates();
    second = makeCertificates();
  });

  async function start(certificates = first) {
    const dir = mkdtempSync(join(tmpdir(), 'jvs2mqtt-tls-'));
    undo.push(() => rmSync(dir, { recursive: true }));
    const tls = { cert: join(dir, 'cert.pem'), key: join(dir, 'key.pem') };
    const write = ({ serverCert, serverKey }: Partial<Certificates>) => {
      if (serverCert !== undefined) writeFileSync(tls.cert, serverCert);
      if (serverKey !== undefined) writeFileSync(tls.key, serverKey);
    };
    write(certificates);
    const timers = new Map<number, () => void>();
    const clock = {
      after: (ms: number, action: () => void) => {
        timers.set(ms, action);
        return () => timers.delete(ms);
      },
    };
    const started = await startServer({ http: { tls } }, { clock });
    undo.push(() => started.server.close(0));
    const minute = () => timers.get(60_000)?.();
    return { ...started, tls, write, minute };
  }

  /** @returns whether the server is the one that this authority signed */
  async function trusts(port: number, { ca }: Certificates): Promise<boolean> {
    const socket = connectByTls({ port, host: '127.0.0.1', ca, rejectUnauthorized: false });
    undo.push(() => socket.destroy());
    await once(socket, 'secureConnect');
    return socket.authorized;
  }

  it('the port speaks HTTPS', async () => {
    const { port } = await start();
    const request = get({ port, host: '127.0.0.1', path: '/health', ca: first.ca, agent: false });
    const [response] = await once(request, 'response');
    expect(response.statusCode).toBe(200);
  });

  it('a renewed certificate is taken as soon as its key fits', async () => {
    const { port, write, minute, errors } = await start();
    expect(await trusts(port, first)).toBe(true);
    write({ serverCert: second.serverCert });
    minute();
    minute();
    expect(await trusts(port, first)).toBe(true);
    expect(errors).toHaveLength(1);
    write({ serverKey: second.serverKey });
    minute();
    expect(await trusts(port, second)).toBe(true);
    expect(await trusts(port, first)).toBe(false);
  });

  it('plain HTTP is turned away and counted', async () => {
    const { port, server } = await start();
    const socket = connect(port, '127.0.0.1');
    undo.push(() => socket.destroy());
    socket.on('error', () => {});
    socket.write('GET /health HTTP/1.1\r\nHost: bridge\r\n\r\n');
    await once(socket, 'close');
    expect(server.refused()).toEqual({ bad_request: 1 });
  });

  it('a key of another certificate is refused at the start, without showing it', async () => {
    const { serverCert } = first;
    const { serverKey } = second;
    const start = startServer({ http: { tls: { cert: serverCert, key: serverKey } } });
    await expect(start).rejects.toThrow(BadCertificate);
    await expect(start).rejects.not.toThrow(/PRIVATE/);
  });

  it('`jvs2mqtt health` asks by HTTPS', async () => {
    const { port, tls } = await start();
    const env = {
      JVS2MQTT_HTTP_HOST: '127.0.0.1',
      JVS2MQTT_HTTP_PORT: String(port),
      JVS2MQTT_HTTP_TLS_CERT: tls.cert,
      JVS2MQTT_HTTP_TLS_KEY: tls.key,
    };
    expect(await run(['health'], folder(), env)).toMatchObject({ code: 0, err: '' });
  });
});
