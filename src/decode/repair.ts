import { jsonrepair } from 'jsonrepair';

/**
 * What may be given to jsonrepair, which takes quadratic time on many quotes or brackets without a
 * partner: so many characters, and so many characters times those marks.
 */
export const repairLimits = { characters: 65_536, work: 1_000_000 } as const;

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
    return JSON.parse(jsonrepair(text));
  } catch {
    return undefined;
  }
}

/** Characters times marks: what jsonrepair's time grows with. */
export function repairWork(text: string): number {
  const marks = text.match(/["'`´“”‘’\\{[(]/g)?.length ?? 0;
  return text.length * (marks + 1);
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

/** A quote without a partner somewhere leaves the count wrong, but such a text still ends with a bracket. */
function isCut(text: string, { inString, missing }: End): boolean {
  if (inString) return !/[}\]]\s*$/.test(text);
  return missing.length > 0;
}

function closeBrackets(text: string, { missing, whole }: End): string {
  const last = text.slice(whole);
  const kept = isWholeMember(last, missing.at(-1)) ? last : '';
  const head = `${text.slice(0, whole)}${kept}`.replace(/[,\s]+$/, '');
  return head + missing.toReversed().join('');
}

/** Whether what follows the last comma ended by itself: a number might go on. */
function isWholeMember(text: string, closer: string | undefined): boolean {
  if (!/(?:"|true|false|null)\s*$/.test(text)) return false;
  try {
    JSON.parse(closer === '}' ? `{${text}}` : `[${text}]`);
    return true;
  } catch {
    return false;
  }
}
