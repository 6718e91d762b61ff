import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Database, type Transaction } from '#libs/database/database.js';
import { acrossTenants } from '#libs/database/wall/tenant-scope.js';
import { toPerson, type PersonRow } from '../../users/people/person.js';
import { PostMedia, type MediaRow } from './post-media.js';
import type { PostView } from './post.schema.js';

interface Row {
  id: string;
  /** BigInt, as Prisma or as the driver reads it. */
  number: bigint | string | null;
  author: PersonRow;
  title: string | null;
  text: string;
  hashtags: string[];
  mentions: PersonRow[];
  media: MediaRow[];
  likes: number;
  likedByYou: boolean;
  createdAt: Date;
  publishedAt: Date | null;
  editedAt: Date | null;
}

const PERSON = (alias: string): string =>
  `json_build_object('id', ${alias}.id, 'username', ${alias}.username, 'displayName', ${alias}.display_name)`;

const RENDITIONS = `(
  SELECT coalesce(json_agg(json_build_object('kind', r.kind, 'objectKey', r.object_key, 'mimeType', r.mime_type)), '[]')
  FROM renditions r WHERE r.asset_id = x.id AND r.kind IN ('thumbnail', 'preview', 'animated-preview', 'mp4'))`;

// What a post has of assets goes when these go to the trash or expire.
const MEDIA = `(
  SELECT coalesce(json_agg(json_build_object('id', x.id, 'objectKey', x.object_key, 'filename', x.filename,
    'mimeType', x.mime_type, 'kind', x.kind, 'status', x.status, 'width', x.width, 'height', x.height,
    'thumbhash', x.thumbhash, 'expiresAt', x.expires_at, 'renditions', ${RENDITIONS}) ORDER BY pa.position), '[]')
  FROM post_assets pa JOIN assets x ON x.id = pa.asset_id
  WHERE pa.post_id = p.id AND x.deleted_at IS NULL AND (x.expires_at IS NULL OR x.expires_at > now()))`;

const MENTIONS = `(
  SELECT coalesce(json_agg(${PERSON('m')} ORDER BY m.username), '[]')
  FROM post_mentions pm JOIN people m ON m.id = pm.user_id WHERE pm.post_id = p.id)`;

const READ = `
  SELECT p.id, p.number, ${PERSON('a')} AS author, p.title, p.text, p.hashtags, ${MENTIONS} AS mentions,
    ${MEDIA} AS media, p.like_count AS likes, p.created_at AS "createdAt", p.published_at AS "publishedAt",
    p.edited_at AS "editedAt", EXISTS (SELECT FROM post_likes WHERE post_id = p.id AND user_id = $2::uuid) AS "likedByYou"
  FROM posts p JOIN people a ON a.id = p.author_id`;

/** Reads posts as clients see them. Whoever calls has found out that the reader may see them. */
@Injectable()
export class ReadPosts {
  constructor(
    private readonly database: Database,
    private readonly media: PostMedia,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Those that are there still, in the order of their numbers; for nobody in particular without a reader. */
  async byNumbers(numbers: readonly string[], readerId: string | null, order: 'asc' | 'desc'): Promise<PostView[]> {
    if (numbers.length === 0) return [];
    const sql = `${READ} WHERE p.number = ANY($1::bigint[]) ORDER BY p.number ${order}`;
    return this.read(`posts.by-numbers-${order}`, sql, [numbers, readerId]);
  }

  /** @param tx reads it as that transaction has left it */
  async byId(id: string, readerId: string, tx?: Transaction): Promise<PostView | null> {
    const [post] = await this.read('posts.by-id', `${READ} WHERE p.id = $1::uuid`, [id, readerId], tx);
    return post ?? null;
  }

  private async read(name: string, sql: string, values: unknown[], tx?: Transaction): Promise<PostView[]> {
    const [, readerId] = values;
    // A post shows assets of its author, whose tenant may be another one.
    const rows = await acrossTenants(async () =>
      // Prisma asks when its promise is awaited: that has to be in here.
      tx ? await tx.$queryRawUnsafe<Row[]>(sql, ...values) : this.database.query<Row>(name, sql, values),
    );
    return Promise.all(rows.map((row) => this.view(row, row.author.id === readerId)));
  }

  private async view(row: Row, isOwn: boolean): Promise<PostView> {
    const { id, title, text, hashtags, likes, likedByYou, createdAt, publishedAt, editedAt } = row;
    const editableUntil = new Date(createdAt.getTime() + this.settings.POST_EDIT_WINDOW_SECONDS * 1000);
    return {
      ...{ id, title, text, hashtags, likes, likedByYou },
      number: row.number === null ? null : Number(row.number),
      author: toPerson(row.author, this.settings),
      mentions: row.mentions.map((person) => toPerson(person, this.settings)),
      media: await Promise.all(row.media.map((media) => this.media.view(media))),
      createdAt: createdAt.toISOString(),
      publishedAt: publishedAt?.toISOString() ?? null,
      editedAt: editedAt?.toISOString() ?? null,
      editableUntil: isOwn ? editableUntil.toISOString() : null,
    };
  }
}
