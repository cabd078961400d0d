import type { Fault } from './report.ts';
import { isObject, type Tree } from './tree.ts';

/** What the reading of one body gathers besides its values. */
export interface Findings {
  readonly faults: Fault[];
  /** something within was mended: the extension's own JSON */
  repaired: boolean;
}

/** Where a value stands, and who is told of what is wrong with it. */
export interface Place {
  readonly where: string;
  readonly findings: Findings;
}

/** Faults told of one body: past them the rest is left to the imagination. */
export const MOST_FAULTS = 100;

/** Notes what could not be read, without its content. */
export function addFault({ where, findings }: Place, problem: string): undefined {
  if (findings.faults.length < MOST_FAULTS) findings.faults.push({ where, problem });
  return undefined;
}

/** What a value is, in words, without what it says. */
export function kindOf(value: Tree): string {
  if (value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (isObject(value)) return 'an object';
  if (typeof value === 'boolean') return 'true or false';
  return typeof value === 'number' ? 'a number' : 'a text';
}
