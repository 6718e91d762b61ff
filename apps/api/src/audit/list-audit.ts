import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import type { AuditLog, Prisma } from '#libs/database/generated/client.js';
import { decodeCursor, toPage, type Page } from '../http/page.js';
import { isUuid } from '../http/uuid.js';
import type { AuditEntryView, AuditListQuery } from './audit.schema.js';

@Injectable()
export class ListAudit {
  constructor(private readonly database: Database) {}

  async run(query: AuditListQuery): Promise<Page<AuditEntryView>> {
    const actorId = query.actor === undefined ? undefined : await this.idOf(query.actor);
    if (actorId === null) return { items: [], nextCursor: null };
    const rows = await this.database.client.auditLog.findMany({
      where: { AND: [{ ...(actorId && { actorId }), ...filters(query) }, after(query.cursor)] },
      orderBy: [{ at: 'desc' }, { id: 'desc' }],
      take: query.limit + 1,
    });
    const emails = await this.emailsOf(rows);
    return toPage(
      rows,
      query.limit,
      ({ at, id }) => ({ at, id }),
      (row) => toView(row, emails),
    );
  }

  private async idOf(actor: string): Promise<string | null> {
    if (isUuid(actor)) return actor;
    const user = await this.database.client.user.findFirst({ where: { email: actor }, select: { id: true } });
    return user?.id ?? null;
  }

  private async emailsOf(rows: readonly AuditLog[]): Promise<ReadonlyMap<string, string>> {
    const ids = [...new Set(rows.flatMap((row) => row.actorId ?? []))];
    const users = await this.database.client.user.findMany({
      where: { id: { in: ids } },
      select: { id: true, email: true },
    });
    return new Map(users.map((user) => [user.id, user.email]));
  }
}

function filters({ action, subject, from, to }: AuditListQuery): Prisma.AuditLogWhereInput {
  return {
    ...(action && { action }),
    ...(subject !== undefined && { subjectId: subject }),
    at: { ...(from && { gte: new Date(from) }), ...(to && { lt: new Date(to) }) },
  };
}

/** Keyset: what comes after the last row shown, among equals by id. */
function after(cursor: string | undefined): Prisma.AuditLogWhereInput {
  if (cursor === undefined) return {};
  const { at, id } = decodeCursor(cursor);
  return { at: { lte: at }, OR: [{ at: { lt: at } }, { id: { lt: id } }] };
}

function toView(row: AuditLog, emails: ReadonlyMap<string, string>): AuditEntryView {
  const { actorId, subjectType, subjectId } = row;
  return {
    id: row.id,
    at: row.at.toISOString(),
    actor: actorId === null ? null : { id: actorId, email: emails.get(actorId) ?? null },
    tenantId: row.tenantId,
    action: row.action,
    subject: subjectType === null || subjectId === null ? null : { type: subjectType, id: subjectId },
    payload: row.payload as AuditEntryView['payload'],
    ip: row.ip,
    requestId: row.requestId,
  };
}
