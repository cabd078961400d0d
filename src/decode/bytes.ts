/** Something that the bytes were expected to hold and do not. The message is fit for a fault. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** More bytes were wanted than there are. */
export class OutOfBytes extends Malformed {
  /** where in the buffer the reading began */
  readonly offset: number;
  /** what was wanted, in plain words */
  readonly wanted: string;
  constructor(offset: number, wanted: string, left: number) {
    super(`wanted ${wanted}, ${left === 0 ? 'nothing is' : plural(left, 'byte')} left`);
    this.offset = offset;
    this.wanted = wanted;
  }
}

/** `1 byte`, `2 bytes`: for faults. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Reads a buffer from front to end, big-endian, and never past its end. Never copies. */
export class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** how many bytes were read */
  get offset(): number {
    return this.#at;
  }

  /** how many bytes are left */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** One byte, unsigned. @throws OutOfBytes */
  u8(): number {
    return this.#bytes.readUInt8(this.#advance(1));
  }

  /** Two bytes, unsigned. @throws OutOfBytes */
  u16(): number {
    return this.#bytes.readUInt16BE(this.#advance(2));
  }

  /** Four bytes, unsigned. @throws OutOfBytes */
  u32(): number {
    return this.#bytes.readUInt32BE(this.#advance(4));
  }

  /** A view of the next `length` bytes. @throws OutOfBytes */
  take(length: number): Buffer {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** Passes over `length` bytes without a look. @throws OutOfBytes */
  skip(length: number): void {
    this.#advance(length);
  }

  /** A view of all that is left; nothing is left after it. */
  rest(): Buffer {
    return this.take(this.left);
  }

  #advance(length: number): number {
    const start = this.#at;
    if (length > this.left) throw new OutOfBytes(start, plural(length, 'byte'), this.left);
    this.#at += length;
    return start;
  }
}

/** Some bytes among others: a view of them is made where one is needed, for it costs more than a look. */
export interface Span {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/** The bytes of a span, not copied. */
export function viewOf({ bytes, start, end }: Span): Buffer {
  return bytes.subarray(start, end);
}

/**
 * The whole of a span as one unsigned integer, a `bigint` where a double does not hold all of that
 * width. Devices use other widths than they document (protocol §3), so the length decides.
 * @throws Malformed unless there are 1, 2, 4 or 8 bytes
 */
export function unsigned({ bytes, start, end }: Span): number | bigint {
  switch (end - start) {
    case 1:
      return bytes.readUInt8(start);
    case 2:
      return bytes.readUInt16BE(start);
    case 4:
      return bytes.readUInt32BE(start);
    case 8:
      return bytes.readBigUInt64BE(start);
    default:
      throw new Malformed(`an integer has 1, 2, 4 or 8 bytes, not ${end - start}`);
  }
}

/** The same in two's complement. @throws Malformed unless there are 1, 2, 4 or 8 bytes */
export function signed(span: Span): number | bigint {
  const value = unsigned(span);
  if (typeof value === 'bigint') return BigInt.asIntN(64, value);
  const unused = 32 - 8 * (span.end - span.start);
  return (value << unused) >> unused;
}

/** The length of `bytes` without the NULs at its end. */
export function withoutNuls(bytes: Buffer): number {
  let length = bytes.length;
  while (length > 0 && bytes[length - 1] === 0) length--;
  return length;
}
