import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decodeReport } from '../../src/decode/decode.ts';
import { UnreadableReport } from '../../src/decode/report.ts';
import { parseCredentials } from '../../src/http/authorization.ts';
import { reports } from '../../src/spec/reports.ts';

// What `npm run fuzz` found, by the parser's name in front; `socket` findings are the server's own tests.
const folder = new URL('../fixtures/fuzz/', import.meta.url);
const findings = existsSync(folder) ? readdirSync(folder).sort() : [];
const names = Object.keys(reports) as (keyof typeof reports)[];

function read(report: keyof typeof reports | undefined, body: Buffer): unknown {
  try {
    return decodeReport({ ...(report && { report }), method: 'strange' }, body);
  } catch (error) {
    expect(error).toBeInstanceOf(UnreadableReport);
    return (error as UnreadableReport).faults;
  }
}

test.each([
  ['nothing', Buffer.alloc(0)] as const,
  ...findings.map((name) => [name, readFileSync(new URL(name, folder))] as const),
])('%s: read or refused, twice the same', (name, bytes) => {
  const text = bytes.toString('latin1');
  expect(parseCredentials(text)).toEqual(parseCredentials(text));
  if (name.startsWith('digest')) return;
  for (const report of [...names, undefined])
    expect(read(report, bytes)).toEqual(read(report, bytes));
});
