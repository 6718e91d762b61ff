import { z } from 'zod';
import type { User } from '#libs/database/generated/client.js';
import { pageQuery } from '../http/page.js';

export const userSchema = z
  .object({
    id: z.uuid(),
    email: z.email(),
    username: z.string().nullable(),
    role: z.enum(['USER', 'ADMIN']).meta({ description: 'In the installation' }),
    tenantId: z.uuid(),
    tenantRole: z.enum(['OWNER', 'EDITOR', 'VIEWER']).meta({ description: 'In the tenant' }),
    streamLimit: z.int().nullable().meta({ description: 'Streams it may watch at once; null: as its tenant says' }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'User' });

/** More would be no limit. */
const MOST_STREAMS = 1_000;

export const changeUserSchema = z
  .strictObject({
    role: z.enum(['USER', 'ADMIN']).optional(),
    streamLimit: z.int().min(0).max(MOST_STREAMS).nullable().optional(),
  })
  .refine((change) => Object.keys(change).length === 1, 'expected role or streamLimit, one at a time')
  .meta({ id: 'ChangeUser' });

/** As an administrator sees it. */
export const listedUserSchema = userSchema.extend({ displayName: z.string().nullable() }).meta({ id: 'ListedUser' });

export const userListQuery = z.strictObject({
  ...pageQuery,
  search: z.string().trim().min(1).max(100).optional().meta({ description: 'Part of e-mail, username or name' }),
  role: z.enum(['USER', 'ADMIN']).optional(),
  tenantId: z.uuid().optional(),
});

export type ListedUser = z.infer<typeof listedUserSchema>;
export type UserListQuery = z.infer<typeof userListQuery>;
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
    tenantRole: user.tenantRole,
    streamLimit: user.streamLimit,
    createdAt: user.createdAt.toISOString(),
  };
}
