import { connectAsync, type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt';

/** One message as a subscriber got it. */
export interface Recorded {
  readonly topic: string;
  readonly payload: Buffer;
  readonly text: string;
  readonly retain: boolean;
  readonly qos: number;
  readonly properties: NonNullable<IPublishPacket['properties']>;
}

/** A second client of the broker that writes down all that it hears, in order. */
export class Recorder {
  readonly client: MqttClient;
  readonly messages: Recorded[] = [];
  readonly #waiting = new Set<() => void>();

  private constructor(client: MqttClient) {
    this.client = client;
    client.on('message', (topic, payload, packet) => {
      const { retain, qos, properties = {} } = packet;
      this.messages.push({ topic, payload, text: payload.toString(), retain, qos, properties });
      for (const look of this.#waiting) look();
    });
  }

  /** Joins by MQTT 5 and subscribes. The retain flag is kept as published. */
  static async connect(
    url: string,
    filters: readonly string[] = ['#'],
    options: IClientOptions = {},
  ): Promise<Recorder> {
    const client = await connectAsync(url, {
      protocolVersion: 5,
      reconnectPeriod: 200,
      ...options,
    });
    const recorder = new Recorder(client);
    const subscription = client.options.protocolVersion === 5 ? { rap: true } : {};
    if (filters.length > 0) await client.subscribeAsync([...filters], { qos: 1, ...subscription });
    return recorder;
  }

  /** What came on a topic, as text. */
  texts(topic: string): string[] {
    return this.messages.filter((message) => message.topic === topic).map(({ text }) => text);
  }

  /** The first message, had or to come, that the predicate takes. */
  waitFor(predicate: (message: Recorded) => boolean, ms = 30_000): Promise<Recorded> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.messages.find(predicate);
        if (found === undefined) return;
        done();
        resolve(found);
      };
      const timer = setTimeout(() => {
        done();
        const heard = this.messages.map(({ topic }) => topic).slice(-20);
        reject(new Error(`not heard within ${ms} ms; the last topics: ${heard.join(' ')}`));
      }, ms);
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      this.#waiting.add(look);
      look();
    });
  }

  async close(): Promise<void> {
    await this.client.endAsync(true);
  }
}
