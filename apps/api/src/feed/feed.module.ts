import { Module } from '@nestjs/common';
import { PeopleModule } from '../users/people/people.module.js';
import { FollowsModule } from './follows/follows.module.js';
import { CreatePost } from './posts/create-post.js';
import { DeletePost } from './posts/delete-post.js';
import { EditPost } from './posts/edit-post.js';
import { FindPost } from './posts/find-post.js';
import { LikePost } from './posts/like-post.js';
import { ListPosts } from './posts/list-posts.js';
import { PostsController } from './posts/posts.controller.js';
import { FeedReadingModule } from './reading.module.js';
import { TimelineController } from './timeline/timeline.controller.js';

/** People who follow people, what they write, and what comes of it for each. */
@Module({
  imports: [FollowsModule, FeedReadingModule, PeopleModule],
  controllers: [PostsController, TimelineController],
  providers: [CreatePost, EditPost, DeletePost, LikePost, ListPosts, FindPost],
})
export class FeedModule {}
