// What the container needs of node_modules, beside the bundle: the packages that are not in it, but for what
// never runs there; of those that are, the licences.
//   node scripts/image.mjs OUT
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unbundled } from './unbundled.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [, , out] = process.argv;
if (out === undefined) throw new Error('usage: image.mjs OUT');

/** The folder of a package as Node finds it from another; undefined where it is optional and not here. */
function find(name, from) {
  for (let dir = from; ; dir = dirname(dir)) {
    const folder = join(dir, 'node_modules', name);
    if (existsSync(folder)) return folder;
    if (dir === root || dirname(dir) === dir) return undefined;
  }
}

/** The folders of these packages and of all that they need. */
function withNeeds(names, from = root, found = new Set()) {
  for (const name of names) {
    const folder = find(name, from);
    if (folder === undefined || found.has(folder)) continue;
    found.add(folder);
    withNeeds(needsOf(folder), folder, found);
  }
  return found;
}

function needsOf(folder) {
  const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  return Object.keys({ ...dependencies, ...optionalDependencies });
}

const LICENCE = /^(licen[cs]e|notice|copying)/i;
/** The binaries of other platforms and C libraries, sources that would be compiled, other kinds of modules. */
const never = [
  /\/(node_modules|test|tests|docs|benchmarks|examples|deps|browser|umd|esm|\.github)$/,
  /\.(map|md|[mc]?ts|gyp|gypi|cc|h)$/,
  /\.musl\.node$/,
  new RegExp(`/prebuilds/(?!linux-${process.arch}(/|$))[^/]+`),
];

function runs(path) {
  const own = path.slice(path.lastIndexOf('node_modules/') + 'node_modules'.length);
  return !never.some((pattern) => pattern.test(own));
}

const whole = withNeeds(unbundled);
for (const folder of withNeeds(needsOf(root))) {
  const to = join(out, relative(root, folder));
  const isWhole = whole.has(folder);
  for (const name of readdirSync(folder)) {
    const from = join(folder, name);
    if (LICENCE.test(name)) cpSync(from, join(to, name));
    else if (isWhole && runs(from)) cpSync(from, join(to, name), { recursive: true, filter: runs });
  }
}
