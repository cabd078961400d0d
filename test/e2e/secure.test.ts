import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { brokerKind, startTestBridge, type TestBridge, type Written } from '../support/bridge.ts';
import { type Certificates, makeCertificates, opensslAvailable } from '../support/certificates.ts';
import { freePort } from '../support/mosquitto.ts';

// the embedded broker is joined within the machine
describe.skipIf(brokerKind === 'embedded' || !opensslAvailable())('over TLS and WebSocket', () => {
  let certificates: Certificates;
  let ports: {
    readonly tls: number;
    readonly strict: number;
    readonly ws: number;
    readonly wss: number;
  };
  let started: TestBridge[] = [];

  beforeAll(async () => {
    certificates = makeCertificates();
    const [tls = 0, strict = 0, ws = 0, wss = 0] = await Promise.all([1, 2, 3, 4].map(freePort));
    ports = { tls, strict, ws, wss };
  });
  afterEach(async () => {
    for (const bridge of started) await bridge.stop();
    started = [];
  });

  /** A bridge that joins one of Mosquitto's other doors; the recorder stays at the plain one. */
  async function joined(mqtt: (folder: string) => Written): Promise<TestBridge> {
    const tls = ['cafile ca.crt', 'certfile server.crt', 'keyfile server.key'];
    const { ca, serverCert, serverKey, clientCert, clientKey } = certificates;
    const bridge = await startTestBridge(
      {},
      {
        mosquitto: {
          files: { 'ca.crt': ca, 'server.crt': serverCert, 'server.key': serverKey },
          lines: [
            ...[`listener ${ports.tls} 127.0.0.1`, ...tls],
            ...[`listener ${ports.strict} 127.0.0.1`, ...tls, 'require_certificate true'],
            ...[`listener ${ports.ws} 127.0.0.1`, 'protocol websockets'],
            ...[`listener ${ports.wss} 127.0.0.1`, 'protocol websockets', ...tls],
          ],
        },
        settings: (mosquitto) => {
          const dir = mosquitto?.dir ?? '';
          for (const [name, text] of [
            ['client.crt', clientCert],
            ['client.key', clientKey],
          ] as const) {
            writeFileSync(join(dir, name), text, { mode: 0o600 });
          }
          return { mqtt: mqtt(dir) };
        },
        secrets: keyLines(clientKey),
      },
    );
    started.push(bridge);
    return bridge;
  }

  async function works(bridge: TestBridge, id: string): Promise<void> {
    expect(await bridge.camera(id).event('motion_detection', 'start')).toMatchObject({
      errorcode: 0,
    });
    await bridge.json(`jvs2mqtt/${id}/0/alarm/motion_detection`, { state: 'ON' });
    expect(JSON.parse(await bridge.page('/health'))).toMatchObject({ broker: 'connected' });
  }

  test('mqtts:// with its authority, and a client certificate where the broker wants one', async () => {
    const bridge = await joined((dir) => ({
      url: `mqtts://localhost:${ports.strict}`,
      ca: join(dir, 'ca.crt'),
      cert: join(dir, 'client.crt'),
      key: join(dir, 'client.key'),
    }));
    await works(bridge, '12221SSTRICT');
    const { settings } = await bridge.json('jvs2mqtt/bridge/info');
    expect((settings as { mqtt: Written }).mqtt).not.toHaveProperty('key');
  });

  test('mqtts:// without its authority: not joined, said why; pushes are kept on disk', async () => {
    const bridge = await joined(() => ({ url: `mqtts://127.0.0.1:${ports.tls}` }));
    const answer = await bridge.camera('12221SDOUBT').heartbeat();
    expect(answer).toMatchObject({ status: 200, errorcode: 0 });
    expect(await bridge.metric('outbox_entries')).toBeGreaterThan(0);
    expect(bridge.log.join('')).toMatch(/cannot join the broker.*mqtt\.ca/);
    await bridge.restart({ mqtt: { verify: false } });
    await works(bridge, '12221SDOUBT');
  });

  test.each(['ws', 'wss'] as const)('%s://', async (scheme) => {
    const bridge = await joined((dir) => ({
      url: `${scheme}://127.0.0.1:${ports[scheme]}`,
      ca: join(dir, 'ca.crt'),
    }));
    await works(bridge, `12221SWEB${scheme.length}`);
  });
});

/** Any of these lines gives the key away. */
function keyLines(pem: string): readonly string[] {
  return pem.split('\n').filter((line) => line.length > 20 && !line.startsWith('-----'));
}
