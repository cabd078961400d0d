import { crc32 } from 'node:zlib';
import type { TakenOut } from './long-text.ts';

/** Bytes of each end of a body that are kept beside it. */
export const END = 4_096;

/** What tells one long body from another: what it says is at its ends, between them is the picture. */
export interface Marks {
  /** {@link END} bytes, as the last ones are */
  readonly first: Buffer;
  readonly last: Buffer;
  /** CRC-32 of all */
  readonly checksum: number;
}

/** A body as it was received: whole, or without the long string that was decoded while it came. */
export interface Received {
  /** bytes as sent */
  readonly length: number;
  /** all of it; made anew where a part was decoded on the way, so ask only where it is needed */
  readonly bytes: Buffer;
  /** Where a part was decoded on the way: gives its memory back. Nobody may read the body any more. */
  readonly free?: () => void;
  /** where a part was decoded on the way: exactly what `takeOut` makes of the bytes */
  readonly taken?: TakenOut;
  /** of a body of at least two {@link END} */
  readonly marks: Marks;
}

/** A body of which nothing was decoded yet. */
export function whole(bytes: Buffer): Received {
  return new Whole(bytes);
}

class Whole implements Received {
  readonly length: number;
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.length = bytes.length;
    this.bytes = bytes;
  }

  get marks(): Marks {
    const { bytes } = this;
    return { first: bytes.subarray(0, END), last: bytes.subarray(-END), checksum: crc32(bytes) };
  }
}

/** {@link Marks} of what is not kept, chunk by chunk. */
export class Marker {
  #first: Buffer = Buffer.alloc(0);
  #last: Buffer = Buffer.alloc(0);
  #checksum = 0;

  add(chunk: Buffer): void {
    this.#checksum = crc32(chunk, this.#checksum);
    const missing = END - this.#first.length;
    if (missing > 0) this.#first = Buffer.concat([this.#first, chunk.subarray(0, missing)]);
    // a copy: the chunk is not kept
    this.#last =
      chunk.length >= END
        ? Buffer.from(chunk.subarray(-END))
        : Buffer.concat([this.#last, chunk]).subarray(-END);
  }

  marks(): Marks {
    return { first: this.#first, last: this.#last, checksum: this.#checksum };
  }
}
