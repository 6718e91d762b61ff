import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database } from '#libs/database/database.js';
import { tellMentioned } from '#libs/feed/mentions.js';
import type { Caller } from '../../http/access.js';
import { Problem } from '../../problem/problem.js';
import { FindPerson } from '../../users/people/find-person.js';
import { FindPost } from './find-post.js';
import { saveMentions } from './mentioned.js';
import type { EditPostInput } from './post.schema.js';
import { hashtagsOf, mentionsOf } from './words.js';

/** Lets an author mend a post, for a while: what people have liked does not become something else later. */
@Injectable()
export class EditPost {
  constructor(
    private readonly database: Database,
    private readonly findPost: FindPost,
    private readonly findPerson: FindPerson,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws Problem POST_NOT_FOUND, FORBIDDEN, POST_NOT_EDITABLE, VALIDATION_FAILED */
  async run(id: string, change: EditPostInput, caller: Caller): Promise<void> {
    const { authorId } = await this.findPost.run(id, caller);
    if (authorId !== caller.userId) throw new Problem('FORBIDDEN', 'Only its author may change a post.');
    await this.database.transaction(async (tx) => {
      const [post] = await tx.$queryRaw<{ text: string; title: string | null; age: number; pictures: number }[]>`
        SELECT text, title, extract(epoch FROM now() - created_at)::float8 AS age,
          (SELECT count(*)::int FROM post_assets WHERE post_id = id) AS pictures
        FROM posts WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
      if (!post) throw new Problem('POST_NOT_FOUND', 'There is no such post.');
      const seconds = this.settings.POST_EDIT_WINDOW_SECONDS;
      if (post.age > seconds)
        throw new Problem('POST_NOT_EDITABLE', `A post can be changed for ${seconds} seconds; write a new one.`);
      const { text = post.text, title = post.title } = change;
      if (text === '' && post.pictures === 0)
        throw new Problem('VALIDATION_FAILED', 'The request does not have the expected form.', {
          errors: [{ detail: 'the post is empty', pointer: '#/text' }],
        });
      const words = `${title ?? ''}\n${text}`;
      const data = { text, title, hashtags: hashtagsOf(words), editedAt: new Date() };
      await tx.post.update({ where: { id }, data, select: { id: true } });
      await saveMentions(tx, id, authorId, mentionsOf(words), this.findPerson.scopeOf(caller));
      await tellMentioned(tx, id);
    });
  }
}
