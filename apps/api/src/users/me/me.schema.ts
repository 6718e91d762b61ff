import { z } from 'zod';
import { emailSchema, newPasswordSchema, typedPassword, usernameSchema } from '../../auth/auth.schema.js';
import { line, lines } from '../../http/plain-text.js';
import { userSchema } from '../user.schema.js';

export const meSchema = userSchema
  .extend({
    displayName: z.string().nullable(),
    bio: z.string().nullable(),
    isPrivate: z.boolean(),
    avatarUrl: z.string(),
    avatarAssetId: z.uuid().nullable().meta({ description: 'null: a picture made of the name' }),
  })
  .meta({ id: 'Me' });

const password = typedPassword.max(1024).meta({ format: 'password' });

export const changeMeSchema = z
  .strictObject({
    username: usernameSchema.optional(),
    displayName: line('the name', 100).nullish().meta({ description: 'null removes it' }),
    bio: lines('the bio', 500).nullish().meta({ description: 'null removes it' }),
    isPrivate: z.boolean().optional().meta({ description: 'Followers are let in one by one' }),
    email: emailSchema.optional().meta({ description: 'Asks for the password' }),
    password: password.optional().meta({ description: 'The account’s, with an email' }),
  })
  .refine((change) => Object.keys(change).some((name) => name !== 'password'), 'nothing is to be changed')
  .refine(({ email, password: given }) => email === undefined || given !== undefined, {
    error: 'the password is asked for when the e-mail is changed',
    path: ['password'],
  })
  .meta({ id: 'ChangeMe' });

export const changePasswordSchema = z
  .strictObject({ password, newPassword: newPasswordSchema })
  .meta({ id: 'ChangePassword' });

export type MeView = z.infer<typeof meSchema>;
export type ChangeMeInput = z.infer<typeof changeMeSchema>;
export type ChangePasswordInput = z.infer<typeof changePasswordSchema>;
