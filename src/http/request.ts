import type { IncomingMessage } from 'node:http';

/** `User-Identify`: who the sender says it is. Its bytes are UTF-8, as the ids in bodies are. */
export function deviceOf({ headers }: IncomingMessage): string | undefined {
  const value = headers['user-identify'];
  const text = Array.isArray(value) ? value[0] : value;
  if (text === undefined || text.trim() === '') return undefined;
  return Buffer.from(text.trim(), 'latin1').toString('utf8');
}
