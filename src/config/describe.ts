import type { Found } from './tree.ts';

const LONGEST = 60;

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
};

/** What was found, for a fault's message; of a secret only what kind of thing it is. */
export function describe(found: Found, secret: boolean): string {
  if (found.kind !== 'scalar') return found.kind === 'map' ? 'a map' : 'a list';
  if (found.value === null) return 'nothing';
  const type = typeNames[typeof found.value] ?? typeof found.value;
  if (secret) return `${type} (not shown)`;
  return `${typeof found.value === 'string' ? quoted(found.value) : found.value} (${type})`;
}

/** Text as it can be shown: on one line, not endless, and without what an address may hold of secrets. */
export function quoted(text: string): string {
  const open = text.replace(/\/\/[^/@]*@/, '//…@');
  return JSON.stringify(open.length > LONGEST ? `${open.slice(0, LONGEST)}…` : open);
}
