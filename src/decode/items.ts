import { type TagName, type TagTypeOf, tagNumber } from '../spec/tags.ts';
import type { JsonObject, TlvItem } from './report.ts';
import type { TagValues } from './values.ts';

/** The first item of a tag; `undefined` where there is none. */
export function findItem(items: readonly TlvItem[], name: TagName): TlvItem | undefined {
  for (const item of items) if (item.name === name) return item;
  return undefined;
}

/** The value of the first readable item of a tag, typed by the tag's row. */
export function tagValue<N extends TagName>(
  items: readonly TlvItem[],
  name: N,
): TagValues[TagTypeOf<N>] | undefined {
  // the row decided which reader made it
  return readable(items, name)?.value as TagValues[TagTypeOf<N>] | undefined;
}

function readable(items: readonly TlvItem[], name: string): TlvItem | undefined {
  for (const item of items) if (item.name === name && item.value !== undefined) return item;
  return undefined;
}

const none: JsonObject = {};

/**
 * The JSON extensions of a record, merged (protocol §3: "A record may carry a JSON extension"). Empty
 * where there is none.
 */
export function extensionOf(items: readonly TlvItem[]): JsonObject {
  let merged: JsonObject | undefined;
  for (const item of items) {
    const json = jsonOf(item);
    if (json !== undefined) merged = { ...merged, ...json };
  }
  return merged ?? none;
}

/** The JSON of an item that is an extension; `undefined` for every tag of a row or of bytes alone. */
export function jsonOf(item: TlvItem): JsonObject | undefined {
  const { name, value } = item;
  if (typeof value !== 'object' || tagNumber(name) !== undefined) return undefined;
  const isBytes = 'bytes' in value && Buffer.isBuffer(value.bytes);
  // a tag of no row is bytes or JSON (decode/tlv.ts)
  return isBytes ? undefined : (value as JsonObject);
}

const FIRST_OF_REGION = tagNumber('OCR_REGION_POINTS');
const LAST_OF_REGION = tagNumber('OCR_EACH_CONFIDENCE');

/**
 * The text regions of a record: each repeats 0xA0002 to 0xA0006 (protocol §3). No tag says where one
 * ends, so a new one begins where a tag comes that the current one has already, or the tag with
 * which the first one began. Items of other tags are left out.
 */
export function groupRegions(items: readonly TlvItem[]): readonly (readonly TlvItem[])[] {
  const regions: TlvItem[][] = [];
  let seen = new Set<number>();
  let opening: number | undefined;
  for (const item of items) {
    if (item.tag < FIRST_OF_REGION || item.tag > LAST_OF_REGION) continue;
    opening ??= item.tag;
    const current = regions.at(-1);
    if (current === undefined || item.tag === opening || seen.has(item.tag)) {
      regions.push([item]);
      seen = new Set([item.tag]);
    } else {
      current.push(item);
      seen.add(item.tag);
    }
  }
  return regions;
}
