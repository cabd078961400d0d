import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a user without the development tools has on disk, the largest packages by name. */
export function installSize(root) {
  const dir = mkdtempSync(join(tmpdir(), 'jvs2mqtt-install-'));
  try {
    for (const file of ['package.json', 'package-lock.json', '.npmrc'])
      cpSync(join(root, file), join(dir, file));
    execFileSync('npm', ['ci', '--omit=dev', '--ignore-scripts'], {
      cwd: dir,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const modules = join(dir, 'node_modules');
    const packages = readdirSync(modules)
      .filter((name) => !name.startsWith('.'))
      .flatMap((name) =>
        name.startsWith('@')
          ? readdirSync(join(modules, name)).map((part) => join(name, part))
          : [name],
      )
      .map((name) => ({ name, bytes: bytesOf(join(modules, name)) }))
      .sort((one, other) => other.bytes - one.bytes);
    const all = packages.reduce((sum, { bytes }) => sum + bytes, 0);
    console.log(`${packages.length} production packages, ${megabytes(all)}`);
    for (const { name, bytes } of packages.slice(0, 10))
      console.log(`  ${megabytes(bytes).padStart(8)}  ${name}`);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

function bytesOf(path) {
  const entry = statSync(path);
  if (!entry.isDirectory()) return entry.size;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
