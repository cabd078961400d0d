import { free } from '../free.ts';
import { BASE64_CHUNK, decodePlain, isUrlAlphabet } from './base64.ts';

/** The characters of a group, which are three bytes (RFC 4648 §4). */
const GROUP = 4;

/**
 * Decodes base64 while it comes, by the same rules as `decodeBase64` has for base64 and nothing else. What
 * it took is never lost: {@link source} gives the characters back.
 */
export class Base64Stream {
  readonly #bytes: Buffer;
  #written = 0;
  /** the last characters: the padding may be among them, so at least one group is held back */
  #held = '';

  /** @param most characters that may come */
  constructor(most: number) {
    this.#bytes = Buffer.allocUnsafeSlow(Math.ceil(most / GROUP) * 3);
  }

  /** @returns false where this is no plain base64: then only {@link source} is of use */
  add(piece: Buffer): boolean {
    const come = this.#held.length + piece.length;
    const ready = come - (come % GROUP) - GROUP;
    if (isUrlAlphabet(piece) || ready <= 0) {
      this.#held += piece.toString('latin1');
      return ready <= 0 && !isUrlAlphabet(piece);
    }
    // the held ones and as many as fill up their group
    const filling = Math.min((GROUP - (this.#held.length % GROUP)) % GROUP, piece.length);
    const head = this.#held + piece.toString('latin1', 0, filling);
    const fromHead = Math.min(head.length, ready);
    let at = filling;
    let isPlain = this.#write(head.slice(0, fromHead));
    this.#held = isPlain ? head.slice(fromHead) : head;
    const end = filling + ready - fromHead;
    while (isPlain && at < end) {
      const next = Math.min(at + BASE64_CHUNK, end);
      isPlain = this.#write(piece.toString('latin1', at, next));
      if (isPlain) at = next;
    }
    this.#held += piece.toString('latin1', at);
    return isPlain;
  }

  /** @returns all that came, decoded; `undefined` where it is no base64 */
  end(): Buffer | undefined {
    const last = decodePlain(Buffer.from(this.#held, 'latin1'));
    if (last === undefined) return undefined;
    const length = this.#written + last.copy(this.#bytes, this.#written);
    return this.#bytes.subarray(0, length);
  }

  /** The characters that came, as they were. */
  source(): Buffer {
    const decoded = this.#bytes.toString('base64', 0, this.#written);
    return Buffer.from(decoded + this.#held, 'latin1');
  }

  /** Gives the memory back, that of `end` too: nothing of it may be read any more. */
  free(): void {
    free(this.#bytes);
  }

  /** Whole groups alone. What is not base64 is passed over by Node, and then bytes are missing. */
  #write(groups: string): boolean {
    const written = this.#bytes.write(groups, this.#written, 'base64');
    if (written !== (groups.length / GROUP) * 3) return false;
    this.#written += written;
    return true;
  }
}
