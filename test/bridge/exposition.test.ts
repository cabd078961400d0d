import { expect, test } from 'vitest';
import { expose } from '../../src/bridge/exposition.ts';
import { Metrics } from '../../src/bridge/metrics.ts';
import { statsOf } from '../../src/bridge/stats.ts';

const now = 1_000_000;

function metricsOf() {
  const refused = { digest: 2, identity: 1 };
  const outbox = { size: 4, bytes: 1234, oldest: now - 2500 };
  const metrics = new Metrics({
    refused: () => refused,
    devices: () => 7,
    connected: () => true,
    outbox,
    now: () => now,
  });
  metrics.pushes.inc({ report: 'event', outcome: 'ok' });
  metrics.pushes.inc({ outcome: 'ok', report: 'event' }, 2);
  metrics.pushes.inc({ report: 'event', outcome: 'unreadable' });
  metrics.messages.inc({ outcome: 'sent' }, 5);
  metrics.messages.inc({ outcome: 'left_out' });
  metrics.faults.inc(0);
  metrics.late.inc();
  return metrics;
}

test('/metrics: every count, by its labels; what never happened is 0', async () => {
  const { contentType, body } = await expose(metricsOf());
  expect(contentType).toMatch(/^text\/plain/);
  const lines = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines).toEqual([
    'jvs2mqtt_pushes_total{report="event",outcome="ok"} 3',
    'jvs2mqtt_pushes_total{report="event",outcome="unreadable"} 1',
    'jvs2mqtt_refused_total{reason="digest"} 2',
    'jvs2mqtt_refused_total{reason="identity"} 1',
    'jvs2mqtt_messages_total{outcome="sent"} 5',
    'jvs2mqtt_messages_total{outcome="left_out"} 1',
    'jvs2mqtt_late_events_total 1',
    'jvs2mqtt_faults_total 0',
    'jvs2mqtt_possibly_lost_total 0',
    'jvs2mqtt_reconnects_total 0',
    'jvs2mqtt_duplicates_total 0',
    'jvs2mqtt_outbox_entries 4',
    'jvs2mqtt_outbox_bytes 1234',
    'jvs2mqtt_outbox_oldest_seconds 2.5',
    'jvs2mqtt_devices 7',
    'jvs2mqtt_broker_connected 1',
  ]);
  expect(body).toContain('# TYPE jvs2mqtt_pushes_total counter');
  expect(body).toContain('# TYPE jvs2mqtt_devices gauge');
});

test('a second look does not count twice', async () => {
  const metrics = metricsOf();
  const first = await expose(metrics);
  expect(await expose(metrics)).toEqual(first);
});

test("the bridge's own device sums over labels", () => {
  expect(statsOf(metricsOf(), 3)).toMatchObject({
    pending: 3,
    devices: 7,
    pushes: 4,
    refused: 3,
    too_large: 1,
    queue: 4,
    late: 1,
    faults: 0,
  });
});
