import { SealedAnswers } from './sealed-answers.js';

const answers = new SealedAnswers('a secret of at least so many characters');

it('opens what it has sealed', () => {
  const answer = { accessToken: 'x'.repeat(2_000), user: { name: 'Zoë' }, items: [1, null] };
  expect(answers.open(answers.seal(answer))).toEqual(answer);
});

it('seals an answer without a body', () => {
  expect(answers.open(answers.seal(undefined))).toBeNull();
});

it('shows nothing of what is sealed, nor whether two are the same', () => {
  const sealed = answers.seal({ refreshToken: 'secret' });
  expect(Buffer.from(sealed, 'base64').toString('latin1')).not.toContain('secret');
  expect(answers.seal({ refreshToken: 'secret' })).not.toBe(sealed);
});

it('does not open what was changed, or sealed with another secret', () => {
  const sealed = answers.seal({ role: 'USER' });
  const changed = Buffer.from(sealed, 'base64');
  changed[40] = (changed[40] ?? 0) ^ 1;
  expect(() => answers.open(changed.toString('base64'))).toThrow();
  expect(() => new SealedAnswers('another secret of as many characters').open(sealed)).toThrow();
});

it('knows a request again by a fingerprint that nobody else can make', () => {
  const request = '["POST","/auth/register",{"password":"correct horse"}]';
  expect(answers.fingerprint(request)).toEqual(answers.fingerprint(request));
  expect(answers.fingerprint(request)).not.toEqual(answers.fingerprint(`${request} `));
  expect(new SealedAnswers('another secret of as many characters').fingerprint(request)).not.toEqual(
    answers.fingerprint(request),
  );
});
