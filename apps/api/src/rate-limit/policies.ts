import { SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import { normalizeIp, type ThrottlerOptions } from '@nestjs/throttler';
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Settings } from '#libs/config/settings.js';
import { emailSchema } from '../auth/auth.schema.js';
import type { Caller, CallerRequest } from '../http/access.js';

const MINUTE = 60_000;
/** One household or machine has a whole /64 of addresses (RFC 6177). */
const IPV6_PREFIX = 64;

/** Limits that a route may have besides the one that every route has. */
type ExtraPolicy = 'auth' | 'login';

/** Names a route's extra limits. */
export const RateLimited = (...policies: ExtraPolicy[]): MethodDecorator => SetMetadata(EXTRA_POLICIES, policies);
const EXTRA_POLICIES = Symbol('extra rate limits');

/** What is counted, by what, and how much of it is allowed; times in milliseconds. */
export const policies = (settings: Settings, reflector: Reflector): ThrottlerOptions[] => {
  const unless = (policy: ExtraPolicy) => (context: ExecutionContext) =>
    !reflector.get<ExtraPolicy[] | undefined, symbol>(EXTRA_POLICIES, context.getHandler())?.includes(policy);
  return [
    {
      name: 'default',
      limit: settings.RATE_LIMIT_PER_MINUTE,
      ttl: MINUTE,
      getTracker: userOrAddress,
      skipIf: (context) => callerOf(context)?.key != null,
    },
    {
      name: 'key',
      limit: settings.API_KEY_RATE_LIMIT_PER_MINUTE,
      ttl: MINUTE,
      getTracker: (_request, context) => `key:${callerOf(context)?.key?.id}`,
      skipIf: (context) => callerOf(context)?.key == null,
    },
    {
      name: 'tenant',
      limit: settings.TENANT_RATE_LIMIT_PER_MINUTE,
      ttl: MINUTE,
      getTracker: (_request, context) => `tenant:${callerOf(context)?.tenantId}`,
      skipIf: (context) => callerOf(context) === undefined,
    },
    {
      name: 'auth',
      limit: settings.AUTH_RATE_LIMIT_PER_MINUTE,
      ttl: MINUTE,
      getTracker: (_request, context) => address(context),
      skipIf: unless('auth'),
    },
    {
      // From any address: passwords of one account are guessed from many.
      name: 'login',
      limit: settings.LOGIN_RATE_LIMIT_PER_ACCOUNT,
      ttl: 15 * MINUTE,
      getTracker: (_request, context) => account(context) ?? '',
      skipIf: (context) => unless('login')(context) || account(context) === null,
    },
  ];
};

function userOrAddress(_request: unknown, context: ExecutionContext): string {
  const caller = callerOf(context);
  return caller ? `user:${caller.userId}` : address(context);
}

const address = (context: ExecutionContext): string => `ip:${normalizeIp(requestOf(context).ip, IPV6_PREFIX)}`;

const credentials = z.object({ email: emailSchema });

/** The account that is being signed in to, hashed: no need to keep whose it is. Null when the body names none. */
function account(context: ExecutionContext): string | null {
  const { data } = credentials.safeParse(requestOf(context).body);
  return data ? `account:${createHash('sha256').update(data.email).digest('base64url')}` : null;
}

const callerOf = (context: ExecutionContext): Caller | undefined => requestOf(context).caller;

const requestOf = (context: ExecutionContext): CallerRequest => context.switchToHttp().getRequest<CallerRequest>();
