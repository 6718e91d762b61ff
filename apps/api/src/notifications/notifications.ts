import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import { Problem } from '../problem/problem.js';
import {
  toNotificationView,
  type NotificationListQuery,
  type NotificationPage,
  type NotificationRow,
  type NotificationView,
} from './notification.schema.js';

const cursorOf = (seq: number): string => Buffer.from(String(seq)).toString('base64url');

const ROWS = `
  SELECT n.seq, n.kind, n.payload, n.created_at AS "createdAt", n.read_at AS "readAt",
    CASE WHEN a.id IS NOT NULL
      THEN json_build_object('id', a.id, 'username', a.username, 'displayName', a.display_name) END AS actor
  FROM notifications n LEFT JOIN people a ON a.id = n.actor_id
    AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = a.id AND blocked_id = n.user_id)
    AND NOT EXISTS (SELECT FROM blocks WHERE blocker_id = n.user_id AND blocked_id = a.id)
  WHERE n.user_id = $1`;

const NEWEST = 2_147_483_647;
const PAGE = `n.seq < $2 ORDER BY n.seq DESC LIMIT $3`;
// One statement each: a plan that has to do for both can use the index of neither to the full.
const LIST = `${ROWS} AND ${PAGE}`;
const LIST_UNREAD = `${ROWS} AND n.read_at IS NULL AND ${PAGE}`;

const AFTER = `${ROWS} AND n.seq > $2 ORDER BY n.seq LIMIT $3`;

/** What accounts have been told: read, and marked as read. */
@Injectable()
export class Notifications {
  constructor(
    private readonly database: Database,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Newest first. @throws Problem INVALID_CURSOR */
  async list(userId: string, { limit, cursor, unread }: NotificationListQuery): Promise<NotificationPage> {
    const values = [userId, cursor === undefined ? NEWEST : seqOf(cursor), limit + 1];
    const [inbox, rows] = await Promise.all([
      this.database.client.inbox.findFirst({ where: { userId } }),
      unread === 'true'
        ? this.database.query<NotificationRow>('notifications.list-unread', LIST_UNREAD, values)
        : this.database.query<NotificationRow>('notifications.list', LIST, values),
    ]);
    const items = rows.slice(0, limit).map((row) => toNotificationView(row, this.settings));
    const last = items.at(-1);
    return { items, nextCursor: rows.length > limit && last ? cursorOf(last.id) : null, unread: inbox?.unread ?? 0 };
  }

  /** Those after number `seq`, oldest first. */
  async after(userId: string, seq: number, limit: number): Promise<NotificationView[]> {
    const rows = await this.database.query<NotificationRow>('notifications.after', AFTER, [userId, seq, limit]);
    return rows.map((row) => toNotificationView(row, this.settings));
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
