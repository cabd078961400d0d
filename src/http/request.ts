import type { IncomingMessage } from 'node:http';
import { utf8Of } from './header-text.ts';
import { MAX_DEVICE } from './limits.ts';

/** As all ids are that a vendor gives. */
const PLAIN = /^[!-~]+$/;

/** `User-Identify`: who the sender says it is. Its bytes are UTF-8, as the ids in bodies are. */
export function deviceOf({ headers }: IncomingMessage): string | undefined {
  const value = headers['user-identify'];
  const text = Array.isArray(value) ? value[0] : value;
  if (text === undefined || text.trim() === '') return undefined;
  if (PLAIN.test(text) && text.length <= MAX_DEVICE) return text;
  // cut before anything remembers it
  return utf8Of(text.trim().slice(0, MAX_DEVICE));
}
