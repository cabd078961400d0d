import { describe, expect, it } from 'vitest';
import {
  type BridgeStats,
  bridgeDevice,
  bridgeInfo,
  bridgeStats,
} from '../../src/homeassistant/bridge.ts';
import { contextOf } from '../../src/homeassistant/context.ts';
import { everything, now, settingsWith } from './records.ts';

const stats = Object.fromEntries(
  Object.keys(bridgeStats).map((key) => [key, 1]),
) as unknown as BridgeStats;

describe('bridge/info', () => {
  const secret = 'a-secret-of-ours';
  const plain = settingsWith({ password: secret, username: 'admin' });
  const settings = {
    ...plain,
    auth: { ...plain.auth, password: secret, users: [{ username: 'cam', password: secret }] },
    mqtt: { ...plain.mqtt, password: secret, url: `mqtt://user:${secret}@broker:1883` },
  };
  const info = bridgeInfo(settings, { version: '1.2.3', startedAt: now, stats });

  it('has version, counts and settings', () => {
    expect(info).toMatchObject({
      version: '1.2.3',
      started: '2026-05-06T07:08:09.000Z',
      stats: { devices: 1 },
      settings: { http: { port: 8780 }, auth: { users: [{ username: 'cam' }] } },
    });
  });

  it('has no secret and nothing that grows with the estate', () => {
    expect(JSON.stringify(info)).not.toContain(secret);
    expect(info.settings).not.toHaveProperty('devices');
    expect(info).toMatchObject({ settings: { mqtt: { url: 'mqtt://broker:1883' } } });
  });

  it("nor has a device's", () => {
    const device = bridgeDevice(everything(), contextOf(settings));
    expect(device).toMatchObject({ id: 'CAM1', settings: { username: 'admin' } });
    expect(JSON.stringify(device)).not.toContain(secret);
  });
});

describe('bridge/device', () => {
  it('lists what was reported, and stays as it is while nothing new is', () => {
    const context = contextOf(settingsWith());
    const before = everything();
    const device = bridgeDevice(before, context);
    expect(device).toMatchObject({
      generation: 'jes',
      channels: { 0: { images: expect.arrayContaining(['face']) as unknown } },
    });
    const later = { ...everything(), lastSeen: now + 60_000 };
    expect(bridgeDevice(later, context)).toEqual(device);
  });
});
