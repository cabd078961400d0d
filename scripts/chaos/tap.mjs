import { createConnection, createServer } from 'node:net';

const PUBLISH = 3;
const PUBACK = 4;
const CONNECT = 1;

/**
 * A TCP tap between bridge and broker that writes down what was published and what of it the broker
 * acknowledged: a broker that is killed forgets messages, the tap does not.
 */
export class Tap {
  /** `{topic, text, retain, at, ackedAt}` of QoS 1 in the order of sending */
  published = [];
  /** times at which a connection ended */
  ended = [];
  #server;
  #sockets = new Set();

  constructor(brokerPort) {
    this.#server = createServer({ noDelay: true }, (bridge) => {
      const broker = createConnection({ port: brokerPort, host: '127.0.0.1', noDelay: true });
      const inFlight = new Map();
      const version = { is: 4 };
      const up = new Frames((type, flags, body) => {
        if (type === CONNECT) version.is = body[6 + 0] ?? 4;
        if (type === PUBLISH && (flags & 6) === 2)
          this.#published(flags, body, version.is, inFlight);
      });
      const down = new Frames((type, _flags, body) => {
        if (type !== PUBACK) return;
        const message = inFlight.get(body.readUInt16BE(0));
        const refused = body.length > 2 && body[2] >= 0x80;
        if (message !== undefined && !refused) message.ackedAt = Date.now();
        inFlight.delete(body.readUInt16BE(0));
      });
      const end = () => {
        this.ended.push(Date.now());
        bridge.destroy();
        broker.destroy();
        this.#sockets.delete(bridge);
      };
      this.#sockets.add(bridge);
      bridge.on('data', (chunk) => {
        up.add(chunk);
        broker.write(chunk);
      });
      broker.on('data', (chunk) => {
        down.add(chunk);
        bridge.write(chunk);
      });
      for (const socket of [bridge, broker]) socket.on('error', () => {}).on('close', end);
    });
  }

  async listen() {
    await new Promise((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this.#server.address().port;
  }

  close() {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** MQTT 5 §3.3: topic, packet identifier, properties (5 alone), payload. */
  #published(flags, body, version, inFlight) {
    const length = body.readUInt16BE(0);
    const topic = body.toString('utf8', 2, 2 + length);
    const id = body.readUInt16BE(2 + length);
    let at = 4 + length;
    if (version === 5) {
      const [size, next] = variable(body, at);
      at = next + size;
    }
    // pictures are not judged by what is in them
    const text = body.length - at > 20_000 ? '' : body.toString('utf8', at);
    const message = { topic, text, retain: (flags & 1) === 1, at: Date.now(), ackedAt: undefined };
    this.published.push(message);
    inFlight.set(id, message);
  }
}

/** Cuts a stream into packets. */
class Frames {
  #rest = Buffer.alloc(0);
  #take;

  constructor(take) {
    this.#take = take;
  }

  add(chunk) {
    this.#rest = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const read = this.#rest.length < 2 ? undefined : variable(this.#rest, 1);
      if (read === undefined || this.#rest.length < read[1] + read[0]) return;
      const [size, start] = read;
      const first = this.#rest[0];
      this.#take(first >> 4, first & 15, this.#rest.subarray(start, start + size));
      this.#rest = this.#rest.subarray(start + size);
    }
  }
}

/** A variable byte integer (MQTT 5 §1.5.5) and where it ends. */
function variable(buffer, from) {
  let value = 0;
  for (let at = from, factor = 1; at < buffer.length && at < from + 4; at++, factor *= 128) {
    value += (buffer[at] & 127) * factor;
    if (buffer[at] < 128) return [value, at + 1];
  }
  return undefined;
}
