import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database, type Transaction } from '#libs/database/database.js';
import { publishPosts } from '#libs/feed/publish.js';
import { Dispatcher } from '#libs/queue/dispatcher.js';
import type { Caller } from '../../http/access.js';
import { answerIn } from '../../idempotency/answer-in.js';
import { Problem } from '../../problem/problem.js';
import { FindPerson } from '../../users/people/find-person.js';
import { saveMentions } from './mentioned.js';
import type { NewPostInput } from './post.schema.js';
import { ReadPosts } from './read-posts.js';
import { hashtagsOf, mentionsOf } from './words.js';

/** Writes a post: shown at once, or when the last of its assets is READY. */
@Injectable()
export class CreatePost {
  constructor(
    private readonly database: Database,
    private readonly dispatcher: Dispatcher,
    private readonly findPerson: FindPerson,
    private readonly readPosts: ReadPosts,
  ) {}

  /**
   * @returns its id
   * @throws Problem ASSET_NOT_FOUND, ASSET_NOT_USABLE
   */
  async run({ text, title, assetIds }: NewPostInput, caller: Caller): Promise<string> {
    const { userId: authorId, tenantId } = caller;
    const id = uuidv7();
    const words = `${title ?? ''}\n${text}`;
    const tokens = await this.database.transaction(async (tx) => {
      const areReady = await lockAssets(tx, assetIds, caller);
      await tx.post.create({
        data: {
          ...{ id, authorId, text, title: title ?? null, hashtags: hashtagsOf(words) },
          assets: { create: assetIds.map((assetId, position) => ({ assetId, position })) },
        },
        select: { id: true },
      });
      await saveMentions(tx, id, authorId, mentionsOf(words), this.findPerson.scopeOf(caller));
      const made = areReady ? await publishPosts(tx, [{ id, authorId, tenantId }]) : [];
      await answerIn(tx, 201, () => this.readPosts.byId(id, authorId, tx));
      return made;
    });
    await this.dispatcher.dispatch(tokens);
    return id;
  }
}

/** Held until the commit: one that becomes READY meanwhile finds the post, or was READY before. */
async function lockAssets(tx: Transaction, ids: readonly string[], { userId, tenantId }: Caller): Promise<boolean> {
  if (ids.length === 0) return true;
  const rows = await tx.$queryRaw<{ id: string; status: string }[]>`
    SELECT id, status FROM assets
    WHERE id = ANY(${[...ids]}::uuid[]) AND tenant_id = ${tenantId}::uuid AND owner_id = ${userId}::uuid
      AND deleted_at IS NULL AND (expires_at IS NULL OR expires_at > now())
    ORDER BY id FOR SHARE`;
  const statuses = new Map(rows.map(({ id, status }) => [id, status]));
  const wrong = (test: (id: string) => boolean, detail: string) =>
    ids.flatMap((id, index) => (test(id) ? [{ detail, pointer: `#/assetIds/${index}` }] : []));
  const unknown = wrong((id) => !statuses.has(id), 'no asset of this account');
  if (unknown.length > 0) throw new Problem('ASSET_NOT_FOUND', 'This account has no such asset.', { errors: unknown });
  const failed = wrong((id) => statuses.get(id) === 'FAILED', 'could not be processed');
  if (failed.length > 0)
    throw new Problem('ASSET_NOT_USABLE', 'An asset could not be processed: its failure says why.', { errors: failed });
  return rows.every(({ status }) => status === 'READY');
}
