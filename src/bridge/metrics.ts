import { Counter, Gauge, Registry } from 'prom-client';

/** What the bridge counts, for `/metrics` and for its own device in Home Assistant. */
export interface Metrics {
  readonly registry: Registry;
  /** pushes answered, by report's method and outcome (`ok`, `repeat`, or the answer's problem) */
  readonly pushes: Counter<'report' | 'outcome'>;
  /** requests refused, by reason */
  readonly refused: Counter<'reason'>;
  /** MQTT messages, by outcome: `sent`, `left_out`, `failed` */
  readonly messages: Counter<'outcome'>;
  /** events that came too late to be live */
  readonly late: Counter;
  /** parts of reports that could not be read */
  readonly faults: Counter;
  /** things met that no table knows, by what they are */
  readonly unknown: Counter<'what'>;
  /** reports that could not be handed on: possibly lost */
  readonly lost: Counter;
  readonly reconnects: Counter;
  /** entries of the outbox given up, by why */
  readonly dropped: Counter<'why'>;
  /** messages sent again of which nobody knows whether they had arrived */
  readonly again: Counter;
  /** entries in the outbox */
  readonly queue: Gauge;
  /** their bytes */
  readonly queueBytes: Gauge;
  /** seconds since the receipt of the oldest */
  readonly queueAge: Gauge;
  readonly devices: Gauge;
  readonly connected: Gauge;
}

/** The outbox as it is now. */
export interface Queue {
  readonly size: number;
  readonly bytes: number;
  /** receipt of the oldest, ms since 1970 UTC */
  readonly oldest: number | undefined;
}

/**
 * @param refused what the HTTP side counts itself, by reason
 * @returns counters of a registry of their own, so that two bridges in one process do not meet
 */
export function createMetrics(
  refused: () => Readonly<Record<string, number>>,
  queue: Queue,
  now: () => number,
): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Counter<L>({ name: `jvs2mqtt_${name}_total`, help, labelNames, registers });
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `jvs2mqtt_${name}`, help, registers });
  const measured = (name: string, help: string, value: () => number) =>
    new Gauge({
      name: `jvs2mqtt_${name}`,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  return {
    registry,
    pushes: counter('pushes', 'Pushes answered, by report and outcome', ['report', 'outcome']),
    refused: new Counter<'reason'>({
      name: 'jvs2mqtt_refused_total',
      help: 'Requests refused, by reason',
      labelNames: ['reason'],
      registers,
      collect() {
        this.reset();
        for (const [reason, count] of Object.entries(refused())) this.inc({ reason }, count);
      },
    }),
    messages: counter('messages', 'MQTT messages, by outcome', ['outcome']),
    late: counter('late_events', 'Events too late to be live'),
    faults: counter('faults', 'Parts of reports that could not be read'),
    unknown: counter('unknown', 'Things met that no table knows', ['what']),
    lost: counter('possibly_lost', 'Reports that could not be handed on'),
    reconnects: counter('reconnects', 'Connections to the broker after the first'),
    dropped: counter('outbox_dropped', 'Entries of the outbox given up, by why', ['why']),
    again: counter('duplicates', 'Messages sent again that may have arrived before'),
    queue: measured('outbox_entries', 'Entries in the outbox', () => queue.size),
    queueBytes: measured('outbox_bytes', 'Bytes in the outbox', () => queue.bytes),
    queueAge: measured('outbox_oldest_seconds', 'Age of the oldest entry in the outbox', () => {
      return queue.oldest === undefined ? 0 : Math.max(0, now() - queue.oldest) / 1000;
    }),
    devices: gauge('devices', 'Devices known'),
    connected: gauge('broker_connected', '1 while the broker is joined'),
  };
}
