import { describe, expect, it } from 'vitest';
import type { Step } from '../../src/simulator/scenarios/story.ts';
import { tour } from '../../src/simulator/scenarios/tour.ts';
import { scenarios } from '../../src/simulator/scenarios.ts';
import { alarmOf, alarms } from '../../src/spec/alarms.ts';
import { kinds, type ReadingKind } from '../../src/spec/kinds.ts';
import { type ReportName, reports } from '../../src/spec/reports.ts';
import { tags } from '../../src/spec/tags.ts';
import { targets } from '../../src/spec/targets.ts';

const stories = Object.entries(scenarios);
const steps: readonly Step[] = stories.flatMap(([, story]) => story.steps);
const records = steps.flatMap((step) => (step.do === 'tlv' ? step.records : []));
const types = [
  ...steps.flatMap((step) => (step.do === 'alarm' ? [step.type] : [])),
  ...records.flatMap(({ items }) =>
    items.flatMap(([tag, value]) => (tag === 'ALARM_TYPE' ? [value] : [])),
  ),
];

function reportOf(step: Step): ReportName {
  const generation = stories
    .flatMap(([, story]) => (story.steps.includes(step) ? story.cameras : []))
    .find(({ key }) => key === step.by)?.generation;
  const names = {
    heartbeat: 'keepalive',
    alarm: generation === 'old' ? 'alarm_report' : 'event_report',
    tlv: 'tlv_report',
    modbus: 'modbus',
    temperature: 'report_temper_data',
    snapshot: 'snap_report',
  } as const;
  return names[step.do];
}

/** The readings that a step feeds, by the tables. */
function readingsOf(step: Step): readonly (ReadingKind | undefined)[] {
  if (step.do === 'modbus' || step.do === 'temperature') return [step.do];
  if (step.do === 'alarm' && step.extension !== undefined) return [alarmOf(step.type)?.row.reading];
  if (step.do !== 'tlv') return [];
  return step.records.map(({ target }) => {
    const row = target === undefined ? undefined : targets[target];
    return row !== undefined && 'kind' in row ? row.kind : undefined;
  });
}

describe('the four stories together', () => {
  it('have every report', () => {
    expect(new Set(steps.map(reportOf))).toEqual(new Set(Object.keys(reports)));
  });

  it('have every kind of reading', () => {
    const found = new Set(steps.flatMap(readingsOf).filter((kind) => kind !== undefined));
    expect(found).toEqual(new Set(Object.keys(kinds)));
  });

  it('have every target, every layer and nearly every tag', () => {
    expect(new Set(records.flatMap(({ target }) => target ?? []))).toEqual(
      new Set(Object.keys(targets).map(Number)),
    );
    expect(new Set(records.map(({ layer }) => layer))).toEqual(new Set(['META', 'ALAM', 'AREA']));
    const base = ['TARGET', 'AI_NAME', 'DEVICEID', 'CHANNELID', 'PTS'];
    const found = new Set([...base, ...records.flatMap(({ items }) => items.map(([tag]) => tag))]);
    const missing = Object.values(tags).filter(({ name }) => !found.has(name));
    expect(missing.map(({ name }) => name)).toEqual(['CHANNEL_SN', 'SNAP_FILE']);
  });

  it('have most known alarms, an alias and one that no row knows', () => {
    const found = new Set(types.flatMap((type) => alarmOf(type)?.key ?? []));
    expect(found.size).toBeGreaterThan(Object.keys(alarms).length * 0.8);
    expect(types).toContain('ebike_det');
    expect(alarmOf('ebike_det')?.key).not.toBe('ebike_det');
    expect(types.filter((type) => alarmOf(type) === undefined)).toContain('drone_detection');
  });

  it('stop nothing that did not start', () => {
    for (const [name, story] of stories) {
      const open = new Set<string>();
      for (const step of story.steps) {
        if (step.do !== 'alarm') continue;
        const turn = `${step.by} ${step.channel ?? ''} ${step.type}`;
        if (step.status === 'start') open.add(turn);
        if (step.status === 'stop') expect(open.delete(turn), `${name}: ${turn}`).toBe(true);
      }
    }
  });
});

describe.each(stories)('%s', (_name, story) => {
  it('goes forward in time, each step by a camera of its own', () => {
    const times = story.steps.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    const keys = new Set(story.cameras.map(({ key }) => key));
    expect(story.steps.filter(({ by }) => !keys.has(by))).toEqual([]);
    expect(new Set(story.steps.map(({ by }) => by))).toEqual(keys);
  });

  it('sends what its cameras can send', () => {
    for (const step of story.steps) {
      const { generation } = reports[reportOf(step)];
      const camera = story.cameras.find(({ key }) => key === step.by);
      expect(['both', camera?.generation], `${step.by} ${step.do}`).toContain(generation);
    }
  });
});

it("the demo's tour has every report once at least", () => {
  const found = tour.steps.map((step) =>
    step.do === 'alarm' && step.as === 'old' ? 'alarm_report' : reportOf(step),
  );
  expect(new Set(found)).toEqual(new Set(Object.keys(reports)));
});

it('cameras have ids of their own', () => {
  const ids = stories.flatMap(([, { cameras }]) => cameras.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
});
