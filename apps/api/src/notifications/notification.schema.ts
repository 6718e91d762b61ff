import { z } from 'zod';
import type { Settings } from '#libs/config/settings.js';
import { NOTIFICATION_KINDS } from '#libs/events/notify.js';
import { pageQuery } from '../http/page.js';
import { personSchema, toPerson, type PersonRow } from '../users/people/person.js';

/** Numbers as PostgreSQL's integer has them. */
export const notificationId = z.coerce.number().int().min(0).max(2_147_483_647);

export const notificationSchema = z
  .object({
    id: z.int().meta({ description: '1, 2, 3… for each account: the order in which it was told' }),
    kind: z.enum(NOTIFICATION_KINDS),
    actor: personSchema.nullable().meta({
      description: 'Who did it; null when nobody did, or the account is gone, or either has blocked the other',
    }),
    payload: z
      .record(z.string(), z.string())
      .meta({ description: 'assetId, name, postId, code, reason: what the kind has' }),
    createdAt: z.iso.datetime(),
    readAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'Notification' });

export const notificationPageSchema = z
  .object({
    items: z.array(notificationSchema),
    nextCursor: z.string().nullable(),
    unread: z.int().meta({ description: 'Of all, not of this page' }),
  })
  .meta({ id: 'NotificationPage' });

export const notificationListQuery = z.strictObject({
  ...pageQuery,
  unread: z.enum(['true', 'false']).default('false').meta({ description: 'Only those that have not been read' }),
});

export const readAllSchema = z
  .strictObject({ upTo: z.int().min(1).max(2_147_483_647).meta({ description: 'The newest that was seen' }) })
  .meta({ id: 'ReadNotifications' });

export type NotificationListQuery = z.infer<typeof notificationListQuery>;
export type NotificationView = z.infer<typeof notificationSchema>;
export type NotificationPage = z.infer<typeof notificationPageSchema>;
export type ReadAll = z.infer<typeof readAllSchema>;

/** With its actor from the view `people`: it may be of another tenant. */
export interface NotificationRow {
  seq: number;
  kind: string;
  actor: PersonRow | null;
  payload: unknown;
  createdAt: Date;
  readAt: Date | null;
}

export function toNotificationView(row: NotificationRow, settings: Settings): NotificationView {
  return {
    id: row.seq,
    kind: row.kind as NotificationView['kind'],
    actor: row.actor && toPerson(row.actor, settings),
    payload: row.payload as NotificationView['payload'],
    createdAt: row.createdAt.toISOString(),
    readAt: row.readAt?.toISOString() ?? null,
  };
}
