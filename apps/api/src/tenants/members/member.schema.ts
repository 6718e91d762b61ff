import { z } from 'zod';
import type { User } from '#libs/database/generated/client.js';
import { pageQuery } from '../../http/page.js';

export const tenantRole = z.enum(['OWNER', 'EDITOR', 'VIEWER']);

export const memberSchema = z
  .object({
    id: z.uuid(),
    email: z.email(),
    username: z.string().nullable(),
    role: tenantRole.meta({ description: 'In the tenant' }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'Member' });

export const changeMemberSchema = z.strictObject({ role: tenantRole }).meta({ id: 'ChangeMember' });

export const memberListQuery = z.strictObject(pageQuery);

export type ChangeMember = z.infer<typeof changeMemberSchema>;
export type MemberView = z.infer<typeof memberSchema>;
export type MemberListQuery = z.infer<typeof memberListQuery>;

export const toMemberView = ({ id, email, username, tenantRole: role, createdAt }: User): MemberView => ({
  id,
  email,
  username,
  role,
  createdAt: createdAt.toISOString(),
});
