import { expect, test } from 'vitest';
import { withPrivacy } from '../../src/domain/privacy.ts';
import { item, record } from '../support/tlv.ts';
import { DeviceBench } from './device-bench.ts';

test('what is unknown of a face is told only where faces are published', () => {
  const bench = new DeviceBench();
  const param = {
    alarm_type: 'face_mask_alarm',
    status: 'pulse',
    extends: { expression: 9, x: 1 },
  };
  const reports = [
    bench.read('alarm_report', { param }),
    bench.read('tlv_report', record('META', item('TARGET', 1), item('FACE_GENDER', 9))),
  ];
  const told = (faces: boolean) =>
    reports.flatMap((one) =>
      withPrivacy(one, { pictures: new Set(), faces, plates: true }).events.flatMap((event) =>
        event.kind === 'unknown' ? event.name : [],
      ),
    );
  const other = 'alarm_report /param/extends/x';
  expect(told(true)).toEqual([
    'alarm_report /param/extends/expression Unknown (9)',
    other,
    'FACE_GENDER Unknown (9)',
  ]);
  expect(told(false)).toEqual([other]);
});
