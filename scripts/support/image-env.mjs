// How the image starts the program: said in the Dockerfile alone.
import { readFileSync } from 'node:fs';

const dockerfile = readFileSync(new URL('../../Dockerfile', import.meta.url), 'utf8');

function settingOf(name) {
  const [, quoted, bare] = new RegExp(`\\b${name}=(?:"([^"]*)"|(\\S+))`).exec(dockerfile) ?? [];
  const value = quoted ?? bare;
  if (value === undefined) throw new Error(`the Dockerfile does not set ${name}`);
  return value;
}

/** Environment variables, but for where its data are. */
export const asImage = Object.fromEntries(
  ['NODE_ENV', 'NODE_OPTIONS', 'MALLOC_ARENA_MAX'].map((name) => [name, settingOf(name)]),
);
