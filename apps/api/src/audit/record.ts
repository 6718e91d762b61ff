import { v7 as uuidv7 } from 'uuid';
import type { Transaction } from '#libs/database/database.js';
import type { Caller, Origin } from '../http/access.js';

/** Everything that is written down about who did what. */
export const auditActions = [
  'auth.register',
  'auth.login',
  'auth.login-failed',
  'auth.logout',
  'auth.logout-all',
  'auth.session-revoked',
  'auth.refresh-reused',
  'user.role-changed',
  'user.deleted',
  'user.changed',
  'user.email-changed',
  'user.password-changed',
  'user.avatar-changed',
  'post.deleted',
  'user.export-requested',
  'tenant.changed',
  'tenant.limits-changed',
  'tenant.suspended',
  'tenant.unsuspended',
  'member.role-changed',
  'member.removed',
  'invitation.created',
  'invitation.withdrawn',
  'invitation.accepted',
  'api-key.created',
  'api-key.revoked',
  'user.stream-limit-changed',
  'upload.presigned',
  'upload.from-url',
  'upload.completed',
  'upload.rejected',
  'upload.cancelled',
  'asset.updated',
  'asset.location-removed',
  'asset.deleted',
  'asset.restored',
  'asset.purged',
  'asset.infected',
  'asset.reprocessed',
  'job.retried',
  'job.cancelled',
  'job.deleted',
  'queue.paused',
  'queue.resumed',
] as const;

export type AuditAction = (typeof auditActions)[number];

export interface AuditEntry {
  action: AuditAction;
  /** Who did it; absent when nobody is known, as in a failed login. */
  actor?: Pick<Caller, 'userId' | 'tenantId'>;
  subject?: {
    type: 'user' | 'tenant' | 'invitation' | 'api-key' | 'session' | 'upload' | 'asset' | 'post' | 'job' | 'queue';
    id: string;
  };
  /** What a person reading the log wants to know; no secrets. */
  payload?: Record<string, string | number | boolean | null>;
}

/** Writes an audit row in the transaction of the fact that it tells of. */
export async function recordAudit(tx: Transaction, entry: AuditEntry, origin: Origin): Promise<void> {
  await tx.auditLog.create({ data: rowOf(entry, origin), select: { id: true } });
}

/** As recordAudit, of many things that one request did. */
export async function recordAudits(tx: Transaction, entries: readonly AuditEntry[], origin: Origin): Promise<void> {
  if (entries.length > 0) await tx.auditLog.createMany({ data: entries.map((entry) => rowOf(entry, origin)) });
}

const rowOf = ({ action, actor, subject, payload }: AuditEntry, { ip, requestId }: Origin) => ({
  id: uuidv7(),
  action,
  actorId: actor?.userId ?? null,
  tenantId: actor?.tenantId ?? null,
  subjectType: subject?.type ?? null,
  subjectId: subject?.id ?? null,
  payload: payload ?? {},
  ip,
  requestId,
});
