import { Module } from '@nestjs/common';
import { APP_GUARD, DiscoveryModule } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { SETTINGS } from '#libs/config/config.module.js';
import type { Settings } from '#libs/config/settings.js';
import { StreamsModule } from '../playback/streams.module.js';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { AccessGuard } from './access/access.guard.js';
import { AccessTokenStrategy } from './access/access-token.strategy.js';
import { AccessTokens } from './access/access-tokens.js';
import { KeyCallers } from './access/key-callers.js';
import { RoutePolicies } from './access/route-policies.js';
import { AuthController } from './auth.controller.js';
import { Login } from './login.js';
import { Passwords } from './passwords.js';
import { Register } from './register.js';
import { EndSessions } from './sessions/end-sessions.js';
import { ListSessions } from './sessions/list-sessions.js';
import { OpenSession } from './sessions/open-session.js';
import { RefreshSession } from './sessions/refresh-session.js';
import { SessionsController } from './sessions/sessions.controller.js';

/** Accounts and sessions, and the guard of every route of the application. */
@Module({
  imports: [
    DiscoveryModule,
    RateLimitModule,
    StreamsModule,
    JwtModule.registerAsync({
      inject: [SETTINGS],
      useFactory: (settings: Settings) => ({ secret: settings.JWT_SECRET }),
    }),
  ],
  controllers: [AuthController, SessionsController],
  providers: [
    { provide: APP_GUARD, useClass: AccessGuard },
    AccessTokenStrategy,
    AccessTokens,
    KeyCallers,
    RoutePolicies,
    Passwords,
    Register,
    Login,
    OpenSession,
    RefreshSession,
    ListSessions,
    EndSessions,
  ],
  exports: [RoutePolicies, AccessTokenStrategy, JwtModule, Passwords],
})
export class AuthModule {}
