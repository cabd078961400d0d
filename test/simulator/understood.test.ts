import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeReport } from '../../src/decode/decode.ts';
import type { DecodedReport } from '../../src/decode/report.ts';
import { paths, type ReportQuirks } from '../../src/simulator/reports.ts';
import { type ScenarioName, scenarios } from '../../src/simulator/scenarios.ts';
import { type ReportName, reports } from '../../src/spec/reports.ts';
import { makeCamera, playStory } from '../support/camera.ts';
import { JudgeServer, type Received } from './server.ts';

/** The simulator writes what the decoder reads: neither knows the other, both know the tables. */
let judge: JudgeServer;
beforeAll(async () => {
  judge = await JudgeServer.start({ open: true });
});
afterAll(() => judge.stop());

function decoded({ url, body }: Received): DecodedReport {
  const report = (Object.keys(paths) as ReportName[]).find((name) => paths[name] === url);
  if (report === undefined) throw new Error(`no report at ${url}`);
  return decodeReport({ report, method: reports[report].method }, body);
}

async function received(act: () => Promise<unknown>): Promise<readonly DecodedReport[]> {
  judge.requests.length = 0;
  await act();
  return judge.requests.map(decoded);
}

/** A clock that stands still: the pictures of one story are made once. */
const clock = { now: () => Date.UTC(2024, 0, 1), after: () => () => {} };

describe('the decoder understands', () => {
  it.each(Object.keys(scenarios) as ScenarioName[])('all that happens in %s', async (name) => {
    const understood = await received(async () => {
      const played = await playStory(name, judge.target, { clock });
      expect(played.map(({ step }) => step)).toEqual(scenarios[name].steps);
      expect(played.filter(({ result }) => result instanceof Error || !result.ok)).toEqual([]);
    });
    expect(understood).toHaveLength(scenarios[name].steps.length);
    expect(understood.flatMap(({ faults }) => faults)).toEqual([]);
    expect(understood.filter(({ repaired }) => repaired)).toEqual([]);
    const ids = scenarios[name].cameras.map(({ id }) => id);
    expect(new Set(understood.map(({ deviceId }) => deviceId))).toEqual(new Set(ids));
  });

  const quirks: readonly [string, ReportQuirks][] = [
    ['GBK', { gbk: true }],
    ['status in digits', { status: 'digits' }],
    ['plain extensions', { extension: 'plain' }],
    ['a data: prefix', { picture: 'data_url' }],
    ['line breaks in base64', { picture: 'line_breaks' }],
    ['heartbeats by POST', { keepalivePost: true }],
    ['wide integers and padded texts', { tlv: { atLeast: 4, padding: 3 } }],
  ];

  it.each(quirks)('%s as it does the usual form', async (_what, some) => {
    const play = (camera: ReportQuirks) => () =>
      playStory('house', judge.target, { clock, name: '大门', quirks: camera });
    const usual = (await received(play({}))).map(values);
    const unusual = (await received(play(some))).map(values);
    expect(unusual).toEqual(usual);
  });

  it("the document's samples as printed, mended", async () => {
    const camera = makeCamera(judge.target, { quirks: { asPrinted: true } });
    const understood = await received(async () => {
      await camera.event('ebike_det', 'start');
      await camera.modbus({ 0: 7, 1: 0 }, { 0: 1 });
      await camera.snapshot(Buffer.from('/9j/2Q==', 'base64'), 'T01140300.jpg');
    });
    camera.stop();
    expect(understood.map(({ repaired }) => repaired)).toEqual([true, true, true]);
    expect(understood).toMatchObject([
      { fields: { type: 'ebike_det', status: 'start' } },
      { fields: { registers: { 0: 7, 1: 0 }, limits: { 0: 1 } } },
      { fields: { mid: '1', file_name: 'T01140300.jpg', picture: { format: 'jpeg' } } },
    ]);
  });
});

/** What was understood, without where it stood in the body. */
function values(report: DecodedReport): unknown {
  if (report.kind !== 'tlv') return 'fields' in report ? report.fields : report;
  return report.records.map(({ layer, items }) => ({
    layer,
    items: items.map(({ name, value, key, unit }) => ({ name, value, key, unit })),
  }));
}
