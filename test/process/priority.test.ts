import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Home } from './bridge.ts';

let home: Home;
beforeEach(() => {
  home = new Home();
});
afterEach(() => home.remove());

/** proc(5), /proc/PID/stat: the 19th field, of those behind the name in parentheses the 17th. */
function niceness(pid: number, thread: string): number {
  const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
}

test.skipIf(!existsSync('/proc/self/task'))(
  "the thread that merges the store's files gives way to the others, at the first start and later",
  async () => {
    for (const _ of ['with an empty store', 'with one that is there']) {
      const { process } = await home.start();
      const { pid = 0 } = process.child;
      const threads = readdirSync(`/proc/${pid}/task`);
      const nice = threads.filter((thread) => niceness(pid, thread) !== 0);
      expect(nice.map((thread) => niceness(pid, thread))).toEqual([10]);
      expect(nice).not.toContain(String(pid));
      await process.kill('SIGTERM');
    }
  },
);
