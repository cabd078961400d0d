import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectBroker } from '../../src/mqtt/broker.ts';
import type { TlsOptions } from '../../src/mqtt/tls.ts';
import { type Certificates, makeCertificates, opensslAvailable } from '../support/certificates.ts';
import { freePort, Mosquitto, mosquittoAvailable } from '../support/mosquitto.ts';
import { joined, MemoryLog, optionsFor } from './bench.ts';

describe.skipIf(!mosquittoAvailable() || !opensslAvailable())('over TLS and WebSocket', () => {
  let certificates: Certificates;
  let mosquitto: Mosquitto;
  const ports = { tls: 0, strict: 0, ws: 0, wss: 0 };

  beforeAll(async () => {
    certificates = makeCertificates();
    for (const name of ['tls', 'strict', 'ws', 'wss'] as const) ports[name] = await freePort();
    const tls = ['cafile ca.crt', 'certfile server.crt', 'keyfile server.key'];
    mosquitto = await Mosquitto.start({
      files: {
        'ca.crt': certificates.ca,
        'server.crt': certificates.serverCert,
        'server.key': certificates.serverKey,
      },
      lines: [
        ...[`listener ${ports.tls} 127.0.0.1`, ...tls],
        ...[`listener ${ports.strict} 127.0.0.1`, ...tls, 'require_certificate true'],
        ...[`listener ${ports.ws} 127.0.0.1`, 'protocol websockets'],
        ...[`listener ${ports.wss} 127.0.0.1`, 'protocol websockets', ...tls],
      ],
    });
  });
  afterAll(() => mosquitto?.stop());

  const works = async (url: string, tls: TlsOptions) => {
    const broker = await joined(url, { tls });
    await broker.publish({ topic: 'secure', payload: url, qos: 1, retain: true });
    const kept = await broker.readRetained(['secure']);
    expect(kept.get('secure')?.toString()).toBe(url);
    await broker.close();
  };
  const fails = async (url: string, tls: TlsOptions) => {
    const log = new MemoryLog();
    const broker = connectBroker(optionsFor(url, { tls, log }));
    const { text } = await log.waitFor('cannot join');
    await broker.close();
    return text;
  };

  it('joins by mqtts:// with the authority as text or as a file, or unverified', async () => {
    const url = `mqtts://127.0.0.1:${ports.tls}`;
    await works(url, { verify: true, ca: certificates.ca });
    await works(url.replace('127.0.0.1', 'localhost'), {
      verify: true,
      ca: join(mosquitto.dir, 'ca.crt'),
    });
    await works(url, { verify: false });
  });

  it('joins with a client certificate', async () => {
    const { ca, clientCert: cert, clientKey } = certificates;
    const key = join(mosquitto.dir, 'client.key');
    writeFileSync(key, clientKey);
    await works(`mqtts://127.0.0.1:${ports.strict}`, { verify: true, ca, cert, key });
  });

  it('joins by ws:// and wss://', async () => {
    await works(`ws://127.0.0.1:${ports.ws}`, { verify: true });
    await works(`wss://127.0.0.1:${ports.wss}`, { verify: true, ca: certificates.ca });
  });

  it('says plainly what is wrong with TLS', async () => {
    const { ca } = certificates;
    expect(await fails(`mqtts://127.0.0.1:${ports.tls}`, { verify: true })).toContain('mqtt.ca');
    expect(await fails(`mqtts://127.0.0.2:${ports.tls}`, { verify: true, ca })).toMatch(
      /another name|nothing listens/,
    );
    expect(await fails(`mqtts://127.0.0.1:${mosquitto.port}`, { verify: true, ca })).toContain(
      'TLS',
    );
    expect(await fails(`mqtts://127.0.0.1:${ports.strict}`, { verify: true, ca })).toMatch(
      /client certificate|broke off|closed/,
    );
    expect(await fails(`wss://127.0.0.1:${ports.wss}`, { verify: true })).toContain('mqtt.ca');
  });
});
