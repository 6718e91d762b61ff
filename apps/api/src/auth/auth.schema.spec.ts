import type { z } from 'zod';
import { emailSchema, loginSchema, newPasswordSchema, registerSchema } from './auth.schema.js';

const said = (schema: z.ZodType, value: unknown): string[] =>
  schema.safeParse(value).error?.issues.map(({ message }) => message) ?? [];

describe('a new password', () => {
  it.each([
    ['eight letters', 'abcdefgh'],
    ['72 bytes', 'x'.repeat(72)],
    ['eight emoji: 32 bytes', '👍'.repeat(8)],
    ['eighteen emoji: 72 bytes', '👍'.repeat(18)],
    ['spaces', '        '],
  ])('may be %s', (_what, password) => {
    expect(said(newPasswordSchema, password)).toEqual([]);
  });

  it.each([
    ['abcdefg', 'the password has 7 characters; at least 8 are needed'],
    ['👍'.repeat(7), 'the password has 7 characters; at least 8 are needed'],
    ['x'.repeat(73), 'the password has 73 bytes in UTF-8; at most 72 are possible'],
    ['👍'.repeat(19), 'the password has 76 bytes in UTF-8; at most 72 are possible'],
    ['ä'.repeat(37), 'the password has 74 bytes in UTF-8; at most 72 are possible'],
    ['abcd\0efgh', 'the password must not contain the character NUL'],
  ])('%j is refused, and it is said why', (password, why) => {
    expect(said(newPasswordSchema, password)).toEqual([why]);
  });

  it('is the same however the keyboard composes its letters', () => {
    const [composed, decomposed] = ['pässwörter', 'pässwörter'.normalize('NFD')];
    expect(decomposed).not.toBe(composed);
    expect(newPasswordSchema.parse(decomposed)).toBe(composed);
    expect(loginSchema.parse({ email: 'a@b.co', password: decomposed }).password).toBe(composed);
  });
});

describe('an e-mail', () => {
  it('is compared without regard to case and surrounding spaces', () => {
    expect(emailSchema.parse(' Ada@Example.COM ')).toBe('ada@example.com');
  });

  it('may have 254 characters', () => {
    const ending = '@example.com';
    expect(said(emailSchema, 'a'.repeat(254 - ending.length) + ending)).toEqual([]);
    expect(said(emailSchema, 'a'.repeat(255 - ending.length) + ending)).toEqual([
      'the e-mail has more than 254 characters',
    ]);
  });

  it.each(['', 'ada', 'ada@', '@example.com', 'a b@example.com', 'a@b@example.com', 'ada\0@example.com', 7, null])(
    '%j is none',
    (value) => {
      expect(said(emailSchema, value)).toHaveLength(1);
    },
  );
});

describe('a registration', () => {
  const input = { email: 'ada@example.com', password: 'correct horse' };

  it.each(['ab', 'a'.repeat(33), 'a b c', 'ädä', 'a/b/c'])('cannot have the username %j', (username) => {
    expect(registerSchema.safeParse({ ...input, username }).success).toBe(false);
  });

  it('has its username in lower case', () => {
    expect(registerSchema.parse({ ...input, username: 'Ada.L-1_' }).username).toBe('ada.l-1_');
  });

  it.each(['role', 'id', 'tenantId', 'isAdmin'])('cannot choose its %s', (field) => {
    const { error } = registerSchema.safeParse({ ...input, [field]: 'ADMIN' });
    expect(error?.issues).toMatchObject([{ code: 'unrecognized_keys', keys: [field] }]);
  });
});
