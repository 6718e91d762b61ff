import { z } from 'zod';
import { userSchema } from '../users/user.schema.js';

/** bcrypt reads no further: what comes after would protect nothing. */
export const PASSWORD_MAX_BYTES = 72;
const PASSWORD_MIN_CHARACTERS = 8;

const characters = (text: string): number => Array.from(text).length;
const bytes = (text: string): number => Buffer.byteLength(text);

/** Compared and counted as it is stored: trimmed and in lower case. */
export const emailSchema = z
  .string()
  .trim()
  .toLowerCase()
  // Aborts: the pattern need not look at what is too long anyway (RFC 5321, 4.5.3.1.3: 254 characters).
  .max(254, { error: 'the e-mail has more than 254 characters', abort: true })
  .check(z.email('expected an e-mail address such as ada@example.com'))
  .meta({ examples: ['ada@example.com'] });

// The same letters typed on another keyboard may come as other code points (NIST SP 800-63B, 3.1.1.2).
export const typedPassword = z.string().normalize('NFC');

/** Characters are code points, as NIST SP 800-63B counts them: an emoji is one of them and four bytes. */
export const newPasswordSchema = typedPassword
  .refine((password) => characters(password) >= PASSWORD_MIN_CHARACTERS, {
    error: ({ input }) =>
      `the password has ${characters(String(input))} characters; at least ${PASSWORD_MIN_CHARACTERS} are needed`,
  })
  .refine((password) => bytes(password) <= PASSWORD_MAX_BYTES, {
    error: ({ input }) =>
      `the password has ${bytes(String(input))} bytes in UTF-8; at most ${PASSWORD_MAX_BYTES} are possible`,
  })
  .refine((password) => !password.includes('\0'), 'the password must not contain the character NUL')
  .meta({
    description: `At least ${PASSWORD_MIN_CHARACTERS} characters, at most ${PASSWORD_MAX_BYTES} bytes in UTF-8`,
    format: 'password',
    minLength: PASSWORD_MIN_CHARACTERS,
  });

export const usernameSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9_.-]{3,32}$/, 'expected 3 to 32 of the characters a-z, 0-9, _, . and -')
  .meta({ examples: ['ada'] });

export const registerSchema = z
  .strictObject({
    email: emailSchema,
    password: newPasswordSchema,
    username: usernameSchema.optional(),
    invitationToken: z
      .string()
      .max(200)
      .optional()
      .meta({ description: 'Joins the tenant that sent it, instead of making one' }),
  })
  .meta({ id: 'Register' });

/** A password that is asked for once more, before what cannot be undone. */
export const confirmSchema = z
  .strictObject({ password: typedPassword.max(1024).meta({ format: 'password' }) })
  .meta({ id: 'ConfirmPassword' });

/** A password that could never have been set is simply wrong: it is not told which limit it breaks. */
export const loginSchema = z
  .strictObject({ email: emailSchema, password: typedPassword.max(1024).meta({ format: 'password' }) })
  .meta({ id: 'Login' });

export const refreshSchema = z
  .strictObject({
    refreshToken: z.string().max(200).optional().meta({ description: 'Left out where the browser keeps it' }),
  })
  .refine(({ refreshToken }) => refreshToken !== undefined, {
    error: 'expected a refresh token',
    path: ['refreshToken'],
  })
  .meta({ id: 'Refresh' });

export const signedInSchema = z
  .object({
    user: userSchema,
    accessToken: z.string().meta({ description: 'Send it as Authorization: Bearer …' }),
    refreshToken: z.string().nullable().meta({
      description: 'Exchange it once, for the next pair, at /auth/refresh; null where the browser keeps it (X-Session)',
    }),
    expiresIn: z.int().meta({ description: 'Seconds that the access token lives' }),
  })
  .meta({ id: 'SignedIn' });

export type RegisterInput = z.infer<typeof registerSchema>;
export type ConfirmInput = z.infer<typeof confirmSchema>;
export type LoginInput = z.infer<typeof loginSchema>;
export type RefreshInput = z.infer<typeof refreshSchema>;
export type SignedIn = z.infer<typeof signedInSchema>;
