import type { IncomingMessage } from 'node:http';
import { normalizeAddress } from './address.ts';

/** The peer's address, one spelling each. The one place to look behind a proxy. */
export function addressOf({ socket }: IncomingMessage): string {
  return normalizeAddress(socket.remoteAddress ?? '');
}

/** `User-Identify`: who the sender says it is. Its bytes are UTF-8, as the ids in bodies are. */
export function deviceOf({ headers }: IncomingMessage): string | undefined {
  const value = headers['user-identify'];
  const text = Array.isArray(value) ? value[0] : value;
  if (text === undefined || text.trim() === '') return undefined;
  return Buffer.from(text.trim(), 'latin1').toString('utf8');
}
