import type { Transaction } from '#libs/database/database.js';
import { announce } from '#libs/database/announce.js';

/** What each kind of notification tells besides who caused it. */
export interface NotificationPayloads {
  /** `name` as it was then: its title, or the name of its file. */
  'asset.ready': { assetId: string; name: string };
  'asset.failed': { assetId: string; name: string; code: string; reason: string };
  'export.ready': { exportId: string };
  'export.failed': { exportId: string; reason: string };
  followed: Record<string, never>;
  'follow.requested': Record<string, never>;
  'follow.accepted': Record<string, never>;
  /** Of the account, at which its sign-in is from now on; not what it was. */
  'email.changed': { email: string };
  'password.changed': Record<string, never>;
  mentioned: { postId: string };
  liked: { postId: string };
}

export type NotificationKind = keyof NotificationPayloads;

export const NOTIFICATION_KINDS = [
  'asset.ready',
  'asset.failed',
  'export.ready',
  'export.failed',
  'followed',
  'follow.requested',
  'follow.accepted',
  'email.changed',
  'password.changed',
  'mentioned',
  'liked',
] as const satisfies NotificationKind[];

export interface NewNotification<Kind extends NotificationKind = NotificationKind> {
  kind: Kind;
  /** Of two with the same topic an account gets the first only. */
  topic: string;
  /** The account that did it, if somebody did. */
  actorId?: string;
  payload: NotificationPayloads[Kind];
}

/**
 * Tells an account something, in the transaction that makes it true; live connections learn of it after the commit. An
 * account that is gone is told nothing. It locks the account's inbox until the commit: several accounts in one
 * transaction are told in the order of their ids.
 */
export async function notify<Kind extends NotificationKind>(
  tx: Transaction,
  userId: string,
  { kind, topic, actorId, payload }: NewNotification<Kind>,
): Promise<void> {
  const [row] = await tx.$queryRaw<{ seq: number | null }[]>`
    SELECT notify_account(${userId}::uuid, ${kind}, ${topic}, ${actorId ?? null}::uuid, ${JSON.stringify(payload)}::jsonb)
      AS seq`;
  if (row?.seq != null) announce(tx, { accounts: [userId] });
}
