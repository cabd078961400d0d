import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeAddress } from '../../src/http/address.ts';
import { route, shownTarget } from '../../src/http/route.ts';
import { reports } from '../../src/spec/reports.ts';

const rows = Object.entries(reports).map(([name, row]) => ({ name, ...row }));

describe('route', () => {
  it.each(rows)('$path is $name', ({ name, path, method }) => {
    const last = path.slice(path.lastIndexOf('/') + 1);
    const variants = [
      path,
      `/${path}`,
      `${path}/`,
      `//${path.replaceAll('/', '//')}//`,
      path.toUpperCase(),
      `/base/address${path}`,
      `${path}?token=1/2`,
      `${path}#x`,
      `http://192.168.1.10:8780${path}`,
      path.replace('/', '/%2F'),
      path.replace('e', '%65'),
      `/${last}`,
      `/api/cameras/${last}`,
    ];
    for (const variant of variants) expect(route(variant)).toMatchObject({ report: name, method });
  });

  it('names an unknown report by its last segment, as it was written', () => {
    expect(route('/v1/device/People_Count_Report/?x=1')).toEqual({
      path: '/v1/device/people_count_report',
      method: 'People_Count_Report',
    });
  });

  it.each(['', '/', '//', '?', '*', 'http://host', '/?/keepalive'])('%j has a method', (target) => {
    expect(route(target).method).not.toBe('');
    expect(route(target).report).toBeUndefined();
  });

  it('does not mistake a segment that only ends alike', () => {
    expect(route('/v1/notkeepalive').report).toBeUndefined();
    expect(route('/keepalive/other').report).toBeUndefined();
  });

  it('has an answer to any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(fc.constantFrom('/', '%', '%2f', '%00', '?', '#', 'http://', 'keepalive', '..')),
        ),
        (parts) => {
          const { path, method } = route(Array.isArray(parts) ? parts.join('') : parts);
          expect(path).toMatch(/^\//);
          expect(path).not.toMatch(/\/\//);
          expect(method.length).toBeGreaterThan(0);
          expect(method.length).toBeLessThanOrEqual(128);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('shownTarget', () => {
  it('leaves out what may be a password', () => {
    expect(shownTarget('/v1/x?password=secret')).toBe('/v1/x?…');
    expect(shownTarget('http://admin:secret@host/v1/x')).toBe('/v1/x');
    expect(shownTarget('/v1/x')).toBe('/v1/x');
  });
});

describe('normalizeAddress', () => {
  it.each([
    ['::ffff:192.168.1.20', '192.168.1.20'],
    ['::FFFF:C0A8:0114', '192.168.1.20'],
    ['192.168.1.20', '192.168.1.20'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['[::1]', '::1'],
    ['nonsense', 'nonsense'],
    ['', ''],
  ])('%j is %j', (address, expected) => {
    expect(normalizeAddress(address)).toBe(expected);
  });
});
