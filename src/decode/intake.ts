import { isAscii } from 'node:buffer';
import { free } from '../free.ts';
import { dataPrefix } from './base64.ts';
import { Base64Stream } from './base64-stream.ts';
import { jsonLimits } from './json.ts';
import {
  isFollowedByColon,
  LONG_TEXT,
  LongText,
  mayBegin,
  standIn,
  type TakenOut,
  takeOut,
} from './long-text.ts';
import { Marker, type Marks, type Received, whole } from './received.ts';

/** A body of so few bytes is kept as it is. */
const WORTH_IT = 16_384;
/** A picture's string begins within so many bytes, or is not looked for. */
const LOOK_FOR = 65_536;
/** More of a string must be there than this to see how it begins: its `data:` prefix and the shortest long one. */
const BEGINNING = LONG_TEXT + 256;

const OPENING_BRACE = 0x7b;
const QUOTE = 0x22;

/** A picture's string that is being decoded, and what is around it. */
interface Decoding {
  /** up to its opening quote and with it */
  readonly head: Buffer;
  /** `data:image/jpeg;base64,` */
  readonly prefix: Buffer;
  readonly stream: Base64Stream;
  readonly marker: Marker;
  /** from its closing quote on; empty while that has not come */
  readonly behind: Buffer[];
}

/**
 * Takes a body in, chunk by chunk. The base64 of the picture in a large JSON body is decoded as it comes, so
 * that it never stands in memory; where that turns out wrong the body is made whole again. Either way
 * the same comes out: `taken` is what `takeOut` makes of the whole body.
 */
export class Intake {
  readonly #declared: number | undefined;
  #length = 0;
  #looking: Buffer[] | undefined;
  #lookedAt = 0;
  #decoding: Decoding | undefined;
  #gathered: Gathered;

  /** @param declared Content-Length, where there is one */
  constructor(declared: number | undefined) {
    this.#declared = declared;
    this.#gathered = new Gathered(declared);
    this.#looking = declared !== undefined && declared >= WORTH_IT ? [] : undefined;
  }

  /** @param chunk from now on the intake's own: its memory is given back when it was decoded */
  add(chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#decoding !== undefined) this.#decode(this.#decoding, chunk);
    else if (this.#looking !== undefined) this.#look(this.#looking, chunk);
    else this.#gathered.add(chunk);
  }

  /** Forgets all: nobody wants it. */
  clear(): void {
    this.#looking = undefined;
    this.#decoding = undefined;
    this.#gathered = new Gathered(undefined);
  }

  end(): Received {
    const decoded = this.#decoding === undefined ? undefined : this.#finish(this.#decoding);
    if (decoded !== undefined) return decoded;
    this.#giveUp();
    return whole(this.#gathered.bytes());
  }

  /** Looks for the string of a picture at the end of what has come. */
  #look(come: Buffer[], chunk: Buffer): void {
    come.push(chunk);
    if (this.#length - this.#lookedAt < BEGINNING) return;
    this.#lookedAt = this.#length;
    const [only] = come;
    const bytes = come.length === 1 && only !== undefined ? only : Buffer.concat(come);
    this.#looking = [bytes];
    const open = bytes[0] === OPENING_BRACE ? longAt(bytes) : undefined;
    if (open !== undefined) this.#begin(bytes, open);
    else if (bytes.length > LOOK_FOR || bytes[0] !== OPENING_BRACE) this.#giveUp();
  }

  #begin(bytes: Buffer, open: number): void {
    const start = open + 1;
    const length = dataPrefix(bytes.subarray(start));
    const prefix = Buffer.from(bytes.subarray(start, start + length));
    if (!mayBegin(bytes, open) || !isAscii(prefix) || /[\r\n]/.test(prefix.toString('latin1'))) {
      this.#giveUp();
      return;
    }
    const most = (this.#declared ?? 0) - start - length;
    const marker = new Marker();
    const head = Buffer.from(bytes.subarray(0, start));
    const decoding = { head, prefix, stream: new Base64Stream(most), marker, behind: [] };
    this.#looking = undefined;
    this.#decoding = decoding;
    marker.add(bytes.subarray(0, start + length));
    this.#decode(decoding, bytes.subarray(start + length));
  }

  #decode({ stream, marker, behind }: Decoding, chunk: Buffer): void {
    marker.add(chunk);
    if (behind.length > 0) {
      behind.push(chunk);
      return;
    }
    const close = chunk.indexOf(QUOTE);
    const isPlain = stream.add(close < 0 ? chunk : chunk.subarray(0, close));
    if (close >= 0) behind.push(chunk.subarray(close));
    if (!isPlain) this.#giveUp();
    else if (close < 0) free(chunk);
  }

  /** @returns `undefined` where it was no picture's string after all */
  #finish({ head, prefix, stream, marker, behind }: Decoding): Received | undefined {
    const rest = Buffer.concat(behind).subarray(1);
    if (behind.length === 0 || isFollowedByColon(rest, 0)) return undefined;
    const bytes = stream.end();
    const after = takeOut(rest, jsonLimits.quotes, 1);
    if (bytes === undefined || after === undefined) return undefined;
    const makeSource = () => Buffer.concat([prefix, stream.source()]);
    const length = this.#length - head.length - 1 - rest.length;
    const skeleton = Buffer.concat([head.subarray(0, -1), standIn(0), after.skeleton]);
    const texts = [new LongText({ length, bytes, makeSource }), ...after.texts];
    const makeAll = () => Buffer.concat([head, makeSource(), Buffer.of(QUOTE), rest]);
    const taken = { skeleton, texts };
    return new Decoded(this.#length, taken, marker.marks(), makeAll, () => stream.free());
  }

  /** Everything that has come is kept as it came. */
  #giveUp(): void {
    const pieces = this.#decoding === undefined ? this.#looking : piecesOf(this.#decoding);
    this.#looking = undefined;
    this.#decoding = undefined;
    for (const piece of pieces ?? []) this.#gathered.add(piece);
  }
}

