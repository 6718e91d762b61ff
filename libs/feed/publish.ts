import { announce } from '#libs/database/announce.js';
import type { Transaction } from '#libs/database/database.js';
import { Prisma } from '#libs/database/generated/client.js';
import { recordEvent } from '#libs/events/record.js';
import { enqueue, type JobToken } from '#libs/queue/enqueue.js';

interface Unpublished {
  id: string;
  authorId: string;
  tenantId: string;
}

/**
 * Shows posts whose assets are all READY: to timelines at once, with the jobs that write them there and tell those who
 * are mentioned. Dispatch the tokens after the commit. Call it last but for notify(): every post of the installation
 * waits for its lock (publish_post).
 */
export async function publishPosts(tx: Transaction, posts: readonly Unpublished[]): Promise<JobToken[]> {
  if (posts.length === 0) return [];
  // In one order, so that two transactions never wait for each other's tenant clock.
  const inOrder = [...posts].sort((one, other) => (one.tenantId + one.id < other.tenantId + other.id ? -1 : 1));
  const tokens: JobToken[] = [];
  for (const { id, tenantId, authorId } of inOrder) {
    await recordEvent(tx, { type: 'post.created', tenantId, subjectId: id, payload: { authorId } });
    tokens.push(await enqueue(tx, { kind: 'fan-out-post', tenantId, payload: { postId: id } }));
  }
  for (const { id } of inOrder) await tx.$executeRaw`SELECT publish_post(${id}::uuid)`;
  announce(tx, { posts: true });
  return tokens;
}

/** Nothing of it is awaited; one whose assets are all gone, and that has no text, has nothing to show. */
const WAITS_NO_LONGER = Prisma.sql`NOT EXISTS (
    SELECT FROM post_assets JOIN assets ON assets.id = asset_id WHERE post_id = posts.id AND status <> 'READY')
  AND (text <> '' OR title IS NOT NULL OR EXISTS (SELECT FROM post_assets WHERE post_id = posts.id))`;

/**
 * Shows the posts that have waited for an asset alone. Of two assets that become READY at once, the second to have the
 * posts' locks sees the first.
 */
export function publishThoseOf(tx: Transaction, assetId: string): Promise<JobToken[]> {
  return publishWaiting(tx, Prisma.sql`id IN (SELECT post_id FROM post_assets WHERE asset_id = ${assetId}::uuid)`);
}

/** Shows posts that wait for nothing, though nobody has said so: an asset of theirs was removed. */
export function publishForgotten(tx: Transaction): Promise<JobToken[]> {
  return publishWaiting(tx, WAITS_NO_LONGER);
}

/** A transaction. */
const BATCH = 500;

async function publishWaiting(tx: Transaction, which: Prisma.Sql): Promise<JobToken[]> {
  const locked = await tx.$queryRaw<{ id: string }[]>`
    SELECT id FROM posts WHERE number IS NULL AND ${which} ORDER BY id LIMIT ${BATCH} FOR UPDATE`;
  if (locked.length === 0) return [];
  const posts = await tx.$queryRaw<Unpublished[]>`
    SELECT posts.id, author_id AS "authorId", people.tenant_id AS "tenantId"
    FROM posts JOIN people ON people.id = author_id
    WHERE posts.id = ANY(${locked.map(({ id }) => id)}::uuid[]) AND number IS NULL AND ${WAITS_NO_LONGER}`;
  return publishPosts(tx, posts);
}
