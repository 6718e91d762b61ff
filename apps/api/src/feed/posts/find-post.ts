import { Injectable } from '@nestjs/common';
import { Database } from '#libs/database/database.js';
import { isUuid } from '../../http/uuid.js';
import { Problem } from '../../problem/problem.js';
import { FindPerson, type Onlooker } from '../../users/people/find-person.js';
import { visibleTo } from './visible.js';

export interface FoundPost {
  id: string;
  authorId: string;
  createdAt: Date;
}

const FIND = `
  SELECT p.id, p.author_id AS "authorId", p.created_at AS "createdAt"
  FROM posts p JOIN people a ON a.id = p.author_id
  WHERE p.id = $1 AND ${visibleTo('$2', '$3')}`;

/** Finds a post that somebody may see. */
@Injectable()
export class FindPost {
  constructor(
    private readonly database: Database,
    private readonly findPerson: FindPerson,
  ) {}

  /** @throws Problem POST_NOT_FOUND */
  async run(id: string, reader: Onlooker): Promise<FoundPost> {
    const values = [id, reader.userId, this.findPerson.scopeOf(reader)];
    const [post] = isUuid(id) ? await this.database.query<FoundPost>('posts.find', FIND, values) : [];
    if (!post) throw new Problem('POST_NOT_FOUND', 'There is no such post.');
    return post;
  }
}
