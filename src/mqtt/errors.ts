/** Why a message did not reach the broker. Each kind asks something else of the caller. */
export class BrokerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** The packet is larger than the broker, the setting or the bridge allows: it was not sent, and never will be. */
export class PacketTooLarge extends BrokerError {
  readonly size: number;
  readonly limit: number;

  constructor(size: number, limit: number) {
    super(`a packet of ${size} bytes is more than the broker takes (${limit})`);
    this.size = size;
    this.limit = limit;
  }
}

/** No such topic can be published to (MQTT 5 §4.7): it was not sent, and never will be. */
export class InvalidTopic extends BrokerError {
  constructor(topic: string) {
    super(`not a topic that can be published to: ${JSON.stringify(topic.slice(0, 100))}`);
  }
}

/** There is no connection: it was not sent. */
export class NotConnected extends BrokerError {
  constructor(reason: string) {
    super(`not connected to the broker: ${reason}`);
  }
}

/** More waits for the broker than memory is given for: it was not sent. */
export class TooManyWaiting extends BrokerError {
  constructor() {
    super('too many messages wait for the broker');
  }
}

/** The deadline passed. Where it was sent, the broker may still have it. */
export class NotAcknowledged extends BrokerError {
  readonly sent: boolean;

  constructor(ms: number, sent: boolean) {
    super(`the broker did not acknowledge within ${ms} ms`);
    this.sent = sent;
  }
}

/**
 * The connection was lost while the message was in flight: the broker may have it or not. A message
 * to which that happens twice may be the cause, and is to be set aside.
 */
export class ConnectionLost extends BrokerError {
  /** how often by now, those counted that the caller told of */
  readonly losses: number;

  constructor(reason: string, losses: number) {
    super(`the connection was lost with the message in flight: ${reason}`);
    this.losses = losses;
  }

  get setAside(): boolean {
    return this.losses >= 2;
  }
}

/** The broker answered with a failure, by its access list for example (MQTT 5 §3.4.2.1). */
export class PublishRefused extends BrokerError {
  readonly reasonCode: number;

  constructor(reason: string, reasonCode: number) {
    super(`the broker refused the message: ${reason}`);
    this.reasonCode = reasonCode;
  }
}

/** The embedded broker cannot listen: the message says why, and what to do. */
export class CannotListen extends Error {
  override readonly name = 'CannotListen';
}
