import type { BridgeStats } from '../homeassistant/bridge.ts';
import type { Metrics } from './metrics.ts';

interface Counted {
  get(): Promise<{
    readonly values: readonly { readonly value: number; readonly labels: object }[];
  }>;
}

async function sum(counted: Counted, wanted: (labels: object) => boolean = () => true) {
  const { values } = await counted.get();
  return values.reduce((all, { value, labels }) => (wanted(labels) ? all + value : all), 0);
}

/** What the bridge counts, in the words of its own device in Home Assistant. */
export async function statsOf(metrics: Metrics, pending: number): Promise<BridgeStats> {
  return {
    pending,
    devices: await sum(metrics.devices),
    pushes: await sum(metrics.pushes),
    refused: await sum(metrics.refused),
    lost: await sum(metrics.lost),
    late: await sum(metrics.late),
    too_large: await sum(metrics.messages, (labels) => {
      return 'outcome' in labels && labels.outcome === 'left_out';
    }),
    faults: await sum(metrics.faults),
    unknown: await sum(metrics.unknown),
    queue: await sum(metrics.queue),
    queue_age: Math.round(await sum(metrics.queueAge)),
    dropped: await sum(metrics.dropped),
    duplicates: await sum(metrics.again),
    reconnects: await sum(metrics.reconnects),
  };
}
