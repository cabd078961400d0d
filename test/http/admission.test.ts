import { expect, test } from 'vitest';
import { Admission } from '../../src/http/admission.ts';

test('so many are in at once; who waits comes in when one is done, and who leaves takes no room', async () => {
  const admission = new Admission(2);
  const [one, two, three, gone, four] = [{}, {}, {}, {}, {}];
  expect(admission.admit(one, 'a')).toBeUndefined();
  expect(admission.admit(two, 'b')).toBeUndefined();
  const third = admission.admit(three, 'c');
  expect(admission.admit(gone, 'd')).toBeInstanceOf(Promise);
  const fourth = admission.admit(four, 'e');
  admission.release(gone);
  admission.release(one);
  await third;
  admission.release(two);
  await fourth;
  admission.release(three);
  expect(admission.admit({}, 'a')).toBeUndefined();
  expect(admission.admit({}, 'a')).toBeInstanceOf(Promise);
});
