import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeTlv, type TlvItem } from '../../src/simulator/tlv.ts';

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');
const one = (item: TlvItem) => encodeTlv([{ layer: 'META', items: [item] }]).subarray(8);

describe('encodeTlv', () => {
  it('writes a count of visitors as protocol §3 has it', () => {
    const body = encodeTlv([
      {
        layer: 'META',
        items: [
          ['TARGET', 5],
          ['AI_NAME', 'JVS'],
          ['DEVICEID', 'S5'],
          ['CHANNELID', 1],
          ['PTS', 1_700_000_000_000],
          ['CUSTOMER_COUNT_IN', 258],
        ],
      },
    ]);
    expect(body).toEqual(
      hex(`
        4d455441 00000049
        00000001 00000004 00000005
        00000002 00000003 4a5653
        00000003 00000002 5335
        00000004 00000004 00000001
        00000005 00000008 0000018bcfe56800
        00040001 00000004 00000102
      `),
    );
  });

  it('writes an alarm and a frame of detection, one after the other', () => {
    const body = encodeTlv([
      {
        layer: 'ALAM',
        items: [
          ['CHANNEL_TYPE', 1],
          ['ALARM_TYPE', 'ebike'],
          ['ALARM_STATUS', 2],
          ['ALARM_DELAY', 20],
        ],
      },
      {
        layer: 'AREA',
        items: [
          [
            'AREA_RULE',
            [
              [
                [1, 2],
                [3, 4],
                [5, 6],
              ],
            ],
          ],
          ['AREA_OBJ', [[7, 8, 9, 10, 11]]],
        ],
      },
    ]);
    expect(body).toEqual(
      hex(`
        414c414d 0000002b
        0000000c 00000001 01
        20010001 00000005 6562696b65
        20010003 00000001 02
        20010004 00000004 00000014
        41524541 00000028
        10010001 0000000e 01 03 0001 0002 0003 0004 0005 0006
        10010002 0000000a 0007 0008 0009 000a 000b
      `),
    );
  });

  it.each<[TlvItem, string]>([
    [['FACE_TEMPERATURE', 36.6], '0001000f 00000002 0e4c'],
    [['FACE_SIMILARITY', 93.4], '0001000b 00000002 247c'],
    [['FACE_MASK', true], '00010004 00000001 01'],
    [['EXTERNAL_SENSOR_VALUE', -7.25], '00070003 00000008 fffffffffffffd2b'],
    [['OBJ_ID', 18_446_744_073_709_551_615n], '00000008 00000008 ffffffffffffffff'],
    [['PIC_SIZE', [640, 360]], '00000006 00000004 0280 0168'],
    [['OBJ_RECT', [1, 2, 3, 4]], '00000007 00000008 0001000200030004'],
    [['OCR_EACH_CONFIDENCE', [99, 0.29]], '000a0006 00000004 26ac 001d'],
    [['REGION_NAME', '门'], '00060005 00000003 e997a8'],
    [[0x1000e, hex('beef')], '0001000e 00000002 beef'],
  ])('writes %o', (item, expected) => {
    expect(one(item)).toEqual(hex(expected));
  });

  it("writes flags with 4 bytes as the vendor's encoder does, GBK and NULs as old firmware", () => {
    const style = { atLeast: 4, gbk: true, padding: 2 } as const;
    const body = encodeTlv(
      [
        {
          layer: 'META',
          items: [
            ['FACE_MASK', true],
            ['OBJ_NAME', '门A'],
          ],
        },
      ],
      style,
    );
    expect(body.subarray(8)).toEqual(
      hex('00010004 00000004 00000001 00000010 00000005 c3c541 0000'),
    );
  });

  it('frames any bytes so that lengths add up', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(2 ** 31), fc.uint8Array({ maxLength: 64 })), { maxLength: 20 }),
        (items) => {
          const body = encodeTlv([
            { layer: 'XYZW', items: items.map(([tag, bytes]) => [tag, Buffer.from(bytes)]) },
          ]);
          expect(body.toString('latin1', 0, 4)).toBe('XYZW');
          expect(body.readUInt32BE(4)).toBe(body.length - 8);
          let at = 8;
          for (const [tag, bytes] of items) {
            expect([body.readUInt32BE(at), body.readUInt32BE(at + 4)]).toEqual([tag, bytes.length]);
            expect(body.subarray(at + 8, at + 8 + bytes.length)).toEqual(Buffer.from(bytes));
            at += 8 + bytes.length;
          }
          expect(at).toBe(body.length);
        },
      ),
    );
  });
});
