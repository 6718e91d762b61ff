import { Body, Controller, Delete, Get, Param, Post, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Database } from '#libs/database/database.js';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../http/access.js';
import { Idempotent } from '../idempotency/idempotent.interceptor.js';
import { Answers, AnswersNothing, Problems } from '../openapi/answers.js';
import { CancelUpload } from './cancel-upload.js';
import { CompleteUpload } from './complete-upload.js';
import { findUpload } from './find-upload.js';
import { fromUrlSchema, type FromUrlInput } from './from-url/from-url.schema.js';
import { UploadFromUrl } from './from-url/upload-from-url.js';
import { PresignUpload } from './presign-upload.js';
import {
  completedSchema,
  completeSchema,
  presignedSchema,
  presignSchema,
  uploadSchema,
  type Completed,
  type CompleteInput,
  type Presigned,
  type PresignInput,
  type UploadView,
} from './upload.schema.js';
import { toUploadView } from './upload-view.js';

@ApiTags('uploads')
@Access('editor')
@Controller('uploads')
export class UploadsController {
  constructor(
    private readonly database: Database,
    private readonly presignUpload: PresignUpload,
    private readonly completeUpload: CompleteUpload,
    private readonly cancelUpload: CancelUpload,
    private readonly uploadFromUrl: UploadFromUrl,
  ) {}

  @Post('presign')
  @Idempotent()
  @ApiOperation({
    summary: 'Get a URL to put one file to',
    description: 'The URL takes exactly the declared size and type (and bytes, when sha256Hash is given), once.',
  })
  @Answers(201, presignedSchema)
  @Problems(
    'VALIDATION_FAILED',
    'FILE_TOO_LARGE',
    'FILE_TYPE_NOT_ACCEPTED',
    'FILE_TYPE_NOT_PROCESSABLE',
    'QUOTA_EXCEEDED',
    'STORE_UNAVAILABLE',
  )
  presign(
    @Body({ schema: presignSchema }) input: PresignInput,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<Presigned> {
    return this.presignUpload.run(input, caller, origin);
  }

  @Post('complete')
  @Idempotent()
  @ApiOperation({
    summary: 'Say that the bytes are there',
    description: 'Checks them and makes the asset. Said again, it answers 200 with the same asset.',
  })
  @Answers(201, completedSchema)
  @Problems(
    'UPLOAD_NOT_FOUND',
    'UPLOAD_NOT_FOUND_IN_STORE',
    'UPLOAD_PARTS_MISSING',
    'UPLOAD_EXPIRED',
    'CONTENT_TYPE_MISMATCH',
    'SIZE_MISMATCH',
    'CHECKSUM_MISMATCH',
    'STORE_UNAVAILABLE',
  )
  async complete(
    @Body({ schema: completeSchema }) input: CompleteInput,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Completed> {
    const { created, body } = await this.completeUpload.run(input, caller, origin);
    void reply.status(created ? 201 : 200);
    return body;
  }

  @Post('from-url')
  @Idempotent()
  @ApiOperation({
    summary: 'Have a file fetched from an address',
    description: 'A worker does it; see how it stands at GET /uploads/:id.',
  })
  @Answers(202, uploadSchema)
  @Problems('VALIDATION_FAILED', 'QUOTA_EXCEEDED')
  async fromUrl(
    @Body({ schema: fromUrlSchema }) input: FromUrlInput,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<UploadView> {
    return toUploadView(await this.uploadFromUrl.run(input, caller, origin));
  }

  @Get(':id')
  @ApiOperation({ summary: 'See how an upload stands' })
  @Answers(200, uploadSchema)
  @Problems('UPLOAD_NOT_FOUND')
  async get(@Param('id') id: string, @CurrentCaller() caller: Caller): Promise<UploadView> {
    return toUploadView(await findUpload(this.database, id, caller));
  }

  @Delete(':id')
  @ApiOperation({
    summary: 'Cancel an upload',
    description: 'Its room is free at once, and what has arrived is removed. Said twice, it is done once.',
  })
  @AnswersNothing()
  @Problems('UPLOAD_NOT_FOUND', 'UPLOAD_COMPLETED')
  cancel(@Param('id') id: string, @CurrentCaller() caller: Caller, @RequestOrigin() origin: Origin): Promise<void> {
    return this.cancelUpload.run(id, caller, origin);
  }
}
