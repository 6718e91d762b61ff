import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import { notify } from '#libs/events/notify.js';
import type { Caller } from '../../http/access.js';
import { Problem } from '../../problem/problem.js';
import { FindPost } from './find-post.js';
import type { LikesView } from './post.schema.js';

/** Likes are rows, one of each account, and are counted where these are: no two at once can miscount. */
@Injectable()
export class LikePost {
  constructor(
    private readonly database: Database,
    private readonly findPost: FindPost,
  ) {}

  /** @throws Problem POST_NOT_FOUND */
  async like(id: string, caller: Caller): Promise<LikesView> {
    const { authorId } = await this.findPost.run(id, caller);
    const me = caller.userId;
    return this.database.transaction(async (tx) => {
      // From the post: it may have gone since.
      const made = await tx.$executeRaw`
        INSERT INTO post_likes (post_id, user_id) SELECT id, ${me}::uuid FROM posts WHERE id = ${id}::uuid FOR KEY SHARE
        ON CONFLICT DO NOTHING`;
      const { likeCount } = await this.count(tx, id);
      if (made > 0 && authorId !== me)
        await notify(tx, authorId, { kind: 'liked', topic: `liked:${id}:${me}`, actorId: me, payload: { postId: id } });
      return { likes: likeCount, likedByYou: true };
    });
  }

  /** @throws Problem POST_NOT_FOUND */
  async unlike(id: string, caller: Caller): Promise<LikesView> {
    await this.findPost.run(id, caller);
    return this.database.transaction(async (tx) => {
      await tx.postLike.deleteMany({ where: { postId: id, userId: caller.userId } });
      return { likes: (await this.count(tx, id)).likeCount, likedByYou: false };
    });
  }

  private async count(tx: Pick<Database['client'], 'post'>, id: string): Promise<{ likeCount: number }> {
    const post = await tx.post.findUnique({ where: { id }, select: { likeCount: true } });
    if (!post) throw new Problem('POST_NOT_FOUND', 'There is no such post.');
    return post;
  }
}