/** A body whose picture was decoded on the way. */
class Decoded implements Received {
  readonly length: number;
  readonly taken: TakenOut;
  readonly marks: Marks;
  readonly free: () => void;
  readonly #makeAll: () => Buffer;

  constructor(
    length: number,
    taken: TakenOut,
    marks: Marks,
    makeAll: () => Buffer,
    free: () => void,
  ) {
    this.length = length;
    this.taken = taken;
    this.marks = marks;
    this.free = free;
    this.#makeAll = makeAll;
  }

  get bytes(): Buffer {
    return this.#makeAll();
  }
}

function piecesOf({ head, prefix, stream, behind }: Decoding): readonly Buffer[] {
  return [head, prefix, stream.source(), ...behind];
}

/** The quote behind which the first long string begins; `undefined` where there is none so far. */
function longAt(bytes: Buffer): number | undefined {
  for (let open = bytes.indexOf(QUOTE); open >= 0; ) {
    const close = bytes.indexOf(QUOTE, open + 1);
    if (close < 0) return bytes.length - open > BEGINNING ? open : undefined;
    if (close - open > LONG_TEXT) return open;
    open = close;
  }
  return undefined;
}

/** What came: copied into one buffer of the declared size, so that the chunks can go at once. */
class Gathered {
  readonly #size: number | undefined;
  #all: Buffer | undefined;
  #chunks: Buffer[] = [];
  #length = 0;

  constructor(size: number | undefined) {
    this.#size = size;
  }

  add(chunk: Buffer): void {
    if (this.#size === undefined || chunk.length === this.#size) this.#chunks.push(chunk);
    else {
      this.#all ??= Buffer.allocUnsafeSlow(this.#size);
      this.#all.set(chunk, this.#length);
    }
    this.#length += chunk.length;
  }

  bytes(): Buffer {
    if (this.#all !== undefined) return this.#all.subarray(0, this.#length);
    const [only] = this.#chunks;
    return this.#chunks.length === 1 && only !== undefined ? only : Buffer.concat(this.#chunks);
  }
}
