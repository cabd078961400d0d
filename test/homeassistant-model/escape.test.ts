import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeId, escapeKey, unescapeId, unescapeKey } from '../../src/homeassistant/escape.ts';

/** Any text that an HTTP header or a JSON body can bring, half surrogates and ids of the bridge's own too. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({
    unit: fc.constantFrom('_', '~', '4', '1', 'b', '/', '+', '#', '$', '\ud800', 'é', '😀'),
  }),
  fc.constantFrom('bridge', '_62ridge', 'Bridge', '', '_', '~', '../..', '\u0000', 'a\udfff'),
);

describe('escapeId', () => {
  it('leaves CloudSEE ids as they are', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9]{1,20}$/), (id) => {
        fc.pre(id !== 'bridge');
        expect(escapeId(id)).toBe(id);
      }),
    );
  });

  it('is reversible, so no two ids share a result', () => {
    fc.assert(
      fc.property(anyText, (id) => {
        expect(unescapeId(escapeId(id))).toBe(id);
      }),
    );
  });

  it('gives what object ids and topic segments may have', () => {
    fc.assert(
      fc.property(anyText, (id) => {
        expect(escapeId(id)).toMatch(/^[A-Za-z0-9_-]+$/);
      }),
    );
  });

  it("keeps a device from the bridge's own topics", () => {
    expect(escapeId('bridge')).toBe('_62ridge');
    expect(unescapeId('bridge')).toBeUndefined();
  });

  it('takes back only what it made', () => {
    for (const segment of ['_4', '_zz', '_41', '_C3_A9', 'a/b', '_f8_88_80_80_80']) {
      expect(unescapeId(segment), segment).toBeUndefined();
    }
  });

  it('stays below the longest topic for an id of 10 kB', () => {
    expect(Buffer.byteLength(escapeId('/'.repeat(10_000)))).toBeLessThan(65_535);
  });
});

describe('escapeKey', () => {
  it('leaves alarm types as they are', () => {
    expect(escapeKey('motion_detection')).toBe('motion_detection');
    expect(escapeKey('reportData.do')).toBe('reportData~2Edo');
  });

  it('is reversible, and free of all that MQTT reads', () => {
    fc.assert(
      fc.property(anyText, (key) => {
        expect(unescapeKey(escapeKey(key))).toBe(key);
        expect(escapeKey(key)).toMatch(/^[A-Za-z0-9_~-]+$/);
      }),
    );
  });
});
