import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import { Problem } from '../problem/problem.js';
import {
  toNotificationView,
  withActor,
  type NotificationListQuery,
  type NotificationPage,
  type NotificationView,
} from './notification.schema.js';

const cursorOf = (seq: number): string => Buffer.from(String(seq)).toString('base64url');

/** What accounts have been told: read, and marked as read. */
@Injectable()
export class Notifications {
  constructor(private readonly database: Database) {}

  /** Newest first. @throws Problem INVALID_CURSOR */
  async list(userId: string, { limit, cursor, unread }: NotificationListQuery): Promise<NotificationPage> {
    const before = cursor === undefined ? undefined : seqOf(cursor);
    const [inbox, rows] = await Promise.all([
      this.database.client.inbox.findUnique({ where: { userId } }),
      this.database.client.notification.findMany({
        where: { userId, ...(before && { seq: { lt: before } }), ...(unread === 'true' && { readAt: null }) },
        include: withActor,
        orderBy: { seq: 'desc' },
        take: limit + 1,
      }),
    ]);
    const items = rows.slice(0, limit).map(toNotificationView);
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? cursorOf(last.id) : null, unread: inbox?.unread ?? 0 };
  }

  /** Those after number `seq`, oldest first. */
  async after(userId: string, seq: number, limit: number): Promise<NotificationView[]> {
    const rows = await this.database.client.notification.findMany({
      where: { userId, seq: { gt: seq } },
      include: withActor,
      orderBy: { seq: 'asc' },
      take: limit,
    });
    return rows.map(toNotificationView);
  }

  /** @returns false when the account has no such notification */
  async readOne(userId: string, seq: number): Promise<boolean> {
    return this.database.transaction(async (tx) => {
      // The inbox before its notifications: the order in which they are added.
      await tx.$queryRaw`SELECT 1 FROM inboxes WHERE user_id = ${userId}::uuid FOR UPDATE`;
      const { count } = await tx.notification.updateMany({
        where: { userId, seq, readAt: null },
        data: { readAt: new Date() },
      });
      if (count > 0) await tx.inbox.update({ where: { userId }, data: { unread: { decrement: count } } });
      return count > 0 || (await tx.notification.count({ where: { userId, seq } })) > 0;
    });
  }

  /** All that had been told by the time of number `upTo`. What came after was not seen by who says so. */
  async readAll(userId: string, upTo: number): Promise<void> {
    await this.database.transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 FROM inboxes WHERE user_id = ${userId}::uuid FOR UPDATE`;
      const { count } = await tx.notification.updateMany({
        where: { userId, seq: { lte: upTo }, readAt: null },
        data: { readAt: new Date() },
      });
      if (count > 0) await tx.inbox.update({ where: { userId }, data: { unread: { decrement: count } } });
    });
  }
}

/** @throws Problem INVALID_CURSOR */
function seqOf(cursor: string): number {
  const text = Buffer.from(cursor, 'base64url').toString();
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new Problem('INVALID_CURSOR', 'Use a nextCursor as it was given, or leave the cursor out.');
}
