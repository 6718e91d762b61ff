import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/database/database.js';
import { acrossTenants } from '#libs/database/wall/tenant-scope.js';
import { recordEvent } from '#libs/events/record.js';
import { recordAudit } from '../../audit/record.js';
import type { Caller, Origin } from '../../http/access.js';
import { isUuid } from '../../http/uuid.js';
import { Problem } from '../../problem/problem.js';
import { FindPost } from './find-post.js';

/** Takes a post away, from every timeline at once. */
@Injectable()
export class DeletePost {
  constructor(
    private readonly database: Database,
    private readonly findPost: FindPost,
  ) {}

  /** @throws Problem POST_NOT_FOUND, FORBIDDEN */
  async run(id: string, caller: Caller, origin: Origin): Promise<void> {
    const authorId = await this.authorOf(id, caller);
    // The event belongs to the author's tenant, which an administrator need not be of.
    await acrossTenants(() => this.database.transaction((tx) => remove(tx, id, authorId, caller, origin)));
  }

  /** An administrator may delete what they could not read. */
  private async authorOf(id: string, caller: Caller): Promise<string> {
    if (caller.role === 'ADMIN') {
      const post = isUuid(id) ? await this.database.client.post.findFirst({ where: { id } }) : null;
      if (!post) throw new Problem('POST_NOT_FOUND', 'There is no such post.');
      return post.authorId;
    }
    const { authorId } = await this.findPost.run(id, caller);
    if (authorId !== caller.userId) throw new Problem('FORBIDDEN', 'Only its author or an administrator may do that.');
    return authorId;
  }
}

async function remove(tx: Transaction, id: string, authorId: string, caller: Caller, origin: Origin): Promise<void> {
  // The author before the post: the order in which a fan-out ends.
  const [author] = await tx.$queryRaw<{ tenantId: string }[]>`
    SELECT people.tenant_id AS "tenantId" FROM profiles JOIN people ON people.id = user_id
    WHERE user_id = ${authorId}::uuid FOR NO KEY UPDATE OF profiles`;
  const [post] = await tx.$queryRaw<{ number: bigint | null; fanOut: string }[]>`
    DELETE FROM posts WHERE id = ${id}::uuid RETURNING number, fan_out::text AS "fanOut"`;
  if (!author || !post) throw new Problem('POST_NOT_FOUND', 'There is no such post.');
  // Timelines pass over entries without a post; that they go keeps those short.
  if (post.fanOut === 'DONE')
    await tx.$executeRaw`
      DELETE FROM timeline_entries WHERE number = ${post.number}
        AND user_id IN (SELECT follower_id FROM follows WHERE followee_id = ${authorId}::uuid)`;
  const subject = { type: 'post', id } as const;
  await recordAudit(tx, { action: 'post.deleted', actor: caller, subject, payload: { authorId } }, origin);
  const { tenantId } = author;
  await recordEvent(tx, { type: 'post.deleted', tenantId, subjectId: id, payload: { authorId } });
}
