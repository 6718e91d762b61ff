import { Module } from '@nestjs/common';
import { PostMedia } from './posts/post-media.js';
import { ReadPosts } from './posts/read-posts.js';
import { Timeline } from './timeline/timeline.js';

/** What a process for live connections needs of the feed as well. */
@Module({ providers: [Timeline, ReadPosts, PostMedia], exports: [Timeline, ReadPosts] })
export class FeedReadingModule {}
