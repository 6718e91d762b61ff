import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../../http/access.js';
import { Idempotent } from '../../idempotency/idempotent.interceptor.js';
import { Answers, Problems } from '../../openapi/answers.js';
import { presignSchema, type PresignInput } from '../upload.schema.js';
import { BeginMultipart } from './begin-multipart.js';
import {
  begunSchema,
  partsQuery,
  partUrlsSchema,
  signedPartsSchema,
  storedPartsSchema,
  type Begun,
  type PartsQuery,
  type PartUrlsInput,
  type SignedParts,
  type StoredParts,
} from './parts.schema.js';
import { UploadParts } from './upload-parts.js';

@ApiTags('uploads')
@Access('editor')
@Controller('uploads')
export class PartsController {
  constructor(
    private readonly beginMultipart: BeginMultipart,
    private readonly uploadParts: UploadParts,
  ) {}

  @Post('multipart')
  @Idempotent()
  @ApiOperation({
    summary: 'Begin to upload one file in parts',
    description: 'For large files and bad connections: what has arrived stays. POST /uploads/complete ends it.',
  })
  @Answers(201, begunSchema)
  @Problems(
    'VALIDATION_FAILED',
    'FILE_TOO_LARGE',
    'FILE_TYPE_NOT_ACCEPTED',
    'FILE_TYPE_NOT_PROCESSABLE',
    'QUOTA_EXCEEDED',
    'STORE_UNAVAILABLE',
  )
  begin(
    @Body({ schema: presignSchema }) input: PresignInput,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<Begun> {
    return this.beginMultipart.run(input, caller, origin);
  }

  @Post(':id/parts')
  @ApiOperation({
    summary: 'Get URLs to put parts to',
    description: 'Each takes exactly the bytes of its part (and with md5Hash no others), as often as it is sent.',
  })
  @Answers(200, signedPartsSchema)
  @Problems('VALIDATION_FAILED', 'UPLOAD_NOT_FOUND', 'UPLOAD_NOT_IN_PARTS', 'UPLOAD_COMPLETED', 'UPLOAD_EXPIRED')
  sign(
    @Param('id') id: string,
    @Body({ schema: partUrlsSchema }) input: PartUrlsInput,
    @CurrentCaller() caller: Caller,
  ): Promise<SignedParts> {
    return this.uploadParts.sign(id, input, caller);
  }

  @Get(':id/parts')
  @ApiOperation({ summary: 'List the parts that have arrived' })
  @Answers(200, storedPartsSchema)
  @Problems(
    'INVALID_CURSOR',
    'UPLOAD_NOT_FOUND',
    'UPLOAD_NOT_IN_PARTS',
    'UPLOAD_COMPLETED',
    'UPLOAD_EXPIRED',
    'UPLOAD_ENDED',
    'STORE_UNAVAILABLE',
  )
  list(
    @Param('id') id: string,
    @Query({ schema: partsQuery }) query: PartsQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<StoredParts> {
    return this.uploadParts.list(id, query, caller);
  }
}
