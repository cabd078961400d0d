import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const src = fileURLToPath(new URL('../../src/', import.meta.url));

/** What a module imports by a statement, types aside: `import('…')` is loaded when it is needed. */
function imported(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/^(import|export)(?! type\b)[^;]*?from '([^']+)'|^import '([^']+)'/gm)]
    .filter(([statement]) => !/^import \{(?:\s*type \w+,?)+\s*\} from/.test(statement))
    .map(([, , from, alone]) => from ?? alone ?? '');
}

/** Everything that is loaded with a file: packages, and files below `src`. */
function loadedWith(...entries: string[]): ReadonlySet<string> {
  const found = new Set(entries.map((entry) => join(src, entry)));
  for (const file of found) {
    if (!file.startsWith('/')) continue;
    for (const name of imported(file)) {
      if (!name.startsWith('node:')) {
        found.add(name.startsWith('.') ? resolve(dirname(file), name) : name);
      }
    }
  }
  return found;
}

test('the bridge starts without what is seldom needed', () => {
  const loaded = loadedWith('cli/index.ts', 'main.ts');
  const packages = [...loaded].filter((name) => !name.startsWith('/'));
  expect(packages.sort()).toEqual([
    '@hono/node-server',
    'classic-level',
    'convict',
    'fastest-levenshtein',
    'hono',
    'mqtt',
    'mqtt-packet',
    'pino',
  ]);
  const folders = [...loaded]
    .filter((name) => name.startsWith(src))
    .map((name) => name.slice(src.length).split('/')[0]);
  expect(folders).not.toContain('simulator');
  expect(folders).not.toContain('docs');
});

test('a command loads what it needs', () => {
  expect([...loadedWith('cli/index.ts')].filter((name) => !name.startsWith('/'))).toEqual([
    'fastest-levenshtein',
  ]);
});
