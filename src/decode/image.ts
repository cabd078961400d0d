import { withoutNuls } from './bytes.ts';
import type { Picture } from './report.ts';

const JPEG_START = Buffer.from('ffd8ff', 'hex');
const JPEG_END = Buffer.from('ffd9', 'hex');
const PNG_START = Buffer.from('89504e470d0a1a0a', 'hex');
/** the whole IEND chunk: no length, its name, its checksum (PNG §11.2.5) */
const PNG_END = Buffer.from('0000000049454e44ae426082', 'hex');

/** Bytes other than NUL that may stand behind the end of a picture: encoders pad and sign theirs. */
export const TRAILING_BYTES = 32;

const formats = [
  { format: 'jpeg', start: JPEG_START, end: JPEG_END },
  { format: 'png', start: PNG_START, end: PNG_END },
] as const;

/**
 * Whether bytes are what a picture begins and ends with. Nothing between is looked at, nothing is
 * copied: the picture is a view of `bytes`, without what stands behind its end. Any number of NULs
 * may stand there, and up to {@link TRAILING_BYTES} others.
 */
export function checkPicture(bytes: Buffer): Picture | { readonly problem: string } {
  if (bytes.length === 0) return { problem: 'an empty picture' };
  const found = formats.find(({ start }) => bytes.subarray(0, start.length).equals(start));
  if (found === undefined) return { problem: 'neither a JPEG nor a PNG' };
  const filled = withoutNuls(bytes);
  const tail = Math.max(0, filled - found.end.length - TRAILING_BYTES);
  const end = bytes.subarray(tail, filled).lastIndexOf(found.end);
  if (end < 0) return { problem: `a ${found.format.toUpperCase()} without its end` };
  return { format: found.format, bytes: bytes.subarray(0, tail + end + found.end.length) };
}
