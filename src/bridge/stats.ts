import type { BridgeStats } from '../homeassistant/bridge.ts';
import type { Counted, Metrics } from './metrics.ts';

function sum(counted: readonly Counted[]): number {
  return counted.reduce((all, { value }) => all + value, 0);
}

/** What the bridge counts, in the words of its own device in Home Assistant. */
export function statsOf(metrics: Metrics, pending: number): BridgeStats {
  const { outbox } = metrics;
  return {
    pending,
    devices: metrics.devices,
    pushes: sum(metrics.pushes.values()),
    refused: sum(metrics.refused()),
    lost: metrics.lost.value,
    late: metrics.late.value,
    too_large: sum(metrics.messages.values().filter(({ labels }) => labels.outcome === 'left_out')),
    faults: metrics.faults.value,
    unknown: sum(metrics.unknown.values()),
    queue: outbox.size,
    queue_age: Math.round(metrics.outboxAge),
    dropped: sum(metrics.dropped.values()),
    duplicates: metrics.again.value,
    reconnects: metrics.reconnects.value,
  };
}
