import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultYaml } from './default-yaml.ts';
import { fillRegions, regionsOf } from './markdown.ts';
import { tables } from './tables.ts';

/** A file that is not what the code says. */
export interface Stale {
  /** relative to the root */
  readonly file: string;
  /** the first line that differs, from 1 */
  readonly line: number;
  readonly is: string;
  readonly shouldBe: string;
}

interface Page {
  readonly file: string;
  readonly text: string;
  readonly made: string;
}

/** The file that is made whole. */
const wholeFile = join('config', 'default.yaml');

/** Every page with tables below `root`, as it is and as it should be. */
function pages(root: string): readonly Page[] {
  const docs = readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name));
  const marked = [...docs, 'README.md']
    .filter((file) => existsSync(join(root, file)))
    .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }))
    .map((page) => ({ ...page, made: fillRegions(page.text, tables) }));
  const whole = existsSync(join(root, wholeFile))
    ? readFileSync(join(root, wholeFile), 'utf8')
    : '';
  return [...marked, { file: wholeFile, text: whole, made: defaultYaml() }];
}

/** The tables that no page shows: a table nobody can find is missing. */
function unshown(root: string): readonly string[] {
  const shown = new Set(pages(root).flatMap(({ text }) => regionsOf(text)));
  return Object.keys(tables).filter((name) => !shown.has(name));
}

/** What is stale below `root`; nothing is written. */
export function staleFiles(root: string): readonly Stale[] {
  return pages(root)
    .filter(({ text, made }) => text !== made)
    .map(({ file, text, made }) => ({ file, ...difference(text, made) }));
}

function difference(text: string, made: string): Omit<Stale, 'file'> {
  const [is, shouldBe] = [text.split('\n'), made.split('\n')];
  const index = shouldBe.findIndex((line, at) => line !== is[at]);
  const at = index === -1 ? shouldBe.length : index;
  return { line: at + 1, is: is[at] ?? '', shouldBe: shouldBe[at] ?? '' };
}

/** Brings every table below `root` up to date. @returns the files that changed */
export function writeDocs(root: string): readonly string[] {
  const changed = pages(root).filter(({ text, made }) => text !== made);
  for (const { file, made } of changed) writeFileSync(join(root, file), made);
  return changed.map(({ file }) => file);
}

/**
 * `node dist/docs/generate.js [--check] [ROOT]`
 *
 * @returns the exit code: with `--check` 1 where something is stale
 */
export function generate(args: readonly string[], say: (line: string) => void): number {
  const check = args.includes('--check');
  const given = args.find((arg) => !arg.startsWith('-'));
  const root = given === undefined ? fileURLToPath(new URL('../..', import.meta.url)) : given;
  const missing = unshown(root);
  for (const name of missing) say(`no page shows the table ${name}`);
  if (!check) {
    for (const file of writeDocs(root)) say(`${file}: written`);
    return missing.length === 0 ? 0 : 1;
  }
  const stale = staleFiles(root);
  for (const { file, line, is, shouldBe } of stale) {
    say(`${file}:${line} is stale: run \`npm run docs\``);
    say(`  - ${is}`);
    say(`  + ${shouldBe}`);
  }
  return missing.length + stale.length === 0 ? 0 : 1;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = generate(process.argv.slice(2), (line) => console.log(line));
}
