import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../../src/domain/limits.ts';
import { brokerKind, startTestBridge, type TestBridge } from '../support/bridge.ts';
import { makeCamera } from '../support/camera.ts';
import type { Recorder } from '../support/recorder.ts';
import { misbehave } from '../support/strange-camera.ts';

const MOST = 120;

describe(`a camera gone wrong, by the ${brokerKind} broker`, () => {
  let bridge: TestBridge;
  let recorder: Recorder;
  beforeAll(async () => {
    bridge = await startTestBridge({ homeassistant: { max_entities: MOST } });
    recorder = await bridge.record();
    await makeCamera(bridge.target, { id: 'CALM' }).event('motion_detection', 'stop');
    const flood = { id: 'FLOOD', types: 1_500, names: 60, parallel: 8 };
    const [accepted] = await Promise.all([misbehave(bridge.target, flood), calm()]);
    expect(accepted).toBeGreaterThan(1_500);
  }, 120_000);
  afterAll(() => bridge.stop());

  /** Another camera, meanwhile: every push is answered 0. */
  async function calm(): Promise<void> {
    const camera = makeCamera(bridge.target, { id: 'CALM' });
    for (let turn = 0; turn < 50; turn++) {
      const status = turn % 2 === 0 ? 'start' : 'stop';
      expect(
        await camera.event('motion_detection', status, { extension: { lock_id: turn } }),
      ).toMatchObject({ errorcode: 0 });
    }
    camera.stop();
  }

  const notices = () =>
    recorder.texts('jvs2mqtt/bridge/event').map((text) => JSON.parse(text) as Notice);
  interface Notice {
    readonly event_type: string;
    readonly message: string;
    readonly data: { readonly things?: string; readonly device?: string };
  }

  /** Entities of the device and its channels; one that moves between them is in two payloads. */
  function entities(): ReadonlySet<string> {
    const payloads = new Map(
      recorder.messages
        .filter(({ topic, retain }) => retain && /^homeassistant\/.*\/jvs2mqtt_FLOOD/.test(topic))
        .map(({ topic, text }) => [topic, text]),
    );
    const said = [...payloads.values()].filter((text) => text !== '');
    return new Set(said.flatMap((text) => uniqueIds(JSON.parse(text))));
  }

  const uniqueIds = (payload: Payload) =>
    Object.values(payload.components).flatMap(({ unique_id }) => unique_id ?? []);
  interface Payload {
    readonly components: Readonly<Record<string, { readonly unique_id?: string }>>;
  }

  test('has no more entities than are allowed', async () => {
    await recorder.waitFor(() => entities().size > MOST / 2);
    expect(entities().size).toBeLessThanOrEqual(MOST);
  });

  test('is told of once in the log and on the event topic, with the cure', () => {
    const told = notices().filter(
      ({ event_type, data }) => event_type === 'limit' && data.things === 'entities',
    );
    expect(told).toHaveLength(1);
    expect(told[0]?.message).toMatch(/FLOOD .*homeassistant\.max_entities/);
    const logged = bridge.log.filter((line) => line.includes('homeassistant.max_entities'));
    expect(logged).toHaveLength(1);
  });

  test('loses no event: what has no entity goes on as other', async () => {
    const types = recorder
      .texts('jvs2mqtt/FLOOD/0/event')
      .map((text) => JSON.parse(text) as { readonly event_type: string; readonly type: string });
    expect(types.filter(({ event_type }) => event_type === 'other').length).toBeGreaterThan(1_000);
    await recorder.waitFor(() => recorder.texts('jvs2mqtt/FLOOD/history').length >= 1_500);
  });

  test('keeps a bounded number of topics, and none too large', () => {
    const kept = new Map(
      recorder.messages.filter(({ retain }) => retain).map(({ topic, text }) => [topic, text]),
    );
    const own = [...kept].filter(([topic]) => topic.includes('FLOOD'));
    expect(own.length).toBeLessThan(2 * MOST);
    for (const [topic, text] of own) expect(text.length, topic).toBeLessThan(200_000);
  });

  test('has frames of no more channels in one body than a device may have', async () => {
    const records = Array.from({ length: 1_000 }, (_, channel) => ({
      layer: 'AREA',
      items: [
        ['CHANNELID', channel],
        ['AREA_OBJ', [[1, 2, 3, 4, 5]]],
      ] as const,
    }));
    const camera = makeCamera(bridge.target, { id: 'AREAS' });
    expect(await camera.tlv(records)).toMatchObject({ errorcode: 0 });
    await bridge.caughtUp();
    const frames = bridge.heard.messages.filter(({ topic }) =>
      /^jvs2mqtt\/AREAS\/.*\/area$/.test(topic),
    );
    expect(frames.length).toBeGreaterThan(0);
    expect(frames.length).toBeLessThanOrEqual(limits.channels);
  });

  test('harms no other device', async () => {
    const states = recorder
      .texts('jvs2mqtt/CALM/0/alarm/motion_detection')
      .map((text) => (JSON.parse(text) as { readonly state: string }).state);
    expect(states.filter((state) => state === 'ON').length).toBeGreaterThanOrEqual(25);
    expect(notices().filter(({ data }) => data.device === 'CALM')).toMatchObject([
      { event_type: 'device_new' },
    ]);
    const fresh = makeCamera(bridge.target, { id: 'FRESH' });
    expect(await fresh.event('motion_detection', 'pulse')).toMatchObject({ errorcode: 0 });
    await recorder.waitFor(({ topic }) => topic === 'jvs2mqtt/FRESH/0/event');
    fresh.stop();
  });
});
