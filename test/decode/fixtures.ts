import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

const root = new URL('../fixtures/reports/', import.meta.url);

/** A captured body and what it must become. */
export interface Fixture {
  readonly name: string;
  readonly body: Buffer;
  /** absent where the file is: no decoding of JSON is equal to that */
  readonly expected: unknown;
}

/** The fixtures of one report: `<name>.body` as it comes over the wire, `<name>.expected.json` beside it. */
export function fixturesOf(folder: string): Fixture[] {
  const directory = new URL(`${folder}/`, root);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((file) => file.endsWith('.body'))
    .map((file) => {
      const name = basename(file, '.body');
      const body = readFileSync(new URL(file, directory));
      const beside = new URL(`${name}.expected.json`, directory);
      const expected: unknown = existsSync(beside)
        ? JSON.parse(readFileSync(beside, 'utf8'))
        : undefined;
      return { name, body, expected };
    });
}

/** JSON of anything decoded; pictures by format and length, so that an expectation can be read. */
export function readable(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_key, part: unknown) => {
      const isBytes = typeof part === 'object' && part !== null && 'data' in part;
      return isBytes && 'type' in part && part.type === 'Buffer'
        ? `${(part.data as number[]).length} bytes`
        : part;
    }),
  );
}
