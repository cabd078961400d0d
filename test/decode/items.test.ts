import { describe, expect, it } from 'vitest';
import { extensionOf, findItem, groupRegions, tagValue } from '../../src/decode/items.ts';
import type { TlvItem } from '../../src/decode/report.ts';
import { decodeTlv } from '../../src/decode/tlv.ts';
import { frame, hexFixture, item, record } from '../support/tlv.ts';

function itemsOf(...parts: readonly Buffer[]): readonly TlvItem[] {
  return decodeTlv('m', record('META', item('TARGET', 15), ...parts)).records[0]?.items ?? [];
}

describe('groupRegions', () => {
  const texts = (items: readonly TlvItem[]) =>
    groupRegions(items).map((region) => [
      tagValue(region, 'OCR_REGION_NAME'),
      tagValue(region, 'OCR_TEXT'),
    ]);

  it('parts the regions of a report, of which one has no name', () => {
    const items = decodeTlv('m', hexFixture('ocr')).records[0]?.items ?? [];
    const regions = groupRegions(items);
    expect(texts(items)).toEqual([
      ['表1', '0042.7'],
      [undefined, 'KM'],
    ]);
    expect(regions.map((region) => tagValue(region, 'OCR_CONFIDENCE'))).toEqual([98, 90]);
    expect(regions.map((region) => region.length)).toEqual([5, 3]);
    expect(tagValue(regions[0] ?? [], 'OCR_EACH_CONFIDENCE')).toEqual([100, 98, 98, 98, 98, 98]);
  });

  it('begins a new one where a tag repeats, whatever the order', () => {
    const items = itemsOf(
      item('OCR_TEXT', 'a'),
      item('OCR_REGION_NAME', 'A'),
      item('OCR_TEXT', 'b'),
      item('OCR_TEXT', 'c'),
      item('OCR_REGION_NAME', 'C'),
    );
    expect(texts(items)).toEqual([
      ['A', 'a'],
      [undefined, 'b'],
      ['C', 'c'],
    ]);
  });

  it('begins a new one with the tag that began the first, though it missed that one', () => {
    const corners = [{ x: 1, y: 1 }];
    const items = itemsOf(
      item('OCR_REGION_POINTS', corners),
      item('OCR_TEXT', 'a'),
      item('OCR_REGION_POINTS', corners),
      item('OCR_REGION_NAME', 'B'),
      item('OCR_TEXT', 'b'),
    );
    expect(texts(items)).toEqual([
      [undefined, 'a'],
      ['B', 'b'],
    ]);
  });

  it('leaves out other tags, and finds none where there are none', () => {
    expect(groupRegions(itemsOf(item('OCR_REGION_NUM', 0), item('CHANNELID', 1)))).toEqual([]);
    const mixed = itemsOf(item('OCR_TEXT', 'a'), item('CHANNELID', 1), item('OCR_CONFIDENCE', 50));
    expect(groupRegions(mixed).map((region) => region.length)).toEqual([2]);
  });
});

describe('items', () => {
  it('are found by name, the first of several', () => {
    const items = itemsOf(item('OBJ_NAME', 'a'), item('OBJ_NAME', 'b'));
    expect(findItem(items, 'OBJ_NAME')?.value).toBe('a');
    expect(tagValue(items, 'OBJ_NAME')).toBe('a');
    expect(tagValue(items, 'OBJ_ID')).toBeUndefined();
  });

  it('that could not be read are passed over for one that could', () => {
    const items = itemsOf(frame(4, Buffer.alloc(3)), item('CHANNELID', 2));
    expect(findItem(items, 'CHANNELID')?.value).toBeUndefined();
    expect(tagValue(items, 'CHANNELID')).toBe(2);
  });

  it('give their extensions merged, and no other tag among them', () => {
    const items = itemsOf(
      item('PIC_SIZE', { width: 1, height: 2 }),
      item('PTS', { ms: 1e12 }),
      frame(0x1f000, Buffer.from('{"a":1,"b":1}')),
      frame(0x1f001, Buffer.from('not JSON')),
      Buffer.from('{"b":2,"__proto__":{"bytes":1}}'),
    );
    const extension = extensionOf(items);
    expect(Object.entries(extension)).toEqual([
      ['a', 1],
      ['b', 2],
    ]);
    expect(extensionOf(itemsOf())).toEqual({});
  });
});
