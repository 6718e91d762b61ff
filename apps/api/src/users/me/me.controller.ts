import { Body, Controller, Delete, Get, Patch, Put } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { confirmSchema, type ConfirmInput } from '../../auth/auth.schema.js';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../../http/access.js';
import { Answers, AnswersNothing, Problems } from '../../openapi/answers.js';
import { RateLimited } from '../../rate-limit/policies.js';
import { ChangeMe } from './change-me.js';
import { ChangePassword } from './change-password.js';
import { DeleteAccount } from './delete-account.js';
import {
  changeMeSchema,
  changePasswordSchema,
  meSchema,
  type ChangeMeInput,
  type ChangePasswordInput,
  type MeView,
} from './me.schema.js';
import { SeeMe } from './see-me.js';

@ApiTags('users')
@Access('viewer', null)
@Controller('users/me')
export class MeController {
  constructor(
    private readonly seeMe: SeeMe,
    private readonly changeMe: ChangeMe,
    private readonly changePassword: ChangePassword,
    private readonly deleteAccount: DeleteAccount,
  ) {}

  @Get()
  @Access('viewer')
  @ApiOperation({ summary: 'See the signed-in account' })
  @Answers(200, meSchema)
  me(@CurrentCaller() caller: Caller): Promise<MeView> {
    return this.seeMe.run(caller);
  }

  @Patch()
  @RateLimited('auth')
  @ApiOperation({ summary: 'Change what the signed-in account says of itself' })
  @Answers(200, meSchema)
  @Problems('VALIDATION_FAILED', 'INVALID_CREDENTIALS', 'EMAIL_TAKEN', 'USERNAME_TAKEN', 'RATE_LIMITED', 'OVERLOADED')
  async change(
    @Body({ schema: changeMeSchema }) change: ChangeMeInput,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<MeView> {
    await this.changeMe.run(change, caller, origin);
    return this.seeMe.run(caller);
  }

  @Put('password')
  @RateLimited('auth')
  @ApiOperation({ summary: 'Change the password, and sign out on every other device' })
  @AnswersNothing()
  @Problems('VALIDATION_FAILED', 'INVALID_CREDENTIALS', 'RATE_LIMITED', 'OVERLOADED')
  async password(
    @Body({ schema: changePasswordSchema }) input: ChangePasswordInput,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<void> {
    await this.changePassword.run(input, caller, origin);
  }

  @Delete()
  @RateLimited('auth')
  @ApiOperation({
    summary: 'Delete the signed-in account, with all that it has uploaded',
    description: 'At once; its files are removed by a job. A tenant goes with its only member.',
  })
  @AnswersNothing()
  @Problems('VALIDATION_FAILED', 'INVALID_CREDENTIALS', 'LAST_OWNER', 'LAST_ADMIN', 'RATE_LIMITED', 'OVERLOADED')
  async remove(
    @Body({ schema: confirmSchema }) { password }: ConfirmInput,
    @CurrentCaller() caller: Caller,
    @RequestOrigin() origin: Origin,
  ): Promise<void> {
    await this.deleteAccount.run(password, caller, origin);
  }
}
