import { Controller, Get, Inject, Param } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { Access, CurrentCaller, type Caller } from '../../http/access.js';
import { Answers, Problems } from '../../openapi/answers.js';
import { FindPerson } from '../people/find-person.js';
import { profileSchema, toProfileView, type ProfileView } from './profile.schema.js';

@ApiTags('profiles')
@Access('viewer')
@Controller('users')
export class ProfilesController {
  constructor(
    private readonly findPerson: FindPerson,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  @Get(':username')
  @ApiOperation({ summary: 'See somebody’s profile, by username or id' })
  @Answers(200, profileSchema)
  @Problems('USER_NOT_FOUND')
  async get(@Param('username') username: string, @CurrentCaller() caller: Caller): Promise<ProfileView> {
    return toProfileView(await this.findPerson.run(username, caller), this.settings);
  }
}
