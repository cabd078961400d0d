import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { demo } from '../../../src/cli/demo.ts';
import { tour } from '../../../src/simulator/scenarios/tour.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'demo-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function stage(onLine: (line: string) => void = () => {}) {
  const controller = new AbortController();
  let out = '';
  let err = '';
  const io = {
    stdout: {
      columns: 100,
      write: (text: string) => {
        out += text;
        onLine(text);
      },
    },
    stderr: { write: (text: string) => (err += text) },
    signal: controller.signal,
  };
  return { io, controller, lines: () => out.split('\n'), err: () => err };
}

describe('demo', () => {
  it('pushes every report, each answered 0, shows what is published and leaves nothing', async () => {
    const { io, lines, err } = stage();
    const env = { JVS2MQTT_HOMEASSISTANT_SUBSCRIBE_HOLD: '0', JVS2MQTT_HOMEASSISTANT_PACE: '0' };
    expect(await demo(io, { once: true, speed: 10, env })).toBe(0);
    expect(err()).toBe('');
    const answers = lines().filter((line) => line.startsWith('camera → '));
    expect(answers).toHaveLength(tour.steps.length);
    for (const answer of answers) expect(answer).toContain('→ answer 0');
    const shown = lines().join('\n');
    expect(shown).toContain('● homeassistant/device/jvs2mqtt_12221S55G3X8/config  {"device"');
    expect(shown).toMatch(/● jvs2mqtt\/12221S55G3X8\/device\/image\/snapshot {2}JPEG, [\d.]+ kB/);
    expect(shown).toContain('○ jvs2mqtt/12221S55G3X8/0/event  {');
    expect(shown).toContain('● jvs2mqtt/12221S55G3X8/modbus  {');
    expect(lines().filter((line) => line.startsWith('  ') && line.length > 100)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('ends where it is told to, in the middle of it', async () => {
    const { io, controller, lines } = stage((line) => {
      if (line.includes('camera → heartbeat')) controller.abort();
    });
    expect(await demo(io)).toBe(0);
    expect(
      lines().filter((line) => line.startsWith('\ncamera') || line.startsWith('camera')),
    ).toHaveLength(1);
  });
});
