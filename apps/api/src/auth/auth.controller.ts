import { Body, Controller, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Access, CurrentCaller, RequestOrigin, type Caller, type Origin } from '../http/access.js';
import { Idempotent } from '../idempotency/idempotent.interceptor.js';
import { Answers, AnswersNothing, Problems } from '../openapi/answers.js';
import { RateLimited } from '../rate-limit/policies.js';
import {
  loginSchema,
  refreshSchema,
  registerSchema,
  signedInSchema,
  type LoginInput,
  type RefreshInput,
  type RegisterInput,
  type SignedIn,
} from './auth.schema.js';
import { Login } from './login.js';
import { Register } from './register.js';
import { EndSessions } from './sessions/end-sessions.js';
import { RefreshSession } from './sessions/refresh-session.js';
import { KeepsRefreshToken } from './sessions/session-cookie.js';

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly registerAccount: Register,
    private readonly signIn: Login,
    private readonly refreshSession: RefreshSession,
    private readonly endSessions: EndSessions,
  ) {}

  @Post('register')
  @Idempotent()
  @KeepsRefreshToken()
  @Access('public')
  @RateLimited('auth')
  @ApiOperation({ summary: 'Make an account, in a tenant of its own or by invitation, and sign it in' })
  @Answers(201, signedInSchema)
  @Problems(
    'VALIDATION_FAILED',
    'EMAIL_TAKEN',
    'USERNAME_TAKEN',
    'INVITATION_NOT_FOUND',
    'INVITATION_EXPIRED',
    'INVITATION_EMAIL_MISMATCH',
    'TENANT_SUSPENDED',
    'RATE_LIMITED',
    'OVERLOADED',
  )
  register(@Body({ schema: registerSchema }) input: RegisterInput, @RequestOrigin() origin: Origin): Promise<SignedIn> {
    return this.registerAccount.run(input, origin);
  }

  @Post('login')
  @KeepsRefreshToken()
  @Access('public')
  @RateLimited('auth', 'login')
  @ApiOperation({ summary: 'Sign in on one more device' })
  @Answers(200, signedInSchema)
  @Problems('VALIDATION_FAILED', 'INVALID_CREDENTIALS', 'RATE_LIMITED', 'OVERLOADED')
  login(@Body({ schema: loginSchema }) input: LoginInput, @RequestOrigin() origin: Origin): Promise<SignedIn> {
    return this.signIn.run(input, origin);
  }

  @Post('refresh')
  @KeepsRefreshToken()
  @Access('public')
  @RateLimited('auth')
  @ApiOperation({
    summary: 'Exchange a refresh token for the next pair',
    description: 'Each refresh token is good for one exchange. One that is shown again ends its session.',
  })
  @Answers(200, signedInSchema)
  @Problems(
    'VALIDATION_FAILED',
    'REFRESH_TOKEN_INVALID',
    'REFRESH_TOKEN_EXPIRED',
    'REFRESH_TOKEN_REUSED',
    'RATE_LIMITED',
  )
  refresh(@Body({ schema: refreshSchema }) input: RefreshInput, @RequestOrigin() origin: Origin): Promise<SignedIn> {
    return this.refreshSession.run(input.refreshToken ?? '', origin);
  }

  @Post('logout')
  @KeepsRefreshToken()
  @Access('viewer', null)
  @ApiOperation({ summary: 'Sign this device out' })
  @AnswersNothing()
  async logout(@CurrentCaller() caller: Caller, @RequestOrigin() origin: Origin): Promise<void> {
    if (caller.sessionId !== null) await this.endSessions.one(caller.sessionId, 'auth.logout', caller, origin);
  }

  @Post('logout-all')
  @KeepsRefreshToken()
  @Access('viewer', null)
  @ApiOperation({ summary: 'Sign out on every device' })
  @AnswersNothing()
  async logoutAll(@CurrentCaller() caller: Caller, @RequestOrigin() origin: Origin): Promise<void> {
    await this.endSessions.all(caller, origin);
  }
}
