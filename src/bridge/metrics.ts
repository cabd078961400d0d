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
  readonly devices: Gauge;
  readonly connected: Gauge;
}

/**
 * @param refused what the HTTP side counts itself, by reason
 * @returns counters of a registry of their own, so that two bridges in one process do not meet
 */
export function createMetrics(refused: () => Readonly<Record<string, number>>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const counter = <L extends string = never>(name: string, help: string, labelNames: L[] = []) =>
    new Counter<L>({ name: `jvs2mqtt_${name}_total`, help, labelNames, registers });
  const gauge = (name: string, help: string) =>
    new Gauge({ name: `jvs2mqtt_${name}`, help, registers });
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
    devices: gauge('devices', 'Devices known'),
    connected: gauge('broker_connected', '1 while the broker is joined'),
  };
}
