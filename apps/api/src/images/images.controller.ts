import { Body, Controller, Get, Headers, Param, Post, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Access, CurrentCaller, type Caller } from '../http/access.js';
import { Idempotent } from '../idempotency/idempotent.interceptor.js';
import { Answers, Problems } from '../openapi/answers.js';
import {
  signedVariantsSchema,
  signVariantsSchema,
  type SignedVariants,
  type SignVariantsInput,
} from './image.schema.js';
import { ServeImage } from './serve-image.js';
import { SignVariants } from './sign-variants.js';

const PICTURE = { schema: { type: 'string', format: 'binary' } } as const;

@ApiTags('images')
@Controller()
export class ImagesController {
  constructor(
    private readonly serveImage: ServeImage,
    private readonly signVariants: SignVariants,
  ) {}

  @Post('assets/:id/variants')
  @Idempotent()
  @Access('viewer')
  @ApiOperation({
    summary: 'Get signed URLs of pictures in other sizes and formats',
    description: 'Nothing is made before somebody looks; then it is made once and kept.',
  })
  @Answers(201, signedVariantsSchema)
  @Problems('VALIDATION_FAILED', 'ASSET_NOT_FOUND', 'ASSET_NOT_READY', 'VARIANT_NOT_POSSIBLE')
  sign(
    @Param('id') id: string,
    @Body({ schema: signVariantsSchema }) input: SignVariantsInput,
    @CurrentCaller() caller: Caller,
  ): Promise<SignedVariants> {
    return this.signVariants.run(id, input, caller);
  }

  @Get('images/:signature/:options/:assetId.:format')
  @Access('public')
  @ApiOperation({
    summary: 'See a picture made as its signed URL says',
    description:
      'Options have commas between them and colons inside: rs:fit|fill|force:WIDTH:HEIGHT (resize), c:WIDTH:HEIGHT:GRAVITY (crop), g:GRAVITY, q:QUALITY, bl:SIGMA (blur), dpr:RATIO, el:1 (may be enlarged), bg:RRGGBB, exp:UNIX_SECONDS, v:VERSION; _ is none of them. A gravity is ce, no, so, ea, we, noea, nowe, soea, sowe, sm (smart) or fp:X:Y. The format is avif, webp, jpg, png or auto, which is chosen by Accept. The signature is HMAC-SHA256 over all that follows it, from its slash on, cut to IMAGE_SIGNATURE_BYTES, in base64url.',
  })
  @ApiOkResponse({
    description: 'The picture',
    content: { 'image/avif': PICTURE, 'image/webp': PICTURE, 'image/jpeg': PICTURE, 'image/png': PICTURE },
  })
  @ApiResponse({ status: 304, description: 'The client has it' })
  @Problems(
    'VALIDATION_FAILED',
    'URL_INVALID',
    'URL_EXPIRED',
    'ASSET_NOT_FOUND',
    'ASSET_NOT_READY',
    'VARIANT_NOT_POSSIBLE',
    'VARIANTS_BUSY',
    'VARIANT_PENDING',
  )
  async get(
    @Param('signature') signature: string,
    @Param('options') options: string,
    @Param('assetId') assetId: string,
    @Param('format') format: string,
    @Headers('accept') accept: string | undefined,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const answer = await this.serveImage.run({ signature, options, assetId, format, accept, ifNoneMatch });
    await reply.status(answer.status).headers(answer.headers).send(answer.body);
  }
}
