import { hash } from 'node:crypto';
import { END, type Received } from '../decode/received.ts';

/** Base64 characters of a fingerprint: 132 bits. */
const LENGTH = 22;

/**
 * The fingerprint of a body, for telling repeats of one device. A hash of its two ends, its length and the
 * checksum of all: what a body says is at its ends, and between them is the picture. Whoever makes two that
 * collide hides a report of his own.
 */
export function fingerprint(body: Received): string {
  if (body.length <= 2 * END) return hashOf(body.bytes);
  const { first, last, checksum } = body.marks;
  const ends = Buffer.concat([first, last, Buffer.from(`${body.length} ${checksum}`)]);
  return hashOf(ends);
}

/** A text of its own: part of the whole hash would keep all of it for ten minutes. */
function hashOf(bytes: Uint8Array): string {
  return Buffer.from(hash('sha256', bytes, 'base64url')).toString('latin1', 0, LENGTH);
}

/** Enough that no two turns of one estate ever meet: 80 bits. */
const ID_LENGTH = 20;

/** A stable id of the given facts: the same facts, the same id, over restarts too. */
export function stableId(...facts: readonly (string | number | undefined)[]): string {
  const text = JSON.stringify(facts.map((fact) => fact ?? null));
  return hash('sha256', text, 'hex').slice(0, ID_LENGTH);
}
