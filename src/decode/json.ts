import { decodeText } from './charset.ts';
import { type LongText, takeOut } from './long-text.ts';
import { type Received, whole } from './received.ts';
import { repairJson, repairLimits } from './repair.ts';
import type { Fault } from './report.ts';
import { growTree, type Tree, treeLimits } from './tree.ts';

/** What a body may be without its long strings; see `treeLimits` and `repairLimits` for the rest. */
export const jsonLimits = { bytes: 1_048_576, quotes: 100_000 } as const;

export interface ParsedJson {
  readonly tree: Tree;
  readonly repaired: boolean;
  readonly faults: readonly Fault[];
}

/** Why a body could not be read, in plain words. */
export interface NotJson {
  readonly problem: string;
}

/**
 * Reads a JSON body as cameras send it: UTF-8 or GBK, padded, broken as the vendor prints it
 * (protocol §2). Long strings are taken out first, for a parser is slow on a picture and repair is
 * dangerous (it takes seconds for megabytes). Never throws.
 */
export function parseJson(body: Buffer | Received): ParsedJson | NotJson {
  const received = Buffer.isBuffer(body) ? whole(body) : body;
  const taken = received.taken ?? takeOut(received.bytes, jsonLimits.quotes);
  if (taken === undefined) return { problem: `JSON with more than ${jsonLimits.quotes} quotes` };
  const { skeleton, texts } = taken;
  if (skeleton.length > jsonLimits.bytes) {
    return { problem: `more than ${jsonLimits.bytes} bytes without its pictures` };
  }
  const { text } = decodeText(skeleton);
  if (text.length > repairLimits.characters && isDeep(text)) {
    return { problem: `deeper than ${treeLimits.depth} levels` };
  }
  try {
    return finish(JSON.parse(text), texts, false, []);
  } catch (error) {
    if (error instanceof RangeError) return { problem: error.message };
  }
  const repaired = repairJson(text);
  if (repaired === undefined) return { problem: 'not JSON, and past repair' };
  const cut = { where: `body @${received.length}`, problem: 'the body ends before its JSON does' };
  try {
    return finish(repaired.value, texts, true, repaired.cut ? [cut] : []);
  } catch (error) {
    return { problem: error instanceof RangeError ? error.message : 'not JSON, and past repair' };
  }
}

/**
 * Whether it nests deeper than is kept. Said beforehand where there is much of it: `JSON.parse` takes half
 * a second for a megabyte of opening brackets.
 */
function isDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (inString && character === '\\') at++;
    else if (character === '"') inString = !inString;
    else if (inString) continue;
    else if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth--;
    if (depth > treeLimits.depth) return true;
  }
  return false;
}

function finish(
  parsed: unknown,
  texts: readonly LongText[],
  wasRepaired: boolean,
  faults: readonly Fault[],
): ParsedJson {
  let repaired = wasRepaired;
  const tree = growTree(parsed, texts, () => {
    repaired = true;
  });
  return { tree, repaired, faults };
}
