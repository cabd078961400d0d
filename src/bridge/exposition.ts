import type { Counted, Metrics } from './metrics.ts';

export interface MetricRow {
  readonly type: 'Counter' | 'Gauge';
  readonly help: string;
  readonly labels?: readonly string[];
  readonly read: (metrics: Metrics) => number | readonly Counted[];
}

/** What `/metrics` shows, by name behind `jvs2mqtt_`. */
export const metricRows: Readonly<Record<string, MetricRow>> = {
  pushes_total: {
    type: 'Counter',
    help: 'Pushes answered, by report and outcome',
    labels: ['report', 'outcome'],
    read: ({ pushes }) => pushes.values(),
  },
  refused_total: {
    type: 'Counter',
    help: 'Requests refused, by reason',
    labels: ['reason'],
    read: (metrics) => metrics.refused(),
  },
  messages_total: {
    type: 'Counter',
    help: 'MQTT messages, by outcome',
    labels: ['outcome'],
    read: ({ messages }) => messages.values(),
  },
  late_events_total: {
    type: 'Counter',
    help: 'Events too late to be live',
    read: ({ late }) => late.value,
  },
  faults_total: {
    type: 'Counter',
    help: 'Parts of reports that could not be read',
    read: ({ faults }) => faults.value,
  },
  unknown_total: {
    type: 'Counter',
    help: 'Things met that no table knows',
    labels: ['what'],
    read: ({ unknown }) => unknown.values(),
  },
  possibly_lost_total: {
    type: 'Counter',
    help: 'Reports that could not be handed on',
    read: ({ lost }) => lost.value,
  },
  reconnects_total: {
    type: 'Counter',
    help: 'Connections to the broker after the first',
    read: ({ reconnects }) => reconnects.value,
  },
  outbox_dropped_total: {
    type: 'Counter',
    help: 'Entries of the outbox given up, by why',
    labels: ['why'],
    read: ({ dropped }) => dropped.values(),
  },
  duplicates_total: {
    type: 'Counter',
    help: 'Messages sent again that may have arrived before',
    read: ({ again }) => again.value,
  },
  outbox_entries: {
    type: 'Gauge',
    help: 'Entries in the outbox',
    read: ({ outbox }) => outbox.size,
  },
  outbox_bytes: { type: 'Gauge', help: 'Bytes in the outbox', read: ({ outbox }) => outbox.bytes },
  outbox_oldest_seconds: {
    type: 'Gauge',
    help: 'Age of the oldest entry in the outbox',
    read: ({ outboxAge }) => outboxAge,
  },
  devices: { type: 'Gauge', help: 'Devices known', read: ({ devices }) => devices },
  broker_connected: {
    type: 'Gauge',
    help: '1 while the broker is joined',
    read: ({ connected }) => Number(connected),
  },
};

/**
 * The text of `/metrics`, in the format of Prometheus. The library that writes it is loaded when somebody
 * asks for the first time: most houses never do.
 */
export async function expose(metrics: Metrics): Promise<{ contentType: string; body: string }> {
  const library = await import('prom-client');
  const registry = new library.Registry();
  for (const [name, { type, help, labels = [], read }] of Object.entries(metricRows)) {
    const metric = new library[type]({
      name: `jvs2mqtt_${name}`,
      help,
      labelNames: [...labels],
      registers: [registry],
    });
    const found = read(metrics);
    if (typeof found === 'number') metric.inc(found);
    else for (const { labels, value } of found) metric.inc(labels, value);
  }
  return { contentType: registry.contentType, body: await registry.metrics() };
}
