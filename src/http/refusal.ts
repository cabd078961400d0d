import type { ProblemName } from './answers.ts';

/** Why a door stays shut, apart from the problems that an answer names. */
export type DoorProblem =
  | 'wrong_credentials'
  | 'no_credentials'
  | 'bad_authorization'
  | 'wrong_uri'
  | 'no_qop'
  | 'repeated_nc'
  | 'guessing';

export type RefusalType = DoorProblem | Exclude<ProblemName, 'unauthorized'>;

/** One refused push, or several alike told once, for `bridge/event` and the log. Nothing secret. */
export interface Refusal {
  readonly type: RefusalType;
  /** a few words */
  readonly reason: string;
  readonly address: string;
  /** who it says it is, or who its account belongs to */
  readonly device?: string;
  /** whole sentences, with what to do about it */
  readonly message: string;
  readonly path?: string;
}

/** Counts every refusal by type, and hands on those worth telling that nobody else tells. */
export class Refusals {
  readonly #counts: Partial<Record<RefusalType, number>> = {};
  readonly #onRefusal: (refusal: Refusal) => void;

  constructor(onRefusal: (refusal: Refusal) => void) {
    this.#onRefusal = onRefusal;
  }

  /** @returns how many of each type since the start; a type that never was is absent */
  get counts(): Readonly<Partial<Record<RefusalType, number>>> {
    return this.#counts;
  }

  count(type: RefusalType): void {
    this.#counts[type] = (this.#counts[type] ?? 0) + 1;
  }

  /** Hands on without counting: its tries were counted one by one. */
  tell(refusal: Refusal): void {
    this.#onRefusal(refusal);
  }

  report(refusal: Refusal): void {
    this.count(refusal.type);
    this.tell(refusal);
  }
}
