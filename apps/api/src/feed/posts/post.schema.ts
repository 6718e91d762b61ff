import { z } from 'zod';
import { line, lines } from '../../http/plain-text.js';
import { pageOf, pageQuery } from '../../http/page.js';
import { assetKind, assetStatus } from '../../assets/asset.schema.js';
import { personSchema } from '../../users/people/person.js';

const TEXT_LONGEST = 400;
const TITLE_LONGEST = 100;
const MOST_ASSETS = 10;

const characters = (text: string): number => Array.from(text).length;

/** As people count: an emoji is one character, and two units of the string. */
const counted = (what: string, longest: number, then: z.ZodType<string, string>) =>
  z
    .string()
    .trim()
    .normalize('NFC')
    .refine((text) => characters(text) <= longest, {
      error: `${what} has more than ${longest} characters`,
      abort: true,
    })
    .pipe(then)
    .meta({ maxLength: longest });

const text = counted('the text', TEXT_LONGEST, lines('the text', 2 * TEXT_LONGEST));
const title = counted('the title', TITLE_LONGEST, line('the title', 2 * TITLE_LONGEST));

export const newPostSchema = z
  .strictObject({
    text: text.default('').meta({ description: 'May be empty where there are assets' }),
    title: title.nullish(),
    assetIds: z
      .array(z.uuid())
      .max(MOST_ASSETS, `at most ${MOST_ASSETS} assets`)
      .refine((ids) => new Set(ids).size === ids.length, 'an asset stands there twice')
      .default([])
      .meta({ description: 'Of the author’s own, in their order. The post is shown to others when all are READY' }),
  })
  .refine((post) => post.text !== '' || post.assetIds.length > 0, { error: 'the post is empty', path: ['text'] })
  .meta({ id: 'NewPost' });

export const editPostSchema = z
  .strictObject({ text: text.optional(), title: title.nullish() })
  .refine((change) => Object.keys(change).length > 0, 'nothing is to be changed')
  .meta({ id: 'EditPost' });

const mediaSchema = z
  .object({
    assetId: z.uuid(),
    kind: assetKind,
    mimeType: z.string(),
    status: assetStatus,
    width: z.int().nullable(),
    height: z.int().nullable(),
    thumbhash: z.string().nullable(),
    thumbnailUrl: z.string().nullable(),
    previewUrl: z.string().nullable(),
    animatedPreviewUrl: z.string().nullable(),
    fileUrl: z.string().nullable().meta({
      description: 'A film as MP4; sound, documents and archives as they were uploaded; never an original picture',
    }),
  })
  .meta({ id: 'PostMedia', description: 'Signed for whoever asked, for a while' });

export const postSchema = z
  .object({
    id: z.uuid(),
    number: z.int().nullable().meta({
      description:
        'The order in which posts were shown; null while assets are processed: then it is its author’s alone',
    }),
    author: personSchema,
    title: z.string().nullable(),
    text: z.string(),
    hashtags: z.array(z.string()).meta({ description: 'Lower case, without the #' }),
    mentions: z.array(personSchema),
    media: z.array(mediaSchema),
    likes: z.int(),
    likedByYou: z.boolean(),
    createdAt: z.iso.datetime(),
    publishedAt: z.iso.datetime().nullable(),
    editedAt: z.iso.datetime().nullable(),
    editableUntil: z.iso.datetime().nullable().meta({ description: 'For its author' }),
  })
  .meta({ id: 'Post' });

export const postPageSchema = pageOf('PostPage', postSchema);

const instant = z.iso.datetime({ offset: true });

export const postListQuery = z.strictObject({
  ...pageQuery,
  author: z.string().min(1).max(64).optional().meta({ description: 'A username or an id' }),
  q: z.string().trim().min(1).max(200).optional().meta({
    description: 'Words, or their beginnings, whatever their case and accents; #tags whole',
  }),
  from: instant.optional().meta({ description: 'Shown then or later' }),
  to: instant.optional().meta({ description: 'Shown then or before' }),
});

export const timelineQuery = z.strictObject(pageQuery);

export const likesSchema = z.object({ likes: z.int(), likedByYou: z.boolean() }).meta({ id: 'Likes' });

export type NewPostInput = z.infer<typeof newPostSchema>;
export type EditPostInput = z.infer<typeof editPostSchema>;
export type PostView = z.infer<typeof postSchema>;
export type PostMediaView = z.infer<typeof mediaSchema>;
export type PostListQuery = z.infer<typeof postListQuery>;
export type TimelineQuery = z.infer<typeof timelineQuery>;
export type LikesView = z.infer<typeof likesSchema>;
