import { Body, Controller, Delete, Put, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../../http/access.js';
import { Answers, AnswersNothing, Problems } from '../../openapi/answers.js';
import { meSchema, type MeView } from '../me/me.schema.js';
import { SeeMe } from '../me/see-me.js';
import { Problem } from '../../problem/problem.js';
import { isFormUpload } from '../../uploads/form/form-request.js';
import { UploadForm } from '../../uploads/form/upload-form.js';
import { AVATAR_RESOURCE, SetAvatar } from './set-avatar.js';

export const setAvatarSchema = z.strictObject({ assetId: z.uuid() }).meta({ id: 'SetAvatar' });
/** Uploaded again under its name it is a new version of the same asset: the old one goes when that is READY. */
const PRESET = { resource: AVATAR_RESOURCE, filename: 'avatar', acceptedTypes: ['image/*'] };

type SetAvatarInput = z.infer<typeof setAvatarSchema>;

@ApiTags('profiles')
@Access('viewer', null)
@Controller('users/me/avatar')
export class MyAvatarController {
  constructor(
    private readonly setAvatar: SetAvatar,
    private readonly uploadForm: UploadForm,
    private readonly seeMe: SeeMe,
  ) {}

  @Put()
  @ApiOperation({
    summary: 'Choose the picture of one’s profile',
    description:
      'One that the account has uploaded, by its id; or one in the field file of a form. Shown from the moment that it ' +
      'is READY; one that came by a form before is removed then.',
  })
  @ApiConsumes('application/json', 'multipart/form-data')
  @Answers(200, meSchema)
  @Problems(
    'VALIDATION_FAILED',
    'MALFORMED_BODY',
    'ASSET_NOT_FOUND',
    'ASSET_NOT_USABLE',
    'FILE_TOO_LARGE',
    'FILE_TYPE_NOT_ACCEPTED',
    'FILE_TYPE_NOT_PROCESSABLE',
    'QUOTA_EXCEEDED',
    'STORE_UNAVAILABLE',
  )
  async set(
    @Body({ schema: setAvatarSchema.optional() }) chosen: SetAvatarInput | undefined,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<MeView> {
    const preset = { ...PRESET, resourceId: caller.userId };
    const asset = isFormUpload(request.raw)
      ? await this.uploadForm.run(request, reply, caller, origin, preset)
      : chosen;
    if (!asset) throw new Problem('VALIDATION_FAILED', 'Send { assetId }, or a form with a file.');
    await this.setAvatar.run(asset.assetId, caller, origin);
    return this.seeMe.run(caller);
  }

  @Delete()
  @ApiOperation({ summary: 'Go back to a picture made of the name' })
  @AnswersNothing()
  async remove(@CurrentCaller() caller: Caller, @RequestOrigin() origin: Origin): Promise<void> {
    await this.setAvatar.run(null, caller, origin);
  }
}
