import { createRequire } from 'node:module';

/**
 * What may be given to jsonrepair, whose time grows with the square of what is broken: so many
 * characters, and so much of {@link repairWork}, which keeps the worst that was found near 0.1 s.
 */
export const repairLimits = { characters: 65_536, work: 100_000_000 } as const;

export interface Repaired {
  readonly value: unknown;
  /** the text ended before its brackets were closed: what was whole is kept, the rest is gone */
  readonly cut: boolean;
}

/**
 * Reads JSON as the vendor's document prints it: missing commas, a bracket too many, comments, bare
 * words, NULs between. A text that was cut is not completed by guessing: the value within which it ends
 * is left out, since half of `motion_detection` is another alarm.
 * @returns `undefined` where no object or array comes of it, or where it is past {@link repairLimits}
 */
export function repairJson(text: string): Repaired | undefined {
  if (text.length > repairLimits.characters) return undefined;
  const mended = mendKey(text.replaceAll('\0', ''));
  const end = scan(mended);
  const cut = isCut(mended, end);
  const value = parseOrRepair(cut ? closeBrackets(mended, end) : mended);
  return typeof value === 'object' && value !== null ? { value, cut } : undefined;
}

/** `"param{` stands for `"param": {` in the vendor's snapshot sample (protocol §2). */
function mendKey(text: string): string {
  return text.replace(/"param\s*\{/, '"param": {');
}

function parseOrRepair(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    if (repairWork(text) > repairLimits.work) return undefined;
  }
  try {
    return JSON.parse(library().jsonrepair(text));
  } catch {
    return undefined;
  }
}

type Library = typeof import('jsonrepair');
let loaded: Library | undefined;

/** Loaded with the first broken body: many a house never has one. */
function library(): Library {
  loaded ??= createRequire(import.meta.url)('jsonrepair') as Library;
  return loaded;
}

/** Quotes and brackets start the text behind them anew; they cost some thirty times a blank. */
const RESTART = 32;

/** How much work a text may be to jsonrepair: its characters times its marks. */
export function repairWork(text: string): number {
  const restarts = text.match(/["'`´“”‘’\\{[(]/g)?.length ?? 0;
  const marks = text.match(/[^A-Za-z0-9]/g)?.length ?? 0;
  return text.length * (RESTART * restarts + marks);
}

/** How a text ends. */
interface End {
  readonly inString: boolean;
  /** the closing brackets that are missing, innermost last */
  readonly missing: readonly string[];
  /** behind the last bracket or comma outside strings: what is before it is whole */
  readonly whole: number;
}

const closerOf: Readonly<Record<string, string>> = { '{': '}', '[': ']' };

function scan(text: string): End {
  const missing: string[] = [];
  let inString = false;
  let whole = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (inString) {
      if (character === '\\') at++;
      else inString = character !== '"';
      continue;
    }
    if (character === '"') inString = true;
    else if (text.startsWith('//', at)) at = endOfLine(text, at);
    else if (closerOf[character] !== undefined) missing.push(closerOf[character]);
    else if (character === '}' || character === ']') missing.pop();
    if ('{}[],'.includes(character)) whole = at + 1;
  }
  return { inString, missing, whole };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/**
 * A quote without a partner somewhere leaves the count of quotes wrong; such a text still ends with a
 * bracket, and what is before its last string is not all right either.
 */
function isCut(text: string, end: End): boolean {
  if (!end.inString) return end.missing.length > 0;
  return !/[}\]]\s*$/.test(text) || isJson(closeBrackets(text, end));
}

function closeBrackets(text: string, { missing, whole }: End): string {
  const last = text.slice(whole);
  const kept = isWholeMember(last, missing.at(-1)) ? last : '';
  return withoutTail(`${text.slice(0, whole)}${kept}`) + missing.toReversed().join('');
}

/** Without commas and blanks at the end. By hand: as a pattern it takes the square of their number. */
function withoutTail(text: string): string {
  let end = text.length;
  while (end > 0 && /[,\s]/.test(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

/** Whether what follows the last comma ended by itself: a number might go on. */
function isWholeMember(text: string, closer: string | undefined): boolean {
  const isEnded = /(?:"|true|false|null)\s*$/.test(text);
  return isEnded && isJson(closer === '}' ? `{${text}}` : `[${text}]`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
