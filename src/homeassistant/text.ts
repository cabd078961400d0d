import { cut } from '../domain/limits.ts';
import type { Language, Name } from '../spec/name.ts';
import { escapeKey } from './escape.ts';

/** Names as a person reads them, in the language of the settings. */

const LONGEST_NAME = 64;
const LONGEST_OBJECT_ID = 180;

/** A text from outside as part of a name; `undefined` where nothing is left of it. */
export function clean(text: string | undefined): string | undefined {
  const plain = text?.replace(/[\p{Cc}\p{Cf}\p{Cs}\s]+/gu, ' ').trim();
  return plain ? cut(plain, LONGEST_NAME) : undefined;
}

/** `foo_bar` as `Foo bar`: the name of a type that no row knows and nobody named. */
export function prettified(type: string): string {
  const words = clean(type.replaceAll(/[_\-./]+/g, ' '));
  return words === undefined ? escapeKey(type) : words.charAt(0).toUpperCase() + words.slice(1);
}

/** The name of a part behind the name of its whole, unless that ends with it. */
export function joined(whole: string, part: string, language: Language): string {
  if (whole.toLowerCase().endsWith(part.toLowerCase())) return whole;
  if (language === 'zh') return `${whole}${part}`;
  return `${whole} ${lowered(part)}`;
}

/** `Plate colour` within a name is `plate colour`; `SUV` stays. */
function lowered(text: string): string {
  return /^\p{Lu}(?!\p{Lu})/u.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

/** What is a word of each language, in one of them. */
export function worded(text: string | Name | undefined, language: Language): string | undefined {
  return typeof text === 'object' ? text[language] : text;
}

/** A remark behind a name. */
export function remarked(name: string, remark: string | undefined, language: Language): string {
  if (remark === undefined) return name;
  return language === 'zh' ? `${name}（${remark}）` : `${name} (${remark})`;
}

/** Where a channel is, for names that would be the same without it. */
export function channelName(channel: string, language: Language): string {
  const input = /^in(\d+)$/.exec(channel)?.[1];
  if (input !== undefined) return language === 'zh' ? `输入${input}` : `input ${input}`;
  if (/^\d+$/.test(channel)) return language === 'zh' ? `通道${channel}` : `channel ${channel}`;
  return channel;
}

/**
 * Part of an entity id: `[a-z0-9_]`, without two `_` together or one at an end, which Home Assistant
 * refuses.
 */
export function slug(...parts: readonly string[]): string {
  const words = parts
    .join('_')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_');
  return words.slice(0, LONGEST_OBJECT_ID).replaceAll(/^_+|_+$/g, '');
}
