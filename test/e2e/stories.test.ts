import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ScenarioName, scenarios } from '../../src/simulator/scenarios.ts';
import { brokerKind, startTestBridge, type TestBridge } from '../support/bridge.ts';
import { playStory } from '../support/camera.ts';

describe(`stories by the ${brokerKind} broker`, () => {
  let bridge: TestBridge;
  beforeAll(async () => {
    bridge = await startTestBridge();
  });
  afterAll(() => bridge.stop());

  test.each(Object.keys(scenarios) as ScenarioName[])(
    '%s: every push is answered 0',
    async (name) => {
      const recorder = await bridge.record();
      const played = await playStory(name, bridge.target);
      expect(played.length).toBeGreaterThan(5);
      for (const { result, step } of played) {
        expect(result, `${step.by} ${step.do} at ${step.at}`).toMatchObject({ errorcode: 0 });
      }
      const told = recorder.messages.filter(({ topic }) => topic === 'jvs2mqtt/bridge/event');
      const bad = told
        .map(({ text }) => JSON.parse(text))
        .filter(({ type, data }) => type !== 'device_new' && data.name !== 'drone_detection');
      expect(bad).toEqual([]);
    },
  );
});
