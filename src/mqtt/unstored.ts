import { type Packet, Store } from 'mqtt';
import { free } from '../free.ts';

/**
 * The outgoing store of a client that never sends again what it sent: mqtt.js makes a copy of each packet
 * for it, payload and all, of which nobody has a use.
 */
export class Unstored extends Store {
  override put(packet: Packet, done: () => void): this {
    if (packet.cmd === 'publish' && typeof packet.payload !== 'string') free(packet.payload);
    done();
    return this;
  }

  override del(_packet: unknown, done: (error?: Error) => void): this {
    done();
    return this;
  }
}
