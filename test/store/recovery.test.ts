import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { NoRoom, Recovery } from '../../src/store/recovery.ts';

/** Remembers what was done to it. */
function remembered(name: string, done: string[]) {
  return {
    open: async () => void done.push(`open ${name}`),
    close: async () => void done.push(`close ${name}`),
  };
}

describe('writes after a failure', () => {
  test('the level is opened anew before the next one, its parts too, and once', async () => {
    const done: string[] = [];
    const recovery = new Recovery(tmpdir(), remembered('level', done), [remembered('part', done)]);
    const write = async () => void done.push('write');
    const fails = () => Promise.reject(new Error('no space left'));
    await recovery.run(1, write);
    await expect(recovery.run(1, fails)).rejects.toThrow('no space left');
    await Promise.all([recovery.run(1, write), recovery.run(1, write)]);
    expect(done).toEqual(['write', 'close level', 'open level', 'open part', 'write', 'write']);
  });

  test('where there is no room nothing is tried', async () => {
    const done: string[] = [];
    const recovery = new Recovery(tmpdir(), remembered('level', done), []);
    const write = async () => void done.push('write');
    await expect(recovery.run(Number.MAX_SAFE_INTEGER, write)).rejects.toThrow(NoRoom);
    expect(done).toEqual([]);
  });
});
