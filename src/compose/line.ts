import { Gate } from '../bridge/gate.ts';
import { joinBroker, linkOptions } from '../bridge/join.ts';
import type { Metrics } from '../bridge/metrics.ts';
import { Presence } from '../bridge/presence.ts';
import { BrokerPublisher } from '../bridge/publisher.ts';
import type { Message } from '../domain/message.ts';
import type { Broker } from '../mqtt/broker.ts';
import type { Frame } from './frame.ts';

/** The line to the broker. */
export interface Line {
  readonly broker: Broker;
  /** open while the broker is joined and knows what it should */
  readonly joined: Gate;
  readonly presence: Presence;
  readonly publisher: BrokerPublisher;
}

/** ms that a message's acknowledgement is heard of: longer than a silent broker counts as there */
const ACKNOWLEDGED = 60_000;

/** @param onLeftOut a message that this broker will never take */
export function openLine(
  frame: Frame,
  metrics: Metrics,
  onLeftOut: (message: Message, error: Error) => void,
): Line {
  const { settings, clock, store, log, embedded, onError } = frame;
  const { bridgeState } = frame.context.topics;
  const broker = joinBroker(frame, bridgeState);
  const joined = new Gate(clock, settings.mqtt.ack_timeout * 1000);
  const presence = new Presence({
    broker,
    link: linkOptions(frame, bridgeState),
    stateTopic: bridgeState,
    grace: settings.mqtt.restart_grace,
    embedded: embedded !== undefined,
    isJoined: () => joined.isOpen,
    log,
  });
  const publisher = new BrokerPublisher({
    broker,
    metrics,
    deadline: ACKNOWLEDGED,
    onCleared: (topic) => {
      if (embedded !== undefined) store.outbox.retained.delete([topic]).catch(onError);
    },
    onLeftOut,
  });
  return { broker, joined, presence, publisher };
}
