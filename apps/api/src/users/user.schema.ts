import { z } from 'zod';
import type { User } from '#libs/database/generated/client.js';

export const userSchema = z
  .object({
    id: z.uuid(),
    email: z.email(),
    username: z.string().nullable(),
    role: z.enum(['USER', 'ADMIN']),
    tenantId: z.uuid(),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'User' });

export const changeUserSchema = z.strictObject({ role: z.enum(['USER', 'ADMIN']) }).meta({ id: 'ChangeUser' });

export type ChangeUser = z.infer<typeof changeUserSchema>;
export type UserView = z.infer<typeof userSchema>;

/** What an account may see of itself: never the password's hash. */
export function toUserView(user: User): UserView {
  return {
    id: user.id,
    email: user.email,
    username: user.username,
    role: user.role,
    tenantId: user.tenantId,
    createdAt: user.createdAt.toISOString(),
  };
}
