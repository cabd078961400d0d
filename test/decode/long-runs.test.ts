import { describe, expect, test } from 'vitest';
import { decodeReport } from '../../src/decode/decode.ts';
import { UnreadableReport } from '../../src/decode/report.ts';

/** Where the square of it were needed, nothing of this would end within the time of a test. */
const MANY = 2_000_000;
const runs = [
  ' ',
  '\t',
  '\\n',
  '\\r ',
  '1',
  '1.',
  ',',
  '{',
  '[',
  '"',
  '}',
  '\\\\',
  '-',
  '=',
  'a',
  '//',
];
/** Every field of another type, and a long string taken out before its JSON is parsed. */
const fields = [
  'device_id',
  'type',
  'time',
  'status',
  'channel_id',
  'event',
  'jpeg_base64',
  'extends',
  'other',
];

function read(text: string): string {
  try {
    return decodeReport({ report: 'event_report', method: 'x' }, Buffer.from(text)).kind;
  } catch (error) {
    expect(error).toBeInstanceOf(UnreadableReport);
    return 'unreadable';
  }
}

describe('a run of two million characters is read or refused', () => {
  test.each(runs)('of %j', (piece) => {
    const run = piece.repeat(MANY / piece.length);
    for (const field of fields) {
      const param = `"device_id":"A","type":"x","event":1,"${field}":"A${run}A"`;
      expect(['json', 'unreadable']).toContain(read(`{"param":{${param}}}`));
    }
    expect(['json', 'unreadable']).toContain(read(`{"param":{"device_id":"A","type":"x"${run}x`));
    // as much as jsonrepair may be given
    for (const behind of ['x', '}', '"']) {
      const some = piece.repeat(65_000 / piece.length);
      expect(['json', 'unreadable']).toContain(read(`{"param":{"type":"x"${some}${behind}`));
    }
  });
});
