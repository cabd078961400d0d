import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Entry } from '../../src/outbox/entry.ts';
import { DeviceShelf } from '../../src/store/devices.ts';
import { LevelOutbox } from '../../src/store/outbox.ts';
import { Recovery } from '../../src/store/recovery.ts';
import { openStore } from '../../src/store/store.ts';
import { fullRecord } from './records.ts';

const entry = (seq: number): Entry => ({
  seq,
  device: 'A',
  kept: 'history',
  topic: 'a/history',
  bytes: 10,
  at: 5,
});

describe('the outbox on disk', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'outbox-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  test('what was written is there again, in the order of its places, with its bytes', async () => {
    const store = await openStore(dir);
    const bytes = Buffer.from([0, 255, 128]);
    await Promise.all([
      store.outbox.write({ put: [{ entry: entry(300), payload: bytes }], forget: [] }),
      store.outbox.write({ put: [{ entry: entry(20), payload: bytes }], forget: [] }),
      store.outbox.write({ put: [{ entry: entry(7), payload: bytes }], forget: [] }),
      store.outbox.write({
        put: [],
        forget: [7],
        record: fullRecord('A'),
        retained: [{ topic: 'a/image', payload: bytes, retain: true, qos: 1 }],
      }),
    ]);
    await store.close();
    const again = await openStore(dir);
    const { entries, bad } = await again.outbox.load();
    expect(bad).toBe(0);
    expect(entries).toEqual([entry(20), entry(300)]);
    expect(await again.outbox.read(20)).toEqual(bytes);
    expect(await again.outbox.read(7)).toBeUndefined();
    expect((await again.loadDevices()).records).toEqual([fullRecord('A')]);
    expect(await again.outbox.retained.topics()).toEqual(['a/image']);
    expect(await again.outbox.retained.get('a/image')).toEqual(bytes);
    again.outbox.forget([20, 300]);
    await again.outbox.retained.delete(['a/image']);
    await again.outbox.idle();
    expect((await again.outbox.load()).entries).toEqual([]);
    expect(await again.outbox.retained.topics()).toEqual([]);
    await again.close();
  });

  test('what could not be removed goes with the next write, not after a restart once more', async () => {
    const level = new ClassicLevel<string, string>(dir);
    const disk = join(dir, 'disk');
    mkdirSync(disk);
    const outbox = new LevelOutbox(
      level,
      new DeviceShelf(level),
      (parts) => new Recovery(disk, level, parts),
    );
    const payload = Buffer.from('x');
    await outbox.write({ put: [{ entry: entry(1), payload }], forget: [] });
    rmSync(disk, { recursive: true });
    outbox.forget([1]);
    // so much that the disk is looked at again
    const large = Buffer.alloc(2_000_000);
    await expect(
      outbox.write({ put: [{ entry: entry(2), payload: large }], forget: [] }),
    ).rejects.toThrow();
    expect((await outbox.load()).entries).toEqual([entry(1)]);
    mkdirSync(disk);
    await outbox.write({ put: [{ entry: entry(3), payload }], forget: [] });
    expect((await outbox.load()).entries).toEqual([entry(3)]);
    await level.close();
  });

  test('each that was told of as written survives kill -9', async () => {
    const script = `
      import { openStore } from ${JSON.stringify(new URL('../../dist/store/store.js', import.meta.url).href)};
      const store = await openStore(process.argv[1]);
      for (let seq = 1; ; seq++) {
        const entry = { seq, device: 'A', kept: 'history', topic: 't', bytes: 1, at: 0 };
        await store.outbox.write({ put: [{ entry, payload: Buffer.from('x'.repeat(500)) }], forget: [] });
        process.stdout.write(seq + '\\n');
      }`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, dir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let told = 0;
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      told = Math.max(told, ...text.trim().split('\n').map(Number));
      if (told >= 20) child.kill('SIGKILL');
    });
    await once(child, 'close');
    expect(told).toBeGreaterThanOrEqual(20);
    const store = await openStore(dir);
    const places = new Set((await store.outbox.load()).entries.map(({ seq }) => seq));
    for (let seq = 1; seq <= told; seq++) expect(places.has(seq)).toBe(true);
    await store.close();
  });
});
