import { expect, test } from 'vitest';
import { nearest } from '../../src/config/nearest.ts';

test.each([
  ['prot', 'port'],
  ['pasword', 'password'],
  ['PORT', 'port'],
  ['htps', 'https'],
  ['ur', 'url'],
  ['pass', 'password'],
])('%s is %s', (word, name) => {
  expect(nearest(word, ['host', 'port', 'password', 'https', 'url'])).toBe(name);
});

test.each(['', 'x', 'entirely_different', 'ab'])('%j is nothing', (word) => {
  expect(nearest(word, ['host', 'port', 'password'])).toBeUndefined();
});

test('the nearer one wins', () => {
  expect(nearest('client_idd', ['client_key', 'client_id'])).toBe('client_id');
});
