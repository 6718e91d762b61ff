import { Controller, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../../http/access.js';
import { Idempotent } from '../../idempotency/idempotent.interceptor.js';
import { Answers, Problems } from '../../openapi/answers.js';
import { Problem } from '../../problem/problem.js';
import { completedSchema, type Completed } from '../upload.schema.js';
import { isFormUpload } from './form-request.js';
import { UploadForm } from './upload-form.js';

const text = (description: string) => ({ type: 'string', description }) as const;

@ApiTags('uploads')
@Access('editor')
@Controller('uploads')
export class FormController {
  constructor(private readonly uploadForm: UploadForm) {}

  @Post()
  @Idempotent()
  @ApiOperation({
    summary: 'Upload a file in a form',
    description:
      'For clients that cannot put a file to a URL: it goes through this server to the store, as it comes. Fields and ' +
      'file may come in any order.',
  })
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['file', 'resource', 'resourceId'],
      properties: {
        file: { type: 'string', format: 'binary', description: 'With its name and, where it is known, its type' },
        resource: text('Kind of thing the file belongs to, in your own words'),
        resourceId: text('Which one of them, in your own words'),
        title: text('Of the file'),
        description: text('Of the file'),
        labels: text('JSON object of labels; or one field for each, called label.NAME, several times for a list'),
        visibility: { type: 'string', enum: ['private', 'public'] },
        expiresAt: text('From then on it is gone (RFC 3339); never: never; left out: as the tenant has it'),
        sha256Hash: text('SHA-256 of the file, hex; when given, other bytes are refused'),
      },
    },
  })
  @Answers(201, completedSchema)
  @Problems(
    'VALIDATION_FAILED',
    'MALFORMED_BODY',
    'FILE_TOO_LARGE',
    'FILE_TYPE_NOT_ACCEPTED',
    'FILE_TYPE_NOT_PROCESSABLE',
    'MEDIA_TYPE_NOT_SUPPORTED',
    'CONTENT_TYPE_MISMATCH',
    'CHECKSUM_MISMATCH',
    'QUOTA_EXCEEDED',
    'STORE_UNAVAILABLE',
  )
  async upload(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<Completed> {
    if (!isFormUpload(request.raw))
      throw new Problem('MEDIA_TYPE_NOT_SUPPORTED', 'Send the file as multipart/form-data.');
    return this.uploadForm.run(request, reply, caller, origin);
  }
}
