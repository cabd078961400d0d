import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText, hasFullIcu } from '../../src/decode/charset.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

describe('decodeText', () => {
  it('reads UTF-8', () => {
    expect(decodeText(Buffer.from('前门 cam'))).toEqual({ text: '前门 cam', encoding: 'utf-8' });
  });

  it('takes off a byte order mark', () => {
    expect(decodeText(Buffer.from('\ufeff{}')).text).toBe('{}');
  });

  it('takes off NUL padding on both sides, not within', () => {
    expect(decodeText(Buffer.from('\0\0a\0b\0\0\0')).text).toBe('a\0b');
    expect(decodeText(Buffer.alloc(16))).toEqual({ text: '', encoding: 'utf-8' });
  });

  it('reads GBK', () => {
    expect(decodeText(hex('c7b0 c3c5'))).toEqual({ text: '前门', encoding: 'gb18030' });
  });

  it('reads GBK whose second byte is a backslash', () => {
    expect(decodeText(hex('d55c 8e5c')).text).toBe('誠嶾');
  });

  it('reads what only gb18030 has, in four bytes', () => {
    expect(decodeText(hex('c7b0 8139ef30')).text).toBe('前㐁');
  });

  it('keeps UTF-8 that was cut within a character', () => {
    const cut = Buffer.from('前门摄').subarray(0, -1);
    expect(decodeText(cut)).toEqual({ text: '前门\ufffd', encoding: 'utf-8' });
    const within = Buffer.concat([
      Buffer.from('{"n":"前门摄像').subarray(0, -2),
      Buffer.from('"}'),
    ]);
    expect(decodeText(within).text).toBe('{"n":"前门摄\ufffd"}');
  });

  it('gives back any text sent as UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        fc.pre(!/^[\0\ufeff]|\0$/.test(text));
        expect(decodeText(Buffer.from(text))).toEqual({ text, encoding: 'utf-8' });
      }),
    );
  });

  it('reads any bytes without throwing', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        expect(['utf-8', 'gb18030']).toContain(decodeText(bytes).encoding);
      }),
    );
  });
});

it('this runtime has full ICU', () => {
  expect(hasFullIcu()).toBe(true);
});
