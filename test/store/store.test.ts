import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Recent } from '../../src/domain/recent.ts';
import { openStore, StoreLocked, StoreUnavailable } from '../../src/store/store.ts';
import { asBefore, fullRecord } from './records.ts';

describe('the store', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'store-'));
  });
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  it('gives back after a restart what was put in', async () => {
    const store = await openStore(dir);
    await store.saveDevice(fullRecord('A'));
    await store.saveDevices([fullRecord('B'), fullRecord('门/3')]);
    await store.removeDevice(fullRecord('A'));
    await store.published.put('homeassistant/device/a/config', '{"dev":{}}');
    await store.published.put('homeassistant/device/b/config', '{}');
    await store.published.delete('homeassistant/device/b/config');
    await store.meta.put('started', { times: 3 });
    await store.close();

    const again = await openStore(dir);
    expect(again.setAside).toBeUndefined();
    expect(await again.loadDevices()).toEqual({
      records: [fullRecord('B'), fullRecord('门/3')],
      bad: 0,
    });
    expect(await again.published.load()).toEqual(
      new Map([['homeassistant/device/a/config', '{"dev":{}}']]),
    );
    expect(await again.meta.get('started')).toEqual({ times: 3 });
    expect(await again.meta.get('nothing')).toBeUndefined();
    await again.close();
  });

  it('is for the owner alone', async () => {
    const store = await openStore(join(dir, 'data'));
    await store.close();
    expect(statSync(join(dir, 'data')).mode & 0o777).toBe(0o700);
    const folder = join(dir, 'data', 'store');
    for (const file of readdirSync(folder)) {
      expect(`${file} ${(statSync(join(folder, file)).mode & 0o777).toString(8)}`).toBe(
        `${file} 600`,
      );
    }
  });

  it('is not opened twice, in one process or in two', async () => {
    const store = await openStore(dir);
    await expect(openStore(dir)).rejects.toThrow(StoreLocked);
    await store.close();

    const script = `import { ClassicLevel } from 'classic-level';
      await new ClassicLevel(process.argv[1]).open(); console.log('open'); setInterval(() => {}, 1000);`;
    const args = ['--input-type=module', '-e', script, join(dir, 'store')];
    const other = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(other.stdout, 'data');
    await expect(openStore(dir)).rejects.toThrow(/another jvs2mqtt uses/);
    other.kill('SIGKILL');
    await once(other, 'exit');
    await (await openStore(dir)).close();
  });

  it('keeps what was written when the process is killed', async () => {
    const script = `import { ClassicLevel } from 'classic-level';
      const level = new ClassicLevel(process.argv[1]); await level.open();
      await level.sublevel('meta').put('a', '1'); process.kill(process.pid, 'SIGKILL');`;
    const args = ['--input-type=module', '-e', script, join(dir, 'store')];
    const other = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    await once(other, 'exit');
    const store = await openStore(dir);
    expect(await store.meta.get('a')).toBe(1);
    await store.close();
  });

  it.each([
    ['the manifest', /^MANIFEST/],
    ['the current file', /^CURRENT/],
    ['a table', /ldb$/],
  ])('sets a store aside whose %s is spoilt, and begins a new one', async (_, file) => {
    const store = await openStore(dir);
    await store.saveDevice(fullRecord('A'));
    await store.close();
    const level = new ClassicLevel(join(dir, 'store'));
    await level.open();
    await level.compactRange('\x00', '\uffff'); // the log becomes a table
    await level.close();
    const spoilt = readdirSync(join(dir, 'store')).filter((name) => file.test(name));
    expect(spoilt.length).toBeGreaterThan(0);
    for (const name of spoilt) writeFileSync(join(dir, 'store', name), Buffer.alloc(400, 0x5a));

    const again = await openStore(dir, Date.UTC(2026, 0, 2, 3, 4, 5));
    expect(again.setAside).toBe(join(dir, 'store.corrupt-2026-01-02T03-04-05.000Z'));
    expect(await again.loadDevices()).toEqual({ records: [], bad: 0 });
    await again.saveDevice(fullRecord('B'));
    await again.close();
    expect(readdirSync(join(dir, 'store.corrupt-2026-01-02T03-04-05.000Z'))).not.toEqual([]);
    const third = await openStore(dir);
    expect((await third.loadDevices()).records).toEqual([fullRecord('B')]);
    await third.close();
  });

  it('keeps fingerprints by themselves: what is new, what went, and none of a device that is gone', async () => {
    const store = await openStore(dir);
    const [one, other] = [fullRecord('A'), fullRecord('B')];
    await store.saveDevices([one, other]);
    expect(one.recent.unsaved.size).toBe(0);
    one.recent.delete('f00d');
    one.recent.set('beef', 1_700_000_100_000);
    expect(one.recent.unsaved.size).toBe(2);
    await store.outbox.write({ put: [], forget: [], record: one });
    one.recent.set('cafe', 1_700_000_099_500);
    await store.saveDevice(one);
    await store.close();
    const again = await openStore(dir);
    const { records } = await again.loadDevices();
    expect(records.map(({ recent }) => [...recent])).toEqual([
      [
        ['cafe', 1_700_000_099_500],
        ['beef', 1_700_000_100_000],
      ],
      [['f00d', 1_700_000_099_000]],
    ]);
    expect(records.map(({ recent }) => recent.unsaved.size)).toEqual([0, 0]);
    await again.removeDevice(one);
    await again.saveDevice({ ...fullRecord('A'), recent: new Recent() });
    expect((await again.loadDevices()).records.map(({ recent }) => recent.size)).toEqual([0, 1]);
    await again.close();
  });

  it('does not take a device back whose record was still to be written when it was removed', async () => {
    const store = await openStore(dir);
    const [one, other] = [fullRecord('A'), fullRecord('B')];
    const writes = [
      store.outbox.write({ put: [], forget: [], record: one }),
      store.saveDevices([one, other]),
    ];
    await store.removeDevice(one);
    await Promise.all(writes);
    expect((await store.loadDevices()).records.map(({ id }) => id)).toEqual(['B']);
    const back = { ...fullRecord('A'), name: 'back' };
    await store.saveDevice(back);
    expect((await store.loadDevices()).records.map(({ name }) => name)).toContain('back');
    await store.close();
  });

  it('sets records aside that are none, counts them once, and keeps the others', async () => {
    const level = new ClassicLevel(join(dir, 'store'));
    const devices = level.sublevel('device');
    await devices.put('A', asBefore(fullRecord('A')));
    for (const [id, value] of [
      ['B', '{cut'],
      ['C', '[]'],
      ['D', asBefore(fullRecord('E'))],
    ] as const) {
      await devices.put(id, value);
    }
    await level.close();
    const store = await openStore(dir);
    expect(await store.loadDevices()).toEqual({ records: [fullRecord('A')], bad: 3 });
    expect((await store.loadDevices()).bad).toBe(0);
    await store.close();
  });

  it('says plainly that the folder cannot be used', async () => {
    writeFileSync(join(dir, 'file'), '');
    const refused = openStore(join(dir, 'file'));
    await expect(refused).rejects.toThrow(StoreUnavailable);
    await expect(refused).rejects.toThrow(/data\.dir/);
  });
});
