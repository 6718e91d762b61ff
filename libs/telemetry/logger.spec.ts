import { describeError } from './logger.js';

it('tells type, message, code, stack and causes of an error, and nothing that hangs on it', () => {
  const cause = Object.assign(new Error('connection terminated'), { code: '57P01', client: { password: 'secret' } });
  const told = describeError(new TypeError('no answer', { cause }));
  expect(told).toMatchObject({
    type: 'TypeError',
    message: 'no answer',
    cause: { message: 'connection terminated', code: '57P01' },
  });
  expect(JSON.stringify(told)).not.toContain('secret');
});

it('ends with causes that go round in a circle', () => {
  const error = new Error('again');
  error.cause = error;
  expect(JSON.stringify(describeError(error)).length).toBeLessThan(20_000);
});
