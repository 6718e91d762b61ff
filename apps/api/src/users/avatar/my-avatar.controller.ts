import { Body, Controller, Delete, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../../http/access.js';
import { Answers, AnswersNothing, Problems } from '../../openapi/answers.js';
import { meSchema, type MeView } from '../me/me.schema.js';
import { SeeMe } from '../me/see-me.js';
import { SetAvatar } from './set-avatar.js';

export const setAvatarSchema = z.strictObject({ assetId: z.uuid() }).meta({ id: 'SetAvatar' });
type SetAvatarInput = z.infer<typeof setAvatarSchema>;

@ApiTags('profiles')
@Access('viewer', null)
@Controller('users/me/avatar')
export class MyAvatarController {
  constructor(
    private readonly setAvatar: SetAvatar,
    private readonly seeMe: SeeMe,
  ) {}

  @Put()
  @ApiOperation({
    summary: 'Choose the picture of one’s profile',
    description: 'A picture that the account has uploaded. Shown from the moment that it is READY.',
  })
  @Answers(200, meSchema)
  @Problems('VALIDATION_FAILED', 'ASSET_NOT_FOUND', 'ASSET_NOT_USABLE')
  async set(
    @Body({ schema: setAvatarSchema }) { assetId }: SetAvatarInput,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<MeView> {
    await this.setAvatar.run(assetId, caller, origin);
    return this.seeMe.run(caller);
  }

  @Delete()
  @ApiOperation({ summary: 'Go back to a picture made of the name' })
  @AnswersNothing()
  async remove(@CurrentCaller() caller: Caller, @RequestOrigin() origin: Origin): Promise<void> {
    await this.setAvatar.run(null, caller, origin);
  }
}
