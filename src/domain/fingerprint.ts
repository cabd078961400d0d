import { createHash } from 'node:crypto';

/** The fingerprint of a body, for telling repeats: hex SHA-256. */
export function fingerprint(body: Uint8Array): string {
  return createHash('sha256').update(body).digest('hex');
}

/** Enough that no two turns of one estate ever meet: 80 bits. */
const ID_LENGTH = 20;

/** A stable id of the given facts: the same facts, the same id, over restarts too. */
export function stableId(...facts: readonly (string | number | undefined)[]): string {
  const text = JSON.stringify(facts.map((fact) => fact ?? null));
  return createHash('sha256').update(text).digest('hex').slice(0, ID_LENGTH);
}
