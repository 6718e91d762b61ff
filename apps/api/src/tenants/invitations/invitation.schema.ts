import { z } from 'zod';
import type { Invitation } from '#libs/database/generated/client.js';
import { emailSchema } from '../../auth/auth.schema.js';
import { pageQuery } from '../../http/page.js';
import { tenantRole } from '../members/member.schema.js';

export const inviteSchema = z.strictObject({ email: emailSchema, role: tenantRole }).meta({ id: 'Invite' });

export const invitationSchema = z
  .object({
    id: z.uuid(),
    email: z.email(),
    role: tenantRole,
    invitedBy: z.uuid(),
    createdAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'Invitation' });

export const createdInvitationSchema = invitationSchema
  .extend({
    token: z
      .string()
      .meta({ description: 'Shown now and never again; who registers with it and this e-mail joins the tenant' }),
  })
  .meta({ id: 'CreatedInvitation' });

export const invitationListQuery = z.strictObject(pageQuery);

export type InviteInput = z.infer<typeof inviteSchema>;
export type InvitationView = z.infer<typeof invitationSchema>;
export type CreatedInvitation = z.infer<typeof createdInvitationSchema>;
export type InvitationListQuery = z.infer<typeof invitationListQuery>;

export const toInvitationView = (row: Omit<Invitation, 'hash' | 'tenantId'>): InvitationView => ({
  id: row.id,
  email: row.email,
  role: row.role,
  invitedBy: row.invitedBy,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt.toISOString(),
});
