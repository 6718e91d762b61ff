import { bytesOf, countOf } from './format.js';

it.each([
  [0, '0 B'],
  [1, '1 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [1234, '1.23 kB'],
  [3_400_000_000, '3.4 GB'],
  [12e18, '12000 PB'],
])('%d bytes are %s', (bytes, text) => {
  expect(bytesOf(bytes)).toBe(text);
});

it('counts things', () => {
  expect([countOf(0, 'object'), countOf(1, 'object'), countOf(1204, 'object'), countOf(1204)]).toEqual([
    '0 objects',
    '1 object',
    '1,204 objects',
    '1,204',
  ]);
});
