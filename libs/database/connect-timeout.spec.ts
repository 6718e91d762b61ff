import { connectTimeoutMs } from './connect-timeout.js';

it.each([
  ['', 3_000],
  ['?host=/run/postgresql', 3_000],
  ['?connect_timeout=10', 10_000],
  ['?host=/run/postgresql&connect_timeout=60', 60_000],
  // To libpq, that is without end.
  ['?connect_timeout=0', 3_000],
  ['?connect_timeout=soon', 3_000],
])('a connection to postgresql://a:b@localhost/c%s is waited for %d ms', (parameters, expected) => {
  expect(connectTimeoutMs(`postgresql://a:b@localhost/c${parameters}`)).toBe(expected);
});
