import { Body, Controller, Delete, Get, Param, Patch, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../../http/access.js';
import type { Page } from '../../http/page.js';
import { Idempotent } from '../../idempotency/idempotent.interceptor.js';
import { Answers, AnswersNothing, Problems } from '../../openapi/answers.js';
import { Problem } from '../../problem/problem.js';
import { CreatePost } from './create-post.js';
import { DeletePost } from './delete-post.js';
import { EditPost } from './edit-post.js';
import { FindPost } from './find-post.js';
import { LikePost } from './like-post.js';
import { ListPosts } from './list-posts.js';
import {
  editPostSchema,
  likesSchema,
  newPostSchema,
  postListQuery,
  postPageSchema,
  postSchema,
  type EditPostInput,
  type LikesView,
  type NewPostInput,
  type PostListQuery,
  type PostView,
} from './post.schema.js';
import { ReadPosts } from './read-posts.js';

@ApiTags('feed')
@Access('viewer', 'upload')
@Controller('posts')
export class PostsController {
  constructor(
    private readonly createPost: CreatePost,
    private readonly editPost: EditPost,
    private readonly deletePost: DeletePost,
    private readonly likePost: LikePost,
    private readonly listPosts: ListPosts,
    private readonly findPost: FindPost,
    private readonly readPosts: ReadPosts,
  ) {}

  @Post()
  @Idempotent()
  @ApiOperation({
    summary: 'Write a post',
    description: 'Shown at once, or to its author alone until the last of its assets is READY.',
  })
  @Answers(201, postSchema)
  @Problems('VALIDATION_FAILED', 'ASSET_NOT_FOUND', 'ASSET_NOT_USABLE')
  async create(
    @Body({ schema: newPostSchema }) input: NewPostInput,
    @CurrentCaller() caller: Caller,
  ): Promise<PostView> {
    return this.read(await this.createPost.run(input, caller), caller);
  }

  @Get()
  @Access('viewer')
  @ApiOperation({ summary: 'List and search posts, newest first' })
  @Answers(200, postPageSchema)
  @Problems('VALIDATION_FAILED', 'INVALID_CURSOR', 'USER_NOT_FOUND')
  list(
    @Query({ schema: postListQuery }) query: PostListQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<PostView>> {
    return this.listPosts.run(query, caller);
  }

  @Get(':id')
  @Access('viewer')
  @ApiOperation({ summary: 'See a post' })
  @Answers(200, postSchema)
  @Problems('POST_NOT_FOUND')
  async get(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<PostView> {
    await this.findPost.run(id, caller);
    return this.read(id, caller);
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change a post of one’s own, for a while after it was written' })
  @Answers(200, postSchema)
  @Problems('VALIDATION_FAILED', 'POST_NOT_FOUND', 'FORBIDDEN', 'POST_NOT_EDITABLE')
  async edit(
    @Param('id') id: string,
    @Body({ schema: editPostSchema }) change: EditPostInput,
    @CurrentCaller() caller: Caller,
  ): Promise<PostView> {
    await this.editPost.run(id, change, caller);
    return this.read(id, caller);
  }

  @Delete(':id')
  @Access('viewer', 'delete')
  @ApiOperation({ summary: 'Delete a post: its author may, and an administrator' })
  @AnswersNothing()
  @Problems('POST_NOT_FOUND', 'FORBIDDEN')
  async remove(
    @Param('id') id: string,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<void> {
    await this.deletePost.run(id, caller, origin);
  }

  @Put(':id/like')
  @Access('viewer', null)
  @ApiOperation({ summary: 'Like a post' })
  @Answers(200, likesSchema)
  @Problems('POST_NOT_FOUND')
  like(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<LikesView> {
    return this.likePost.like(id, caller);
  }

  @Delete(':id/like')
  @Access('viewer', null)
  @ApiOperation({ summary: 'Like a post no longer' })
  @Answers(200, likesSchema)
  @Problems('POST_NOT_FOUND')
  unlike(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<LikesView> {
    return this.likePost.unlike(id, caller);
  }

  private async read(id: string, { userId }: Caller): Promise<PostView> {
    const post = await this.readPosts.byId(id, userId);
    if (!post) throw new Problem('POST_NOT_FOUND', 'There is no such post.');
    return post;
  }
}
