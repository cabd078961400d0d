import { once } from 'node:events';
import { createConnection, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectBroker } from '../../src/mqtt/broker.ts';
import { Mosquitto, mosquittoAvailable } from '../support/mosquitto.ts';
import { joined, MemoryLog, optionsFor, say } from './bench.ts';

describe.skipIf(!mosquittoAvailable())('a broker that does not speak MQTT 5', () => {
  let mosquitto: Mosquitto;
  beforeAll(async () => {
    mosquitto = await Mosquitto.start();
  });
  afterAll(() => mosquitto.stop());

  const sayings = {
    'and says so as MQTT 3.1.1 does': Buffer.from([0x20, 2, 0, 1]),
    'and says so as MQTT 5 does': Buffer.from([0x20, 3, 0, 0x84, 0]),
    'and hangs up': Buffer.alloc(0),
  };

  it.each(Object.entries(sayings))('%s', async (_, answer) => {
    const old = await oldBroker(mosquitto.port, answer);
    const broker = await joined(`mqtt://127.0.0.1:${old.port}`);
    expect(broker.version).toBe('3.1.1');
    await broker.publish(say('a', 'x', { expiry: 10 }));
    await broker.close();
    old.server.close();

    const strict = await oldBroker(mosquitto.port, answer);
    const log = new MemoryLog();
    const five = connectBroker(
      optionsFor(`mqtt://127.0.0.1:${strict.port}`, { log, version: '5' }),
    );
    await log.waitFor(answer.length > 0 ? 'does not speak this version of MQTT' : 'closed');
    expect(five.version).toBe('5');
    await five.close();
    strict.server.close();
  });
});

/** Answers a CONNECT of MQTT 5 as an older broker does, and passes others on to a real one. */
async function oldBroker(port: number, answer: Buffer): Promise<{ port: number; server: Server }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (connect) => {
      // the protocol level follows the fixed header's two bytes and the name "MQTT" (MQTT 5 §3.1.2.2)
      if (connect[8] === 5) return socket.end(answer);
      const real = createConnection({ port, host: '127.0.0.1' });
      real.on('error', () => {});
      real.write(connect);
      return socket.pipe(real).pipe(socket);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { port: address.port, server };
}
